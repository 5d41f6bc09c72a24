"""How far a study is, for the terminal it runs in: a bar that is drawn again, or a line now and then."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text

from data.workspace import Workspace
from trainer import requests, storage

DRAWN, TOLD = 0.5, 10.0
"""Seconds between two looks: for a bar, for a line."""
CLEAR = "\r\x1b[K"
"""Takes the bar off the terminal's line."""

_BEST = """
    SELECT t.number, v.value FROM trials t JOIN trial_values v ON v.trial_id = t.trial_id AND v.objective = 0
    WHERE t.study_id = :study AND t.state = 'COMPLETE' AND v.value_type = 'FINITE' AND t.trial_id NOT IN
    (SELECT trial_id FROM trial_user_attributes WHERE key = 'trellis:from') ORDER BY v.value {order}, t.number LIMIT 1
"""


@dataclass(frozen=True)
class Progress:
    """``done`` trials have ended, ``failed`` of them failed; ``total`` None: the time or the algorithm ends the study.

    ``best`` is metric, value and trial; ``left`` the seconds that it may still take, None if nobody can say.
    """

    done: int
    total: int | None
    failed: int
    running: int
    best: tuple[str, float, int] | None
    left: float | None = None

    def __str__(self) -> str:
        parts = [f"{self.done} of {self.total} trials" if self.total else f"{self.done} trial{'s' * (self.done != 1)}"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        if self.best:
            metric, value, number = self.best
            parts.append(f"best {metric} {value:.6g} (trial {number})")
        if self.left is not None:
            parts.append(f"about {duration(self.left)} left")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """Seconds in a unit that fits."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Watch:
    """Looks at a study again and again; knows how fast it has gone since the first look."""

    def __init__(self, workspace: Workspace, study_id: int) -> None:
        self._workspace, self._study_id = workspace, study_id
        self._begun, self._first = time.monotonic(), self._counts()[0]

    def look(self) -> Progress:
        spec = requests.parsed(requests.read(self._workspace, self._study_id).spec)
        done, failed, running = self._counts()
        total = spec.budget.trials and max(spec.budget.trials * spec.repeats, done + running)
        metric, direction = next(iter(spec.metrics.items()))
        query = text(_BEST.format(order="DESC" if direction == "maximize" else "ASC"))
        with self._workspace.engine.connect() as connection:
            best = connection.execute(query, {"study": self._study_id}).first()
        return Progress(
            done=done,
            total=total,
            failed=failed,
            running=running,
            best=(metric, best[1], best[0]) if best else None,
            left=self._left(done, total, spec.budget.seconds),
        )

    def _counts(self) -> tuple[int, int, int]:
        """Trials that have ended, those of them that failed, and those that run."""
        counts = next(e["counts"] for e in storage.list_studies(self._workspace) if e["study_id"] == self._study_id)
        return counts["complete"] + counts["pruned"] + counts["failed"], counts["failed"], counts["running"]

    def _left(self, done: int, total: int | None, seconds: float | None) -> float | None:
        ends = []
        if total is not None and self._first < done < total:
            ends.append((total - done) * (time.monotonic() - self._begun) / (done - self._first))
        if seconds is not None and done != total:
            ends.append(max(0.0, seconds - requests.spent(self._workspace, self._study_id)))
        return min(ends, default=None)


def bar(progress: Progress, width: int) -> str:
    """The progress in one line of at most ``width`` characters, with a bar if its end is known and there is room."""
    words = str(progress)
    room = min(30, width - len(words) - 2)
    if not progress.total or room < 5:
        return words[:width]
    full = min(room, round(room * progress.done / progress.total))
    return "█" * full + "░" * (room - full) + " " + words


@contextmanager
def shown(workspace: Workspace, study_id: int) -> Iterator[None]:
    """Show on the standard error how a study goes, until the block ends."""
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(Watch(workspace, study_id), ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show(watch: Watch, ended: threading.Event) -> None:
    drawn, last = sys.stderr.isatty(), ""
    while True:
        over = ended.wait(DRAWN if drawn else TOLD)
        progress = watch.look()
        line = bar(progress, shutil.get_terminal_size().columns - 1) if drawn else str(progress)
        if drawn or line != last:
            print(CLEAR * drawn + line, end="" if drawn and not over else "\n", file=sys.stderr, flush=True)
        last = line
        if over:
            return
