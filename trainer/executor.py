"""Where trials run: on this machine, a process each, behind the interface of :mod:`concurrent.futures`."""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import Any, TypeAlias

from trainer import logs

Result: TypeAlias = dict[str, float] | float | None
OnMessage: TypeAlias = Callable[["Future[Result]", tuple[Any, ...]], None]

GRACE = 5.0
"""Seconds for a process to end by itself once its result is in."""


class TrialError(Exception):
    """Why a trial has no result, in one sentence; ``details`` is the traceback or the end of a command's output."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


@dataclass
class _Trial:
    process: ForkServerProcess
    connection: Connection
    deadline: float | None = None
    reasons: list[str] = field(default_factory=list)
    ended: bool = False

    def kill(self, reason: str) -> None:
        """End the process and all that it started; the first reason counts."""
        self.reasons.append(reason)
        if self.process.pid is None or self.ended:
            return
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(self.process.pid, signal.SIGKILL)


class LocalExecutor(Executor):
    """A fresh forkserver process a call: killed, it fails its own future and no other.

    Processes for the next calls, ``ready`` of them, can be started ahead. The first executor of a process decides what
    the forkserver preloads, and so the environment that libraries find when they are loaded.
    """

    def __init__(self, preload: Iterable[str] = (), ready: int = 0) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, "trainer.worker", *preload])
        forkserver.ensure_running()  # its imports take seconds, which the controller has better uses for
        self._trials: dict[Future[Any], _Trial] = {}
        self._ready: deque[_Trial] = deque()
        self._wanted = ready
        self._reaping = threading.Lock()  # starting a process reaps others: two threads must not read one exit status

    def prepare(self) -> None:
        """Start processes ahead; costs some 0.1 s each, so call it when nothing else is to be done."""
        while len(self._ready) < self._wanted:
            self._ready.append(self._start())

    def submit(  # type: ignore[override]
        self,
        fn: Callable[..., None],
        /,
        *args: Any,
        on_message: OnMessage,
        timeout: float | None = None,
        log: str | None = None,
    ) -> Future[Result]:
        """Call ``fn(*args, connection)`` in a process of its own, whose output goes to the file ``log``.

        ``on_message`` is called from another thread for every message but the last, ("report", step, metrics) say; each
        must be answered with :meth:`answer`. The future ends with what the objective returned, or with a
        :class:`TrialError`.
        """
        trial = self._hand((fn, args, log))
        future: Future[Result] = Future()
        future.set_running_or_notify_cancel()
        trial.deadline = None if timeout is None else time.monotonic() + timeout
        self._trials[future] = trial
        threading.Thread(target=self._watch, args=(future, trial, on_message, timeout), daemon=True).start()
        return future

    def _hand(self, call: tuple[Any, ...]) -> _Trial:
        """Give a call to a process that waits for one, or to a new one."""
        while self._ready:
            trial = self._ready.popleft()
            with contextlib.suppress(OSError):
                trial.connection.send(call)
                return trial
            self._discard(trial)
        trial = self._start()
        trial.connection.send(call)
        return trial

    def _start(self) -> _Trial:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,))
        with self._reaping:
            process.start()
        theirs.close()
        return _Trial(process, ours)

    def _discard(self, trial: _Trial) -> None:
        trial.kill("it was not needed")
        self._reap(trial)
        trial.connection.close()

    def answer(self, future: Future[Result], answer: Any) -> None:
        """Answer a message; a process that is gone meanwhile does not mind."""
        with contextlib.suppress(OSError):
            self._trials[future].connection.send(answer)

    def kill(self, future: Future[Result], reason: str) -> None:
        """End a trial's process; its future fails with the reason, unless its result was in already."""
        if trial := self._trials.get(future):
            trial.kill(reason)

    def forget(self, future: Future[Result]) -> None:
        """Let go of an ended trial."""
        self._trials.pop(future).connection.close()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all that runs if ``cancel_futures``, and wait for the ends if ``wait``."""
        while self._ready:
            self._discard(self._ready.popleft())
        for future, trial in list(self._trials.items()):
            if cancel_futures:
                trial.kill("the study ended")
            if wait:
                future.exception()

    def _watch(self, future: Future[Result], trial: _Trial, on_message: OnMessage, timeout: float | None) -> None:
        try:
            result = self._follow(future, trial, on_message)
        except TimeoutError:
            trial.kill(f"it ran past its limit of {timeout:g} s")
            self._reap(trial)
            future.set_exception(TrialError(trial.reasons[0]))
        except (EOFError, OSError):
            exit_code = self._reap(trial)
            future.set_exception(TrialError(trial.reasons[0] if trial.reasons else _ending(exit_code)))
        except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
            self._let_end(trial)
            future.set_exception(error)
        else:
            self._let_end(trial)
            future.set_result(result)

    def _let_end(self, trial: _Trial) -> None:
        if not wait([trial.process.sentinel], GRACE):
            trial.kill("its result was in")
        self._reap(trial)

    def _reap(self, trial: _Trial) -> int | None:
        """Wait for the end of a process; returns its exit code."""
        wait([trial.process.sentinel])
        with self._reaping:
            trial.process.join()
        trial.ended = True
        return trial.process.exitcode

    def _follow(self, future: Future[Result], trial: _Trial, on_message: OnMessage) -> Result:
        """Pass messages on until the result is in; EOFError if the process ends before."""
        while True:
            left = None if trial.deadline is None else max(0.0, trial.deadline - time.monotonic())
            ready = wait([trial.connection, trial.process.sentinel], left)
            if not ready:
                raise TimeoutError
            if trial.connection not in ready:
                raise EOFError
            message = trial.connection.recv()
            kind, *content = message
            if kind == "done":
                return content[0]  # type: ignore[no-any-return]
            if kind == "failed":
                raise TrialError(*content)
            on_message(future, message)


def _serve(connection: Connection) -> None:
    """The life of a process: wait for its call, make it. If the controller ends before, so does the process."""
    try:
        fn, args, log = connection.recv()
    except (EOFError, OSError):
        return
    if log is not None:
        logs.divert(log)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable()
    fn(*args, connection)


def _ending(exit_code: int | None) -> str:
    """How a process ended without a result, in words."""
    if exit_code is not None and exit_code < 0:
        return f"its process was killed ({signal.Signals(-exit_code).name})"
    return f"its process ended with exit status {exit_code} before the objective returned"
