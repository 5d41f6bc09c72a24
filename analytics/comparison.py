"""What a refined study gained over its parent, at equal n and equal budget (HyperTendril, section 7.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.bests import Estimate, best_of, gain_of_best, mean_difference, spread_test
from analytics.columns import Column, Floats, Level, State, level_key, same_level
from analytics.evidence import gather
from analytics.selection import Mask
from analytics.space import Hyperparameter, SearchSpace
from analytics.text import number_text
from analytics.trials import Metric, Trials

BEST_SHARE = 0.1
"""The threshold is what this share of the parent's trials reaches, unless the analyst says otherwise."""
LEAST = 5
"""Trials a side below which nothing is claimed."""


class ComparisonError(ValueError):
    """Two studies that cannot be compared; one sentence."""


@dataclass(frozen=True)
class Sample:
    """Values of trials in their order, shape (n,), and what they say; ``share`` reaches the threshold."""

    name: str
    values: Floats = field(repr=False)
    best: float
    mean: float
    spread: float
    share: float
    expected: Estimate


@dataclass(frozen=True)
class Comparison:
    """Child against parent on one metric; every difference is in the metric's own unit, child minus parent.

    ``parent`` and ``child`` hold the first trials of each in the order of their numbers, as many of one as of the
    other unless all were asked for. ``inside`` are the parent's trials that lie in the child's space, what narrowing
    alone gives; None where there are none, or where the child's space is no part of the parent's. ``best_of`` is the
    n of the expected bests; ``budget`` says in words which values are compared; ``warnings`` are sentences on what
    makes the comparison unequal.
    """

    metric: Metric
    parent: Sample
    child: Sample
    inside: Sample | None
    threshold: float
    best_of: int
    budget: str
    mean: Estimate
    beyond: Estimate | None
    best: Estimate
    spread_p: float
    warnings: tuple[str, ...]

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self.metric.direction == "maximize" else -1


def shared_metrics(parent: Trials, child: Trials) -> list[Metric]:
    """Metrics of both studies with the same known direction, objectives first."""
    found = [
        metric
        for name, metric in parent.metrics.items()
        if metric.direction and name in child.metrics and child.metrics[name].direction == metric.direction
    ]
    return sorted(found, key=lambda metric: not metric.objective)


