"""Tables that tools write, known by their columns: HiPlot, scikit-learn, Syne Tune, Weights & Biases."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from data.readers.evaluations import flat, level
from data.readers.table_roles import ColumnRole, guess, is_number, is_state, is_time

LONGEST = 100_000
"""A cell with more characters is not taken apart."""

BUDGETS = ("epoch", "step", "iteration", "resource", "st_worker_iter")
"""What Syne Tune's reports are counted by."""

ABOUT = ("Name", "ID", "User", "Notes", "Tags", "Group", "Sweep", "Agent", "Commit", "Hostname", "name")


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as its roles are guessed: HiPlot's ids as numbers, the JSON cells of Weights & Biases as columns."""
    if _is_hiplot(frame):
        return _numbered(frame)
    return _spread(frame) if _has_json(frame) else frame


def layout_roles(frame: pd.DataFrame) -> list[ColumnRole] | None:
    """The roles of a prepared table that a tool wrote; None if none is known to."""
    if _is_hiplot(frame):
        own = {"uid": "number", "from_uid": "parent"}
        return [ColumnRole(r.column, own.get(r.column, r.role), r.name, note=r.note) for r in guess(frame)]
    if any(str(c).startswith("param_") for c in frame) and any(str(c).startswith("mean_test_") for c in frame):
        return [_of_sklearn(str(column), frame[column]) for column in frame]
    if {"trial_id", "st_status"} <= set(frame.columns):
        return [_of_synetune(str(column), frame) for column in frame]
    if any(str(column).startswith("config.") for column in frame):
        return [_of_wandb(str(column), frame[column]) for column in frame]
    return None


def _is_hiplot(frame: pd.DataFrame) -> bool:
    return {"uid", "from_uid"} <= set(frame.columns)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Points and their parents by the number of their row; a parent that is not in the table is none."""
    places = {_uid(uid): at for at, uid in enumerate(frame["uid"])}
    parents = [places.get(_uid(uid), np.nan) for uid in frame["from_uid"]]
    return frame.assign(uid=np.arange(len(frame)), from_uid=np.array(parents, dtype=np.float64))


def _uid(cell: object) -> str:
    """An id as text; a column with missing ids has whole numbers as floats."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _of_sklearn(column: str, values: pd.Series[Any]) -> ColumnRole:
    """Scores of scikit-learn are better when higher, losses among them negated."""
    if column.startswith("param_"):
        return ColumnRole(column, "param", column.removeprefix("param_"))
    if column.startswith("mean_test_") and is_number(values):
        return ColumnRole(column, "maximize", column, guessed=False)
    measured = is_number(values) and column.startswith(("mean_", "std_", "split"))
    return ColumnRole(column, "metric" if measured else "ignore", column)


def _of_synetune(column: str, frame: pd.DataFrame) -> ColumnRole:
    """A report a row: a trial at a budget, which is a column of its own only in the results themselves."""
    budget = next((name for name in BUDGETS if name in frame), None)
    own = {"trial_id": "config", budget: "budget"}
    if column in own:
        return ColumnRole(column, own[column], column)
    if column.startswith("config_"):
        return ColumnRole(column, "param", column.removeprefix("config_"))
    measured = is_number(frame[column]) and not column.startswith("st_") and column != "elapsed_time"
    return ColumnRole(column, "metric" if measured else "ignore", column)


def _has_json(frame: pd.DataFrame) -> bool:
    return "config" in frame and "summary" in frame and any(_mapping(cell) for cell in frame["config"].head())


def _spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns ``config.NAME`` and the numbers of the summary in place of cells that hold them as a mapping."""
    configs = [{f"config.{k}": v for k, v in _settings(_mapping(cell)).items()} for cell in frame["config"]]
    measured = [_settings(_mapping(cell)) for cell in frame["summary"]]
    taken = set(frame.columns)
    found: dict[str, list[Any]] = {}
    for rows in (configs, measured):
        for name in dict.fromkeys(name for row in rows for name in row if name not in taken):
            found[name] = [level(row.get(name)) for row in rows]
    parts = pd.DataFrame(found, index=frame.index).infer_objects()
    return pd.concat([frame.drop(columns=["config", "summary"]), parts], axis=1)


def _settings(entries: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in entries.items() if not str(key).startswith("_")}
    return flat({k: v["value"] if isinstance(v, Mapping) and set(v) <= {"value", "desc"} and "value" in v else v
                 for k, v in own.items()})  # fmt: skip


def _mapping(cell: object) -> Mapping[str, Any]:
    """A cell that holds JSON, or what Python prints of a dictionary; empty if neither."""
    if not isinstance(cell, str) or len(cell) > LONGEST or not cell.startswith("{"):
        return {}
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return found if isinstance(found, Mapping) else {}
    return {}


def _of_wandb(column: str, values: pd.Series[Any]) -> ColumnRole:
    if column.startswith("config."):
        private = column.startswith("config._") or not values.notna().any()
        return ColumnRole(column, "ignore" if private else "param", column.removeprefix("config."))
    if column == "State" and is_state(values):
        return ColumnRole(column, "state", column)
    if column == "Created" and is_time(values):
        return ColumnRole(column, "start", column)
    if column == "Runtime" and is_number(values):
        return ColumnRole(column, "duration", column)
    measured = is_number(values) and not column.startswith(("_", "Unnamed: ")) and column not in ABOUT
    return ColumnRole(column, "metric" if measured else "ignore", column)
