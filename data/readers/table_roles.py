"""What the columns of a table are: guessed from names and values, corrected by the analyst."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import ROW_COLUMNS, State
from data.readers.base import ReadError

METRICS = ("score", "loss", "accuracy", "acc", "auc", "error", "value")
"""A numeric column of such a name, or a name that ends so, is a metric; every other column is a hyperparameter."""

MINIMIZED = (
    *("loss", "error", "value", "entropy", "time", "seconds", "latency", "memory", "brier"),
    *("mse", "rmse", "mae", "cost", "regret", "perplexity"),
)
"""Metrics whose names end so are better when lower; of all others higher is taken to be better."""

STATES = {
    **dict.fromkeys(("complete", "completed", "success", "successful", "succeeded", "finished", "ok"), State.COMPLETE),
    **dict.fromkeys(("pruned", "stopped"), State.PRUNED),
    **dict.fromkeys(("fail", "failed", "failure", "error", "crashed", "killed"), State.FAILED),
    **dict.fromkeys(("running",), State.RUNNING),
    **dict.fromkeys(("waiting", "pending", "queued"), State.WAITING),
}
NUMBERS = ("number", "trial", "trial_number", "trial_id", "id")
STARTS = ("start", "start_time", "datetime_start")
ENDS = ("end", "end_time", "datetime_complete")
BUDGETS = ("budget", "epoch", "epochs")
LINEAGE = ("parent", "generation", "bracket", "rung")
"""A column of whole numbers of such a name tells how a search went; beside one, ``config`` and ``member`` do too."""
OWN = tuple(name for name in ROW_COLUMNS if name not in ("study", "final"))
ROLES = ("param", "metric", "minimize", "maximize", "ignore", *OWN)
"""What a column can be: a hyperparameter, a metric, an objective with its direction, nothing, or a column of ours."""

TEXTS = 100
"""A text column with more distinct values than this, nearly all of them different, is not a hyperparameter."""


@dataclass(frozen=True)
class ColumnRole:
    """``name`` is what the column is called as a hyperparameter or metric; ``note`` why it is left out."""

    column: str
    role: str
    name: str
    guessed: bool = True
    note: str = ""


def assign_roles(
    frame: pd.DataFrame, corrected: Mapping[str, str], where: str, guessed: list[ColumnRole] | None = None
) -> list[ColumnRole]:
    """The role of each column in the table's order; corrections of columns that it does not have wait for them.

    ``guessed`` are those of a table whose layout is known.

    Raises:
        ReadError: a corrected role is not one of ``ROLES``, or the column's cells do not fit it.
    """
    for column, role in corrected.items():
        if column not in frame:
            continue
        if role not in ROLES:
            raise ReadError(f"column {column!r}: role is {role!r}; expected one of {', '.join(ROLES)}")
        if role not in ("param", "state", "ignore") and not _fits(role) and (bad := _no_number(frame[column])):
            raise ReadError(f"{where}: column {column!r} has the role {role!r}, but has {bad}; expected numbers")
    guessed = guessed or (_guess_optuna(frame) if _is_optuna(frame) else guess(frame))
    return [
        replace(g, role=corrected[g.column], guessed=False, note="")
        if g.column in corrected
        else _possible(g, frame[g.column])
        for g in guessed
    ]


def _possible(guessed: ColumnRole, values: pd.Series[Any]) -> ColumnRole:
    """A guessed role, or none where the layout promises numbers and the column has something else."""
    if guessed.role in ("param", "state", "ignore", "number") or _fits(guessed.role) or not (bad := _no_number(values)):
        return guessed
    note = f"Column {guessed.column!r} has {bad} among its numbers and is left out."
    return replace(guessed, role="ignore", note=note)


def is_number(values: pd.Series[Any]) -> bool:
    """Whether a column holds numbers, and not only missing ones."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return bool(numeric and not pd.api.types.is_complex_dtype(values) and values.notna().any())


def _no_number(values: pd.Series[Any]) -> str:
    """The first cell that is not a number; empty if all are, or are missing."""
    if is_number(values) or not values.notna().any():
        return ""
    cells = values.dropna()
    texts = cells[pd.to_numeric(cells, errors="coerce").isna()] if pd.api.types.is_string_dtype(values) else cells
    return repr(next(iter(texts), cells.iloc[0]))


def direction(name: str) -> str:
    """The direction that a metric's name suggests."""
    return "minimize" if name.lower().endswith(MINIMIZED) else "maximize"


def _fits(role: str) -> bool:
    """Whether a column of text may have a role of ours."""
    return role in ("start", "end", "duration", "config", "member")


