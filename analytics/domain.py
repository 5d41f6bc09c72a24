"""The part of a search space that brushes leave, and how a forest's variance divides over it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from analytics.axes import Axis, Ints
from analytics.columns import Floats
from analytics.surrogate import Model, clipped
from analytics.variance import Weighted, weighted

REACH = 1 / 16
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False)
class Domain:
    """A model within ``brushes`` on its axes, its values between the bounds of ``clip``.

    ``measures`` holds the share of each cell, one of shape (cells + 1,) an axis, *inactive* last.
    """

    model: Model
    brushes: Mapping[str, Any]
    clip: tuple[float, float] | None
    measures: list[Floats]
    _means: dict[tuple[int, ...], Floats] = field(default_factory=dict, repr=False)

    @cached_property
    def total(self) -> Floats:
        """The variance of each tree, shape (trees,)."""
        return self._weighted.total()

    @cached_property
    def varying(self) -> Any:
        """Which trees vary here, shape (trees,); the others have no shares."""
        return self.total > NEGLIGIBLE * self.model.variance

    @cached_property
    def singles(self) -> Floats:
        """Share that each axis explains alone, shape (trees that vary, axes)."""
        return np.asarray(self._weighted.singles()[self.varying] / self.total[self.varying, None])

    @cached_property
    def pairs(self) -> Floats:
        """Share that each two axes explain beyond their singles, shape (trees that vary, pairs of axes)."""
        pairs = [self._pair(a, b) for a, b in combinations(range(len(self.measures)), 2)]
        return np.asarray(np.array(pairs).reshape(-1, len(self.singles)).T)

    def involving(self, axis: int) -> Floats:
        """Share that an axis explains alone and with each other one, shape (trees that vary,)."""
        others = (other for other in range(len(self.measures)) if other != axis)
        return np.asarray(self.singles[:, axis] + sum(self._pair(axis, other) for other in others))

    def axis(self, name: str) -> int:
        """The number of a hyperparameter's axis.

        Raises:
            KeyError: there is no such hyperparameter.
        """
        names = [axis.name for axis in self.model.axes]
        if name not in names:
            raise KeyError(f"hyperparameter {name!r} is not in the space; expected one of: {', '.join(names)}")
        return names.index(name)

    def mean(self, *axes: int) -> Floats:
        """Mean of each tree over the shown cells of one or two axes, (trees, cells[, cells]); NaN where impossible."""
        if axes in self._means:
            return self._means[axes]
        values = self.model.mean(self.measures, axes, self.clip)
        for dimension, axis in enumerate(axes, start=1):
            values = np.take(values, self.shown(axis), axis=dimension)
        if len(axes) == 1:  # marginal and effective range both look at it; surfaces are large
            self._means[axes] = values
        return values

    def shown(self, axis: int) -> Ints:
        """The cells of an axis that are left, levels in the space's order, *inactive* last; shape (cells left,)."""
        found = self.model.axes[axis]
        cells = np.flatnonzero(self.measures[axis][:-1] > 0)
        if found.order is not None:
            cells = cells[np.argsort(found.order[cells])]
        return np.asarray(np.append(cells, found.cells) if self._may_be_inactive(axis) else cells)

    def grid(self, axis: int) -> Any:
        """The value of each shown cell: its middle, or its level; NaN for *inactive*; shape (cells left,)."""
        found, cells = self.model.axes[axis], self.shown(axis)
        present = cells[cells < found.cells]
        inactive = [math.nan] * (len(cells) - len(present))
        if found.order is not None:
            levels = [found.levels[level] for level in found.order[present]]
            return np.array([*levels, *inactive, None], dtype=object)[:-1]
        low, high = self.spans(axis)
        return np.append(found.middles(low, high)[present], inactive)

    def spans(self, axis: int) -> tuple[Floats, Floats]:
        """Where what is left of each cell begins and ends, on the axis' own scale: two arrays of shape (cells,)."""
        found = self.model.axes[axis]
        return found.spans(self.brushes.get(found.name))

    def support(self, *axes: int) -> Floats:
        """How many rows lie near each shown cell of one or two axes: a sixteenth of the axis to either side at most.

        Of a category, and for *inactive*, only the cell itself is near.
        """
        edges = [np.arange(self.model.axes[axis].cells + 2) - 0.5 for axis in axes]
        counts, _ = np.histogramdd(self.model.codes[:, list(axes)], edges)
        for dimension, axis in enumerate(axes):
            near = _near(self.model.axes[axis])[self.shown(axis)]
            counts = np.moveaxis(np.tensordot(near, counts, (1, dimension)), 0, dimension)
        return counts

    @cached_property
    def _weighted(self) -> Weighted:
        return weighted(clipped(self.model.boxes, self.clip), self.measures)

    @cached_property
    def _centred(self) -> Floats:
        return self._weighted.centred

    @cached_property
    def _told(self) -> dict[tuple[int, int], Floats]:
        return {}

    def _pair(self, a: int, b: int) -> Floats:
        pair = min(a, b), max(a, b)
        if pair not in self._told:
            both = self._weighted.pair(*pair, self._centred)[self.varying] / self.total[self.varying]
            self._told[pair] = np.maximum(both - self.singles[:, a] - self.singles[:, b], 0.0)
        return self._told[pair]

    def _may_be_inactive(self, axis: int) -> bool:
        gate = self.model.gates.get(axis)
        if gate is None:
            return bool(self.measures[axis][-1] > 0)
        return any(
            bool((self.measures[parent][~allowed] > 0).any()) or self._may_be_inactive(parent)
            for parent, allowed in gate.parents.items()
        )


def restrict(model: Model, brushes: Mapping[str, Any], clip: tuple[float, float] | None = None) -> Domain:
    """The domain within brushes in normal form on hyperparameters; raises what `Model.restricted` raises."""
    return Domain(model, brushes, clip, model.restricted(brushes))


def _near(axis: Axis) -> Floats:
    """Which cells count for which, shape (cells + 1, cells + 1)."""
    reach = 0 if axis.order is not None else math.ceil(axis.cells * REACH)
    at = np.arange(axis.cells + 1)
    near = np.abs(at[:, None] - at) <= reach
    near[:-1, -1] = near[-1, :-1] = False
    return np.asarray(near, dtype=np.float64)
