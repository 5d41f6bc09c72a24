"""Optuna journal files, replayed by Optuna itself; only what was appended since the last read is replayed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from optuna.distributions import distribution_to_json
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.study._frozen import FrozenStudy
from optuna.trial import FrozenTrial

from analytics.columns import Role, public_name
from analytics.trials import Direction, Trials
from data.readers.base import ReadError, no_history
from data.readers.evaluations import number
from data.readers.optuna_fetch import LABELS, STATE_CODES, system_items
from data.readers.optuna_known import NAMES
from data.readers.optuna_study import StudyInfo, build
from data.readers.study_table import Chunk, Long, StudyTable
from data.readers.watch import Watch

FIRST = b'{"op_code"'
KEEPS = ":generation", "constraints", "completed_rung_"


class NeverLock(JournalFileOpenLock):
    """The lock of a journal that is only read."""

    def acquire(self) -> bool:
        raise ReadError("a journal that is only read cannot be written")

    def release(self) -> None:
        """Nothing was acquired."""


class Journal:
    """The studies of a journal file; see :class:`data.readers.base.Source`."""

    is_table = False

    def __init__(self, address: str) -> None:
        self.path = Path(address).expanduser().resolve()
        self.address, self.label = str(self.path), self.path.name
        self.epoch = 0
        self._watch = Watch([self.path])
        self._forget()

    def changed(self) -> bool:
        return self._watch.changed()

    def trials(self) -> list[Trials]:
        self._watch.mark()
        try:
            if self._storage is not None and self._replaced():
                self._forget()
                self.epoch += 1
            found = self._read()
        except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
            self._watch.forget()
            reason = error.strerror if isinstance(error, OSError) else self._damage(error)
            raise ReadError(f"{self.path}: {reason}; expected an Optuna journal") from error
        self._inode, self._size = self._watch.inodes[0], self.path.stat().st_size
        return found

    def close(self) -> None:
        """Nothing stays open between reads."""

    def _forget(self) -> None:
        self._storage: JournalStorage | None = None
        self._inode, self._size = 0, 0
        self._seen: dict[int, FrozenTrial] = {}
        self._tables: dict[int, StudyTable] = {}
        self._infos: dict[int, StudyInfo] = {}
        self._built: dict[int, Trials] = {}

    def _replaced(self) -> bool:
        return self._watch.inodes[0] != self._inode or self.path.stat().st_size < self._size

    def _read(self) -> list[Trials]:
        self.path.stat()  # Optuna creates a journal that is missing
        if self._storage is None:
            self._storage = JournalStorage(JournalFileBackend(str(self.path), lock_obj=NeverLock(str(self.path))))
        found = []
        for study in self._storage.get_all_studies():
            key = study._study_id
            trials = self._storage.get_all_trials(key, deepcopy=False)
            fresh = [trial for trial in trials if self._seen.get(trial._trial_id) is not trial]
            table = self._tables.setdefault(key, StudyTable())
            info = describe(study)
            if table.update(chunk_of(fresh)) or key not in self._built or self._infos[key] != info:
                self._built[key] = build(self.address, info, table, partial(history, self._storage, key, info))
            self._infos[key] = info
            self._seen.update((trial._trial_id, trial) for trial in fresh)
            found.append(self._built[key])
        return found

    def _damage(self, error: Exception) -> str:
        """What is wrong with the file, with the first line that is not an operation."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    json.loads(line)["op_code"]
                except (ValueError, KeyError, TypeError):
                    return f"line {number} is damaged"
        return f"damaged ({error!r})"


def can_read(address: str) -> bool:
    """Whether an address is a file whose first line is an operation of a journal."""
    path = Path(address).expanduser()
    try:
        with path.open("rb") as file:
            return file.read(64).replace(b" ", b"").startswith(FIRST)
    except OSError:
        return False


def describe(study: FrozenStudy) -> StudyInfo:
    """What a journal says of a study beside its trials."""
    names = study.system_attrs.get(NAMES)
    directions: list[Direction] = [
        "maximize" if direction.name == "MAXIMIZE" else "minimize" for direction in study.directions
    ]
    return StudyInfo(
        own_id=str(study._study_id),
        name=study.study_name,
        directions=tuple(directions),
        names=tuple(map(str, names)) if isinstance(names, (list, tuple)) else (),
        keys=frozenset(study.system_attrs),
    )


def chunk_of(trials: Sequence[FrozenTrial]) -> Chunk:
    """Optuna's trials, in ascending order of their ids, as columns."""
    return Chunk(
        ids=np.array([t._trial_id for t in trials], dtype=np.int64),
        number=np.array([t.number for t in trials], dtype=np.float64),
        state=np.array([STATE_CODES[t.state.name] for t in trials], dtype=np.float64),
        start=np.array([t.datetime_start.timestamp() if t.datetime_start else np.nan for t in trials]),
        end=np.array([t.datetime_complete.timestamp() if t.datetime_complete else np.nan for t in trials]),
        params=_params(trials),
        values=Long.of((t._trial_id, str(i), value) for t in trials for i, value in enumerate(t.values or ())),
        attributes=Long.of(
            (t._trial_id, key, float(value))
            for t in trials
            for key, value in t.user_attrs.items()
            if key not in LABELS and isinstance(value, (int, float)) and not isinstance(value, bool)
        ),
        system=Long.of(
            item
            for t in trials
            for key, value in t.system_attrs.items()
            if any(kept in key for kept in KEEPS)
            for item in system_items(t._trial_id, key, value)
        ),
        labels=[(t._trial_id, key, t.user_attrs[key]) for t in trials for key in LABELS if key in t.user_attrs],
        keys=frozenset(key for t in trials for key in t.system_attrs),
    )


def _params(trials: Iterable[FrozenTrial]) -> Long:
    texts: dict[int, str] = {}
    codes: dict[tuple[str, str], int] = {}
    rows = []
    for trial in trials:
        for name, value in trial.params.items():
            distribution = trial.distributions[name]
            text = texts.setdefault(id(distribution), distribution_to_json(distribution))
            code = codes.setdefault((name, text), len(codes))
            rows.append((trial._trial_id, code, distribution.to_internal_repr(value)))
    ids, code_, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Long(np.array(ids, np.int64), np.array(code_, np.int64), np.array(values, np.float64), tuple(codes))


def history(storage: JournalStorage, study: int, info: StudyInfo, numbers: Sequence[int] | None) -> pd.DataFrame:
    """What some trials (None: all) reported: values of the objective over steps."""
    wanted = None if numbers is None else set(numbers)
    metric = public_name(next(iter(info.objectives), "value"), Role.METRIC)
    rows = [
        (trial.number, number(step), metric, number(value))
        for trial in storage.get_all_trials(study, deepcopy=False)
        if wanted is None or trial.number in wanted
        for step, value in trial.intermediate_values.items()
    ]
    return pd.DataFrame(rows, columns=no_history(None).columns) if rows else no_history(None)
