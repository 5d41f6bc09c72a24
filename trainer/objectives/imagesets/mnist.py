"""MNIST's idx files and their like (Fashion-MNIST, KMNIST), plain or gzipped."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from trainer.objectives.imagesets.labelled import MAX_BYTES, MAX_CLASSES, MAX_SIDE, TEST, TRAIN, DataError, Labelled

DIMENSIONS = (3, 1, 3, 1)


def files(folder: Path) -> list[Path]:
    """Images and labels to train, then those to test.

    Raises:
        DataError: one of them is not there.
    """
    found = []
    for part in ("train", "t10k"):
        for kind in ("images?idx3", "labels?idx1"):
            here = sorted(p for end in ("", ".gz") for p in folder.glob(f"*{part}-{kind}-ubyte{end}"))
            if not here:
                name = f"{part}-{kind.replace('?', '-')}-ubyte"
                raise DataError(f"{folder} has no file {name}; expected it, or {name}.gz")
            found.append(here[0])
    return found


def check(folder: Path) -> None:
    """Raises DataError unless the four files are there and begin as they must."""
    for path, dimensions in zip(files(folder), DIMENSIONS, strict=True):
        with _opened(path) as file:
            _shape(path, file, dimensions)


def read(folder: Path) -> Labelled:
    """The images, the files of 10,000 as test part."""
    arrays = [_read(path, dimensions) for path, dimensions in zip(files(folder), DIMENSIONS, strict=True)]
    for images, labels in (arrays[:2], arrays[2:]):
        if len(images) != len(labels):
            raise DataError(f"{folder} has {len(images)} images with {len(labels)} labels; expected as many")
    train, train_labels, test, test_labels = arrays
    if train.shape[1:] != test.shape[1:]:
        raise DataError(
            f"{folder} has images of {train.shape[1:]} to train, {test.shape[1:]} to test; expected one size"
        )
    marks = np.concatenate((train_labels, test_labels)).astype(np.int64)
    if marks.max() >= MAX_CLASSES:
        raise DataError(f"{folder} has the label {marks.max()}; expected at most {MAX_CLASSES - 1}")
    parts = np.repeat(np.array([TRAIN, TEST], np.int8), (len(train), len(test)))
    return Labelled(np.concatenate((train, test))[:, None], marks, parts, tuple(map(str, range(marks.max() + 1))))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged: {error}; expected a whole gzip file") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


def _shape(path: Path, file: BinaryIO, dimensions: int) -> tuple[int, ...]:
    """The shape that the head of an idx file tells, once it is possible."""
    head, magic = file.read(4 + 4 * dimensions), bytes((0, 0, 8, dimensions))
    if head[:4] != magic:
        begin = head[:4].hex() or "nothing"
        raise DataError(f"{path} begins with {begin}; expected {magic.hex()}, an idx file of bytes")
    if len(head) < 4 + 4 * dimensions:
        raise DataError(f"{path} ends within its head of {4 + 4 * dimensions} bytes; expected a whole idx file")
    shape = struct.unpack(f">{dimensions}I", head[4:])
    if math.prod(shape) > MAX_BYTES or any(side > MAX_SIDE for side in shape[1:]) or 0 in shape:
        sizes = " × ".join(map(str, shape))
        raise DataError(f"{path} tells of {sizes} bytes; expected 1 to {MAX_SIDE} pixels a side and at most 4 GiB")
    return shape


def _read(path: Path, dimensions: int) -> NDArray[np.uint8]:
    with _opened(path) as file:
        shape = _shape(path, file, dimensions)
        size = math.prod(shape)
        if path.suffix != ".gz" and path.stat().st_size < size:
            raise DataError(f"{path} has {path.stat().st_size} bytes; expected {size} and a head: it is cut short")
        content = file.read(size + 1)
    if len(content) != size:
        fault = "it is cut short" if len(content) < size else "there is more"
        raise DataError(f"{path} holds {len(content)} bytes after its head; expected {size}: {fault}")
    return np.frombuffer(content, np.uint8).reshape(shape)
