"""JSON as a table: a record a line, a list of records, a list a column (``cv_results_``), or as pandas writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from data.readers.base import ReadError
from data.readers.evaluations import flat, level

MOST_CELLS = 50_000_000


def is_json(text: str) -> bool:
    return text[:1000].lstrip()[:1] in ("{", "[")


def parse_json(path: Path, text: str) -> pd.DataFrame:
    """The table in a text; nested records become columns such as ``net/depth``.

    A last line that is still being written is left out.

    Raises:
        ReadError: it is no JSON, or no table.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _frame(path, _lines(path, text))
    if isinstance(document, list):
        return _frame(path, document)
    document = _of_pandas(document)
    columns = {name: values for name, values in document.items() if isinstance(values, list)} if document else {}
    if len(set(map(len, columns.values()))) == 1 and len(columns) == len(document):
        return _frame(path, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    if columns:
        raise ReadError(f"{path} has lists of different lengths; expected a list a column, all equally long")
    return _frame(path, [document])


def _of_pandas(document: Any) -> Any:
    """A list a column of what ``DataFrame.to_json`` writes: values by row number in each column, or ``split``."""
    if not isinstance(document, Mapping) or not document:
        return document
    first, names, rows = next(iter(document.values())), document.get("columns"), document.get("data")
    numbered = isinstance(first, Mapping) and bool(first) and all(str(key).isdecimal() for key in first)
    if numbered and all(isinstance(cells, Mapping) and list(cells) == list(first) for cells in document.values()):
        return {name: list(cells.values()) for name, cells in document.items()}
    if set(document) == {"columns", "index", "data"} and isinstance(names, list) and isinstance(rows, list):
        whole = all(isinstance(row, list) and len(row) == len(names) for row in rows)
        return {str(name): [row[i] for row in rows] for i, name in enumerate(names)} if whole else document
    return document


def _lines(path: Path, text: str) -> list[Any]:
    lines = text.split("\n")
    found = []
    for at, line in enumerate(lines, 1):
        try:
            found += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError) as error:
            if at == len(lines) and found:
                break
            raise ReadError(f"{path}: line {at} is damaged ({str(error)[:80]}); expected JSON") from error
    return found


def _frame(path: Path, records: Sequence[Any]) -> pd.DataFrame:
    for at, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise ReadError(f"{path}: record {at} is {str(record)[:60]!r}; expected an object with a value a column")
    try:
        rows = [{name: level(value) for name, value in flat(record).items()} for record in records]
    except RecursionError as error:
        raise ReadError(f"{path}: what it holds is nested too deeply; expected records") from error
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) * len(rows) > MOST_CELLS:
        raise ReadError(f"{path} has {len(names):,} columns in {len(rows):,} rows; expected fewer")
    return pd.DataFrame({name: [row.get(name) for row in rows] for name in names}).infer_objects()
