"""Tables of results, CSV, Parquet or JSON: one row an evaluation, roles of columns guessed and correctable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import ROW_KINDS, Column, Floats, Kind, Role, State, category_column, number_column
from analytics.trials import Metric, Study, Trials, study_id
from data.readers.base import STATES, ReadError, assemble, no_history, state_column
from data.readers.conditions import infer_conditions
from data.readers.files import absolute, file_at
from data.readers.kept import SIDECAR, whole
from data.readers.numbering import Numbering
from data.readers.table_curves import Curves
from data.readers.table_file import GZIP, PARQUET, kept_text, read_table
from data.readers.table_layouts import layout_roles, prepared
from data.readers.table_roles import (
    METRICS,
    ColumnRole,
    assign_roles,
    direction,
    is_number,
    is_state,
    is_time,
    state_of,
)
from data.readers.table_space import hyperparameter
from data.readers.watch import Watch
from data.readers.zipped import ZIP

OBJECTIVES = ("minimize", "maximize")
EXACT = 2.0**53
"""Whole numbers below this are exact in float64."""

SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq")


class Table:
    """The one study of a table, and its curves if there is a second table; see ``data.readers.base.TableSource``."""

    is_table = True

    def __init__(self, address: str, roles: Mapping[str, str] | None = None, curves: str | None = None) -> None:
        self.path = absolute(address)
        self.address, self.label = str(self.path), self.path.name
        self.corrected: Mapping[str, str] = dict(roles or {})
        self._required = tuple(self.corrected)
        self.epoch = 0
        self._curves = file_at(curves, "a table of curves") if curves else None
        beside = self.path.with_name(self.path.name + SIDECAR)
        self._watch = Watch([self.path, beside, *([self._curves] if self._curves else [])])
        self._inodes: tuple[int, ...] | None = None
        self._roles: list[ColumnRole] = []
        self._trials: Trials | None = None
        self._numbering = Numbering()

    def changed(self) -> bool:
        return self._trials is None or self._watch.changed()

    def trials(self) -> list[Trials]:
        if not self.changed() and self._trials is not None:
            return [self._trials]
        self._watch.mark()
        inodes = self._watch.inodes
        try:
            frame = prepared(read_table(self.path))
            curves = Curves.read(self._curves) if self._curves else None
            if missing := [column for column in self._required if column not in frame]:
                names = ", ".join(map(repr, frame.columns))
                raise ReadError(f"{self.path} has no column {missing[0]!r}; expected one of {names}")
            roles = assign_roles(frame, self.corrected, str(self.path), layout_roles(frame))
            trials = build(self.path, frame, roles, curves)
            if not self.corrected:
                trials = whole(trials, kept_text(self.path), str(self.path))
            kept = not trials.study.numbered and curves is None  # curves go by the order of the file
            self._trials = self._numbering.keep(trials) if kept else trials
        except ReadError:
            self._watch.forget()
            raise
        self.epoch += self._inodes is not None and self._inodes != inodes
        self._inodes, self._roles = inodes, roles
        return [self._trials]

    def assign(self, roles: Mapping[str, str]) -> None:
        self.corrected = dict(roles)
        self._watch.forget()

    def roles(self) -> list[dict[str, Any]]:
        return [{"column": r.column, "role": r.role, "guessed": r.guessed} for r in self._roles]

    def close(self) -> None:
        """Nothing stays open between reads."""


def can_read(address: str) -> bool:
    """Whether an address is a file that looks like a table: Parquet, gzip, JSON, or text named as a table."""
    path = Path(address).expanduser()
    try:
        with path.open("rb") as file:
            head = file.read(1000).lstrip()
    except OSError:
        return False
    return head.startswith((PARQUET, GZIP, ZIP, b"{", b"[")) or path.suffix.lower() in SUFFIXES


def build(path: Path, frame: pd.DataFrame, roles: Sequence[ColumnRole], curves: Curves | None = None) -> Trials:
    """The trials of a table whose columns have these roles.

    Raises:
        ReadError: no column is numeric, or a column cannot have its role.
    """
    if not any(is_number(frame[column]) for column in frame.columns):
        raise ReadError(f"{path} has no numeric column; expected at least one metric")
    notes = [role.note for role in roles if role.note]
    metrics = _metrics(frame, roles)
    params = {r.name: hyperparameter(r.name, frame[r.column]) for r in roles if _is_param(r, frame)}
    rows, numbered = _rows(path, frame, roles, notes)
    if "state" not in rows:
        objectives = [values for metric, values in metrics if metric.objective]
        unmeasured = np.isnan(objectives).all(axis=0) if objectives else np.zeros(len(frame), dtype=bool)
        codes = np.where(unmeasured, STATES.index(State.FAILED), STATES.index(State.COMPLETE))
        rows["state"] = state_column(codes.astype(np.float64))
    complete = rows["state"].values == STATES.index(State.COMPLETE)
    when = infer_conditions(params, complete)
    found = [(replace(h, when=when.get(h.name, {})), column) for h, column in params.values()]
    if when:
        notes.append(f"Conditions were inferred from where values are missing: {', '.join(when)}.")
    if not metrics:
        notes.append("No column looks like a metric; give one that role.")
    address = str(path)
    named = path.name.partition(".")[0]
    study = Study(study_id(address, path.stem), named, address, path.stem, notes=tuple(notes), numbered=numbered)
    load = curves.load if curves is not None else no_history
    return assemble(study, rows, found, metrics, load)


def _is_param(role: ColumnRole, frame: pd.DataFrame) -> bool:
    """Whether a column is a hyperparameter that has a value anywhere."""
    return role.role == "param" and bool(frame[role.column].notna().any())


def _metrics(frame: pd.DataFrame, roles: Sequence[ColumnRole]) -> list[tuple[Metric, Floats]]:
    """Metrics, objectives first: columns with a direction, else the first whose name is a metric's, else the first."""
    chosen = [r for r in roles if r.role in OBJECTIVES]
    others = [r for r in roles if r.role == "metric"]
    if not chosen:
        others.sort(key=lambda r: not r.name.lower().endswith(METRICS))
        chosen, others = others[:1], others[1:]
    found = []
    for r in [*chosen, *others]:
        given = r.role if r.role in OBJECTIVES else direction(r.name)
        metric = Metric(
            r.name,
            "minimize" if given == "minimize" else "maximize",
            objective=r in chosen,
            inferred=r.guessed or r.role == "metric",
        )
        found.append((metric, _floats(frame[r.column])))
    return found


