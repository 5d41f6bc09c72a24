"""What every reader gives: a source of trials, and the one way to put trials together from raw columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import (
    ROW_COLUMNS,
    ROW_KINDS,
    Column,
    Floats,
    Kind,
    Role,
    State,
    number_column,
    public_name,
)
from analytics.space import Hyperparameter, ordered
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials

STATES = tuple(state.value for state in State)
"""Levels of every ``state`` column, so that its codes mean the same in every study and at every time."""

LoadHistory: TypeAlias = Callable[[Sequence[int] | None], pd.DataFrame]


class ReadError(Exception):
    """A source cannot be read; the message is one sentence that names what stands where, and what was expected."""


class ConsentError(ReadError):
    """Opening the file at ``path`` runs code that its maker put into it; the message names the risk."""

    def __init__(self, path: str, risk: str) -> None:
        super().__init__(f"{path} {risk}")
        self.path = path


class Source(Protocol):
    """Where the trials of one or more studies come from, and may keep coming from."""

    address: str
    """Canonical: an absolute path, or a URL without its password."""
    label: str
    """Short text for the page."""
    epoch: int
    """Counts how often the source was replaced under its address: rows of two epochs have nothing in common."""
    is_table: bool
    """Whether roles of columns were guessed and can be corrected."""

    def changed(self) -> bool:
        """Whether anything may have changed since the last :meth:`trials`; costs next to nothing."""

    def trials(self) -> list[Trials]:
        """The studies as they are now; a study that did not change is the same object as before.

        Raises:
            ReadError: the source cannot be read now.
        """

    def close(self) -> None:
        """Let go of files and connections."""


@runtime_checkable
class FolderSource(Source, Protocol):
    """A source of several runs, of which some may be damaged."""

    @property
    def problems(self) -> list[str]:
        """A sentence for each run that could not be read."""


@runtime_checkable
class TableSource(Source, Protocol):
    """A source whose columns' roles are guessed."""

    corrected: Mapping[str, str]
    """Roles that were given, by column."""

    def assign(self, roles: Mapping[str, str]) -> None:
        """Use these roles instead of the corrected ones so far; the next :meth:`trials` checks them."""

    def roles(self) -> list[dict[str, Any]]:
        """Every column of the table with its role: ``{"column", "role", "guessed"}``."""


def no_history(_numbers: Sequence[int] | None) -> pd.DataFrame:
    """The history of a study that has none."""
    return pd.DataFrame({name: [] for name in HISTORY_COLUMNS})


def assemble(
    study: Study,
    rows: Mapping[str, Column],
    params: Sequence[tuple[Hyperparameter, Column]],
    metrics: Sequence[tuple[Metric, Floats]],
    load_history: LoadHistory = no_history,
) -> Trials:
    """The trials of a study from columns under their own names.

    ``rows`` holds ``number`` and ``state`` and whichever of our other columns are known; ``config``, ``member`` and
    ``budget`` decide which rows are final. Hyperparameters and metrics get their public names here.
    """
    count = len(rows["number"])
    columns = {name: rows[name] if name in rows else _missing(name, count) for name in ROW_COLUMNS}
    columns["study"] = Column("study", Kind.CATEGORY, Role.ROW, np.zeros(count), (study.id,))
    elapsed = columns["end"].values - columns["start"].values
    elapsed[elapsed < 0] = np.nan  # the clock was set back meanwhile
    columns["duration"] = number_column("duration", elapsed, Role.ROW)
    if "duration" in rows:
        columns["duration"] = rows["duration"]
    columns["final"] = final_column(columns)
    measured: dict[str, Metric] = {}
    measured_columns: dict[str, Column] = {}
    for metric, values in metrics:
        name = public_name(metric.name, Role.METRIC, measured)
        measured[name] = replace(metric, name=name)
        measured_columns[name] = number_column(name, values, Role.METRIC)
    names = public_params([h.name for h, _ in params], measured)
    for h, column in params:
        columns[names[h.name]] = replace(column, name=names[h.name], role=Role.PARAM)
    space = ordered(
        replace(h, name=names[h.name], when={names[parent]: values for parent, values in h.when.items()})
        for h, _ in params
    )
    return Trials(study, columns | measured_columns, space, measured, load_history)


def public_params(names: Sequence[str], metrics: Mapping[str, Any]) -> dict[str, str]:
    """The public name of each hyperparameter beside metrics, which keep theirs."""
    public: dict[str, str] = {}
    for name in names:
        shown = public_name(name, Role.PARAM, metrics)
        while shown in public.values() or (shown != name and (shown in names or shown in metrics)):
            shown = f"param:{shown}"
        public[name] = shown
    return public


def state_column(codes: Floats) -> Column:
    """The column ``state`` from indices into ``STATES``."""
    return Column("state", Kind.CATEGORY, Role.ROW, codes, STATES)


def final_column(columns: Mapping[str, Column]) -> Column:
    """Which rows hold their configuration's highest completed budget, or more that did not complete.

    A configuration is known by ``config``, else by ``member``; without either each row is its own.
    """
    budget = np.where(columns["budget"].missing, -np.inf, columns["budget"].values)
    group = _groups(columns["config"], columns["member"])
    complete = columns["state"].values == STATES.index(State.COMPLETE)
    highest = np.full(group.max(initial=-1) + 1, -np.inf)
    reached = highest.copy()
    np.maximum.at(reached, group, budget)
    np.maximum.at(highest, group[complete], budget[complete])
    none_complete = np.ones(len(highest), dtype=bool)
    none_complete[group[complete]] = False
    highest[none_complete] = reached[none_complete]
    return Column("final", Kind.CATEGORY, Role.ROW, (budget >= highest[group]).astype(np.float64), (False, True))


def _groups(config: Column, member: Column) -> NDArray[np.int64]:
    """A small number per row, equal for rows of one configuration; shape (rows,)."""
    if not config.levels and not member.levels:
        return np.arange(len(config), dtype=np.int64)
    codes = np.arange(len(config), dtype=np.int64) + len(config.levels) + len(member.levels)
    codes = np.where(member.missing, codes, np.nan_to_num(member.values).astype(np.int64) + len(config.levels))
    codes = np.where(config.missing, codes, np.nan_to_num(config.values).astype(np.int64))
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _missing(name: str, count: int) -> Column:
    return Column(name, ROW_KINDS[name], Role.ROW, np.full(count, np.nan))
