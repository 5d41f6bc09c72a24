"""What a run of an optimizer holds, evaluation by evaluation, and the trials it becomes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from analytics.columns import ROW_KINDS, Column, Kind, Role, State, category_column, number_column, public_name
from analytics.space import Hyperparameter
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials, study_id
from data.readers.base import STATES, LoadHistory, assemble, no_history, state_column
from data.readers.conditions import infer_conditions
from data.readers.table_space import hyperparameter

Point: TypeAlias = tuple[float, str, float]
"""Step, metric and value."""

EARLIEST = 946_684_800.0
"""2000-01-01 in seconds since 1970: times before it count from the beginning of a run."""


@dataclass(slots=True)
class Evaluation:
    """One configuration measured at one budget with one seed; times are seconds since 1970 in UTC.

    ``row`` holds what else is known of our own columns (seed, parent, generation, bracket, rung, batch, member);
    ``history`` the values over steps.
    """

    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    state: State = State.COMPLETE
    config: str | int | None = None
    budget: float | None = None
    start: float | None = None
    end: float | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Point] = ()


@dataclass(frozen=True)
class Run:
    """One run of an optimizer; hyperparameters that ``space`` does not declare are inferred from their values."""

    evaluations: Sequence[Evaluation]
    objectives: Sequence[Metric]
    space: Sequence[Hyperparameter] = ()
    algorithm: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def to_trials(address: str, own_id: str, name: str, run: Run) -> Trials:
    """The trials of a run; ``own_id`` names it within its source."""
    notes = list(run.notes)
    rows, shift = _rows(run.evaluations)
    if shift:
        notes.append("The run tells times from its own beginning, so they are shown as durations only.")
    params = _params(run)
    complete = rows["state"].values == STATES.index(State.COMPLETE)
    if inferred := [h.name for h, _ in params if h.inferred]:
        when = infer_conditions({h.name: (h, column) for h, column in params}, complete)
        params = [(replace(h, when=when.get(h.name, {})) if h.inferred else h, column) for h, column in params]
        notes.append(f"Bounds and conditions were inferred from the values of {_some(inferred)}.")
    metrics = _metrics(run)
    study = Study(
        study_id(address, own_id), name, address, own_id, run.algorithm, dict(run.settings), notes=tuple(notes)
    )
    public = {m.name: public_name(m.name, Role.METRIC) for m, _ in metrics}
    return assemble(study, rows, params, metrics, _history(run.evaluations, public))


def _rows(evaluations: Sequence[Evaluation]) -> tuple[dict[str, Column], bool]:
    """Our own columns, and whether times were relative."""
    codes = [float(STATES.index(e.state)) for e in evaluations]
    rows = {
        "number": number_column("number", np.arange(len(evaluations), dtype=np.float64), Role.ROW, Kind.INT),
        "state": state_column(np.array(codes, dtype=np.float64)),
    }
    times = {key: _numbers([getattr(e, key) for e in evaluations]) for key in ("start", "end")}
    shift = bool(len(evaluations)) and not np.nanmin(np.append(times["start"], np.inf)) >= EARLIEST
    if shift:
        rows["duration"] = number_column("duration", times["end"] - times["start"], Role.ROW)
    else:
        rows |= {key: Column(key, Kind.TIME, Role.ROW, values) for key, values in times.items()}
    if any(e.config is not None for e in evaluations):
        rows["config"] = category_column("config", [_or_nan(e.config) for e in evaluations], Role.ROW)
    rows["budget"] = number_column("budget", _numbers([e.budget for e in evaluations]), Role.ROW)
    for key in {key for e in evaluations for key in e.row}:
        values = [e.row.get(key) for e in evaluations]
        if ROW_KINDS[key] is Kind.CATEGORY:
            rows[key] = category_column(key, map(_or_nan, values), Role.ROW)
        else:
            rows[key] = number_column(key, _numbers(values), Role.ROW, ROW_KINDS[key])
    return rows, shift


def _params(run: Run) -> list[tuple[Hyperparameter, Column]]:
    """The hyperparameters with their columns, those of the space first."""
    declared = {h.name: h for h in run.space}
    names = [*declared, *dict.fromkeys(name for e in run.evaluations for name in e.params if name not in declared)]
    found = []
    for name in names:
        values = [e.params.get(name, math.nan) for e in run.evaluations]
        h = declared.get(name)
        if h is None:
            h, column = hyperparameter(name, pd.Series(values, dtype=object, name=name).infer_objects())
        elif h.is_category:
            column = category_column(name, values, Role.PARAM, h.choices)
        else:
            kind = Kind.INT if type(h.distribution).__name__ == "IntDistribution" else Kind.FLOAT
            column = number_column(name, _numbers(values), Role.PARAM, kind)
        found.append((h, column))
    return found


def _metrics(run: Run) -> list[tuple[Metric, Any]]:
    """The objectives and then all else that was measured, in order of appearance."""
    known = {metric.name: metric for metric in run.objectives}
    names = [*known, *dict.fromkeys(name for e in run.evaluations for name in e.metrics if name not in known)]
    return [(known.get(name, Metric(name)), _numbers([e.metrics.get(name) for e in run.evaluations])) for name in names]


def _history(evaluations: Sequence[Evaluation], public: Mapping[str, str]) -> LoadHistory:
    """Loads the values over steps; metrics go by their public names."""
    if not any(e.history for e in evaluations):
        return no_history

    def load(numbers: Sequence[int] | None) -> pd.DataFrame:
        chosen = range(len(evaluations)) if numbers is None else sorted(set(numbers))
        rows = [
            (number, step, public.get(metric, metric), value)
            for number in chosen
            if number < len(evaluations)
            for step, metric, value in evaluations[number].history
        ]
        return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS)) if rows else no_history(None)

    return load


def _numbers(values: Sequence[Any]) -> Any:
    """As float64; what is no number is missing."""
    return np.array([number(v) for v in values], dtype=np.float64)


def number(value: Any) -> float:
    """A value as a number; NaN where it is none."""
    if isinstance(value, (bool, int, float, np.number)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return math.nan


def _or_nan(value: Any) -> Any:
    return math.nan if value is None else value


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