def compare(
    parent: Trials, child: Trials, metric: str, *, threshold: float | None = None, every: bool = False
) -> Comparison:
    """Compare two studies: values at a budget that both reached, the first n trials of each (``every``: all).

    Raises:
        ComparisonError: the studies do not share the metric and its direction, or one has no completed trial yet.
    """
    shared = {found.name: found for found in shared_metrics(parent, child)}
    if metric not in shared:
        known = ", ".join(shared) or "none: they share no metric of one direction"
        raise ComparisonError(f"the metric is {metric!r}; expected one that both studies have ({known})")
    found = shared[metric]
    rows, values, budget = _at_equal_budget(parent, child, found)
    for trials, given in zip((parent, child), values, strict=True):
        if not len(given):
            raise ComparisonError(f"{trials.study.name} has no completed trial with a {metric} yet")
    n = max(map(len, values)) if every else min(map(len, values))
    sign = 1 if found.direction == "maximize" else -1
    old, new = values[0][:n], values[1][:n]
    if threshold is None:
        threshold = float(sign * np.quantile(sign * old, 1 - BEST_SHARE, method="higher"))
    best_of_n = max(1, min(len(old), len(new)) // 2)
    within = values[0][inside(parent, child.space)[rows[0]]]
    make = _Maker(sign, threshold, best_of_n)
    return Comparison(
        metric=found,
        parent=make.sample(parent.study.name, old),
        child=make.sample(child.study.name, new),
        inside=make.sample(parent.study.name, within) if len(within) else None,
        threshold=threshold,
        best_of=best_of_n,
        budget=budget,
        mean=mean_difference(new, old),
        beyond=mean_difference(new, within) if len(within) else None,
        best=_turned(gain_of_best(sign * new, sign * old, best_of_n), sign),
        spread_p=spread_test(new, old),
        warnings=tuple(_warnings(parent, child, found)),
    )


def inside(trials: Trials, space: SearchSpace) -> Mask:
    """Rows whose configuration a search over ``space`` could have drawn, shape (rows,).

    A hyperparameter that the space added counts with the default that earlier trials had; one that it does not have
    any more leaves all rows.
    """
    result = np.ones(len(trials), dtype=bool)
    known: dict[str, Mask] = {}
    for name, h in space.items():
        active = np.ones(len(trials), dtype=bool)
        for parent, levels in h.when.items():
            if parent in trials.columns:
                active &= _holds(trials.columns[parent], levels) & known.get(parent, True)
        known[name] = active
        if name in trials.columns:
            result &= ~active | _within(trials.columns[name], h)
        elif h.default is None:
            result &= ~active
    return result


@dataclass(frozen=True)
class _Maker:
    sign: int
    threshold: float
    best_of: int

    def sample(self, name: str, values: Floats) -> Sample:
        better = self.sign * values
        return Sample(
            name=name,
            values=values,
            best=float(self.sign * better.max()),
            mean=float(values.mean()),
            spread=float(values.std(ddof=1)) if len(values) > 1 else math.nan,
            share=float((better >= self.sign * self.threshold).mean()),
            expected=_turned(best_of(better, min(self.best_of, len(values))), self.sign),
        )


def _turned(estimate: Estimate, sign: int) -> Estimate:
    """The estimate of a minimized metric, found on its negative."""
    return estimate if sign > 0 else Estimate(-estimate.value, -estimate.high, -estimate.low)


def _holds(column: Column, levels: Sequence[Level]) -> Mask:
    """Rows whose value is one of the levels."""
    if column.levels:
        codes = [code for code, own in enumerate(column.levels) if any(same_level(own, level) for level in levels)]
        return np.asarray(np.isin(column.values, codes))
    numbers = [float(level) for level in levels if level_key(level)[0] == "number" and level is not None]
    return np.asarray(np.isin(column.values, numbers))


def _within(column: Column, h: Hyperparameter) -> Mask:
    if h.bounds is None or column.levels:
        return _holds(column, h.choices) if h.choices else ~column.missing
    low, high = h.bounds
    slack = 1e-12 * max(abs(low), abs(high))
    return np.asarray((column.values >= low - slack) & (column.values <= high + slack))


def _at_equal_budget(parent: Trials, child: Trials, metric: Metric) -> tuple[list[np.ndarray], list[Floats], str]:
    """Rows and values of both in the order of their numbers, and in words at which budget they were taken."""
    highest = [_highest_budget(trials) for trials in (parent, child)]
    known = [budget for budget in highest if budget is not None]
    lower = min(known) if len(known) == 2 and known[0] != known[1] else None
    found = [gather(trials, metric, "completed" if lower is None else lower) for trials in (parent, child)]
    text = "each configuration at its highest budget"
    if lower is not None and min(len(each.rows) for each in found) >= 1:
        text = f"at budget {number_text(lower)}, which both reached, read from the curves where it was not the last"
    elif lower is not None:
        found = [gather(trials, metric) for trials in (parent, child)]
        text += f", which differs ({number_text(highest[0] or 0)} and {number_text(highest[1] or 0)})"
    elif len(known) == 2:
        text = f"at budget {number_text(known[0])}"
    order = [np.argsort(t.numbers[each.rows], kind="stable") for t, each in zip((parent, child), found, strict=True)]
    rows = [each.rows[o] for each, o in zip(found, order, strict=True)]
    return rows, [each.values[o] for each, o in zip(found, order, strict=True)], text


def _highest_budget(trials: Trials) -> float | None:
    budgets = trials.columns.get("budget")
    given = budgets.values[trials.comparable()] if budgets is not None else np.array([])
    given = given[np.isfinite(given)]
    return float(given.max()) if len(given) else None


def _warnings(parent: Trials, child: Trials, metric: Metric) -> list[str]:
    samplers = [_search(trials) for trials in (parent, child)]
    found = []
    if samplers[0] != samplers[1]:
        found.append(
            f"The samplers differ ({parent.study.name}: {samplers[0]}; {child.study.name}: {samplers[1]}): "
            "what the sampler did and what the space did cannot be told apart."
        )
    for trials in (parent, child):
        counts: Mapping[State, int] = {s: int(trials.in_state(s).sum()) for s in (State.PRUNED, State.FAILED)}
        lost = [f"{count:,} {state}" for state, count in counts.items() if count]
        if lost:
            why = (
                "pruning leaves the better ones, so its mean is too good" if counts[State.PRUNED] else "they have none"
            )
            found.append(f"{trials.study.name}: {' and '.join(lost)} trials are not in its {metric.name} ({why}).")
    return found


def _search(trials: Trials) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in trials.study.settings.items())
    return (trials.study.algorithm or "unknown") + (f" ({settings})" if settings else "")
