"""What is new in Optuna's tables since the last read, as long arrays."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, or_, select

from analytics.columns import Floats, Level
from data.readers import optuna_tables as sql
from data.readers.study_table import Chunk, Ints, Long

BATCH = 5_000
LONGEST_NUMBER = 64
MOST_IDS = 500
STATE_CODES = {"COMPLETE": 0, "PRUNED": 1, "FAIL": 2, "RUNNING": 3, "WAITING": 4}
NOT_FINITE = {"INF_POS": math.inf, "INF_NEG": -math.inf, "NAN": math.nan}
LABELS = ("trellis:config", "trellis:member", "trellis:reason")
COPIED = "trellis:from"


@dataclass(frozen=True)
class Fresh:
    """Trials of one study to be read: ``ids``, None for all; ``alone`` if it is the only study."""

    study: int
    ids: Sequence[int] | None
    alone: bool

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Columns of a table of trials' properties, for these trials only (of very many, for their range)."""
        query = select(table.c.trial_id, *columns)
        if not self.alone:
            query = query.join_from(table, sql.trials, sql.trials.c.trial_id == table.c.trial_id)
            query = query.where(sql.trials.c.study_id == self.study)
        if self.ids is None:
            return query
        few = len(self.ids) <= MOST_IDS
        return query.where(table.c.trial_id.in_(self.ids) if few else table.c.trial_id >= min(self.ids))


def fetch_trials(
    connection: Connection, last: int, unfinished: Sequence[int], utc: bool, ours: bool = False
) -> dict[int, Chunk]:
    """Trials after ``last`` and unfinished ones of all studies, without their properties, by study.

    In databases of ``ours`` those are left out that only tell a sampler of an earlier study.
    """
    t, a = sql.trials.c, sql.user_attributes.c
    query = select(t.trial_id, t.study_id, t.number, t.state, t.datetime_start, t.datetime_complete)
    if ours:
        query = query.where(~exists().where(a.trial_id == t.trial_id, a.key == COPIED))
    rows = list(connection.execute(query.where(t.trial_id > last)))
    for begin in range(0, len(unfinished), MOST_IDS):
        rows += connection.execute(query.where(t.trial_id.in_(unfinished[begin : begin + MOST_IDS])))
    if not rows:
        return {}
    rows.sort(key=itemgetter(0))
    ids, study, number, state, start, end = (list(column) for column in zip(*rows, strict=True))
    study_ids = np.array(study, dtype=np.int64)
    whole = Chunk(
        ids=np.array(ids, dtype=np.int64),
        number=np.array(number, dtype=np.float64),
        state=np.array([STATE_CODES[s] for s in state], dtype=np.float64),
        start=seconds(start, utc),
        end=seconds(end, utc),
    )
    return {int(s): whole.where(study_ids == s) for s in np.unique(study_ids)}


def fetch_properties(connection: Connection, fresh: Fresh, chunk: Chunk) -> Chunk:
    """The chunk with the hyperparameters, values and attributes of its trials."""
    p, v, a = sql.params.c, sql.values.c, sql.user_attributes.c
    short = or_(func.length(a.value_json) <= LONGEST_NUMBER, a.key.in_(LABELS))
    drawn = fresh.select(sql.params, p.param_name, p.distribution_json, p.param_value)
    measured = fresh.select(sql.user_attributes, a.key, a.value_json).where(short)
    if fresh.ids is None:  # of few trials SQLite would read the whole table for the sake of the order
        drawn, measured = drawn.order_by(p.param_id), measured.order_by(a.trial_user_attribute_id)
    numbers, labels = _attributes(_rows(connection, measured))
    return chunk.having(
        params=_long(connection, drawn),
        values=_values(_rows(connection, fresh.select(sql.values, v.objective, v.value, v.value_type))),
        attributes=numbers,
        labels=labels,
        **_system_attributes(connection, fresh),
    )


