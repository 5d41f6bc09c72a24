"""What is known of the files of a run from the last read: of files that only grow no more than the rest is read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.readers.files_within import open_within, parse_lines

CHECKED = 256
"""Bytes before the place to go on from that must be what they were."""


@dataclass
class Grown:
    """The values of a file's whole lines up to a place, the bytes before it, and which file it was."""

    inode: int = -1
    place: int = 0
    before: bytes = b""
    values: list[Any] = field(default_factory=list)
    lines: int = 0


@dataclass
class Memory:
    """``state`` is a format's own: what it made of the lines so far."""

    state: Any = None
    _files: dict[Path, Grown] = field(default_factory=dict)

    def lines(self, path: Path) -> tuple[list[Any], int, bool]:
        """The JSON values of a file with one a line, how many lines at its end are still being written (0 or 1), and
        whether the lines of the last read still stand at its beginning.

        The list is this memory's own.

        Raises:
            ReadError: a line is damaged, or the file cannot be read; names file and line.
        """
        with open_within(path) as file:
            found = os.fstat(file.fileno())
            known = self._files.pop(path, None)
            if known is not None and not _goes_on(known, file, found):
                known = None
            grown = known or Grown(found.st_ino)
            file.seek(grown.place)
            data = file.read(found.st_size - grown.place)
        end = data.rfind(b"\n") + 1
        grown.values += parse_lines(path, data[:end], grown.lines)[0]
        grown.lines += data.count(b"\n")
        grown.place += end
        grown.before = (grown.before + data[:end])[-CHECKED:]
        self._files[path] = grown
        last, skipped = parse_lines(path, data[end:], grown.lines)
        return [*grown.values, *last] if last else grown.values, skipped, known is not None


def _goes_on(known: Grown, file: Any, found: os.stat_result) -> bool:
    """Whether a file is the one that was read, and only longer."""
    if found.st_ino != known.inode or found.st_size < known.place:
        return False
    file.seek(known.place - len(known.before))
    return bool(file.read(len(known.before)) == known.before)
