"""Importances that rest on no forest of ours: what is asked of another method, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analytics.columns import State
from analytics.evidence import (
    Evidence,
    ImportanceError,
    Rows,
    gather,
    metric_of,
    refuse_constant,
    refuse_population,
    refuse_too_few,
)
from analytics.refine import refine
from analytics.respace import refined_space
from analytics.selection import Brushes, mask, normalize
from analytics.space import SearchSpace
from analytics.trials import Metric, Trials


@dataclass(frozen=True, eq=False)
class Asked:
    """The rows of a study within brushes, and the search space that the brushes leave.

    ``space`` lacks the hyperparameters that are never active within the brushes.
    """

    trials: Trials = field(repr=False)
    metric: Metric
    evidence: Evidence = field(repr=False)
    space: SearchSpace = field(repr=False)


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares by hyperparameter that add up to at most 1, named and counted as in `analytics.importance.Importance`.

    ``pairs`` is empty where the method tells none. All rows used lie within the brushes.
    """

    asked: Asked = field(repr=False)
    single: dict[str, float]
    pairs: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def metric(self) -> Metric:
        return self.asked.metric

    @property
    def rows(self) -> int:
        """How many rows of the study were used."""
        return len(self.asked.evidence.rows)

    inside = rows

    @property
    def imputed(self) -> int:
        """How many of the rows used have a value that was not measured."""
        return self.asked.evidence.imputed

    @property
    def pruned(self) -> int:
        """How many of the rows used are of pruned trials; the others completed."""
        return int(self.asked.trials.in_state(State.PRUNED)[self.asked.evidence.rows].sum())

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many rows were not used, by reason."""
        return self.asked.evidence.left_out


def ask(trials: Trials, metric: str, rows: Rows = "completed", within: Brushes | None = None) -> Asked:
    """What another method is asked of; a brush leaves rows, and of the space the hull of its ranges.

    Raises:
        ImportanceError: for the reasons of `analytics.importance.fanova`.
        BrushError: a brush has a wrong shape or names a column that the study does not have.
    """
    found = metric_of(trials, metric)
    refuse_population(trials)
    brushes = normalize(within or {})
    evidence = gather(trials, found, rows, mask(trials, brushes) if brushes else None)
    own = {name: brush for name, brush in brushes.items() if name in trials.space}
    space, _ = refined_space(refine(trials, own))
    if not space:
        raise ImportanceError("the study has no hyperparameters", "too few", {"rows": len(evidence.rows)})
    refuse_too_few(evidence, sum(_varies(trials, name, evidence) for name in space))
    refuse_constant(evidence)
    return Asked(trials, found, evidence, space)


def _varies(trials: Trials, name: str, evidence: Evidence) -> bool:
    return len(np.unique(trials.columns[name].values[evidence.rows])) > 1
