"""Which hyperparameters matter, and where: functional ANOVA on a random forest.

Hutter, Hoos, Leyton-Brown: An Efficient Approach for Assessing Hyperparameter Importance (ICML 2014).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from analytics.columns import Floats, State
from analytics.domain import Domain, restrict
from analytics.evidence import Evidence, ImportanceError, Rows, gather, metric_of, refuse_population
from analytics.forest import Settings
from analytics.selection import Brushes, mask, normalize
from analytics.surrogate import Model, RefitNeeded, fit_model
from analytics.trials import Metric, Trials

__all__ = ["Importance", "ImportanceError", "Settings", "fanova"]


@dataclass(frozen=True, eq=False)
class Importance:
    """Shares of a metric's variance over the search space, or over the part of it that ``brushes`` leave.

    ``evidence`` holds the rows used, ``inside`` of which lie in the brushes on hyperparameters. ``*_std`` is the spread
    over the trees; the uncertainty is told by `analytics.uncertainty.bootstrap`. Names are in the order of the space.
    """

    trials: Trials = field(repr=False)
    metric: Metric
    settings: Settings
    choice: Rows
    brushes: Mapping[str, Any]
    inside: int
    evidence: Evidence = field(repr=False)
    domain: Domain = field(repr=False)

    @property
    def rows(self) -> int:
        """How many rows of the study were used."""
        return len(self.evidence.rows)

    @property
    def imputed(self) -> int:
        """How many of the rows used have a value that was not measured."""
        return self.evidence.imputed

    @property
    def pruned(self) -> int:
        """How many of the rows used are of pruned trials; the others completed."""
        return int(self.trials.in_state(State.PRUNED)[self.evidence.rows].sum())

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many rows were not used, by reason."""
        return self.evidence.left_out

    @cached_property
    def single(self) -> dict[str, float]:
        """Share of the variance that each hyperparameter explains alone."""
        return dict(zip(self.trials.space, self.domain.singles.mean(axis=0).tolist(), strict=True))

    @cached_property
    def single_std(self) -> dict[str, float]:
        """Standard deviation of `single` over the trees."""
        return dict(zip(self.trials.space, self.domain.singles.std(axis=0).tolist(), strict=True))

    @cached_property
    def pairs(self) -> dict[tuple[str, str], float]:
        """Share of the variance that each two hyperparameters explain together, beyond what each does alone."""
        return dict(zip(combinations(self.trials.space, 2), self.domain.pairs.mean(axis=0).tolist(), strict=True))

    @cached_property
    def pairs_std(self) -> dict[tuple[str, str], float]:
        """Standard deviation of `pairs` over the trees."""
        return dict(zip(combinations(self.trials.space, 2), self.domain.pairs.std(axis=0).tolist(), strict=True))

    @property
    def rest(self) -> float:
        """Share of the variance that takes three or more hyperparameters together to explain."""
        return max(0.0, 1.0 - sum(self.single.values()) - sum(self.pairs.values()))

    @property
    def oob_r2(self) -> float:
        """R² of the forest on rows that its trees did not see: how much of the metric the shares divide."""
        return self.domain.model.forest.oob_r2

    def marginal(self, name: str) -> tuple[Floats, Floats, Floats]:
        """Grid, mean and spread over the trees, each of shape (cells,), of the metric over one hyperparameter.

        The grid is on the hyperparameter's scale, of a category it holds the levels; *inactive* comes last, as NaN. The
        mean is over all values of the others, of a conditional hyperparameter over those for which it counts.
        """
        axis = self.domain.axis(name)
        values = self.domain.mean(axis)
        return self.domain.grid(axis), values.mean(axis=0), _spread(values)

    def surface(self, a: str, b: str) -> tuple[Floats, Floats, Floats, Floats]:
        """Grid of ``a``, grid of ``b``, mean and spread over the trees, both of shape (cells of a, cells of b).

        NaN where the two cannot have these values at once.
        """
        axes = self.domain.axis(a), self.domain.axis(b)
        values = self.domain.mean(*axes)
        return self.domain.grid(axes[0]), self.domain.grid(axes[1]), values.mean(axis=0), _spread(values)

    def support(self, *names: str) -> Floats:
        """How many rows used lie near each cell of the grid of one or two hyperparameters, see `Domain.support`."""
        return self.domain.support(*(self.domain.axis(name) for name in names))

    def within(self, brushes: Brushes) -> Importance:
        """The importance within brushes of the shape of `analytics.selection`, in the place of those that were there.

        Brushes on hyperparameters leave a part of the search space, a brush on the metric itself clips it; both look at
        the forest that is there. Any other brush fits a forest on the rows within.

        Raises:
            ImportanceError: nothing is left, the rows left are too few, or nothing varies there.
            BrushError: a brush has a wrong shape or names a column that the study does not have.
        """
        return _analyse(self.trials, self.metric, self.settings, self.choice, normalize(brushes), self)