def _is_optuna(frame: pd.DataFrame) -> bool:
    """Whether ``study.trials_dataframe()`` wrote the table."""
    return "number" in frame.columns and any(str(c).startswith(("params_", "datetime_start")) for c in frame.columns)


def _guess_optuna(frame: pd.DataFrame) -> list[ColumnRole]:
    return [_guess_optuna_column(column, frame[column]) for column in frame.columns]


def _guess_optuna_column(column: str, values: pd.Series[Any]) -> ColumnRole:
    fixed = {"datetime_start": "start", "datetime_complete": "end"}
    if column in ("number", "state", "duration", *fixed):
        return ColumnRole(column, fixed.get(column, column), column)
    if column.startswith("params_"):
        return ColumnRole(column, "param", column.removeprefix("params_"))
    if column == "value" or column.startswith("values_"):
        rest = column.removeprefix("values_")
        name = {"value": "value", "0": "value"}.get(rest, f"value_{rest}" if rest.isdecimal() else rest)
        return ColumnRole(column, direction("value"), name)
    name = column.removeprefix("user_attrs_")
    if own := re.fullmatch(r"user_attrs_trellis:(\w+)", column):
        return ColumnRole(column, own[1] if own[1] in OWN else "ignore", name)
    if column.startswith("system_attrs_") and column.endswith(":generation"):
        return ColumnRole(column, "generation", column)
    return ColumnRole(column, "metric" if name != column and is_number(values) else "ignore", name)


def guess(frame: pd.DataFrame) -> list[ColumnRole]:
    """Roles by names and values alone."""
    names = {str(column).lower(): column for column in reversed(frame.columns)}
    number = next((names[name] for name in NUMBERS if name in names), None)
    budget = _budget(frame, names, number)
    own = _lineage(frame, names)
    return [
        ColumnRole(column, own[column], column)
        if column in own
        else _guess_column(column, frame[column], number, budget)
        for column in frame.columns
    ]


def _lineage(frame: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """The roles of columns that tell how a search went, by column; none without one of ``LINEAGE``."""
    found = {names[name]: name for name in LINEAGE if name in names and _is_whole(frame[names[name]])}
    return found | {names[name]: name for name in ("config", "member") if found and name in names}


def _is_whole(values: pd.Series[Any]) -> bool:
    return is_number(values) and bool((values.dropna() % 1 == 0).all())


def _budget(frame: pd.DataFrame, names: Mapping[str, str], number: str | None) -> str | None:
    """``budget``; ``epoch`` or ``epochs`` only where several rows share a trial, else it is a hyperparameter."""
    found = next((names[name] for name in BUDGETS if name in names and is_number(frame[names[name]])), None)
    if found is None or found.lower() == "budget":
        return found
    return found if number is not None and frame[number].duplicated().any() else None


def _guess_column(column: str, values: pd.Series[Any], number: str | None, budget: str | None) -> ColumnRole:
    low = column.lower()
    if column == number:
        return ColumnRole(column, "config" if budget and values.duplicated().any() else "number", column)
    if column == budget:
        return ColumnRole(column, "budget", column)
    if not values.notna().any():
        return ColumnRole(column, "ignore", column, note=f"Column {column!r} is empty and left out.")
    if low in ("state", "status") and is_state(values):
        return ColumnRole(column, "state", column)
    if low in STARTS + ENDS and is_time(values):
        return ColumnRole(column, "start" if low in STARTS else "end", column)
    if low == "duration" and is_number(values):
        return ColumnRole(column, "duration", column)
    if is_number(values):
        index = column.startswith("Unnamed: ") and (values == np.arange(len(values))).all()
        return ColumnRole(column, "ignore" if index else "metric" if low.endswith(METRICS) else "param", column)
    if pd.api.types.is_datetime64_any_dtype(values) or _is_text(values):
        return ColumnRole(column, "ignore", column, note=f"Column {column!r} looks like free text and is left out.")
    return ColumnRole(column, "param", column)


def is_state(values: pd.Series[Any]) -> bool:
    """Whether every value names a state of a trial."""
    return bool(values.notna().all() and values.map(state_of).notna().all())


def state_of(value: object) -> State | None:
    """The state that a text means, None if it means none."""
    return STATES.get(str(value).lower().rpartition(".")[2])


def is_time(values: pd.Series[Any]) -> bool:
    """Whether all values that are there are dates with times, or seconds since 1970."""
    if is_number(values):
        return bool(values.dropna().between(1e9, 1e10).all())
    return bool(pd.to_datetime(values.dropna(), errors="coerce", format="ISO8601", utc=True).notna().all())


def _is_text(values: pd.Series[Any]) -> bool:
    if not pd.api.types.is_string_dtype(values):
        return False
    distinct = values.nunique()
    return bool(distinct > TEXTS and distinct > 0.9 * values.count())
