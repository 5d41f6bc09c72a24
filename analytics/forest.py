"""Random forests on cells, and their leaves as boxes of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.axes import Ints
from analytics.columns import Floats

MANY_ROWS = 5_000
ROWS_PER_TREE = 3_000
RESOLUTION = 2.0**-26


@dataclass(frozen=True)
class Settings:
    """How a forest is fitted: ``bins`` cells an axis at most, ``min_samples_leaf`` rows in a leaf at least."""

    trees: int = 16
    bins: int = 64
    min_samples_leaf: int = 3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of cells with a value each; those of one tree do not overlap.

    ``tree`` and ``value`` are of shape (boxes,), ``low`` (first cell) and ``high`` (after the last) of (axes, boxes).
    """

    trees: int
    tree: Ints
    low: Ints
    high: Ints
    value: Floats

    def take(self, which: NDArray[Any]) -> Boxes:
        """Some of the boxes, by mask or index."""
        return Boxes(self.trees, self.tree[which], self.low[:, which], self.high[:, which], self.value[which])

    def narrowed(self, axis: int, allowed: NDArray[np.bool_]) -> Boxes:
        """What lies in the ``allowed`` cells (cells + 1,) of an axis; a box with a gap in it becomes several."""
        steps = np.flatnonzero(np.diff(np.concatenate([[False], allowed, [False]])))
        parts = [self.between(axis, int(start), int(stop)) for start, stop in steps.reshape(-1, 2)]
        return joined(parts) if parts else self.take(np.zeros(len(self.tree), dtype=bool))

    def between(self, axis: int, start: int, stop: int) -> Boxes:
        """What lies between two cells of an axis, ``stop`` excluded."""
        meets = (self.low[axis] < stop) & (self.high[axis] > start)
        part = self.take(meets)
        part.low[axis] = np.maximum(part.low[axis], start)
        part.high[axis] = np.minimum(part.high[axis], stop)
        return part

    def spread(self, axis: int, cells: int) -> Boxes:
        """The same boxes over all ``cells`` of an axis."""
        low, high = self.low.copy(), self.high.copy()
        low[axis], high[axis] = 0, cells
        return Boxes(self.trees, self.tree, low, high, self.value)


def joined(parts: Sequence[Boxes]) -> Boxes:
    """The boxes of all parts."""
    return Boxes(
        parts[0].trees,
        np.concatenate([part.tree for part in parts]),
        np.concatenate([part.low for part in parts], axis=1),
        np.concatenate([part.high for part in parts], axis=1),
        np.concatenate([part.value for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class Forest:
    """Fitted trees, their leaves as boxes, and what they were fitted on: codes (rows, axes), objective (rows,)."""

    estimators: tuple[Any, ...]
    bags: NDArray[np.bool_]
    codes: NDArray[np.float32]
    objective: Floats
    boxes: Boxes

    @cached_property
    def oob_r2(self) -> float:
        """R² over the rows, each predicted by the trees that did not see it; NaN where every tree saw every row."""
        out = ~self.bags
        votes = np.array([tree.tree_.predict(self.codes)[:, 0] for tree in self.estimators])
        count = out.sum(axis=0)
        seen = count > 0
        truth = self.objective[seen]
        spread = float(((truth - truth.mean()) ** 2).sum()) if seen.any() else 0.0
        if not spread:
            return float("nan")
        predicted = np.where(out, votes, 0.0).sum(axis=0)[seen] / count[seen]
        return 1.0 - float(((truth - predicted) ** 2).sum()) / spread


def fit(codes: Ints, sizes: Sequence[int], objective: Floats, names: Sequence[str], settings: Settings) -> Forest:
    """A forest on codes (rows, axes), of which an axis has ``sizes`` many; the same for every order of the axes.

    Each tree gets its own bootstrap sample of the rows, of at most 3,000 when there are more than 5,000. The objective
    is standardized and rounded, so that sums of it are exact and equally good splits stay equally good.
    """
    from sklearn.tree import DecisionTreeRegressor  # takes a second to import, and looking at results needs none of it

    order = np.argsort(np.array(names), kind="stable")
    x = np.ascontiguousarray(codes[:, order], dtype=np.float32)
    centre, scale = float(objective.mean()), float(objective.std()) or 1.0
    y = np.round((objective - centre) / scale / RESOLUTION) * RESOLUTION
    rows = len(y)
    drawn = min(rows, ROWS_PER_TREE) if rows > MANY_ROWS else rows
    random = np.random.default_rng(settings.seed)
    estimators, bags = [], np.zeros((settings.trees, rows), dtype=bool)
    for bag in bags:
        weight = np.bincount(random.integers(rows, size=drawn), minlength=rows)
        bag[:] = weight > 0
        seed = int(random.integers(2**31))
        tree = DecisionTreeRegressor(min_samples_leaf=settings.min_samples_leaf, random_state=seed)
        estimators.append(tree.fit(x[bag], y[bag], weight[bag].astype(np.float64), check_input=False))
    boxes = leaves([tree.tree_ for tree in estimators], order, np.asarray(sizes))
    scaled = Boxes(boxes.trees, boxes.tree, boxes.low, boxes.high, boxes.value * scale + centre)
    return Forest(tuple(estimators), bags, x, y, scaled)


def leaves(trees: Sequence[Any], order: Ints, sizes: Ints) -> Boxes:
    """The leaves of scikit-learn's trees as boxes; ``order`` (axes,) names the axis of each feature."""
    start = np.cumsum([0, *(tree.node_count for tree in trees)])
    shift = np.repeat(start[:-1], np.diff(start))
    left = np.concatenate([tree.children_left for tree in trees])
    right = np.concatenate([tree.children_right for tree in trees]) + shift
    leaf = left < 0
    left = left + shift
    axis = order[np.maximum(np.concatenate([tree.feature for tree in trees]), 0)]
    bound = np.floor(np.concatenate([tree.threshold for tree in trees])).astype(np.int64) + 1
    low = np.zeros((len(leaf), len(sizes)), dtype=np.int64)
    high = np.zeros_like(low)
    high[start[:-1]] = sizes
    level = start[:-1]
    while len(level := level[~leaf[level]]):
        below, above = left[level], right[level]
        low[below], high[below] = low[level], high[level]
        low[above], high[above] = low[level], high[level]
        high[below, axis[level]] = bound[level]
        low[above, axis[level]] = bound[level]
        level = np.concatenate([below, above])
    value = np.concatenate([tree.value[:, 0, 0] for tree in trees])
    tree = np.repeat(np.arange(len(trees)), np.diff(start))
    return Boxes(len(trees), tree[leaf], low[leaf].T.copy(), high[leaf].T.copy(), value[leaf])
