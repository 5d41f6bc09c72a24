"""One typed column of trials, and the names and states that every layer shares."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats: TypeAlias = NDArray[np.float64]
Level: TypeAlias = str | bool | int | float | None


class State(StrEnum):
    """Where a trial stands; the values are those of the column ``state``."""

    COMPLETE = "complete"
    PRUNED = "pruned"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"


class Kind(StrEnum):
    """How the values of a column are to be read and drawn."""

    FLOAT = "float"
    INT = "int"
    CATEGORY = "category"
    TIME = "time"


class Role(StrEnum):
    """What a column is to the study."""

    ROW = "row"
    PARAM = "param"
    METRIC = "metric"
    MARK = "mark"
    FLAG = "flag"


EXTRA_ROLES = (Role.MARK, Role.FLAG)
"""Roles of columns that no source holds: what the analyst noted, and what was found."""

ARCHIVED = "archived"
MARK_COLUMNS = ("star", "tags", "note", ARCHIVED)
"""Columns of the analyst's annotations, kept in the workspace; reserved as ``ROW_COLUMNS`` are."""

ROW_COLUMNS = (
    "number",
    "study",
    "state",
    "start",
    "end",
    "duration",
    "config",
    "member",
    "budget",
    "seed",
    "final",
    "parent",
    "generation",
    "bracket",
    "rung",
    "batch",
    "reason",
)
"""Our own columns: reserved; a hyperparameter or metric of that name is shown as ``param:NAME`` or ``metric:NAME``."""

ROW_KINDS = {
    **dict.fromkeys(("number", "seed", "generation", "bracket", "rung", "batch", "parent"), Kind.INT),
    **dict.fromkeys(("study", "state", "config", "member", "final", "reason"), Kind.CATEGORY),
    **dict.fromkeys(("start", "end"), Kind.TIME),
    **dict.fromkeys(("duration", "budget"), Kind.FLOAT),
}


def public_name(name: str, role: Role, taken: Iterable[str] = ()) -> str:
    """The name a hyperparameter or metric goes by, out of the way of our own columns and of ``taken`` names."""
    return f"{role}:{name}" if name in (*ROW_COLUMNS, *MARK_COLUMNS) or name in set(taken) else name


def same_level(a: Level, b: Level) -> bool:
    """Whether two categories are equal in type and value: 1 is 1.0, but neither True nor '1'."""
    return level_key(a) == level_key(b)


def level_key(level: Level) -> tuple[str, Level]:
    """A hashable key under which exactly the equal levels meet."""
    if isinstance(level, (bool, np.bool_)):
        return "bool", bool(level)
    if isinstance(level, (int, float, np.integer, np.floating)):
        return "number", float(level)
    return ("none", None) if level is None else ("str", str(level))


@dataclass(frozen=True, eq=False)
class Column:
    """A column: ``values`` is float64 of shape (rows,), NaN where missing.

    Of a category the values are indices into ``levels`` (any of str, bool, number and None, so a category None is not
    the same as missing); of a time they are seconds since 1970 in UTC.
    """

    name: str
    kind: Kind
    role: Role
    values: Floats
    levels: tuple[Level, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Where there is no value, as a bool array of shape (rows,)."""
        return np.isnan(self.values)

    def objects(self) -> list[Any]:
        """The values as Python objects: a level, an int, a float; NaN where missing."""
        if self.kind is Kind.CATEGORY:
            return [math.nan if math.isnan(code) else self.levels[int(code)] for code in self.values]
        if self.kind is Kind.INT:
            return [int(v) if math.isfinite(v) else v for v in self.values.tolist()]
        return list(self.values)

    def series(self) -> pd.Series[Any]:
        """The column as pandas shows it: times as timezone-aware UTC, categories as objects, ints as int64 if whole."""
        import pandas as pd  # half a second, which no training process needs

        if self.kind is Kind.TIME:
            return pd.Series(pd.to_datetime(self.values, unit="s", utc=True).round("us"), name=self.name)
        if self.kind is Kind.CATEGORY:
            return pd.Series(np.array([*self.objects(), None], dtype=object)[:-1], name=self.name, dtype=object)
        if self.kind is Kind.INT and np.isfinite(self.values).all():
            return pd.Series(self.values.astype(np.int64), name=self.name)
        return pd.Series(self.values, name=self.name)


def number_column(name: str, values: Sequence[float] | Floats, role: Role, kind: Kind = Kind.FLOAT) -> Column:
    """A column of numbers; None and NaN are missing."""
    return Column(name, kind, role, np.asarray(values, dtype=np.float64))


def category_column(name: str, values: Iterable[Any], role: Role, levels: Sequence[Level] | None = None) -> Column:
    """A column of categories. Levels come in the given order, else in order of appearance; NaN and NaT are missing."""
    index = {level_key(level): i for i, level in enumerate(levels or ())}
    known: list[Level] = list(levels or ())
    pandas = sys.modules.get("pandas")  # who has its NaT or its NA has imported it
    nothing = (pandas.NaT, pandas.NA) if pandas else ()
    codes = []
    for value in values:
        if (isinstance(value, float) and math.isnan(value)) or any(value is missing for missing in nothing):
            codes.append(math.nan)
            continue
        key = level_key(value)
        if key not in index:
            index[key] = len(known)
            known.append(value)
        codes.append(float(index[key]))
    return Column(name, Kind.CATEGORY, role, np.array(codes, dtype=np.float64), tuple(known))
