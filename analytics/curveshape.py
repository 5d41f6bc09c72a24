"""Measures of many learning curves of one length at once: levels, noise, what training gained, where it was best.

All take curves as rows of a matrix of shape (curves, steps), oriented so that lower is better, finite throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MAD_TO_SIGMA = 1.4826
MEDIAN_ERROR = 1.2533
"""Standard error of a median over that of a mean, for normal noise."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Curves of one length: ``values`` of shape (curves, steps)."""

    values: Floats

    @property
    def length(self) -> int:
        return int(self.values.shape[1])

    @property
    def window(self) -> int:
        """Points of a level: a tenth of the curve, at least three."""
        return max(3, round(0.1 * self.length))

    @cached_property
    def noise(self) -> Floats:
        """Standard deviation of the noise of each curve, from the median second difference: a trend adds nothing."""
        bends = np.diff(self.values, n=2, axis=1)
        return np.asarray(MAD_TO_SIGMA * np.median(np.abs(bends), axis=1) / np.sqrt(6))

    @cached_property
    def smooth(self) -> Floats:
        """Centred moving averages over an eighth of the curve, at least three points; shorter at the ends."""
        half = max(1, self.length // 16)
        padded = np.concatenate([np.zeros((len(self.values), 1)), np.cumsum(self.values, axis=1)], axis=1)
        at = np.arange(self.length)
        low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, self.length)
        return np.asarray((padded[:, high] - padded[:, low]) / (high - low))

    @cached_property
    def best(self) -> Ints:
        """Where each smoothed curve is lowest."""
        return np.asarray(self.smooth.argmin(axis=1), dtype=np.int64)

    @cached_property
    def gained(self) -> Floats:
        """What training gained: the first value less the lowest of the smoothed ones, at least 0."""
        return np.asarray(np.maximum(self.values[:, 0] - self.smooth.min(axis=1), 0))

    @cached_property
    def end(self) -> Floats:
        """The level at the end: the median of the last points."""
        return np.asarray(np.median(self.values[:, -self.window :], axis=1))

    @cached_property
    def reach(self) -> Floats:
        """From the 5th to the 95th percentile of each curve."""
        low, high = np.percentile(self.values, [5, 95], axis=1)
        return np.asarray(high - low)

    def around(self, places: Ints) -> Floats:
        """The level around a place of each curve: the median of the points at most half a window away."""
        half = self.window // 2
        at = np.clip(places[:, None] + np.arange(-half, half + 1), 0, self.length - 1)
        return np.asarray(np.median(np.take_along_axis(self.values, at, axis=1), axis=1))

    def error(self, points: int) -> Floats:
        """Standard error of a level of ``points`` points."""
        return np.asarray(MEDIAN_ERROR * self.noise / np.sqrt(points))

    def tail(self, share: float) -> tuple[Floats, Floats, Floats]:
        """The levels of the first and second half of the last part of each curve, and the error of their difference.

        The second is lower where a curve still improves.
        """
        points = min(self.length, max(4, round(share * self.length)))
        last = self.values[:, -points:]
        half = points // 2
        before, after = np.median(last[:, :half], axis=1), np.median(last[:, -half:], axis=1)
        return np.asarray(before), np.asarray(after), np.asarray(np.sqrt(2) * self.error(half))

    def settled(self, band: Floats) -> Ints:
        """The first place from which on each curve stays within ``band`` of its end."""
        outside = np.abs(self.values - self.end[:, None]) > band[:, None]
        return np.asarray(
            np.where(outside.any(axis=1), self.length - outside[:, ::-1].argmax(axis=1), 0), dtype=np.int64
        )
