"""Folders of images, a folder a class: ``CLASS/*.png``, or ``train/CLASS/*.png`` with ``val`` or ``test`` beside it."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.objectives.imagesets.labelled import MAX_BYTES, MAX_CLASSES, TEST, TRAIN, VALIDATION, DataError, Labelled

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
PARTS = {"train": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "test": TEST}
MAX_PIXELS = 50_000_000
"""Of one file, before it is made smaller."""


class _Image(NamedTuple):
    path: Path
    kind: str
    part: int


def files(folder: Path) -> list[Path]:
    """All image files, in order."""
    return [image.path for image in _images(folder)]


def check(folder: Path) -> None:
    """Raises DataError unless there are images of two classes at least."""
    _images(folder)


def read(folder: Path, side: int, cache: Path | None = None) -> Labelled:
    """The images in RGB, cut to the middle square and ``side`` pixels wide; as one array kept in ``cache``."""
    images = _images(folder)
    if len(images) * 3 * side * side > MAX_BYTES:
        raise DataError(f"{folder} has {len(images)} images, at {side} pixels a side over 4 GiB; expected fewer")
    classes = tuple(sorted({image.kind for image in images}))
    labels = np.array([classes.index(image.kind) for image in images], np.int64)
    parts = np.array([image.part for image in images], np.int8)
    return Labelled(_pixels(images, side, cache), labels, parts, classes)


def _images(folder: Path) -> list[_Image]:
    below = _folders(folder)
    parted = any(f.name == "train" for f in below) and all(f.name in PARTS for f in below)
    images: list[_Image] = []
    for part, base in [(PARTS[f.name], f) for f in below] if parted else [(TRAIN, folder)]:
        for kind in _folders(base):
            found = sorted(p for p in kind.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
            if not found:
                raise DataError(f"{kind} has no image; expected files that end in {', '.join(SUFFIXES)}")
            images += [_Image(path, kind.name, part) for path in found]
    classes = {image.kind for image in images if image.part == TRAIN}
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise DataError(f"{folder} has {len(classes)} classes; expected 2 to {MAX_CLASSES}, a folder of images each")
    if strange := sorted({image.kind for image in images} - classes):
        raise DataError(f"{folder} has no images of {strange[0]!r} to train; expected the same classes in every part")
    return images


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _pixels(images: list[_Image], side: int, cache: Path | None) -> NDArray[np.uint8]:
    """Every image as (3, side, side); decoding takes longer than training on them, so it is done once."""
    kept = None if cache is None else cache / f"images-{side}-{_state(images)}.npy"
    if kept is not None and kept.is_file():
        return np.asarray(np.load(kept))
    pixels = np.stack([_decoded(image.path, side) for image in images])
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as file:
            np.save(file, pixels)
        partial.replace(kept)
    return pixels


def _state(images: list[_Image]) -> str:
    """Text that changes when a file does."""
    stats = [(str(image.path), (stat := image.path.stat()).st_size, stat.st_mtime_ns) for image in images]
    return hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:16]


def _decoded(path: Path, side: int) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MAX_PIXELS:
                size = f"{image.width} × {image.height} pixels"
                raise DataError(f"{path} has {size}; expected at most {MAX_PIXELS // 10**6} million")
            fitted = ImageOps.fit(image.convert("RGB"), (side, side))
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{path} is no image that can be opened: {error}") from error
    return np.asarray(fitted, np.uint8).transpose(2, 0, 1)
