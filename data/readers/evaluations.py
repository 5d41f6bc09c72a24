"""What a run of an optimizer holds, evaluation by evaluation, and the trials it becomes."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from optuna.distributions import CategoricalDistribution, IntDistribution

from analytics.columns import ROW_KINDS, Column, Kind, Role, State, category_column, number_column, public_name
from analytics.space import Hyperparameter
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials, study_id
from data.readers.base import STATES, LoadHistory, assemble, no_history, state_column
from data.readers.conditions import infer_conditions
from data.readers.table_space import hyperparameter

Point: TypeAlias = tuple[float, str, float]
"""Step, metric and value."""

EARLIEST, LATEST = 946_684_800.0, 7_258_118_400.0
"""2000-01-01 and 2200-01-01 in seconds since 1970: earlier times count from the beginning of a run, later are none."""

MOST_COLUMNS = 2000
"""Hyperparameters or metrics beyond this many are left out, those that stand in the fewest evaluations first."""


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
    """One run of an optimizer; hyperparameters that ``space`` does not declare are inferred from their values.

    ``name`` is what the optimizer itself calls it, where it does.
    """

    evaluations: Sequence[Evaluation]
    objectives: Sequence[Metric]
    space: Sequence[Hyperparameter] = ()
    algorithm: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    name: str = ""


def to_trials(address: str, own_id: str, name: str, run: Run, group: str | None = None) -> Trials:
    """The trials of a run; ``own_id`` names it within its source, ``group`` the folder that it shares with others."""
    notes = list(run.notes)
    rows, shift = _rows(run.evaluations)
    if shift:
        notes.append("The run tells times from its own beginning, so they are shown as durations only.")
    params = _params(run, notes)
    complete = rows["state"].values == STATES.index(State.COMPLETE)
    if inferred := [h.name for h, _ in params if h.inferred]:
        when = infer_conditions({h.name: (h, column) for h, column in params}, complete)
        params = [(replace(h, when=when.get(h.name, {})) if h.inferred else h, column) for h, column in params]
        notes.append(f"Bounds and conditions were inferred from the values of {_some(inferred)}.")
    metrics = _metrics(run, notes)
    study = Study(
        study_id(address, own_id),
        run.name or name,
        address,
        own_id,
        run.algorithm,
        dict(run.settings),
        notes=tuple(notes),
        group=group,
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
    times = {key: np.where(np.abs(values) < LATEST, values, np.nan) for key, values in times.items()}
    shift = bool((times["start"] < EARLIEST).any())
    if shift:
        rows["duration"] = number_column("duration", times["end"] - times["start"], Role.ROW)
    else:
        rows |= {key: Column(key, Kind.TIME, Role.ROW, values) for key, values in times.items()}
    if any(e.config is not None for e in evaluations):
        rows["config"] = category_column("config", [_or_nan(level(e.config)) for e in evaluations], Role.ROW)
    rows["budget"] = number_column("budget", _numbers([e.budget for e in evaluations]), Role.ROW)
    for key in {key for e in evaluations for key in e.row}:
        values = [e.row.get(key) for e in evaluations]
        if ROW_KINDS[key] is Kind.CATEGORY:
            rows[key] = category_column(key, (_or_nan(level(value)) for value in values), Role.ROW)
        else:
            rows[key] = number_column(key, _numbers(values), Role.ROW, ROW_KINDS[key])
    return rows, shift


def _params(run: Run, notes: list[str]) -> list[tuple[Hyperparameter, Column]]:
    """The hyperparameters with their columns, those of the space first; without those that have no value anywhere."""
    declared = {h.name: h for h in run.space}
    found = []
    for name in _names(declared, [e.params for e in run.evaluations], "hyperparameters", notes):
        values = [level(e.params.get(name, math.nan)) for e in run.evaluations]
        if name in declared:
            found.append(_declared(declared[name], values))
        elif any(value is not None and value == value for value in values):
            cells = pd.Series(values, dtype=object, name=name).infer_objects()
            found.append(hyperparameter(name, cells))
    return found


def _declared(h: Hyperparameter, values: Sequence[Any]) -> tuple[Hyperparameter, Column]:
    """A hyperparameter of the space with its column; choices that it does not declare are added to it."""
    if not h.is_category:
        kind = Kind.INT if isinstance(h.distribution, IntDistribution) else Kind.FLOAT
        return h, number_column(h.name, _numbers(values), Role.PARAM, kind)
    column = category_column(h.name, values, Role.PARAM, h.choices)
    if len(column.levels) > len(h.choices):
        h = replace(h, distribution=CategoricalDistribution(column.levels))
    return h, column


def _names(known: Iterable[str], rows: Sequence[Mapping[str, Any]], what: str, notes: list[str]) -> list[str]:
    """The names that are known or stand in some rows, in order of appearance; no more than ``MOST_COLUMNS``."""
    counts = Counter(name for row in rows for name in row)
    names = list(dict.fromkeys([*known, *counts]))
    if len(names) <= MOST_COLUMNS:
        return names
    notes.append(f"Of {len(names):,} {what} the {MOST_COLUMNS:,} that most rows have are shown.")
    known = set(known)
    kept = set(sorted(names, key=lambda name: (name not in known, -counts[name]))[:MOST_COLUMNS])
    return [name for name in names if name in kept]


def _metrics(run: Run, notes: list[str]) -> list[tuple[Metric, Any]]:
    """The objectives and then all else that was measured, in order of appearance."""
    known = {metric.name: metric for metric in run.objectives}
    names = _names(known, [e.metrics for e in run.evaluations], "metrics", notes)
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


def level(value: Any) -> Any:
    """A value as a cell: text, number, bool or None as they are, anything else as JSON; a huge integer as a float."""
    if isinstance(value, (bool, float)) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else number(value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under joined names, as in ``net/depth``."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = f"{prefix}/{key}" if prefix else str(key)
        found |= flat(value, name) if isinstance(value, Mapping) else {name: value}
    return found


def _or_nan(value: Any) -> Any:
    return math.nan if value is None else value


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
