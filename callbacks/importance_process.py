"""The server's side of the process that answers what is asked about importance, see `callbacks.importance_worker`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar, cast

from analytics.examination import Examination, Studies
from analytics.inquiry import Inquiry, InquiryError
from analytics.trials import Trials
from callbacks import importance_worker as worker

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 300.0

Asked = TypeVar("Asked", Inquiry, Examination)
Rows: TypeAlias = Trials | Studies
Snapshot = Callable[[Asked], tuple[str, Rows]]
"""The revision of a study as it stands now and its trials, with the history that the inquiry needs."""


class WorkerError(Exception):
    """The process could not answer; the message is a sentence, or what it said of its fault."""


class Life:
    """The process from its start to its end; who still waits then gets an EOFError."""

    def __init__(self) -> None:
        self.process = start()
        self._waiting: dict[int, Future[tuple[str, Any]]] = {}
        self._sending = threading.Lock()
        self._ended = False
        threading.Thread(target=self._follow, daemon=True).start()

    def send(self, number: int, inquiry: Inquiry | Examination, trials: Rows | None) -> Future[tuple[str, Any]]:
        """Ask; raises EOFError or BrokenPipeError where the process has ended."""
        future: Future[tuple[str, Any]] = Future()
        with self._sending:
            if self._ended:
                raise EOFError
            self._waiting[number] = future
            worker.send(cast(BinaryIO, self.process.stdin), (number, inquiry, trials))
        return future

    @property
    def alive(self) -> bool:
        return not self._ended and self.process.poll() is None

    def end(self) -> None:
        """Kill the process: it keeps nothing that is not elsewhere."""
        self.process.kill()

    def _follow(self) -> None:
        try:
            while True:
                number, kind, value = worker.receive(cast(BinaryIO, self.process.stdout))
                self._waiting.pop(number).set_result((kind, value))
        except EOFError:
            self.process.kill()
            with self._sending:
                self._ended = True
            for future in self._waiting.values():
                future.set_exception(EOFError())
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(BrokenPipeError):
                    cast(BinaryIO, pipe).close()


class Forests:
    """One process that keeps forests: started when first asked, again when it was killed, ended with the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._life: Life | None = None
        self._count = 0

    @property
    def pid(self) -> int | None:
        """The id of the process; None while none runs."""
        life = self._life
        return life.process.pid if life and life.alive else None

    def ask(self, inquiry: Asked, snapshot: Snapshot[Asked]) -> dict[str, Any] | None:
        """The answer; None if the same client asked something newer. May be called from any thread.

        Raises:
            InquiryError: the study lacks what is asked about.
            WorkerError: the process fails at it, ended twice while at it, or took more than five minutes.
        """
        number = self._number()
        kind, value = self._twice(number, inquiry, None)
        if kind == "need":
            revision, trials = snapshot(inquiry)
            kind, value = self._twice(number, replace(inquiry, revision=revision), trials)
        if kind == "wrong":
            raise InquiryError(value)
        if kind in ("failed", "need"):
            raise WorkerError(value)
        return cast(dict[str, Any] | None, value if kind == "answer" else None)

    def close(self) -> None:
        """End the process; the next inquiry starts another."""
        with self._lock:
            life, self._life = self._life, None
        if life is not None:
            life.end()

    def _number(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def _twice(self, number: int, inquiry: Inquiry | Examination, trials: Rows | None) -> tuple[str, Any]:
        """Send an inquiry, once more if the process ended meanwhile."""
        for _ in range(2):
            try:
                return self._running().send(number, inquiry, trials).result(PATIENCE_SECONDS)
            except (EOFError, BrokenPipeError):
                continue
            except TimeoutError as error:
                raise WorkerError(f"importance took more than {PATIENCE_SECONDS:.0f} s; expected less") from error
        raise WorkerError("the process that tells importance ended twice; expected it to answer")

    def _running(self) -> Life:
        with self._lock:
            if self._life is None or not self._life.alive:
                self._life = Life()
                weakref.finalize(self, self._life.end)
            return self._life


def start() -> subprocess.Popen[bytes]:
    """Start the process; of the server it inherits standard error and the two pipes, nothing else."""
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(worker.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        close_fds=True,
        start_new_session=True,
    )
