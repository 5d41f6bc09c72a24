"""Tracking databases of MLflow (SQLite), read through SQL: an experiment with runs is a study."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from analytics.trials import Trials
from data.readers.base import ReadError
from data.readers.databases import SqliteDatabase
from data.readers.evaluations import to_trials
from data.readers.files import absolute
from data.readers.runs.mlflow import Logged, to_run
from data.readers.sqlite_file import is_sqlite

TABLES = {"experiments", "runs", "params", "metrics", "latest_metrics"}
ATTEMPTS = 5
MOST_VALUES = 20_000_000


class Tracking:
    """The experiments of a tracking database; see :class:`data.readers.base.Source`."""

    is_table = False

    def __init__(self, address: str) -> None:
        self._database = SqliteDatabase(absolute(address))
        self.address, self.label = self._database.address, self._database.label
        self.epoch = 0
        self._identity: object = None
        self._built: list[Trials] = []

    def changed(self) -> bool:
        return self._database.changed()

    def trials(self) -> list[Trials]:
        if not self.changed():
            return self._built
        try:
            self._built = self._read()
        except ReadError:
            self._database.forget()
            raise
        return self._built

    def close(self) -> None:
        self._database.close()

    def _read(self) -> list[Trials]:
        for _ in range(ATTEMPTS):
            self._database.mark()
            with self._database.connect() as connection:
                try:
                    found = list(_experiments(connection, self.address))
                except (ValueError, TypeError) as error:
                    raise ReadError(f"{self.address} holds what MLflow does not write: {error}") from error
            if self._database.settled():
                self.epoch += self._identity not in (None, self._database.identity)
                self._identity = self._database.identity
                return found
        raise ReadError(f"{self.address} changed each of the {ATTEMPTS} times it was read; expected it to hold still")


def can_read(address: str) -> bool:
    """Whether an address is a SQLite file with the tables of MLflow."""
    path = Path(address).expanduser()
    if not is_sqlite(path):
        return False
    try:
        with SqliteDatabase(path).connect() as connection:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
            return set(names) >= TABLES
    except ReadError:
        return False


def _experiments(connection: Connection, address: str) -> Iterator[Trials]:
    if connection.execute(text("SELECT count(*) FROM metrics")).scalar_one() > MOST_VALUES:
        raise ReadError(f"{address} holds more than {MOST_VALUES:,} values of metrics; expected fewer")
    query = "SELECT experiment_id, name FROM experiments WHERE lifecycle_stage = 'active' ORDER BY experiment_id"
    for key, name in connection.execute(text(query)).all():
        if runs := _runs(connection, key):
            yield to_trials(address, f"experiment {key}", str(name), to_run(str(name), runs.values()))


def _runs(connection: Connection, experiment: int) -> dict[str, Logged]:
    of = "FROM {} JOIN runs USING (run_uuid) WHERE experiment_id = :experiment AND lifecycle_stage = 'active'"
    given = {"experiment": experiment}
    query = "SELECT run_uuid, status, start_time, end_time FROM runs WHERE experiment_id = :experiment"
    rows = connection.execute(text(f"{query} AND lifecycle_stage = 'active'"), given)
    runs = {row.run_uuid: Logged(str(row.status), row.start_time, row.end_time) for row in rows}
    for run, key, value in connection.execute(text(f"SELECT run_uuid, key, value {of.format('params')}"), given):
        runs[run].params[str(key)] = value
    values = f"SELECT run_uuid, key, step, value, is_nan {of.format('metrics')} ORDER BY run_uuid, key, step, timestamp"
    for run, key, step, value, is_nan in connection.execute(text(values), given):
        point = float(step), str(key), math.nan if is_nan else float(value)
        runs[run].curves.setdefault(str(key), []).append(point)
    return runs
