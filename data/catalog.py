"""The open studies: those of the sources the analyst named, of the workspace, and of what its studies refined."""

from __future__ import annotations

import math
import os
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.marks import Edit
from analytics.trials import Trials
from data.annotations import Annotations
from data.entries import entries
from data.extras import Extra, Extras
from data.opened import Opened
from data.readers import ReadError, open_source
from data.readers.base import Source, TableSource
from data.readers.databases import canonical_address
from data.readers.optuna_rdb import OptunaRdb
from data.roles import store_roles, stored_roles
from data.versions import Changes, Versions
from data.workspace import Workspace

__all__ = ["Catalog", "Changes"]

PAUSE = 0.5
"""Seconds in which the sources are asked at most once."""

LATER = 30.0
"""Seconds after which a source that a lineage needs is tried again."""

EXAMPLES = Path(__file__).parent / "examples"


class Catalog:
    """Sources and their studies, followed as they change. Every public method may be called from any thread.

    With no source given, the workspace's studies are shown, with those they refined wherever they are; if the workspace
    has none, the example project is open, and the first of its sources shown.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._reading = threading.RLock()
        self._lock = threading.RLock()
        self._own_source = OptunaRdb(workspace.url, workspace.folder)
        self._annotations = Annotations(workspace)
        self._extras = Extras([self._annotations.extras])
        self._own = self._opened(self._own_source, given=False)
        self._others: dict[str, Opened] = {}
        self._unopened: dict[str, tuple[str, float]] = {}
        self._token, self._count = secrets.token_hex(4), 0
        self._next = -math.inf

    @property
    def revision(self) -> str:
        """Another text as soon as anything changed."""
        with self._lock:
            return f"{self._token}-{self._count}"

    @property
    def problems(self) -> list[str]:
        """One sentence for each thing that is wrong now."""
        with self._lock:
            found = [sentence for opened in self._all() for sentence in opened.problems]
            return found + [sentence for sentence, _ in self._unopened.values()]

    def open(
        self,
        address: str | os.PathLike[str],
        *,
        roles: Mapping[str, str] | None = None,
        curves: str | None = None,
        allow_pickle: bool = False,
    ) -> list[str]:
        """Open a source (again: with other roles or curves); returns the ids of its studies.

        Raises:
            ReadError: it cannot be read; everything stays as it was.
        """
        text = os.fspath(address)
        with self._reading:
            if canonical_address(text) == self._own_source.address:
                self._follow(self._own)
                return self._give(self._own)
            source = open_source(text, roles=roles, curves=curves, allow_pickle=allow_pickle)
            known = self._others.get(source.address)
            if known is not None and not (roles or curves):
                source.close()
                return self._give(known)
            if isinstance(source, TableSource):
                source.assign({**stored_roles(self._workspace, source.address), **(roles or {})})
            return self._give(self._add(self._opened(source, given=True)))

    def refresh(self) -> None:
        """Take in what changed; does nothing if it was done in the last half second or is being done."""
        if time.monotonic() < self._next or not self._reading.acquire(blocking=self._next < 0):
            return
        try:
            for opened in self._all():
                self._follow(opened)
            if not any(opened.given for opened in self._all()):
                self._open_what_is_needed()
            self._follow_annotations()
        finally:
            self._next = time.monotonic() + PAUSE
            self._reading.release()

    def studies(self) -> list[dict[str, Any]]:
        """The open studies as the entries of ``/api/studies``; those of the workspace come last."""
        self.refresh()
        with self._lock:
            return entries(self._all(), self._own)

    def trials(self, study_id: str) -> Trials:
        """The trials of a study as last read.

        Raises:
            KeyError: no such study is open.
        """
        with self._lock:
            return self._find(study_id)[1].trials

    def standing(self, study_id: str) -> tuple[str, Trials]:
        """What counts of a study as last read, without archived rows, and its revision; KeyError if it is not open."""
        with self._lock:
            versions = self._find(study_id)[1]
            return versions.results, versions.trials.kept

    def changes(self, study_id: str, since: str | None) -> Changes:
        """Rows that are new or changed since a revision of :class:`Changes`; None for all.

        Raises:
            KeyError: no such study is open.
        """
        with self._lock:
            return self._find(study_id)[1].since(since)

    def annotate(self, edits: Sequence[Edit]) -> int:
        """Change stars, tags, notes and what is archived; returns how many rows are different now.

        Raises:
            KeyError: no such study is open; nothing changes.
            MarkError: a row would have too many tags or too long a note; nothing changes.
        """
        with self._lock:
            opened = {study: self._find(study) for study in dict.fromkeys(edit.study for edit in edits)}
            changed = self._annotations.apply([versions.trials for _, versions in opened.values()], edits)
            self._count += sum(source.join_again(study) for study, (source, _) in opened.items())
            return changed

    def put(self, study_id: str, *extras: Extra) -> None:
        """Join columns that no source holds to a study, each in place of the one of its name; lasts until closed.

        Raises:
            KeyError: no such study is open.
        """
        with self._lock:
            opened = self._find(study_id)[0]
            self._extras.put(study_id, extras)
            self._count += opened.join_again(study_id)

    def roles(self, study_id: str) -> list[dict[str, Any]]:
        """The columns of a table with ``role`` and whether it was ``guessed``; empty for other sources.

        Raises:
            KeyError: no such study is open.
        """
        source = self._find(study_id)[0].source
        return source.roles() if isinstance(source, TableSource) else []

    def set_roles(self, study_id: str, roles: Mapping[str, str]) -> None:
        """Correct roles of a table's columns, now and whenever it is opened with this workspace.

        Raises:
            KeyError: no such study is open.
            ReadError: a column or role is unknown, or the table makes no sense with them; everything stays as it was.
        """
        opened = self._find(study_id)[0]
        source = opened.source
        if not isinstance(source, TableSource):
            raise ReadError(f"{source.label} is not a table; expected a table to correct the roles of its columns")
        if unknown := set(roles) - {entry["column"] for entry in source.roles()}:
            raise ReadError(f"{source.address} has no column {min(unknown)!r}; expected one of its columns")
        with self._reading:
            before = source.corrected
            source.assign({**before, **roles})
            try:
                found = opened.read()
            except ReadError:
                source.assign(before)
                raise
            store_roles(self._workspace, source.address, roles)
            with self._lock:
                self._count += opened.take(found)

    def close(self) -> None:
        """Let go of all sources."""
        with self._reading:
            for opened in self._all():
                opened.source.close()

    def _opened(self, source: Source, given: bool) -> Opened:
        return Opened(source, given, self._extras.join)

    def _all(self) -> list[Opened]:
        return [*self._others.values(), self._own]

    def _find(self, study_id: str) -> tuple[Opened, Versions]:
        with self._lock:
            for opened in self._all():
                if study_id in opened.studies:
                    return opened, opened.studies[study_id]
        raise KeyError(study_id)

    def _add(self, opened: Opened) -> Opened:
        """Read a source for the first time and keep it, in place of one with the same address."""
        try:
            found = opened.read()
        except ReadError:
            opened.source.close()
            raise
        with self._lock:
            before = self._others.get(opened.source.address)
            opened.take(found)
            self._others[opened.source.address] = opened
            self._unopened.pop(opened.source.address, None)
            self._count += 1
        if before is not None:
            before.source.close()
        return opened

    def _give(self, opened: Opened) -> list[str]:
        """Treat a source as one the analyst named; returns the ids of its studies."""
        if opened.problem:
            raise ReadError(opened.problem)
        with self._lock:
            self._count += not opened.given
            opened.given = True
            return list(opened.studies)

    def _follow(self, opened: Opened) -> None:
        """Bring a source up to date; one that cannot be read keeps its rows."""
        if not opened.due():
            return
        try:
            found = opened.read()
        except ReadError as error:
            with self._lock:
                self._count += opened.fail(str(error))
        else:
            with self._lock:
                self._count += opened.take(found)

    def _follow_annotations(self) -> None:
        """Take in what another server on the same workspace wrote."""
        with self._lock:
            if self._annotations.changed():
                self._count += sum(opened.join_again(key) for opened in self._all() for key in opened.studies)

    def _open_what_is_needed(self) -> None:
        """Open the sources that the workspace's studies refined; the examples if the workspace has none."""
        needed = self._own_source.parent_sources
        if not self._own.studies and not self._own.problem:
            needed = sorted(str(path.resolve()) for path in EXAMPLES.glob("*.db"))
        with self._lock:
            self._unopened = {address: known for address, known in self._unopened.items() if address in needed}
        for address in sorted(set(needed) - {*self._others, self._own_source.address}):
            known, retry_at = self._unopened.get(address, ("", -math.inf))
            if time.monotonic() < retry_at:
                continue
            try:
                self._add(self._opened(open_source(address), given=False))
            except ReadError as error:
                with self._lock:
                    self._count += known != str(error)
                    self._unopened[address] = (str(error), time.monotonic() + LATER)
