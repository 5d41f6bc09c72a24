"""Folders of runs: every run beneath a folder is a study, followed while it is written; nothing is written there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from analytics.trials import Trials
from data.readers.base import ReadError
from data.readers.evaluations import to_trials
from data.readers.files import absolute
from data.readers.files_within import utf8
from data.readers.memory import Memory
from data.readers.runs import FORMATS, Format
from data.readers.watch import Watch

DEPTH = 6
MOST_FOLDERS = 20_000
RUNS = "one of: " + ", ".join(kind.name for kind in FORMATS)


class Folder:
    """The runs beneath a folder; see :class:`data.readers.base.Source`."""

    is_table = False

    def __init__(self, address: str) -> None:
        self.path = absolute(address)
        self.address, self.label = str(self.path), self.path.name
        self.epoch = 0
        self._runs: dict[Path, tuple[Format, Watch]] = {}
        self._folders = Watch([])
        self._built: dict[Path, Trials] = {}
        self._refused: dict[Path, str] = {}
        self._memories: dict[Path, Memory] = {}

    @property
    def problems(self) -> list[str]:
        """A sentence for each run that cannot be read now; it keeps the rows that it had."""
        kept = dict.fromkeys(self._built, "; its rows stay as they were")
        return [f"{sentence}{kept.get(folder, '')}." for folder, sentence in self._refused.items()]

    def changed(self) -> bool:
        return self._folders.changed() or any(watch.changed() for _, watch in self._runs.values())

    def trials(self) -> list[Trials]:
        if not self._runs or self._folders.changed():
            self._look()
        self._built = {folder: trials for folder, trials in self._built.items() if folder in self._runs}
        self._memories = {folder: memory for folder, memory in self._memories.items() if folder in self._runs}
        self._refused = {folder: sentence for folder, sentence in self._refused.items() if folder in self._runs}
        for folder, (kind, watch) in self._runs.items():
            if watch.changed():
                watch.mark()
                self._take(folder, kind)
        if not self._built:
            raise ReadError("; ".join(list(self._refused.values())[:3]))
        return [self._built[folder] for folder in self._runs if folder in self._built]

    def close(self) -> None:
        """Nothing stays open between reads."""

    def _look(self) -> None:
        """Find the runs; those that were there keep what is known of them."""
        folders: list[Path] = []
        runs = {}
        for folder, kind in _runs(self.path, folders):
            known = self._runs.get(folder)
            files = kind.files(folder)
            same = known is not None and known[0] is kind and known[1].paths == tuple(files)
            runs[folder] = known if same and known else (kind, Watch(files))
        if not runs:
            raise ReadError(f"{self.path} is a folder without a run; expected {RUNS}")
        self._folders = Watch(folders)
        self._folders.mark()
        self._runs = runs

    def _take(self, folder: Path, kind: Format) -> None:
        """Read a run; one that cannot be read keeps the rows that it had."""
        self._refused.pop(folder, None)
        try:
            self._built[folder] = self._build(folder, kind)
        except ReadError as error:
            self._refused[folder] = utf8(str(error))

    def _build(self, folder: Path, kind: Format) -> Trials:
        own_id = utf8(folder.relative_to(self.path).as_posix())
        try:
            place = utf8(folder.relative_to(self.path).parent.as_posix())
            group = None if own_id == "." else self.label if place == "." else place
            name = utf8(folder.name) if own_id == "." else own_id
            return to_trials(
                self.address, own_id, name, kind.follow(folder, self._memories.setdefault(folder, Memory())), group
            )
        except OSError as error:
            raise ReadError(f"{error.filename or folder}: {error.strerror}; expected a readable file") from error
        except RecursionError as error:
            raise ReadError(f"{folder}: what it holds is nested too deeply; expected results") from error


def can_read(address: str) -> bool:
    """Whether an address is a folder with a run in it or beneath it."""
    path = Path(address).expanduser()
    return path.is_dir() and next(_runs(path.resolve(), []), None) is not None


def _runs(root: Path, seen: list[Path]) -> Iterator[tuple[Path, Format]]:
    """The runs at and beneath a folder, and the folders ``seen`` on the way; links are not followed."""
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        seen.append(folder)
        if len(seen) > MOST_FOLDERS:
            raise ReadError(f"{root} holds more than {MOST_FOLDERS:,} folders; expected fewer: open one of them")
        kind = next((kind for kind in FORMATS if kind.recognises(folder)), None)
        if kind is not None:
            yield folder, kind
        elif depth < DEPTH:
            waiting += [(inner, depth + 1) for inner in reversed(_inner(folder))]


def _inner(folder: Path) -> list[Path]:
    """The folders in a folder, by name; hidden ones and links left out."""
    try:
        with os.scandir(folder) as entries:
            found = [e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith(".")]
    except OSError:
        return []
    return [folder / name for name in sorted(found)]
