"""Which rows of a study changed since when."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import ARCHIVED, EXTRA_ROLES, Column
from analytics.trials import Trials


@dataclass(frozen=True)
class Changes:
    """Rows of a study that are new or changed since a revision, all of them after a ``reset``.

    ``columns`` are all columns of the study, each with these rows only; ``revision`` is the one to ask from next time.
    """

    revision: str
    reset: bool
    columns: list[Column]


class Versions:
    """The rows of one study with the version in which each last changed.

    A revision is opaque: an epoch, in which rows are only added or changed, and a version within it. A new epoch begins
    when rows or columns vanish, a source has a new column, a column turns into another kind, or a source was replaced.
    """

    def __init__(self, trials: Trials) -> None:
        self.trials = trials
        self._rows: NDArray[np.int64]
        self._begin()

    @property
    def revision(self) -> str:
        return f"{self._epoch}-{self._version}"

    @property
    def results(self) -> str:
        """Another text as soon as there is another result: a star or a flag is none, a row that is archived leaves."""
        return f"{self._epoch}-{self._results}"

    def update(self, trials: Trials, anew: bool = False) -> bool:
        """Take in the study as it is now; whether any row changed. ``anew``: its source was replaced."""
        before, self.trials = self.trials, trials
        rows = None if anew or not _comparable(before, trials) else _rows_of(before, trials)
        if rows is None:
            self._begin()
            return True
        changed = np.ones(len(trials), dtype=bool)
        changed[rows] = False
        results = changed.copy()
        for name, column in trials.columns.items():
            differs = _differs(before.columns.get(name), column, rows)
            changed |= differs
            if column.role not in EXTRA_ROLES or name == ARCHIVED:
                results |= differs
        versions = np.zeros(len(trials), dtype=np.int64)
        versions[rows] = self._rows
        if changed.any():
            self._version += 1
            versions[changed] = self._version
        self._rows = versions
        self._results += bool(results.any())
        return bool(changed.any())

    def since(self, revision: str | None) -> Changes:
        """What changed since a revision; everything if the revision is None or not of this epoch."""
        epoch, _, version = (revision or "").rpartition("-")
        known = epoch == self._epoch and version.isdecimal() and int(version) <= self._version
        mask = self._rows > int(version) if known else np.ones(len(self.trials), dtype=bool)
        columns = [replace(c, values=c.values[mask]) for c in self.trials.columns.values()]
        return Changes(self.revision, not known, columns)

    def _begin(self) -> None:
        self._epoch = secrets.token_hex(6)
        self._version = self._results = 1
        self._rows = np.ones(len(self.trials), dtype=np.int64)


def _comparable(before: Trials, now: Trials) -> bool:
    """Whether columns are the same but for values, levels that were appended, and extra columns that were added."""
    added = [name for name, column in now.columns.items() if column.role in EXTRA_ROLES and name not in before.columns]
    if list(before.columns) != [name for name in now.columns if name not in added]:
        return False
    pairs = ((column, now.columns[name]) for name, column in before.columns.items())
    return all(
        old.kind is new.kind and old.role is new.role and _same(old.levels, new.levels[: len(old.levels)])
        for old, new in pairs
    )


def _differs(before: Column | None, now: Column, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a column has another value than before, ``rows`` being the places of the rows that were there before."""
    if before is None:
        return ~now.missing
    differs = np.zeros(len(now), dtype=bool)
    if before.values is not now.values:
        old, new = before.values, now.values[rows]
        differs[rows] = (old != new) & ~(np.isnan(old) & np.isnan(new))
    return differs


def _same(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return a is b or [(type(x), x) for x in a] == [(type(y), y) for y in b]


def _rows_of(before: Trials, now: Trials) -> NDArray[np.int64] | None:
    """The row in ``now`` of each row before; None if one vanished."""
    rows = pd.Index(now.numbers).get_indexer(pd.Index(before.numbers))
    return None if (rows < 0).any() else rows.astype(np.int64)