class _Codes(dict[tuple[str, str], int]):
    """Small numbers for keys, given out as they are first asked for."""

    def __missing__(self, key: tuple[str, str]) -> int:
        self[key] = len(self)
        return self[key]


def _long(connection: Connection, query: Select[Any]) -> Long:
    """A long table from rows (trial id, two parts of the key, value)."""
    codes = _Codes()
    parts: list[tuple[Ints, Ints, Floats]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for batch in _batches(connection, query):
        ids, first, second, values = zip(*batch, strict=True)
        code = list(map(codes.__getitem__, zip(first, second, strict=True)))
        parts.append((np.array(ids, np.int64), np.array(code, np.int64), np.array(values, np.float64)))
    ids_, codes_, values_ = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Long(ids_, codes_, values_, tuple(codes))


def _batches(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a query, some thousands at a time.

    SQLite's cursor is read itself, since SQLAlchemy's row objects cost as much as all the rest of reading.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.execute(query).cursor
        while cursor is not None and (batch := cursor.fetchmany(BATCH)):
            yield batch
    else:
        yield from connection.execute(query, execution_options={"yield_per": BATCH}).partitions()


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    return chain.from_iterable(_batches(connection, query))


def _attributes(rows: Iterable[Any]) -> tuple[Long, list[tuple[int, str, Level]]]:
    """Numeric user attributes, and those that are categories of our own columns."""
    labels: list[tuple[int, str, Level]] = []

    def numbers() -> Iterator[tuple[int, str, float]]:
        for trial, key, text in rows:
            if key in LABELS:
                labels.append((trial, key, _level(text)))
            elif (number := _number(text)) is not None:
                yield trial, key, number

    return Long.of(numbers()), labels


def _values(rows: Iterable[Any]) -> Long:
    return Long.of((i, str(objective), NOT_FINITE.get(kind, value)) for i, objective, value, kind in rows)


def _system_attributes(connection: Connection, fresh: Fresh) -> Mapping[str, Any]:
    """Generation, rung and constraints of trials, and which keys there are (they tell the sampler)."""
    a = sql.system_attributes.c
    told = or_(a.key.like("%:generation"), a.key.like("completed\\_rung\\_%", escape="\\"), a.key.like("constraints%"))
    rows = _rows(connection, fresh.select(sql.system_attributes, a.key, a.value_json).where(told))
    keys = connection.execute(fresh.select(sql.system_attributes, a.key).with_only_columns(a.key).distinct()).scalars()
    return {
        "system": Long.of(item for i, key, text in rows for item in system_items(i, key, json.loads(text))),
        "keys": frozenset(keys),
    }


def system_items(trial: int, key: str, value: Any) -> list[tuple[int, str, float]]:
    """What a system attribute of a trial says, as (trial, name, number); nothing if that is not a number."""
    if key == "constraints":
        pairs = [(f"constraint:{i}", c) for i, c in enumerate(value)] if isinstance(value, list | tuple) else []
    elif key.startswith("constraints:"):
        pairs = [(f"constraint:{key.partition(':')[2]}", value)]
    elif rung := re.fullmatch(r"completed_rung_(\d+)", key):
        pairs = [(f"rung {rung[1]}", int(rung[1]))]
    else:
        pairs = [("generation", value)] if key.endswith(":generation") else []
    return [(trial, name, float(v)) for name, v in pairs if isinstance(v, int | float) and not isinstance(v, bool)]


def _number(text: str) -> float | None:
    """The number that a JSON text is, None if it is something else."""
    try:
        return float(text)
    except ValueError:
        return None


def _level(text: str) -> Level:
    value = json.loads(text)
    return value if value is None or isinstance(value, (str, bool, int, float)) else text


def seconds(times: Sequence[Any], utc: bool) -> Floats:
    """Seconds since 1970 of naive times (text or datetimes, None where missing), in UTC or in local time."""
    stamps = np.array(times, dtype="datetime64[us]")
    if utc:
        return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 1e6)
    return np.array([np.nan if t is None else t.timestamp() for t in stamps.astype(object)], dtype=np.float64)
