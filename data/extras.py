"""Columns that no source holds and that join a study's trials: the analyst's marks, flags that were computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.columns import EXTRA_ROLES, Column, Floats, Kind, Level, Role, category_column, level_key
from analytics.trials import Trials

MOST_UNUSED = 500
"""Levels of a column that no row has any more, before they are dropped; the browser then gets the study anew."""


@dataclass(frozen=True)
class Extra:
    """A column of a study: ``values`` by row number, a level of a category or a number; rows without one are missing.

    ``levels`` are levels to begin with, in their order; others follow as they appear.
    """

    name: str
    role: Role
    values: Mapping[int, Level]
    kind: Kind = Kind.CATEGORY
    levels: Sequence[Level] = ()


Source = Callable[[Trials], Iterable[Extra]]
"""What looks up the extra columns of a study whenever its rows are read."""


class Extras:
    """Joins extra columns to trials. The caller keeps threads apart.

    Levels of a category only grow, as the browser expects of rows that change, until too many are unused.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources = tuple(sources)
        self._put: dict[str, dict[str, Extra]] = {}
        self._levels: dict[tuple[str, str], tuple[Level, ...]] = {}

    def put(self, study: str, extras: Iterable[Extra]) -> None:
        """Keep these columns of a study, each in place of the one of its name."""
        for extra in extras:
            if extra.role not in EXTRA_ROLES:
                raise ValueError(f"column {extra.name!r} has the role {extra.role}; expected one of {EXTRA_ROLES}")
            self._put.setdefault(study, {})[extra.name] = extra

    def join(self, trials: Trials) -> Trials:
        """The trials with their extra columns behind the others; a name that is taken gets its role before it."""
        study = trials.study.id
        found = [extra for source in self._sources for extra in source(trials)]
        found += self._put.get(study, {}).values()
        if not found:
            return trials
        columns = dict(trials.columns)
        for extra in found:
            name = extra.name if extra.name not in columns else f"{extra.role}:{extra.name}"
            columns[name] = self._column(study, replace(extra, name=name), trials)
        return replace(trials, columns=columns)

    def _column(self, study: str, extra: Extra, trials: Trials) -> Column:
        rows = pd.Index(trials.numbers).get_indexer(pd.Index(list(extra.values), dtype=np.int64))
        values = np.full(len(trials), np.nan)
        values[rows[rows >= 0]] = self._codes(study, extra)[rows >= 0]
        levels = self._levels[study, extra.name] if extra.kind is Kind.CATEGORY else ()
        return Column(extra.name, extra.kind, extra.role, values, levels)

    def _codes(self, study: str, extra: Extra) -> Floats:
        """The values of a column as a column holds them, shape (values,)."""
        if extra.kind is not Kind.CATEGORY:
            return np.array(list(extra.values.values()), dtype=np.float64)
        known = self._levels.get((study, extra.name), tuple(extra.levels))
        used = {level_key(level) for level in extra.values.values()}
        if len(known) - len(used) > MOST_UNUSED:
            known = tuple(extra.levels)
        column = category_column(extra.name, extra.values.values(), extra.role, known)
        self._levels[study, extra.name] = column.levels
        return column.values
