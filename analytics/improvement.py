"""Importance of the improvement per interval, for members that change their hyperparameters while they train.

In population-based training no final value belongs to one configuration (HyperTendril, section 9). What an interval
added to the metric does: it was trained with one configuration, from the checkpoint of its parent.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.axes import Ints
from analytics.columns import Column, Floats, Role, category_column, number_column
from analytics.evidence import ImportanceError, Rows, metric_of
from analytics.importance import Importance, fanova
from analytics.selection import Brushes
from analytics.trials import Metric, Trials

DROPPED = ("config", "member", "parent", "final")


def improvement_importance(
    trials: Trials, metric: str, *, rows: Rows = "completed", within: Brushes | None = None
) -> Importance:
    """fANOVA of what `improvements` tells; its metric is ``improvement of METRIC``, which is maximized.

    Raises:
        ImportanceError: as of `analytics.importance.fanova`, but for the refusal of populations; there are no members.
        BrushError: as of `analytics.importance.fanova`.
    """
    told = improvements(trials, metric)
    return fanova(told, f"improvement of {metric}", rows=rows, within=within)


def improvements(trials: Trials, metric: str) -> Trials:
    """The study with a metric ``improvement of METRIC``, and every row (one member over one interval) on its own.

    It is the change from the parent's value (without a parent, from the member's own row before), positive where the
    metric got better, less the mean change of the generation: early intervals improve most, whatever their
    hyperparameters. Missing in a member's first interval, which starts from nothing.

    Raises:
        ImportanceError: there is no such metric, or no row has a member.
    """
    found = metric_of(trials, metric)
    member = trials.columns.get("member")
    if member is None or member.missing.all():
        raise ImportanceError(
            "no row has a member; expected population-based training, one row for each member and interval",
            "population",
            {"members": 0},
        )
    values = trials.columns[metric].values
    before = _before(trials, member)
    change = np.where(before >= 0, values - values[before], np.nan)
    change = -change if found.direction == "minimize" else change
    name = f"improvement of {metric}"
    told = number_column(name, _beyond_generation(trials, change), Role.METRIC)
    final = category_column("final", [True] * len(trials), Role.ROW)
    kept = {key: column for key, column in trials.columns.items() if key not in DROPPED}
    metrics = {**trials.metrics, name: Metric(name, "maximize", unit=found.unit)}
    return replace(trials, columns={**kept, "final": final, name: told}, metrics=metrics)


def _before(trials: Trials, member: Column) -> Ints:
    """The row that each row went on from, shape (rows,); -1 where there is none."""
    rows = {number: row for row, number in enumerate(trials.numbers.tolist())}
    parent = trials.columns.get("parent")
    parents = parent.values if parent is not None else np.full(len(trials), np.nan)
    before = np.array([rows.get(int(p), -1) if np.isfinite(p) else -1 for p in parents], dtype=np.int64)
    keys = [trials.numbers, *(_numbers(trials, name) for name in ("budget", "generation")), member.values]
    order = np.lexsort(keys)
    follows = np.append(False, np.diff(member.values[order]) == 0)
    own = np.full(len(trials), -1)
    own[order[follows]] = order[np.flatnonzero(follows) - 1]
    return np.asarray(np.where(before >= 0, before, own))


def _beyond_generation(trials: Trials, change: Floats) -> Floats:
    """The change less the mean of the rows of the same generation, or else of the same budget."""
    stage = _numbers(trials, "generation")
    stage = stage if stage.any() else _numbers(trials, "budget")
    _, group = np.unique(stage, return_inverse=True)
    told = np.isfinite(change)
    count = np.bincount(group[told], minlength=group.max() + 1)
    total = np.bincount(group[told], change[told], minlength=group.max() + 1)
    return np.asarray(change - (total / np.maximum(count, 1))[group])


def _numbers(trials: Trials, name: str) -> Floats:
    """A numeric column of ours; 0 where it is missing."""
    column = trials.columns.get(name)
    return np.zeros(len(trials)) if column is None else np.nan_to_num(column.values)
