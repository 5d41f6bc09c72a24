"""Images that need no files: scikit-learn's digits, and sums of two of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainer.objectives.imagesets.labelled import TEST, TRAIN, VALIDATION, Labelled

CLASSES = tuple("0123456789")
SUMS_SEED = 20
PAIRS = {TRAIN: 4000, VALIDATION: 1000, TEST: 1000}
KEPT = 300
"""Digits that only pairs to validate on are made of, and as many for those to test on; the rest is for training."""


def digits() -> Labelled:
    """The 1797 images of 8 × 8 pixels, not split yet."""
    images, labels = _digits()
    return Labelled(images[:, None], labels, np.full(len(labels), TRAIN, np.int8), CLASSES)


def sums() -> Labelled:
    """Two digits side by side, 8 × 16 pixels; the class is the last digit of their sum. Always the same images.

    No digit is in two parts, so that a network cannot do well by remembering pictures: it has to tell both digits.
    """
    images, labels = _digits()
    rng = np.random.default_rng(SUMS_SEED)
    order = rng.permutation(len(labels))
    pools = {VALIDATION: order[:KEPT], TEST: order[KEPT : 2 * KEPT], TRAIN: order[2 * KEPT :]}
    pairs = {part: rng.choice(pools[part], (n, 2)) for part, n in PAIRS.items()}
    left, right = np.concatenate(list(pairs.values())).T
    parts = np.repeat(np.array(list(PAIRS), np.int8), list(PAIRS.values()))
    pictures = np.concatenate((images[left], images[right]), axis=2)
    return Labelled(pictures[:, None], (labels[left] + labels[right]) % 10, parts, CLASSES)


def _digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    data, target = load_digits(return_X_y=True)
    return np.round(data * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8), target.astype(np.int64)
