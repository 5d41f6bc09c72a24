"""Files that others may change under us."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

CLOCK_NS = 50_000_000
"""A file changed less than this before it was looked at may change again without a new time stamp."""

Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class Watch:
    """Tells by inode, time and size whether any of some files may have changed since they were read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self._seen: Stamp | None = None
        self._unsure = False

    def changed(self) -> bool:
        """Whether a file may have changed, appeared or gone since the last :meth:`mark`."""
        return self._unsure or self._stamp() != self._seen

    def mark(self) -> None:
        """Take note of how the files look now; call it before reading."""
        self._seen = self._stamp()
        self._unsure = any(s is not None and abs(time.time_ns() - s[1]) < CLOCK_NS for s in self._seen)

    def forget(self) -> None:
        """Let :meth:`changed` be true, since reading failed."""
        self._seen = None

    def untouched(self) -> bool:
        """Whether the files still look as they did at :meth:`mark`."""
        return self._stamp() == self._seen

    @property
    def inodes(self) -> tuple[int, ...]:
        """Which files they are: others if they were replaced; 0 where there is none."""
        return tuple(found[0] if found else 0 for found in self._stamp())

    def _stamp(self) -> Stamp:
        return tuple(_stat(path) for path in self.paths)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