def _rows(
    path: Path, frame: pd.DataFrame, roles: Sequence[ColumnRole], notes: list[str]
) -> tuple[dict[str, Column], bool]:
    """Our own columns that the table has, and whether it numbers its rows; else they are in the file's order."""
    own = {r.role: r.column for r in roles if r.role in ROW_KINDS}
    rows = {role: _row_column(path, role, frame[column]) for role, column in own.items() if role != "number"}
    numbers = None
    if "number" in own:
        cells = frame[own["number"]]
        numbers = _floats(cells) if is_number(cells) else None
        if doubt := "is no number everywhere" if numbers is None else _unusable(numbers):
            notes.append(f"Column {own['number']!r} {doubt}, so rows are numbered in the order of the file.")
            numbers = None
    numbered = numbers is not None
    order = np.arange(len(frame), dtype=np.float64) if numbers is None else numbers
    rows["number"] = number_column("number", order, Role.ROW, Kind.INT)
    return rows, numbered


def _unusable(numbers: Floats) -> str | None:
    """Why numbers cannot name rows; None if they can."""
    if (missing := int(np.isnan(numbers).sum())) > 0:
        return f"is empty in {missing:,} rows"
    if not np.isfinite(numbers).all() or (numbers != np.round(numbers)).any() or numbers.min() < 0:
        return "is not a whole number from 0 everywhere"
    if numbers.max() >= EXACT:
        return f"has {numbers.max():.0f}, which is too large"
    known, counts = np.unique(numbers, return_counts=True)
    return f"has {known[counts > 1][0]:g} more than once" if (counts > 1).any() else None


def _row_column(path: Path, role: str, values: pd.Series[Any]) -> Column:
    """One of our own columns from its cells."""
    if role == "state":
        if not is_state(values):
            bad = next(v for v in values if state_of(v) is None)
            raise ReadError(f"{path}: column {values.name!r} is to be the state, but has {bad!r}; expected complete, …")
        return state_column(np.array([STATES.index(state_of(v) or State.COMPLETE) for v in values], dtype=np.float64))
    if ROW_KINDS[role] is Kind.CATEGORY:
        cells = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values.tolist()]
        return category_column(role, cells, Role.ROW)
    if ROW_KINDS[role] is Kind.TIME:
        if not is_time(values):
            raise ReadError(f"{path}: column {values.name!r} is to be the {role}, but is no time; expected dates")
        return Column(role, Kind.TIME, Role.ROW, _seconds(values))
    if role == "duration" and not is_number(values):
        return number_column(role, _floats(pd.to_timedelta(values, errors="coerce").dt.total_seconds()), Role.ROW)
    return number_column(role, _floats(values), Role.ROW, ROW_KINDS[role])


def _floats(values: pd.Series[Any]) -> Floats:
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _seconds(values: pd.Series[Any]) -> Floats:
    """Seconds since 1970 of numbers or dates; a date without a zone is UTC."""
    if is_number(values):
        return _floats(values)
    times = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601")
    return _floats((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1))
