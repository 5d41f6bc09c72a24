"""A study as an Optuna storage, written into Optuna's tables at once: its own way takes minutes for 10,000 trials."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)
from sqlalchemy import Connection, Table, create_engine, insert
from sqlalchemy.pool import NullPool

from analytics.columns import Column, Kind, State
from analytics.trials import Trials
from data.export_tables import KEPT, STATES
from data.readers import optuna_tables as sql
from data.readers.kept import KEY
from data.workspace import metric_log

Row = dict[str, Any]
UNTIMED = datetime(1970, 1, 1)
"""Optuna wants a time of every trial that began or ended."""

EXACT = 2**53


def to_optuna(trials: Trials, path: Path) -> None:
    """A study in a new SQLite file; trials are numbered from 0 in the order of the rows.

    A completed trial that lacks an objective counts as failed there.
    """
    objectives = [m for m in trials.metrics.values() if m.objective]
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    try:
        study = optuna.create_study(
            storage=storage,
            study_name=trials.study.name,
            directions=[m.direction or "minimize" for m in objectives] or ["minimize"],
        )
        if objectives:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
                study.set_metric_names([m.name for m in objectives])
        history = trials.load_history(None)
        with storage.engine.begin() as connection:
            _write(connection, trials, [m.name for m in objectives], history)
    finally:
        storage.engine.dispose()


def keep(path: Path, text: str) -> None:
    """Keep a text among the attributes of the one study of a file."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(insert(sql.own_attributes), [{"study_id": 1, "key": KEY, "value_json": json.dumps(text)}])


def _write(connection: Connection, trials: Trials, objectives: list[str], history: pd.DataFrame) -> None:
    states = [State(state) for state in trials.columns["state"].objects()]
    measured = np.array([trials.columns[name].values for name in objectives]).reshape(len(objectives), len(trials))
    whole = ~np.isnan(measured).any(axis=0) if objectives else np.ones(len(trials), dtype=bool)
    states = [State.FAILED if s is State.COMPLETE and not w else s for s, w in zip(states, whole, strict=True)]
    _insert(connection, sql.trials, _trials(trials, states))
    for name in trials.params:
        _insert(connection, sql.params, _params(name, trials.space[name].distribution, trials.columns[name]))
    valued = [s is State.COMPLETE or (s is State.PRUNED and len(objectives) == 1) for s in states]
    for i, values in enumerate(measured):
        _insert(connection, sql.values, _values(i, np.where(valued, values, np.nan)))
    others = {m: trials.columns[m] for m in trials.metrics if m not in objectives and not m.startswith("trellis:")}
    own = {f"trellis:{name}": trials.columns[name] for name in KEPT}
    for key, column in (others | own).items():
        _insert(connection, sql.user_attributes, _attributes(key, column))
    _write_history(connection, trials, history, objectives)


def _insert(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    if found := list(rows):
        connection.execute(insert(table), found)


def _trials(trials: Trials, states: list[State]) -> Iterator[Row]:
    start, end = (trials.columns[name].values.tolist() for name in ("start", "end"))
    for i, state in enumerate(states):
        yield {
            "trial_id": i + 1,
            "study_id": 1,
            "number": i,
            "state": STATES[state],
            "datetime_start": None if state is State.WAITING else _time(start[i]),
            "datetime_complete": None if state in (State.WAITING, State.RUNNING) else _time(end[i]),
        }


def _params(name: str, distribution: BaseDistribution, column: Column) -> Iterator[Row]:
    if column.kind is Kind.CATEGORY:
        distribution = CategoricalDistribution(column.levels or ("",))
    text = distribution_to_json(_containing(distribution, column.values))
    for i, value in enumerate(column.values.tolist()):
        if math.isfinite(value):
            yield {"trial_id": i + 1, "param_name": name, "param_value": value, "distribution_json": text}


def _values(objective: int, values: np.ndarray[Any, Any]) -> Iterator[Row]:
    for i, value in enumerate(values.tolist()):
        if not math.isnan(value):
            yield {"trial_id": i + 1, "objective": objective, **_typed("value", value)}


def _attributes(key: str, column: Column) -> Iterator[Row]:
    for i, value in enumerate(column.objects()):
        if not (isinstance(value, float) and math.isnan(value)):
            yield {"trial_id": i + 1, "key": key, "value_json": json.dumps(value)}


def _write_history(connection: Connection, trials: Trials, history: pd.DataFrame, objectives: list[str]) -> None:
    """Whole steps of the one objective are what Optuna calls reports; all else, and times, go into a table of ours."""
    if history.empty:
        return
    steps = history["step"].to_numpy(np.float64)
    first = history["metric"] == (objectives[0] if len(objectives) == 1 else None)
    told = np.asarray(first) & (steps == np.round(steps)) & (np.abs(steps) < EXACT)
    ids = {number: i + 1 for i, number in enumerate(trials.numbers.tolist())}
    reports = history[told].drop_duplicates(["number", "step"], keep="last")
    rest = history[~told | history["time"].notna()] if "time" in history else history[~told]
    _insert(
        connection,
        sql.reports,
        (
            {"trial_id": ids[n], "step": int(step), **_typed("intermediate_value", value)}
            for n, step, value in zip(reports["number"], reports["step"], reports["value"], strict=True)
        ),
    )
    if len(rest):
        metric_log.create(connection)
        times = rest["time"].fillna(0.0) if "time" in rest else 0.0
        log = rest.assign(study_id=1, time=times, number=[ids[n] - 1 for n in rest["number"]])
        rows = log.astype({"value": object}).where(log.notna(), None).to_dict("records")
        _insert(connection, metric_log, ({str(key): cell for key, cell in row.items()} for row in rows))


def _typed(name: str, value: float) -> Mapping[str, Any]:
    """A number as Optuna keeps it: infinities and NaN by their kind."""
    kind = "FINITE" if math.isfinite(value) else "NAN" if math.isnan(value) else "INF_POS" if value > 0 else "INF_NEG"
    return {name: value if kind == "FINITE" else None, f"{name}_type": kind}


def _containing(distribution: BaseDistribution, values: np.ndarray[Any, Any]) -> BaseDistribution:
    """A distribution widened to hold all values, as Optuna wants it; without its step where they are off it."""
    known = values[np.isfinite(values)]
    if not len(known) or not isinstance(distribution, (FloatDistribution, IntDistribution)):
        return distribution
    low, high = min(distribution.low, known.min()), max(distribution.high, known.max())
    if (low, high) == (distribution.low, distribution.high):
        return distribution
    if isinstance(distribution, IntDistribution):
        return IntDistribution(math.floor(low), math.ceil(high), log=distribution.log and low >= 1)
    return FloatDistribution(float(low), float(high), log=distribution.log and low > 0)


def _time(seconds: float) -> str:
    """As Optuna 5 keeps it: UTC without a zone."""
    try:
        time = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        time = UNTIMED
    return f"{time:%Y-%m-%d %H:%M:%S.%f}"
