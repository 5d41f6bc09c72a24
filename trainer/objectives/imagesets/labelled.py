"""What every set of labelled images comes as, and the sizes beyond which none is opened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 4 * 1024**3
"""Of all images of a set, a byte a pixel and channel."""
MAX_SIDE, MAX_CLASSES = 1024, 1000
TRAIN, VALIDATION, TEST = 0, 1, 2


class DataError(ValueError):
    """Images that cannot be read; the message names the file or folder and what was expected."""


@dataclass(frozen=True)
class Labelled:
    """``images`` (n, channels, height, width) and ``labels`` (n,), indices into ``classes``; ``parts`` (n,) says which
    part of the data an image belongs to by the file that it comes from: TRAIN, VALIDATION or TEST."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    parts: NDArray[np.int8]
    classes: tuple[str, ...]
