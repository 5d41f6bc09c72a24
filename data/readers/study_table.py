"""The trials of one Optuna study as columns that grow: each read adds new trials and updates unfinished ones."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Column, Floats, Kind, Level, Role
from analytics.space import Hyperparameter
from data.readers.distributions import Axis, Levels

Ints: TypeAlias = NDArray[np.int64]
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Long:
    """Numbers of trials in long form: of trial ``ids[i]`` the property ``keys[codes[i]]`` is ``values[i]``."""

    ids: Ints
    codes: Ints
    values: Floats
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, items: Iterable[tuple[int, str, float | None]]) -> Long:
        """From (trial id, name, value)."""
        codes: dict[Key, int] = {}
        ids, code, values = array("q"), array("q"), array("d")
        for trial, name, value in items:
            ids.append(trial)
            code.append(codes.setdefault((name,), len(codes)))
            values.append(math.nan if value is None else value)
        return cls(np.array(ids, np.int64), np.array(code, np.int64), np.array(values, np.float64), tuple(codes))

    def among(self, trials: Ints) -> Long:
        """Only what belongs to some trials; a database without foreign keys may hold what deleted ones left behind."""
        known = np.isin(self.ids, trials)
        return self if known.all() else Long(self.ids[known], self.codes[known], self.values[known], self.keys)

    def split(self) -> Iterator[tuple[Key, Ints, Floats]]:
        """The trial ids and values of each property."""
        order = np.argsort(self.codes, kind="stable")
        bounds = np.searchsorted(self.codes[order], np.arange(len(self.keys) + 1))
        for key, start, stop in zip(self.keys, bounds[:-1], bounds[1:], strict=True):
            if start < stop:
                rows = order[start:stop]
                yield key, self.ids[rows], self.values[rows]


EMPTY = Long.of(())


@dataclass(frozen=True)
class Chunk:
    """Some trials of a study in ascending order of their ids; ``state`` holds indices into ``STATES``, times seconds.

    Keys of ``params`` are (name, distribution as JSON), with Optuna's internal value; those of ``values`` the index of
    the objective, of ``attributes`` the user attribute, of ``system`` what ``system_items`` says.
    """

    ids: Ints
    number: Floats
    state: Floats
    start: Floats
    end: Floats
    params: Long = EMPTY
    values: Long = EMPTY
    attributes: Long = EMPTY
    system: Long = EMPTY
    labels: Sequence[tuple[int, str, Level]] = ()
    keys: frozenset[str] = frozenset()

    def where(self, mask: NDArray[np.bool_]) -> Chunk:
        """Only the trials of a mask of shape (trials,); without their properties."""
        return Chunk(self.ids[mask], self.number[mask], self.state[mask], self.start[mask], self.end[mask])

    def having(self, **properties: Any) -> Chunk:
        return replace(self, **properties)


class StudyTable:
    """Columns by (group, name), each of shape (trials,), in ascending order of trial ids."""

    def __init__(self) -> None:
        self.ids: Ints = np.zeros(0, np.int64)
        self.columns: dict[tuple[str, str], Floats] = {}
        self.axes: dict[str, Axis] = {}
        self.levels: dict[str, Levels] = {}
        self.keys: frozenset[str] = frozenset()
        self._lent: set[tuple[str, str]] = set()

    def update(self, chunk: Chunk) -> bool:
        """Take in new trials and what is known now of old ones; whether that changed anything."""
        changed = self._grow(chunk.ids) or not chunk.keys <= self.keys
        self.keys |= chunk.keys
        for name in ("number", "state", "start", "end"):
            changed |= self._put(("row", name), chunk.ids, getattr(chunk, name))
        for (name, text), ids, raw in chunk.params.among(chunk.ids).split():
            changed |= self._put_param(name, text, ids, raw)
        for group in ("values", "attributes", "system"):
            for (name,), ids, values in getattr(chunk, group).among(chunk.ids).split():
                changed |= self._put((group, name), ids, values)
        known = set(chunk.ids.tolist()) if chunk.labels else set()
        labels = [label for label in chunk.labels if label[0] in known]
        for name in {name for _, name, _ in labels}:
            levels = self.levels.setdefault(name, Levels())
            coded = [(trial, levels.code(level)) for trial, key, level in labels if key == name]
            ids, codes = (np.array(array) for array in zip(*coded, strict=True))
            changed |= self._put(("label", name), ids, codes)
        return changed

    def group(self, group: str) -> dict[str, Floats]:
        """The columns of a group by name; they never change afterwards."""
        keys = [key for key in self.columns if key[0] == group]
        self._lent |= set(keys)
        return {name: self.columns[group, name] for _, name in keys}

    def params(self) -> list[tuple[Hyperparameter, Column]]:
        """The hyperparameters with their columns, in the order in which they first appeared."""
        columns = self.group("param")
        return [
            (axis.hyperparameter(), Column(name, axis.kind, Role.PARAM, columns[name], tuple(axis.levels.known)))
            for name, axis in self.axes.items()
        ]

    def in_state(self, codes: Sequence[int]) -> list[int]:
        """Ids of the trials that were in one of the states at the last read."""
        states = self.columns.get(("row", "state"), np.zeros(0))
        return [int(trial) for trial in self.ids[np.isin(states, codes)]]

    def labels(self, name: str) -> Column | None:
        """A column of categories that user attributes hold; None if no trial has one."""
        values = self.group("label").get(name)
        return None if values is None else Column(name, Kind.CATEGORY, Role.ROW, values, tuple(self.levels[name].known))

    def _put_param(self, name: str, text: str, ids: Ints, raw: Floats) -> bool:
        axis = self.axes.setdefault(name, Axis(name))
        before = axis.kind
        widened = axis.add(text)
        if before is not axis.kind and axis.kind is Kind.CATEGORY and ("param", name) in self.columns:
            self.columns["param", name] = axis.recode(self.columns["param", name])
        return self._put(("param", name), ids, axis.decode(text, raw)) or widened

    def _grow(self, ids: Ints) -> bool:
        fresh = ids[~np.isin(ids, self.ids, assume_unique=True)]
        merged = np.sort(np.concatenate([self.ids, fresh]))
        if len(merged) == len(self.ids):
            return False
        kept = np.searchsorted(merged, self.ids)
        for key, old in self.columns.items():
            self.columns[key] = np.full(len(merged), np.nan)
            self.columns[key][kept] = old
        self.ids = merged
        self._lent.clear()
        return True

    def _put(self, key: tuple[str, str], ids: Ints, values: Floats) -> bool:
        rows = np.searchsorted(self.ids, ids)
        column = self.columns.get(key)
        if column is not None and np.array_equal(column[rows], values, equal_nan=True):
            return False
        if column is None:
            column = np.full(len(self.ids), np.nan)
        elif key in self._lent:
            column = column.copy()
        self._lent.discard(key)
        column[rows] = values
        self.columns[key] = column
        return True
