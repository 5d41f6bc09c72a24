"""The analyst's annotations of rows, in the workspace, keyed by study and row; opened sources are never touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from analytics.columns import Role
from analytics.marks import Edit, Mark
from analytics.rowkeys import RowKey, keys_of, numbers_of
from analytics.trials import Trials
from data.extras import Extra
from data.workspace import Workspace, meta
from data.workspace import marks as table

VERSION = "annotations"
"""Key among the facts of the workspace: counts the writes, so that another server on the workspace hears of them."""


class Annotations:
    """Stars, tags, notes and archived rows. The caller keeps threads apart."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._marks: dict[str, dict[RowKey, Mark]] = {}
        self._last: dict[str, dict[int, RowKey]] = {}
        with workspace.engine.begin() as connection:
            if connection.execute(select(meta.c.value).where(meta.c.key == VERSION)).scalar() is None:
                connection.execute(insert(meta).values(key=VERSION, value="0"))
        self._version = self._read_version()

    def changed(self) -> bool:
        """Whether another process wrote annotations; then all are read anew."""
        try:
            version = self._read_version()
        except SQLAlchemyError:
            return False
        if version == self._version:
            return False
        self._version = version
        self._marks.clear()
        return True

    def extras(self, trials: Trials) -> Iterator[Extra]:
        """The columns of the marks of a study, all four of them."""
        marks = self.marks(trials)
        yield Extra("star", Role.MARK, {n: True for n, mark in marks.items() if mark.star}, levels=(True,))
        yield Extra("tags", Role.MARK, {n: ", ".join(mark.tags) for n, mark in marks.items() if mark.tags})
        yield Extra("note", Role.MARK, {n: mark.note for n, mark in marks.items() if mark.note})
        yield Extra("archived", Role.MARK, {n: True for n, mark in marks.items() if mark.archived}, levels=(True,))

    def marks(self, trials: Trials) -> dict[int, Mark]:
        """The marks of a study's rows by number."""
        study = trials.study.id
        if study not in self._marks:
            try:
                with self._workspace.engine.connect() as connection:
                    self._known(connection, study)
            except SQLAlchemyError:  # /health says so; results show without their marks
                return {}
        numbers = self._follow_edited_rows(trials, numbers_of(trials, self._marks[study]))
        self._last[study] = {number: key for key, number in numbers.items()}
        return {number: self._marks[study][key] for key, number in numbers.items()}

    def _known(self, connection: Connection, study: str) -> dict[RowKey, Mark]:
        """The marks of a study as the database has them; read once, and again when another server wrote."""
        if study not in self._marks:
            self._marks[study] = dict(_stored(connection, study))
        return self._marks[study]

    def apply(self, studies: Iterable[Trials], edits: Sequence[Edit]) -> int:
        """Change marks of rows; returns how many rows are different now. Edits of other studies or rows do nothing.

        Raises:
            MarkError: a row would have too many tags or too long a note; nothing changes.
        """
        changed, after = 0, {}
        with self._workspace.engine.begin() as connection:
            self._count(connection)
            for trials in studies:
                study = trials.study.id
                before = self._known(connection, study)
                after[study] = self._edited(trials, before, [edit for edit in edits if edit.study == study])
                new = {key: mark for key, mark in after[study].items() if mark != before.get(key, Mark())}
                _write(connection, study, new)
                changed += len(new)
        for study, marks in after.items():
            self._marks[study] = {key: mark for key, mark in marks.items() if mark != Mark()}
        return changed

    def _edited(self, trials: Trials, marks: Mapping[RowKey, Mark], edits: Sequence[Edit]) -> dict[RowKey, Mark]:
        after = dict(marks)
        known = {number: key for key, number in numbers_of(trials, after).items()}
        keys = {**keys_of(trials, {number for edit in edits for number in edit.numbers}), **known}
        for edit in edits:
            for number in set(edit.numbers) & set(keys):
                after[keys[number]] = edit.apply(after.get(keys[number], Mark()))
        return after

    def _follow_edited_rows(self, trials: Trials, present: dict[RowKey, int]) -> dict[RowKey, int]:
        """A row without a number of its own that was edited in its file, but kept its place, keeps its marks."""
        study = trials.study.id
        known = self._marks[study]
        lost = set(known) - set(present) if not trials.study.numbered else set()
        before = {key: number for number, key in self._last.get(study, {}).items() if key in lost}
        now = keys_of(trials, list(before.values())) if before else {}
        moved = {old: now[number] for old, number in before.items() if number in now and now[number] not in known}
        if not moved:
            return present
        with self._workspace.engine.begin() as connection:
            self._count(connection)
            _write(connection, study, dict.fromkeys(moved, Mark()))
            _write(connection, study, {new: known[old] for old, new in moved.items()})
            self._marks[study] = dict(_stored(connection, study))
        return present | {new: before[old] for old, new in moved.items()}

    def _count(self, connection: Connection) -> None:
        """Count a write, and forget what was read if another server wrote meanwhile.

        The row is locked until the transaction ends, so that writers come one after the other.
        """
        query = select(meta.c.value).where(meta.c.key == VERSION).with_for_update()
        version = connection.execute(query).scalar_one()
        if version != self._version:
            self._marks.clear()
        self._version = str(int(version) + 1)
        connection.execute(update(meta).where(meta.c.key == VERSION).values(value=self._version))

    def _read_version(self) -> str | None:
        with self._workspace.engine.connect() as connection:
            return connection.execute(select(meta.c.value).where(meta.c.key == VERSION)).scalar()


def _stored(connection: Connection, study: str) -> Iterator[tuple[RowKey, Mark]]:
    for row in connection.execute(select(table).where(table.c.study == study)):
        mark = Mark(row.star, tuple(json.loads(row.tags)), row.note, row.archived)
        yield RowKey(row.key, tuple(json.loads(row.basis))), mark


def _write(connection: Connection, study: str, marks: dict[RowKey, Mark]) -> None:
    """Put these marks in the place of those before; a row without any leaves the table."""
    for key in _chunks(list(marks)):
        texts = [one.text for one in key]
        connection.execute(delete(table).where(table.c.study == study, table.c.key.in_(texts)))
    rows = [
        {
            "study": study,
            "key": key.text,
            "basis": json.dumps(key.basis),
            "star": mark.star,
            "archived": mark.archived,
            "tags": json.dumps(mark.tags, ensure_ascii=False),
            "note": mark.note,
        }
        for key, mark in marks.items()
        if mark != Mark()
    ]
    if rows:
        connection.execute(insert(table), rows)


def _chunks(keys: Sequence[RowKey], size: int = 5000) -> Iterator[Sequence[RowKey]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
