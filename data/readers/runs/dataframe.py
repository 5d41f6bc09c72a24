"""DeepCAVE's data-frame layout: ``trials.csv`` with ``metric:…`` columns, and ``configspace.csv``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from analytics.space import Hyperparameter
from data.readers.base import ReadError
from data.readers.configspace import ConfigSpaceError, hyperparameters
from data.readers.evaluations import Run
from data.readers.files_within import is_plain, plain_file
from data.readers.runs.common import head
from data.readers.runs.frames import Layout, evaluations_of
from data.readers.table_file import read_table

NAME = "DeepCAVE data frame"
TRIALS, SPACE = "trials.csv", "configspace.csv"
KINDS = {"float": "uniform_float", "integer": "uniform_int"}


def recognises(folder: Path) -> bool:
    return is_plain(folder / SPACE) and b"metric:" in head(folder / TRIALS, 4096)


def files(folder: Path) -> list[Path]:
    return [folder / TRIALS, folder / SPACE]


def read(folder: Path) -> Run:
    """The run in a folder.

    Raises:
        ReadError: a file is damaged.
    """
    evaluations, objectives = evaluations_of(read_table(plain_file(folder / TRIALS)), Layout(ignored=("additional",)))
    return Run(evaluations, objectives, _space(folder / SPACE))


def _space(path: Path) -> list[Hyperparameter]:
    frame = read_table(plain_file(path))
    if missing := {"name", "type"} - set(frame.columns):
        raise ReadError(f"{path} has no column {min(missing)!r}; expected a row for every hyperparameter")
    entries = [_entry(row) for row in frame.astype(object).to_dict("records")]
    try:
        return hyperparameters({"hyperparameters": entries})[0]
    except ConfigSpaceError as error:
        raise ReadError(f"{path}: {error}") from error


def _entry(row: dict[Any, Any]) -> dict[str, Any]:
    """A row as an entry of a ConfigSpace."""
    given = {str(key): value for key, value in row.items() if not pd.isna(value)}
    items = [given[key] for key in sorted(given) if key.startswith("item_")]
    kind = str(given.get("type"))
    named: dict[str, Any] = {"name": str(given.get("name")), "default_value": given.get("default")}
    if kind == "categorical":
        return {**named, "type": "ordinal" if given.get("ordered") else kind, "choices": items, "sequence": items}
    if kind == "constant":
        return {**named, "type": kind, "value": given.get("default", given.get("value"))}
    bounds: dict[str, Any] = {key: given[key] for key in ("lower", "upper") if key in given}
    return {**named, **bounds, "type": KINDS.get(kind, kind), "log": bool(given.get("log"))}
