"""The python batches of CIFAR-10 and CIFAR-100 (its fine labels): pickles, opened without running what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.objectives.imagesets.labelled import TEST, TRAIN, DataError, Labelled
from trainer.objectives.imagesets.unpickle import unpickle

SHAPE = (3, 32, 32)
MAX_FILE = 1024**3


def files(folder: Path) -> list[Path]:
    """The batches to train, then the one to test, last the names of the classes.

    Raises:
        DataError: one of them is not there.
    """
    ten = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"]
    names = ["train", "test", "meta"] if (folder / "train").is_file() else ten
    for name in names:
        if not (folder / name).is_file():
            hint = "; unpack the archive first" if any(folder.glob("cifar*.tar.gz")) else ""
            raise DataError(f"{folder} has no file {name}; expected the python batches of CIFAR-10 or CIFAR-100{hint}")
        if (size := (folder / name).stat().st_size) > MAX_FILE:
            raise DataError(f"{folder / name} has {size} bytes; expected at most 1 GiB")
    return [folder / name for name in names]


def check(folder: Path) -> None:
    """Raises DataError unless all batches are there and the names of the classes can be read."""
    _classes(files(folder)[-1])


def read(folder: Path) -> Labelled:
    """The images, the last batch as test part."""
    *paths, meta = files(folder)
    batches = [_batch(path) for path in paths]
    labels, classes = np.concatenate([labels for _, labels in batches]), _classes(meta)
    if labels.min() < 0 or labels.max() >= len(classes):
        raise DataError(f"{meta} names {len(classes)} classes; expected {labels.max() + 1}, as the batches have")
    parts = np.full(len(labels), TRAIN, np.int8)
    parts[-len(batches[-1][1]) :] = TEST
    return Labelled(np.concatenate([images for images, _ in batches]), labels, parts, classes)


def _batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    content = _opened(path)
    images, labels = content.get(b"data"), content.get(b"labels", content.get(b"fine_labels"))
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 2 or images.shape[1] != 3072:
        found = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise DataError(f"{path} has {found} under 'data'; expected bytes of shape (n, 3072)")
    if not isinstance(labels, list) or len(labels) != len(images) or not all(type(label) is int for label in labels):
        raise DataError(f"{path} has no list of {len(images)} whole numbers under 'labels' or 'fine_labels'")
    return images.reshape(-1, *SHAPE), np.array(labels, np.int64)


def _classes(meta: Path) -> tuple[str, ...]:
    content = _opened(meta)
    names = content.get(b"label_names") or content.get(b"fine_label_names")
    if not isinstance(names, list):
        raise DataError(f"{meta} has no list under 'label_names' or 'fine_label_names'")
    return tuple(name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for name in names)


def _opened(path: Path) -> dict[bytes, Any]:
    try:
        return unpickle(path)
    except ValueError as error:
        raise DataError(f"{path} cannot be opened: {error}; expected a python batch of CIFAR") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
