"""Taking turns on one machine, so that an inference time is measured while no other trial trains."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """Two lock files in ``folder``, shared by every trial process of a workspace.

    A trial works (an epoch, say) under a shared lock and measures under the exclusive one. The gate keeps those who
    want to work from overtaking one who waits to measure.
    """

    def __init__(self, folder: Path) -> None:
        self._gate = folder / "turns-gate.lock"
        self._turn = folder / "turns.lock"

    @contextmanager
    def working(self) -> Iterator[None]:
        """Wait until nobody measures, then keep them from measuring until the block ends."""
        with self._turn.open("a") as turn:
            with self._gate.open("a") as gate:
                fcntl.flock(gate, fcntl.LOCK_EX)
                fcntl.flock(turn, fcntl.LOCK_SH)
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until the others have ended their turn of work, then let nobody work until the block ends."""
        with self._gate.open("a") as gate, self._turn.open("a") as turn:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
