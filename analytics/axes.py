"""Hyperparameters as axes of at most a given number of cells, on which forests are fitted and integrated exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import Column, Floats, Kind, Level, level_key
from analytics.ranges import Numeric, step_of
from analytics.space import Hyperparameter

Ints: TypeAlias = NDArray[np.int64]
SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Axis:
    """One hyperparameter cut into cells; the code after the last cell means *inactive*.

    ``edges`` (cells + 1,) lie on the axis' own scale: logarithms on a log axis, half a step around the values of a
    grid, so that lengths are shares of what the search draws. Of a category each level is a cell; ``order`` (cells,)
    names the level that each cell holds, by mean objective, since trees cut an axis into intervals.
    """

    hyperparameter: Hyperparameter
    edges: Floats
    levels: tuple[Level, ...] = ()
    order: Ints | None = None

    @property
    def name(self) -> str:
        return self.hyperparameter.name

    @property
    def cells(self) -> int:
        return len(self.edges) - 1

    @cached_property
    def measure(self) -> Floats:
        """The share of the axis that each cell holds, shape (cells,)."""
        lengths = np.diff(self.edges)
        return np.asarray(lengths / lengths.sum())

    def encode(self, column: Column) -> Ints:
        """The cell of each row, shape (rows,); ``cells`` where there is none. Beyond a bound is the cell next to it."""
        codes = np.full(len(column), self.cells, dtype=np.int64)
        present = ~column.missing
        if self.order is not None:
            codes[present] = np.argsort(self.order)[column.values[present].astype(np.int64)]
            return codes
        placed = self.scale(np.clip(column.values[present], *self._bounds)) + SLACK * np.diff(self.edges).min()
        codes[present] = np.clip(np.searchsorted(self.edges, placed, side="right") - 1, 0, self.cells - 1)
        return codes

    def scale(self, values: Any) -> Floats:
        """Values on the axis' own scale."""
        return np.asarray(np.log(values) if self.hyperparameter.log else values, dtype=np.float64)

    def spans(self, brush: Mapping[str, Any] | None) -> tuple[Floats, Floats]:
        """Where the part of each cell that a brush in normal form holds begins and ends, on the axis' own scale.

        Two arrays of shape (cells,), equal where the brush holds nothing of a cell; several ranges within one cell
        count from the first to the last. A range without length holds the cell that it lies in.
        """
        if brush is None:
            return self.edges[:-1], self.edges[1:]
        if self.order is not None:
            wanted = {level_key(value) for value in brush["values"]}
            held = np.array([level_key(self.levels[level]) in wanted for level in self.order])
            return self.edges[:-1], np.where(held, self.edges[1:], self.edges[:-1])
        low, high = np.full(self.cells, math.inf), np.full(self.cells, -math.inf)
        numbers = [value for value in brush["values"] if level_key(value)[0] == "number"]
        for first, last in [*brush["ranges"], *((value, value) for value in numbers)]:
            start, end = self._span(first, last)
            inside = (np.minimum(end, self.edges[1:]) > np.maximum(start, self.edges[:-1])) & (end >= start)
            low = np.where(inside, np.minimum(low, np.maximum(start, self.edges[:-1])), low)
            high = np.where(inside, np.maximum(high, np.minimum(end, self.edges[1:])), high)
        none = low > high
        return np.where(none, self.edges[:-1], low), np.where(none, self.edges[:-1], high)

    def middles(self, low: Floats, high: Floats) -> Floats:
        """The values half way between two positions on the axis' own scale; on a grid, the nearest value of it."""
        middle = (low + high) / 2
        values = np.exp(middle) if self.hyperparameter.log else middle
        step = self._step
        if step is None:
            return np.asarray(values)
        start = self._bounds[0]
        return np.asarray(start + np.round((values - start) / step - SLACK) * step)

    def ends(self, low: float, high: float) -> tuple[float, float]:
        """The lowest and highest value between two edges, on the hyperparameter's scale, within its bounds."""
        first, last = (math.exp(v) if self.hyperparameter.log else float(v) for v in (low, high))
        start, stop = self._bounds
        step = self._step
        if step is None:
            return max(_rounded(first), start), min(_rounded(last), stop)
        begin, end = math.ceil((first - start) / step - SLACK), math.floor((last - start) / step + SLACK)
        return start + begin * step, start + end * step

    @property
    def _bounds(self) -> tuple[float, float]:
        bounds = self.hyperparameter.bounds
        assert bounds is not None
        return bounds

    @property
    def _step(self) -> float | None:
        d = self.hyperparameter.distribution
        assert isinstance(d, FloatDistribution | IntDistribution)
        return step_of(d)

    def _span(self, first: float | None, last: float | None) -> tuple[float, float]:
        """A closed range on the axis' own scale; empty (end before start) where no value lies in it."""
        start, stop = self._bounds
        low, high = (start if first is None else max(first, start)), (stop if last is None else min(last, stop))
        if low > high:
            return 1.0, 0.0
        step = self._step
        if step is not None:
            begin, end = math.ceil((low - start) / step - SLACK), math.floor((high - start) / step + SLACK)
            if begin > end:
                return 1.0, 0.0
            low, high = start + (begin - 0.5) * step, start + (end + 0.5) * step
        begins, ends = (float(v) for v in self.scale([low, high]))
        if begins == ends:
            cell = min(max(int(np.searchsorted(self.edges, begins, side="right")) - 1, 0), self.cells - 1)
            return float(self.edges[cell]), float(self.edges[cell + 1])
        return begins, ends


