"""Optuna databases (SQLite, PostgreSQL), read through SQL on their tables: columns, not trial objects.

Finished trials do not change, so that each read asks only for trials that are new or were unfinished at the last one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from analytics.columns import State
from analytics.trials import Trials
from data.readers.base import STATES, ReadError, no_history
from data.readers.controllers import Controllers, workspace_beside
from data.readers.databases import database, is_url
from data.readers.optuna_fetch import Fresh, fetch_properties, fetch_trials
from data.readers.optuna_history import fetch_history
from data.readers.optuna_known import fetch_running, fetch_studies, first_to_read
from data.readers.optuna_study import StudyInfo, build, with_parents
from data.readers.optuna_tables import Schema, read_schema
from data.readers.sqlite_file import is_sqlite
from data.readers.study_table import Chunk, StudyTable

ATTEMPTS = 5
"""How often a file that changes while it is read is read again."""

UNFINISHED = [STATES.index(State.RUNNING), STATES.index(State.WAITING)]


@dataclass(frozen=True)
class Reading:
    """One consistent look into a database; ``anew``: what was read before does not count any more."""

    schema: Schema | None = None
    studies: dict[int, StudyInfo] = field(default_factory=dict)
    chunks: dict[int, Chunk] = field(default_factory=dict)
    anew: bool = False


class OptunaRdb:
    """The studies of an Optuna database at a path or URL; see :class:`data.readers.base.Source`.

    ``workspace`` is the folder of ours if it is our own.
    """

    is_table = False

    def __init__(self, address: str, workspace: Path | None = None) -> None:
        self._database = database(address, ours=workspace is not None)
        self.address, self.label = self._database.address, self._database.label
        self._controllers = Controllers(workspace or workspace_beside(self.address))
        self.epoch = 0
        self._identity: object = None
        self._tables: dict[int, StudyTable] = {}
        self._studies: dict[int, StudyInfo] = {}
        self._built: dict[int, Trials] = {}

    def changed(self) -> bool:
        return self._database.changed() or self._controllers.changed()

    def trials(self) -> list[Trials]:
        try:
            reading = self._read()
            studies = self._controllers.judge(reading.studies, self._running)
            self._take_all(studies, reading)
        except ReadError:
            self._database.forget()
            raise
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            self._database.forget()
            reason = str(error) if isinstance(error, ValueError) else repr(error)
            raise ReadError(f"{self.address} holds what Optuna does not write: {reason}") from error
        return [self._built[study] for study in studies]

    @property
    def parent_sources(self) -> list[str]:
        """Addresses of the sources whose studies those read last have refined."""
        found = (info.parent_source for info in self._studies.values())
        return list(dict.fromkeys(address for address in found if address))

    def close(self) -> None:
        self._database.close()

    def _read(self) -> Reading:
        for _ in range(ATTEMPTS):
            self._database.mark()
            replaced = self._database.identity != self._identity and bool(self._tables)
            with self._database.connect() as connection:
                reading = self._look(connection, {} if replaced else self._tables, replaced)
            if self._database.settled():
                self._identity = self._database.identity
                return reading
        raise ReadError(f"{self.address} changed each of the {ATTEMPTS} times it was read; expected it to hold still")

    def _look(self, connection: Connection, tables: dict[int, StudyTable], anew: bool) -> Reading:
        schema = read_schema(connection, self.address)
        if schema is None:
            return Reading(anew=bool(self._tables))
        studies = with_parents(fetch_studies(connection, schema, _notes(schema)), self.address)
        kept = {study: table for study, table in tables.items() if study in studies}
        last = first_to_read(connection, schema.utc, kept)
        if last is None or any(studies[study].name != self._studies[study].name for study in kept):
            kept, last, anew = {}, 0, True
        unfinished = [trial for table in kept.values() for trial in table.in_state(UNFINISHED)] if last else []
        chunks = {}
        for study, chunk in fetch_trials(connection, last, unfinished, schema.utc, schema.has_trellis).items():
            if study in studies:
                fresh = Fresh(study, chunk.ids.tolist() if last else None, alone=len(studies) == 1)
                chunks[study] = fetch_properties(connection, fresh, chunk)
        return Reading(schema, studies, chunks, anew)

    def _take_all(self, studies: Mapping[int, StudyInfo], reading: Reading) -> None:
        if reading.anew:
            self.epoch += 1
            self._tables, self._studies, self._built = {}, {}, {}
        try:
            for study, info in studies.items():
                self._take(study, info, reading)
        except Exception:  # half taken in: the next read begins again
            self._tables, self._studies, self._built = {}, {}, {}
            raise
        for known in (self._tables, self._studies, self._built):
            for study in set(known) - set(studies):
                known.pop(study)

    def _take(self, study: int, info: StudyInfo, reading: Reading) -> None:
        """Bring one study up to date; its trials stay the same object if nothing changed."""
        table = self._tables.setdefault(study, StudyTable())
        changed = study in reading.chunks and table.update(reading.chunks[study])
        if changed or study not in self._built or self._studies[study] != info:
            objective = next(iter(info.objectives), "value")
            has_log = reading.schema is not None and reading.schema.has_log
            self._built[study] = build(self.address, info, table, partial(self._history, study, objective, has_log))
        self._studies[study] = info

    def _running(self) -> set[int]:
        with self._database.connect() as connection:
            return fetch_running(connection)

    def _history(self, study: int, objective: str, has_log: bool, numbers: Sequence[int] | None) -> pd.DataFrame:
        if numbers is not None and len(numbers) == 0:
            return no_history(None)
        with self._database.connect() as connection:
            try:
                return fetch_history(connection, study, objective, numbers, has_log)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise ReadError(f"{self.address} holds curves that Optuna does not write: {error}") from error


def can_read(address: str) -> bool:
    """Whether an address is a database URL or a SQLite file."""
    return is_url(address) or is_sqlite(Path(address).expanduser())


def _notes(schema: Schema) -> tuple[str, ...]:
    if schema.utc:
        return ()
    zone = time.strftime("%Z")
    return (
        f"Optuna {schema.library or 'before 5'} created this database; it keeps times without their zone. They are "
        f"read as the local time of this machine ({zone}); those that Optuna 5 added later are in UTC.",
    )
