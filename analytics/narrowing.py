"""How far a search space can be narrowed to where a metric is good without losing what was best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from analytics.axes import Ints
from analytics.columns import Kind, Level, level_key
from analytics.evidence import ImportanceError
from analytics.importance import Importance
from analytics.intervals import EffectiveRange, effective_range
from analytics.ranges import Range, hull
from analytics.selection import Brushes, mask
from analytics.space import Hyperparameter

BEST = 0.1
A_STEP_KEEPS = 0.8
ALL_STEPS_KEEP = 0.5
QUANTILES = (0.75, 0.5, 0.25)
A_PIECE_HOLDS = 0.1
WORTH_IT = 0.9


@dataclass(frozen=True, eq=False)
class Narrowed:
    """An importance within ``ranges`` (brushes in normal form, by hyperparameter) beside the analyst's own brushes.

    ``start`` is the importance before anything was narrowed, whose rows tell which are the best tenth.
    """

    start: Importance
    now: Importance
    ranges: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def candidates(self) -> Ints:
        """The rows within the analyst's brushes, best first (indices of the study's rows)."""
        evidence, space = self.start.evidence, self.start.trials.space
        own = {name: brush for name, brush in self.start.brushes.items() if name in space}
        inside = mask(self.start.trials, own)[evidence.rows]
        sign = -1 if self.start.metric.direction == "maximize" else 1
        order = np.argsort(sign * evidence.values[inside], kind="stable")
        return np.asarray(evidence.rows[inside][order])

    @property
    def incumbent(self) -> int:
        """The best of them."""
        return int(self.candidates[0])

    @property
    def best(self) -> Ints:
        """The best tenth of them."""
        return self.candidates[: math.ceil(BEST * len(self.candidates))]

    def kept(self, ranges: Brushes | None = None) -> tuple[int, int]:
        """How many of the best rows, and of all candidates, lie within the ranges."""
        held = mask(self.start.trials, self.ranges if ranges is None else ranges)
        return int(held[self.best].sum()), int(held[self.candidates].sum())

    @property
    def volume(self) -> float:
        """The share of the space within the analyst's brushes that the ranges leave, conditions aside."""
        return math.prod(self.part(name) for name in self.ranges)

    def part(self, name: str) -> float:
        """The share of an axis within the analyst's brushes that the ranges leave."""
        ends = (domain.spans(domain.axis(name)) for domain in (self.now.domain, self.start.domain))
        left, all_of_it = (float((high - low).sum()) for low, high in ends)
        return left / all_of_it

    def narrow(self, name: str, quantiles: Sequence[float] = QUANTILES) -> Narrowed | None:
        """The hyperparameter at its effective range, at the highest quantile that keeps the best.

        A step keeps 80 % of the best rows that were still there, and all steps half of the best; it always keeps the
        incumbent. None where no quantile does that, nearly all of the axis is left, or it is never active.
        """
        before, _ = self.kept()
        for quantile in quantiles:
            found = effective_range(self.now, name, quantile)
            if not (found.ranges or found.values):
                return None
            ranges = {**self.ranges, name: self._brush(found)}
            best, _ = self.kept(ranges)
            if best < A_STEP_KEEPS * before or best < ALL_STEPS_KEEP * len(self.best):
                continue
            try:
                narrowed = Narrowed(self.start, self.start.within({**self.start.brushes, **ranges}), ranges)
            except ImportanceError:
                return None
            return narrowed if narrowed.part(name) <= WORTH_IT else None
        return None

    def _brush(self, found: EffectiveRange) -> dict[str, Any]:
        """An effective range as a brush: one range, or some levels; with the incumbent in it."""
        name, h = found.name, self.start.trials.space[found.name]
        column = self.start.trials.columns[name]
        missing = bool(h.when) or bool(column.missing[self.candidates].any())
        incumbent = column.values[self.incumbent]
        if column.kind is Kind.CATEGORY:
            held: list[Level] = [] if np.isnan(incumbent) else [column.levels[int(incumbent)]]
            wanted = {level_key(level) for level in (*found.values, *held)}
            values = [level for level in column.levels if level_key(level) in wanted]
            return {"ranges": [], "values": values, "missing": missing}
        best = column.values[self.best]
        count = max(int((~np.isnan(best)).sum()), 1)
        pieces = [r for r in found.ranges if ((best >= r[0]) & (best <= r[1])).sum() >= A_PIECE_HOLDS * count]
        low, high = _outwards(h, *hull(pieces or found.ranges))
        if not np.isnan(incumbent):
            low, high = min(low, float(incumbent)), max(high, float(incumbent))
        return {"ranges": [list(self._within_brush(name, low, high))], "values": [], "missing": missing}

    def _within_brush(self, name: str, low: float, high: float) -> Range:
        """Within the analyst's brush on the hyperparameter, and within its bounds."""
        h = self.start.trials.space[name]
        assert h.bounds is not None
        ends = self.start.domain.brushes.get(name, {}).get("ranges") or [list(h.bounds)]
        lows, highs = zip(*ends, strict=True)
        first = h.bounds[0] if None in lows else max(h.bounds[0], min(lows))
        last = h.bounds[1] if None in highs else min(h.bounds[1], max(highs))
        return max(low, first), min(high, last)


def _outwards(h: Hyperparameter, low: float, high: float) -> Range:
    """A range with ends of few digits that holds it: two on a log scale, else a fiftieth of its width."""
    if getattr(h.distribution, "step", None) is not None or low == high:
        return low, high
    first, last = (_unit(low), _unit(high)) if h.log else (_unit(high - low),) * 2
    return _plain(math.floor(low / first) * first), _plain(math.ceil(high / last) * last)


def _plain(value: float) -> float:
    """Free of binary rounding."""
    return float(f"{value:.12g}")


def _unit(value: float) -> float:
    return float(10.0 ** (math.floor(math.log10(abs(value))) - 1))
