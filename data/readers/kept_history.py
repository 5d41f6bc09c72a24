"""Values over steps in the document that keeps what a file cannot hold of a study (:mod:`data.readers.kept`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.trials import HISTORY_COLUMNS, Trials
from analytics.wire import finite_json
from data.readers.base import LoadHistory

TIME = "time"
"""What a history may have beside ``HISTORY_COLUMNS``: when each value came."""


def plain(values: NDArray[np.float64]) -> list[Any]:
    return [None if math.isnan(value) else finite_json(value) for value in values.tolist()]


def kept_history(told: pd.DataFrame, found: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Values over steps by metric, of those metrics of which the file tells others."""
    mine, theirs = (dict(iter(_sorted(frame).groupby("metric"))) for frame in (told, found))
    kept = {}
    for metric in dict.fromkeys([*mine, *theirs]):
        part = mine.get(metric, told[:0])
        if metric not in theirs or not _same(part, theirs[metric]):
            cells = {
                name: plain(part[name].to_numpy(dtype=np.float64)) for name in ("step", "value", TIME) if name in part
            }
            if not any(cell is not None for cell in cells.get(TIME, [])):
                cells.pop(TIME, None)
            kept[str(metric)] = {"number": part["number"].astype(np.int64).tolist(), **cells}
    return kept


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["number", "metric", "step"], kind="stable", ignore_index=True)


def _same(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    if len(a) != len(b):
        return False
    parts = ([_floats(frame, name) for name in ("number", "step", "value", TIME)] for frame in (a, b))
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(*parts, strict=True))


def _floats(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return frame[name].to_numpy(np.float64) if name in frame else np.full(len(frame), np.nan)


def _points(kept: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Kept histories as one long table."""
    parts = []
    for metric, columns in kept.items():
        cells: dict[str, Any] = {"number": np.array([int(n) for n in columns["number"]], dtype=np.int64)}
        for name in ("step", "value", TIME):
            if name in columns or name != TIME:
                cells[name] = [math.nan if cell is None else float(revived(cell)) for cell in columns[name]]
        parts.append(pd.DataFrame(cells).assign(metric=metric))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in HISTORY_COLUMNS})


def loader(found: Trials, kept: Mapping[str, Mapping[str, Any]]) -> LoadHistory:
    """Loads kept histories, and those that the file tells of other metrics."""
    points = _points(kept)
    if not kept:
        return found.load_history

    def load(numbers: Sequence[int] | None) -> pd.DataFrame:
        told = found.load_history(numbers)
        own = points if numbers is None else points[points["number"].isin(list(numbers))]
        parts = [part for part in (told[~told["metric"].isin(list(kept))], own) if len(part)]
        return _sorted(pd.concat(parts)) if parts else told[:0]

    return load


def revived(value: Any) -> Any:
    """The opposite of ``finite_json``."""
    if isinstance(value, Mapping):
        if set(value) == {"float"}:
            return float(value["float"])
        return {str(key): revived(part) for key, part in value.items()}
    return [revived(part) for part in value] if isinstance(value, list) else value
