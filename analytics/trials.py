"""The one table that everything reads: trials of a study, columnar and typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.columns import ARCHIVED, Column, Floats, Role, State
from analytics.space import SearchSpace

if TYPE_CHECKING:
    import pandas as pd

Direction: TypeAlias = Literal["minimize", "maximize"]

HISTORY_COLUMNS = ("number", "step", "metric", "value")


def study_id(address: str, own_id: str) -> str:
    """12 hex digits that name a study across reloads: of its source's canonical address and its own id in it."""
    return hashlib.sha256(f"{address}\n{own_id}".encode("utf-8", "surrogateescape")).hexdigest()[:12]


@dataclass(frozen=True)
class Metric:
    """A measured quantity.

    ``objective`` marks what the search optimizes; ``read`` says how the value of a row was taken from its history:
    final (returned at the end), last, best, or 'step N'; ``inferred`` says that the direction is a guess.
    """

    name: str
    direction: Direction | None = None
    objective: bool = False
    unit: str = ""
    read: str = "final"
    inferred: bool = False


@dataclass(frozen=True)
class Study:
    """What is known of a study beside its trials.

    ``spec`` is our trainer's study spec where we wrote the study (then it can be refined and launched), else None;
    ``parent`` is the id of the study it refined; ``notes`` are sentences for the analyst. ``state`` of a study that our
    trainer runs or ran is running, finished, stopped or failed, and ``message`` says why it failed; None otherwise.
    ``group`` is what runs beside each other in one folder share: seeds of one search, perhaps. ``numbered`` says that
    its rows have numbers of their own; without, they are numbered in the order in which they were first read.
    """

    id: str
    name: str
    source: str
    own_id: str
    algorithm: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    parent: str | None = None
    spec: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    state: str | None = None
    message: str | None = None
    group: str | None = None
    numbered: bool = True


@dataclass(frozen=True, eq=False)
class Trials:
    """The evaluations of one study: one configuration at one budget with one seed a row; ``number`` identifies a row.

    ``columns`` are all of the same length, in the order: ours, hyperparameters, metrics. ``load_history`` fetches the
    values over steps of the given trial numbers (None: all) as a long table with ``HISTORY_COLUMNS``.
    """

    study: Study
    columns: Mapping[str, Column]
    space: SearchSpace
    metrics: Mapping[str, Metric]
    load_history: Callable[[Sequence[int] | None], pd.DataFrame] = field(
        default=lambda _numbers: _nothing_logged(), repr=False
    )

    def __len__(self) -> int:
        return len(self.columns["number"])

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The trial numbers, shape (rows,)."""
        return self.columns["number"].values.astype(np.int64)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows as a DataFrame: our columns, then hyperparameters and metrics under their public names."""
        import pandas as pd  # see analytics/columns.py

        return pd.DataFrame({name: column.series() for name, column in self.columns.items()})

    @property
    def params(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.role is Role.PARAM]

    @property
    def objective(self) -> Metric | None:
        """The first metric the search optimizes; None if the study declares none."""
        return next((m for m in self.metrics.values() if m.objective), None)

    def at(self, rows: NDArray[np.bool_]) -> Trials:
        """The trials with some of their rows only; ``rows`` is a bool array of shape (rows,)."""
        return replace(self, columns={name: replace(c, values=c.values[rows]) for name, c in self.columns.items()})

    def in_state(self, *states: State) -> NDArray[np.bool_]:
        """Rows in one of the states, as a bool array of shape (rows,)."""
        column = self.columns["state"]
        codes = [i for i, level in enumerate(column.levels) if level in states]
        return np.asarray(np.isin(column.values, codes))

    def state_of(self, number: int) -> State:
        """The state of the last row of a trial.

        Raises:
            KeyError: there is no such trial.
        """
        rows = np.flatnonzero(self.numbers == number)
        if not len(rows):
            raise KeyError(number)
        column = self.columns["state"]
        return State(str(column.levels[int(column.values[rows[-1]])]))

    @property
    def final(self) -> NDArray[np.bool_]:
        """Rows that hold their configuration's highest budget, as a bool array of shape (rows,)."""
        column = self.columns["final"]
        codes = [i for i, level in enumerate(column.levels) if level is True]
        return np.asarray(np.isin(column.values, codes))

    @property
    def kept(self) -> Trials:
        """The trials without the rows that the analyst archived; the same object if none is."""
        column = self.columns.get(ARCHIVED)
        if column is None or column.role is not Role.MARK or column.missing.all():
            return self
        return self.at(column.missing)

    def comparable(self) -> NDArray[np.bool_]:
        """Rows that may compete for 'best': completed, each configuration at its highest budget; shape (rows,)."""
        return self.in_state(State.COMPLETE) & self.final

    def best(self, metric: Metric | None = None) -> int | None:
        """The row (not the number) of the best comparable value of a metric; None if there is none."""
        metric = metric or self.objective
        if metric is None or metric.direction is None:
            return None
        values: Floats = np.where(self.comparable(), self.columns[metric.name].values, np.nan)
        if np.isnan(values).all():
            return None
        return int(np.nanargmin(values) if metric.direction == "minimize" else np.nanargmax(values))


def _nothing_logged() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(HISTORY_COLUMNS))
