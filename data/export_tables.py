"""Studies as tables for other tools: as Optuna lays them out, and as HiPlot wants them."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.columns import Column, State
from analytics.trials import Trials

STATES = {
    State.COMPLETE: "COMPLETE",
    State.PRUNED: "PRUNED",
    State.FAILED: "FAIL",
    State.RUNNING: "RUNNING",
    State.WAITING: "WAITING",
}
KEPT = ("config", "member", "budget", "seed", "parent", "generation", "bracket", "rung", "batch", "reason")
"""Our columns that travel as ``trellis:`` attributes."""


def to_table(trials: Trials) -> pd.DataFrame:
    """A row a trial as ``study.trials_dataframe()`` lays it out."""
    frame, columns = trials.frame, {"number": trials.frame["number"]}
    columns |= {f"values_{m.name}": frame[m.name] for m in trials.metrics.values() if m.objective}
    columns |= {f"datetime_{to}": _times(trials.columns[of]) for of, to in (("start", "start"), ("end", "complete"))}
    columns["duration"] = frame["duration"]
    columns |= {f"params_{name}": frame[name] for name in trials.params}
    columns |= {f"user_attrs_{m.name}": frame[m.name] for m in trials.metrics.values() if not m.objective}
    columns |= {f"user_attrs_trellis:{name}": frame[name] for name in KEPT if not trials.columns[name].missing.all()}
    columns["state"] = frame["state"].map(lambda state: STATES[State(state)])
    return pd.DataFrame(columns)


def to_hiplot(trials: Trials) -> pd.DataFrame:
    """A point a row: ``uid``, ``from_uid`` where a parent is known, hyperparameters and metrics."""
    parents = pd.array([None if math.isnan(p) else int(p) for p in trials.columns["parent"].values], dtype="Int64")
    ids = pd.DataFrame({"uid": trials.frame["number"], "from_uid": parents})
    return pd.concat([ids, trials.frame[[*trials.params, *trials.metrics]]], axis=1)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A CSV file; of columns whose names differ by spaces around them only, the first."""
    own = frame.loc[:, ~frame.columns.str.strip().duplicated()]
    texts = own.select_dtypes(["object", "string"])
    quoted = any("\r" in str(cell) for cells in (own.columns, *(texts[name] for name in texts)) for cell in cells)
    own.to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL)


def write_parquet(frame: pd.DataFrame, path: Path, metadata: dict[str, str]) -> None:
    """A Parquet file; cells of several kinds in one column become text."""
    texts = [str(name) for name in frame if frame[name].dtype == object]
    frame = frame.assign(**{name: frame[name].map(str, na_action="ignore") for name in texts})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata}), path)


def _times(column: Column) -> pd.Series[pd.Timestamp]:
    """Times to the nanosecond, in which a float64 of seconds can be written without loss."""
    return pd.Series(pd.to_datetime(column.values, unit="s", utc=True, errors="coerce"))
