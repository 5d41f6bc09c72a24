"""Which rows an importance may rest on, what was left out, and when there can be none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from analytics.axes import Ints
from analytics.columns import Floats, Kind, State
from analytics.selection import Mask
from analytics.trials import Metric, Trials

Rows: TypeAlias = Literal["completed", "worst"] | float
"""``completed``: completed trials at their highest budget; where configurations were measured at several, at the
highest of all. ``worst``: also those that were pruned or stopped below it, as bad as the worst completed.
A number: every configuration that was measured at this budget (epoch, step), pruned or not, with its value there."""

ROWS_PER_HYPERPARAMETER = 10

Reason = Literal["too few", "constant", "population", "metric", "direction", "brush", "unsupported"]
LEFT_OUT = {State.FAILED: "failed", State.RUNNING: "running", State.WAITING: "waiting", State.PRUNED: "pruned"}


class ImportanceError(ValueError):
    """There is no importance to tell: a sentence, the ``reason`` in a word, and the ``counts`` it rests on."""

    def __init__(self, sentence: str, reason: Reason, counts: Mapping[str, int] | None = None) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
        self.counts = dict(counts or {})


@dataclass(frozen=True, eq=False)
class Evidence:
    """The ``rows`` used (indices), their ``values``, how many are ``imputed``, and why how many are ``left_out``."""

    rows: Ints
    values: Floats
    imputed: int
    left_out: Mapping[str, int]

    def take(self, which: Ints) -> Evidence:
        """A resample of the rows."""
        return Evidence(self.rows[which], self.values[which], self.imputed, self.left_out)


def gather(trials: Trials, metric: Metric, rows: Rows = "completed", within: Mask | None = None) -> Evidence:
    """The rows of a study that may be compared on a metric; ``within`` (rows,) leaves the others out.

    Raises:
        ImportanceError: no choice of rows is that, or the metric has no direction to know the worst by.
    """
    if isinstance(rows, str):
        values = trials.columns[metric.name].values.copy()
        used, imputed = _by_state(trials, metric, rows, values)
    else:
        values = _at_budget(trials, metric, float(rows))
        used, imputed = np.isfinite(values), np.zeros(len(trials), dtype=bool)
    outside = used & ~within if within is not None else np.zeros(len(trials), dtype=bool)
    reasons = _reasons(trials, used, at_budget=not isinstance(rows, str))
    reasons[outside] = "outside the brush"
    keep = used & ~outside & np.isfinite(values)
    reasons[used & ~outside & ~keep] = f"without a finite {metric.name}"
    why, count = np.unique(reasons[~keep].astype(str), return_counts=True)
    left_out = dict(zip(why.tolist(), count.tolist(), strict=True))
    return Evidence(np.flatnonzero(keep), values[keep], int((imputed & keep).sum()), left_out)


def metric_of(trials: Trials, name: str) -> Metric:
    """A metric by name.

    Raises:
        ImportanceError: the study has no such metric, or its values are categories.
    """
    known = ", ".join(trials.metrics) or "none"
    if name not in trials.metrics or trials.columns[name].kind is Kind.CATEGORY:
        raise ImportanceError(
            f"metric {name!r} is not a numeric metric of the study; expected one of: {known}", "metric"
        )
    return trials.metrics[name]


def refuse_population(trials: Trials) -> None:
    """Raises ImportanceError where members change their hyperparameters while they train."""
    member = trials.columns.get("member")
    if member is None or member.missing.all():
        return
    present = ~member.missing
    codes = member.values[present].astype(np.int64)
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    changed = np.zeros(len(codes), dtype=bool)
    for name in trials.params:
        values = trials.columns[name].values[present]
        start = values[first][group]
        changed |= ~((values == start) | (np.isnan(values) & np.isnan(start)))
    counts = {"members": len(first), "changed": len(np.unique(codes[changed]))}
    if counts["changed"]:
        raise ImportanceError(
            f"{counts['changed']} of {counts['members']} members changed their hyperparameters while they trained "
            "(population-based training), so no final value belongs to one configuration, and there is no importance "
            "of it (HyperTendril, section 9)",
            "population",
            counts,
        )


def refuse_too_few(evidence: Evidence, varying: int) -> None:
    """Raises ImportanceError with fewer than 10 rows for each of ``varying`` hyperparameters."""
    rows, needed = len(evidence.rows), ROWS_PER_HYPERPARAMETER * max(varying, 1)
    if rows >= needed:
        return
    left = ", ".join(f"{count} {why}" for why, count in evidence.left_out.items()) or "none"
    raise ImportanceError(
        f"too few: {rows} rows for {varying} hyperparameters that vary; expected at least {needed}, "
        f"{ROWS_PER_HYPERPARAMETER} for each (left out: {left})",
        "too few",
        {"rows": rows, "hyperparameters": varying, "needed": needed, "left out": sum(evidence.left_out.values())},
    )


def refuse_constant(evidence: Evidence) -> None:
    """Raises ImportanceError where all values are the same; there must be a row."""
    if np.ptp(evidence.values) == 0:
        rows, value = len(evidence.rows), float(evidence.values[0])
        raise ImportanceError(
            f"all {rows} rows have the value {value!r}: nothing to explain", "constant", {"rows": rows}
        )


def _by_state(trials: Trials, metric: Metric, rows: str, values: Floats) -> tuple[Mask, Mask]:
    """The rows used and the imputed ones among them, whose values are set."""
    lower = _stopped_below(trials)
    completed = trials.comparable() & ~lower
    if rows == "completed":
        return completed, np.zeros(len(trials), dtype=bool)
    if rows != "worst":
        raise ImportanceError(f"rows are {rows!r}; expected 'completed', 'worst' or a budget", "metric")
    if metric.direction is None:
        raise ImportanceError(f"metric {metric.name!r} has no direction; expected one, to know the worst", "direction")
    pruned = (trials.in_state(State.PRUNED) | lower) & trials.final
    told = values[completed & np.isfinite(values)]
    values[pruned] = (told.max() if metric.direction == "minimize" else told.min()) if len(told) else math.nan
    return completed | pruned, pruned


def _stopped_below(trials: Trials) -> Mask:
    """Completed rows below the highest budget, where configurations were measured at several; shape (rows,).

    What a budget adds is no effect of a hyperparameter. Where each configuration has one budget of its own, such as the
    epochs that it was given, all may be compared.
    """
    completed = trials.in_state(State.COMPLETE)
    budget, config = trials.columns.get("budget"), trials.columns.get("config")
    if budget is None or config is None:
        return np.zeros(len(trials), dtype=bool)
    told = completed & ~budget.missing & ~config.missing
    measured = np.unique(np.stack([config.values[told], budget.values[told]]), axis=1)
    if len(np.unique(measured[0])) == measured.shape[1]:
        return np.zeros(len(trials), dtype=bool)
    return np.asarray(completed & (budget.values < measured[1].max()))


def _at_budget(trials: Trials, metric: Metric, budget: float) -> Floats:
    """The value of each row at a budget, shape (rows,): its own, or that of its history; NaN where there is none.

    A configuration with a row of its own at the budget counts with that; another through one history only.
    """
    ended = trials.in_state(State.COMPLETE, State.PRUNED)
    budgets = trials.columns.get("budget")
    exact = ended & (budgets.values == budget) if budgets is not None else np.zeros(len(trials), dtype=bool)
    values: Floats = np.where(exact, trials.columns[metric.name].values, math.nan)
    history = trials.load_history(None)
    at = history[(history["metric"] == metric.name) & (history["step"] == budget)]
    told = dict(zip(at["number"].tolist(), at["value"].tolist(), strict=True))
    config = trials.columns.get("config")
    groups = config.values if config is not None else np.full(len(trials), math.nan)
    seen = set(groups[exact].tolist())
    for row in np.flatnonzero(ended & ~exact):
        value = told.get(int(trials.numbers[row]), math.nan)
        if math.isnan(value) or groups[row] in seen:
            continue
        values[row] = value
        if not math.isnan(groups[row]):
            seen.add(groups[row])
    return values


def _reasons(trials: Trials, used: Mask, *, at_budget: bool) -> np.typing.NDArray[np.object_]:
    """Why each row that is not used is left out, shape (rows,)."""
    reasons = np.full(
        len(trials), "at a lower budget" if not at_budget else "without a value at the budget", dtype=object
    )
    for state, why in LEFT_OUT.items():
        if not (at_budget and state is State.PRUNED):
            reasons[trials.in_state(state) & ~used] = why
    return reasons