def fanova(
    trials: Trials,
    metric: str,
    *,
    trees: int = 16,
    bins: int = 64,
    min_samples_leaf: int = 3,
    seed: int = 0,
    within: Brushes | None = None,
    rows: Rows = "completed",
) -> Importance:
    """Importance of the hyperparameters of a study for a metric; the same input and seed give the same result.

    Numeric axes are cut into at most ``bins`` cells before the fit, on which the decomposition of the forest is exact.

    Raises:
        ImportanceError: there is no importance to tell, with the reason and the counts.
        BrushError: a brush of ``within`` has a wrong shape or names a column that the study does not have.
    """
    found = metric_of(trials, metric)
    refuse_population(trials)
    return _analyse(trials, found, Settings(trees, bins, min_samples_leaf, seed), rows, normalize(within or {}))


def _analyse(
    trials: Trials,
    metric: Metric,
    settings: Settings,
    choice: Rows,
    brushes: Mapping[str, Any],
    known: Importance | None = None,
) -> Importance:
    """The importance within brushes in normal form; on the forest of ``known`` where that saw the same rows."""
    own = {name: brush for name, brush in brushes.items() if name in trials.space}
    others = {name: brush for name, brush in brushes.items() if name not in own and name != metric.name}
    inside = mask(trials, own)
    clip = _clip(brushes.get(metric.name))
    evidence, model = _fitted(trials, metric, settings, choice, others, known)
    try:
        domain = restrict(model, own, clip)
    except RefitNeeded as needed:
        others[needed.name] = own.pop(needed.name)
        evidence, model = _fitted(trials, metric, settings, choice, others, None)
        domain = restrict(model, own, clip)
    count = int(inside[evidence.rows].sum())
    counts = {"rows": len(evidence.rows), "inside": count}
    if not count:
        raise ImportanceError(f"too few: none of {counts['rows']} rows lies within the brush", "too few", counts)
    if not domain.varying.any():
        raise ImportanceError(f"{metric.name!r} does not vary within the brush: nothing to explain", "constant", counts)
    return Importance(trials, metric, settings, choice, brushes, count, evidence, domain)


def _fitted(
    trials: Trials,
    metric: Metric,
    settings: Settings,
    choice: Rows,
    others: Mapping[str, Any],
    known: Importance | None,
) -> tuple[Evidence, Model]:
    """The rows within the ``others``, and a forest on them."""
    within = mask(trials, others) if others else None
    evidence = gather(trials, metric, choice, within)
    if known is not None and np.array_equal(evidence.rows, known.evidence.rows):
        return known.evidence, known.domain.model
    return evidence, fit_model(trials, evidence, settings)


def _clip(brush: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """The lowest and highest value that a brush on the metric leaves."""
    if brush is None:
        return None
    ranges = [*brush["ranges"], *((value, value) for value in brush["values"])]
    if not ranges:
        raise ImportanceError("the brush on the metric leaves no value", "brush")
    lows = [-math.inf if low is None else float(low) for low, _ in ranges]
    highs = [math.inf if high is None else float(high) for _, high in ranges]
    return min(lows), max(highs)


def _spread(values: Floats) -> Floats:
    """Standard deviation over the trees, the first dimension."""
    return np.asarray(values.std(axis=0, ddof=1 if len(values) > 1 else 0))