def make_axis(hyperparameter: Hyperparameter, column: Column, rows: Ints, objective: Floats, bins: int) -> Axis:
    """The axis of a hyperparameter; ``objective`` (rows,) belongs to the ``rows`` of the column and orders levels."""
    if column.kind is Kind.CATEGORY:
        return _category(hyperparameter, column, rows, objective)
    d = hyperparameter.distribution
    assert isinstance(d, FloatDistribution | IntDistribution)
    return Axis(hyperparameter, _edges(d, bins))


def _rounded(value: float) -> float:
    """Free of what logarithm and exponential leave behind."""
    return float(f"{value:.12g}")


def _category(hyperparameter: Hyperparameter, column: Column, rows: Ints, objective: Floats) -> Axis:
    known = {level_key(level) for level in column.levels}
    levels = (*column.levels, *(level for level in hyperparameter.choices if level_key(level) not in known))
    codes = column.values[rows]
    present = ~np.isnan(codes)
    which = codes[present].astype(np.int64)
    count = np.bincount(which, minlength=len(levels))
    total = np.bincount(which, objective[present], minlength=len(levels))
    mean = np.where(count > 0, total / np.maximum(count, 1), objective.mean())
    return Axis(hyperparameter, np.arange(len(levels) + 1, dtype=np.float64), levels, np.argsort(mean, kind="stable"))


def _edges(d: Numeric, bins: int) -> Floats:
    """Edges of at most ``bins`` cells of equal length on the own scale; on a grid they lie between its values."""
    step, low, high = step_of(d), float(d.low), float(d.high)
    if step is None:
        ends = np.log([low, high]) if d.log else np.array([low, high])
        return np.linspace(ends[0], ends[1], bins + 1) if low < high else np.array([ends[0] - 0.5, ends[0] + 0.5])
    count = round((high - low) / step) + 1
    index = np.arange(min(count, bins) + 1, dtype=np.float64)
    if count > bins:
        outer = np.array([low - step / 2, high + step / 2])
        ends = np.log(outer) if d.log else outer
        wanted = np.linspace(ends[0], ends[1], bins + 1)
        index = np.unique(np.round(((np.exp(wanted) if d.log else wanted) - low) / step + 0.5))
    edges = low + step * (index - 0.5)
    return np.asarray(np.log(edges) if d.log else edges)
