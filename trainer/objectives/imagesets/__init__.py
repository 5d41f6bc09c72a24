"""Labelled images of a name and a folder, split into parts by a seed. Without torch: the app checks files with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.objectives.imagesets import cifar, folder, made, mnist
from trainer.objectives.imagesets.labelled import TEST, TRAIN, VALIDATION, DataError, Labelled

__all__ = ["DataError", "Dataset", "check_files", "data_files", "load"]

MADE = {"digits": made.digits, "sums": made.sums}
"""Sets that need no files."""
FORMATS = {"mnist": mnist, "cifar": cifar, "folder": folder}


@dataclass(frozen=True)
class Dataset:
    """Images (n, channels, height, width), labels (n,), and which of them (indices) to train, validate and test on."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def check_files(settings: Mapping[str, Any]) -> None:
    """Look whether the data of an objective's settings is there and begins as it must; quick.

    Raises:
        DataError: it is not.
    """
    if settings["dataset"] not in MADE:
        FORMATS[settings["dataset"]].check(_folder(settings))


def data_files(settings: Mapping[str, Any]) -> list[Path]:
    """The files that the data comes from; none for scikit-learn's digits and what is made of them."""
    return [] if settings["dataset"] in MADE else FORMATS[settings["dataset"]].files(_folder(settings))


def load(settings: Mapping[str, Any], cache: Path | None = None) -> Dataset:
    """The images of an objective's settings; ``cache`` is a folder for decoded ones.

    The split follows from ``split_seed`` alone, class by class. Parts that the files give are kept.

    Raises:
        DataError: the files are not what they should be, or a part would be empty.
    """
    found = _read(settings, cache)
    order = np.random.default_rng(settings["split_seed"]).permutation(len(found.labels))
    shares = {TEST: settings["test_share"], VALIDATION: settings["validation_share"]}
    parts = _split(found, order, {part: share for part, share in shares.items() if part not in found.parts})
    train = order[parts[order] == TRAIN]
    if settings["limit"]:
        train = train[: settings["limit"]]
    validation, test = np.flatnonzero(parts == VALIDATION), np.flatnonzero(parts == TEST)
    for name, rows in (("train", train), ("validate", validation), ("test", test)):
        if not len(rows):
            raise DataError(f"the data has {len(found.labels)} images, none of them to {name} on; expected more images")
    return Dataset(found.images, found.labels, found.classes, train, validation, test)


def _split(found: Labelled, order: NDArray[np.int64], shares: Mapping[int, float]) -> NDArray[np.int8]:
    """The part of every image: of each class's images to train, in this order, the first go to other parts."""
    parts = found.parts.copy()
    pool = order[parts[order] == TRAIN]
    for label in np.unique(found.labels[pool]):
        rows = pool[found.labels[pool] == label]
        begin = 0
        for part, share in shares.items():
            end = begin + round(share * len(rows))
            parts[rows[begin:end]] = part
            begin = end
    return parts


def _folder(settings: Mapping[str, Any]) -> Path:
    path = Path(settings["path"])
    if not settings["path"] or not path.is_dir():
        raise DataError(f"setting 'path' is {settings['path']!r}; expected the folder of the images")
    return path


def _read(settings: Mapping[str, Any], cache: Path | None) -> Labelled:
    if settings["dataset"] in MADE:
        return MADE[settings["dataset"]]()
    if settings["dataset"] == "folder":
        return folder.read(_folder(settings), settings["image_size"], cache)
    return FORMATS[settings["dataset"]].read(_folder(settings))  # type: ignore[no-any-return]
