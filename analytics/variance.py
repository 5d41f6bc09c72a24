"""Functional ANOVA of functions that are constant on boxes of cells (Hutter, Hoos, Leyton-Brown 2014, section 3).

Every box adds its value to a range of cells of an axis, or to a rectangle of a pair: differences at its ends, summed up
once, give all cells of all trees in one pass (difference arrays).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.axes import Ints
from analytics.columns import Floats
from analytics.forest import Boxes

Measures = Sequence[Floats]


@dataclass(frozen=True, eq=False)
class Weighted:
    """Boxes of some measure, with their ``weight`` (boxes,) and ``length`` (axes, boxes) under the ``measures``."""

    boxes: Boxes
    measures: Measures
    length: Floats
    weight: Floats

    @property
    def mean(self) -> Floats:
        """The mean of each tree, shape (trees,)."""
        return np.asarray(self._by_tree(self.weight * self.boxes.value) / self._by_tree(self.weight))

    @property
    def centred(self) -> Floats:
        """Weight times distance from the tree's mean, shape (boxes,)."""
        return self.weight * (self.boxes.value - self.mean[self.boxes.tree])

    def total(self) -> Floats:
        """The variance of each tree, shape (trees,)."""
        return self._by_tree(self.centred * (self.boxes.value - self.mean[self.boxes.tree]))

    def singles(self) -> Floats:
        """The variance of each axis' marginal, shape (trees, axes)."""
        centred = self.centred
        columns = [
            self.over((axis,), centred / self.length[axis]) ** 2 @ measure for axis, measure in enumerate(self.measures)
        ]
        return np.stack(columns, axis=1)

    def pair(self, first: int, second: int, centred: Floats) -> Floats:
        """The variance of the marginal over two axes, their own included, shape (trees,)."""
        surface = self.over((first, second), centred / (self.length[first] * self.length[second]))
        return np.asarray((surface**2 @ self.measures[second]) @ self.measures[first])

    def over(self, axes: tuple[int, ...], amounts: Floats) -> Floats:
        """Sum of the amounts (boxes,) of the boxes over each cell, shape (trees, cells[, cells of the second axis])."""
        boxes, sizes = self.boxes, [len(self.measures[axis]) + 1 for axis in axes]
        index, signed = [boxes.tree], [amounts]
        for axis, size in zip(axes, sizes, strict=True):
            index = [i * size + end for i in index for end in (boxes.low[axis], boxes.high[axis])]
            signed = [sign for amount in signed for sign in (amount, -amount)]
        shape = (boxes.trees, *sizes)
        sums = np.bincount(np.concatenate(index), np.concatenate(signed), int(np.prod(shape))).reshape(shape)
        for dimension in range(1, len(shape)):
            sums = sums.cumsum(axis=dimension)
        return np.asarray(sums[(slice(None), *(slice(size - 1) for size in sizes))], dtype=np.float64)

    def _by_tree(self, amounts: Floats) -> Floats:
        return np.asarray(np.bincount(self.boxes.tree, amounts, self.boxes.trees), dtype=np.float64)


def weighted(boxes: Boxes, measures: Measures) -> Weighted:
    """The boxes that have some measure under ``measures``, one of shape (cells,) for each axis."""
    length = np.stack([
        _length(boxes.low[axis], boxes.high[axis], measure) for axis, measure in enumerate(measures)
    ])  # fmt: skip
    weight = length.prod(axis=0)
    held = weight > 0
    return Weighted(boxes.take(held), measures, length[:, held], weight[held])


def averages(boxes: Boxes, measures: Measures, axes: tuple[int, ...]) -> Floats:
    """Mean of each tree in each cell of one or two axes, shape (trees, cells, …); NaN where nothing is possible."""
    found = weighted(boxes, measures)
    amount = found.weight / found.length[list(axes)].prod(axis=0)
    mass = found.over(axes, amount)
    values = found.over(axes, amount * found.boxes.value)
    shares = measures[axes[0]] if len(axes) == 1 else np.multiply.outer(measures[axes[0]], measures[axes[1]])
    possible = (mass > 1e-12) & (shares > 0)
    return np.where(possible, values / np.where(possible, mass, 1.0), np.nan)


def _length(low: Ints, high: Ints, measure: Floats) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(measure)])
    return np.asarray(sums[high] - sums[low])
