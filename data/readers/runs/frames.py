"""Evaluations in a data frame, one a row, whose columns say by their names what they hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.columns import State
from analytics.trials import Metric
from data.readers.evaluations import Evaluation, number
from data.readers.runs.common import reason, titled_metric
from data.readers.table_roles import state_of


@dataclass(frozen=True)
class Layout:
    """Prefixes of hyperparameters and further metrics, and the names of our own columns.

    Without a prefix, what is nothing else is a hyperparameter. Of the names for a time the first with values counts.
    """

    params: str = ""
    metrics: str | None = None
    config: str = "config_id"
    status: str = "status"
    seed: str = "seed"
    budget: str = "budget"
    start: tuple[str, ...] = ("start_time",)
    end: tuple[str, ...] = ("end_time",)
    reason: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def evaluations_of(frame: pd.DataFrame, layout: Layout) -> tuple[list[Evaluation], list[Metric]]:
    """The evaluations of a frame, and the objectives that ``metric:`` columns name with their direction."""
    columns = [str(column) for column in frame.columns]
    titled = {column: metric for column in columns if (metric := titled_metric(column))}
    own = {
        layout.config,
        layout.status,
        layout.seed,
        layout.budget,
        *layout.start,
        *layout.end,
        *layout.ignored,
        *layout.reason,
    }
    params = {c: c.removeprefix(layout.params) for c in columns if c.startswith(layout.params)}
    params = {c: name for c, name in params.items() if c not in own and c not in titled}
    extra = {c: c.removeprefix(layout.metrics) for c in columns if layout.metrics and c.startswith(layout.metrics)}
    measured = {c: metric.name for c, metric in titled.items()} | extra
    start, end = (_first(frame, names) for names in (layout.start, layout.end))
    known: dict[str, int] = {}
    found = []
    for row in _rows(frame):
        config = {name: row[column] for column, name in params.items() if row[column] is not None}
        key = row.get(layout.config)
        if key is None:
            key = known.setdefault(json.dumps(config, sort_keys=True, default=str), len(known))
        metrics = {name: number(row[column]) for column, name in measured.items()}
        state = state_of(row[layout.status]) or State.FAILED if layout.status in row else State.COMPLETE
        found.append(
            Evaluation(
                config,
                {name: value for name, value in metrics.items() if value == value},
                state,
                key,
                row.get(layout.budget),
                row.get(start),
                row.get(end),
                _own(row, layout, state),
            )
        )
    return found, list(titled.values())


def _own(row: Mapping[str, Any], layout: Layout, state: State) -> dict[str, Any]:
    """The seed of a row, and why it failed."""
    seed = row.get(layout.seed)
    why = reason(state is State.FAILED, *(row.get(name) for name in layout.reason), row.get(layout.status))
    return why if seed in (None, -1) else {"seed": number(seed), **why}


def _first(frame: pd.DataFrame, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in frame and frame[name].notna().any()), names[0])


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Rows as plain Python values, None where there is none, times as seconds since 1970 (UTC)."""
    plain: dict[str, list[Any]] = {}
    for column in frame.columns:
        values = frame[column]
        if isinstance(values.dtype, pd.DatetimeTZDtype) or str(values.dtype).startswith("datetime"):
            times = pd.to_datetime(values, utc=True)
            values = pd.Series([math.nan if pd.isna(t) else t.timestamp() for t in times], dtype=object)
        plain[str(column)] = [None if _is_missing(v) else v for v in values.astype(object)]
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
