"""The controller: one process a study, the only writer of its study."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from data.workspace import Workspace
from trainer import keeping, logs, requests, searches, storage
from trainer.answers import answer
from trainer.buffered import BufferedStorage
from trainer.cache import TrialCache
from trainer.executor import LocalExecutor, Result, TrialError
from trainer.journal import Journal
from trainer.locks import StudyLock
from trainer.search import Asked, Outcome, Search
from trainer.spec import StudySpec
from trainer.tasks import task_of
from trainer.version import Versions
from trainer.worker import run_trial

POLL = 0.5
"""Seconds between two looks at what is asked of the controller."""
STOP_GRACE = 5.0
"""Seconds that running trials have to end by themselves once that was asked."""
CLOCK = 5.0
"""Seconds of the study's clock that may be lost with a controller."""
LOG_TAIL = 2_000
"""Bytes of its log that are kept with a failed trial."""
READY = 2
"""Processes that wait for the next trials, at most one a worker."""
CANCELLED = "cancelled by the analyst"

log = logging.getLogger(__name__)


def control(
    workspace: Workspace,
    study_id: int,
    lock: StudyLock,
    on_start: Callable[[Controller], None] = lambda _controller: None,
) -> str:
    """Run a study until it ends; returns its state: finished or stopped. Takes the lock over and frees it.

    What goes wrong in the controller itself is kept as the study's message and raised.
    """
    storage.set_study(workspace, study_id, state="running", message=None, pid=os.getpid())
    try:
        with storage.optuna_storage(workspace) as backend:
            controller = Controller(workspace, study_id, backend)
            on_start(controller)
            state = controller.run()
    except BaseException as error:
        with contextlib.suppress(SQLAlchemyError):  # a disk that was full still is: the lock tells that nobody runs it
            storage.set_study(workspace, study_id, state="failed", message=_why(error), pid=None)
        raise
    finally:
        lock.release()
    return state


def _why(error: BaseException) -> str:
    """What went wrong at the bottom of an error, in one line."""
    cause = error.__cause__ or error
    lines = str(getattr(cause, "orig", None) or cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0] if lines else 'no reason given'}"[:1000]


class Controller:
    """Asks the algorithm, hands trials to the executor, receives reports, decides stops, tells."""

    def __init__(self, workspace: Workspace, study_id: int, backend: BufferedStorage) -> None:
        self._workspace, self._study_id = workspace, study_id
        self._asked = requests.read(workspace, study_id)
        self.spec: StudySpec = requests.parsed(self._asked.spec)
        self._backend = backend
        self._executor = LocalExecutor(self.spec.objective.preload, ready=min(self.spec.workers, READY))
        self._versions = Versions(self.spec.objective)
        self._journal = Journal(backend, study_id)
        self._events: queue.SimpleQueue[tuple[Future[Result], tuple[Any, ...] | None]]
        self._events = queue.SimpleQueue()
        self._running: dict[Future[Result], Asked] = {}
        self._ending: dict[Future[Result], float] = {}
        self._spent = requests.spent(workspace, study_id)
        self._begin = self._polled = self._saved = time.monotonic()
        self._stopping = False

    def run(self) -> str:
        """Run trials until the budget is spent or a stop is requested; the state is written by then."""
        self._search: Search = searches.begin(self.spec, TrialCache(self._backend))
        try:
            while True:
                while len(self._running) < self.spec.workers and self._may_begin():
                    self._begin_trial()
                if self._running:
                    self._handle_event()
                    self._look_around()
                elif state := self._ended():
                    log.info("study %r %s", self.spec.name, state)
                    return state
        finally:
            self._executor.shutdown(cancel_futures=True)
            self._journal.flush()
            requests.spend(self._workspace, self._study_id, self._seconds())

    def stop(self) -> None:
        """End the running trials and then the study; may be called from a signal handler."""
        self._stopping = True

    def _ended(self) -> str | None:
        """The state of a study of which nothing runs; None if there is more to do, since its budget was extended."""
        self._take_requests()
        requests.spend(self._workspace, self._study_id, self._seconds())
        if self._stopping:
            storage.set_study(self._workspace, self._study_id, state="stopped", pid=None)
            return "stopped"
        keeping.sweep(self._workspace, self._study_id, self._search.needed())
        if not self._may_begin() and requests.finish(self._workspace, self._study_id, self._asked.spec):
            return "finished"
        return None

    def _seconds(self) -> float:
        """How long the study has run, under this controller and those before."""
        return self._spent + time.monotonic() - self._begin

    def _may_begin(self) -> bool:
        seconds = self.spec.budget.seconds
        if self._stopping or (seconds is not None and self._seconds() >= seconds):
            return False
        return self._search.ready()

    def _begin_trial(self) -> None:
        asked = self._search.ask()
        keeping.sweep(self._workspace, self._study_id, asked.needed)
        for key, value in self._versions.now().items():
            asked.trial.set_user_attr(key, value)
        self._journal.flush()
        path = self._log(asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        future = self._executor.submit(
            run_trial,
            task_of(self._workspace, self._study_id, self._search, asked),
            on_message=lambda *event: self._events.put(event),
            timeout=self.spec.objective.timeout,
            log=str(path),
        )
        self._running[future] = asked
        future.add_done_callback(lambda f: self._events.put((f, None)))

    def _log(self, asked: Asked) -> Path:
        return logs.trial_log(self._workspace, self._study_id, asked.number)

    def _handle_event(self) -> None:
        if self._events.empty() and self._may_begin():
            self._executor.prepare()
        try:
            future, message = self._events.get(timeout=POLL)
        except queue.Empty:
            return
        if message is None:
            self._ending.pop(future, None)
            self._tell(future, self._running.pop(future))
            self._executor.forget(future)
        else:
            self._executor.answer(future, self._answer(self._running[future], *message))

    def _answer(self, asked: Asked, kind: str, *content: Any) -> Any:
        """What a trial's process gets for a message."""
        if kind == "report":
            return self._goes_on(asked, *content)
        if kind == "prune":
            asked.end("pruned")
            return True
        if kind == "cut":
            return asked.cut
        return answer(asked.trial, self.spec.space, kind, *content)

    def _goes_on(self, asked: Asked, step: int, metrics: Mapping[str, float]) -> bool:
        """Record a report; whether the trial may go on."""
        self._journal.add(asked.number, step, metrics)
        return self._search.report(asked, step, metrics)

    def _tell(self, future: Future[Result], asked: Asked) -> None:
        """Write how a trial ended: its history and metrics first, its state last."""
        outcome = self._outcome(future, asked)
        path = self._log(asked)
        logs.close(path, outcome.log)
        ending = self._search.tell(asked, replace(outcome, log=logs.tail(path, LOG_TAIL)))
        log.info("trial %d %s", asked.number, ending)

    def _outcome(self, future: Future[Result], asked: Asked) -> Outcome:
        """Final metrics of a trial, or the last reported ones and why it failed, with what goes into its log."""
        error = future.exception()
        if isinstance(error, TrialError):
            return Outcome(asked.last, str(error), error.details)
        if error is not None:
            raise error
        result = future.result()
        if result is None:
            return Outcome(asked.last)
        final = result if isinstance(result, dict) else {next(iter(self.spec.metrics)): result}
        return Outcome({**asked.last, **final})

    def _look_around(self) -> None:
        """Every half second: write what was reported, see what is asked, and end those that did not listen."""
        self._journal.flush_if_due()
        if time.monotonic() - self._polled >= POLL:
            self._polled = time.monotonic()
            self._take_requests()
            for asked in self._running.values():
                logs.bound(self._log(asked))
        if self._stopping:
            for future in self._running:
                self._end(future, "stopped")
        for future, since in self._ending.items():
            if time.monotonic() - since > STOP_GRACE:
                self._executor.kill(future, self._running[future].reason or "stopped")
        if time.monotonic() - self._saved >= CLOCK:
            self._saved = time.monotonic()
            requests.spend(self._workspace, self._study_id, self._seconds())

    def _take_requests(self) -> None:
        """Stop, cancel trials, go on to another budget, as asked."""
        found = requests.read(self._workspace, self._study_id)
        self._stopping = self._stopping or found.stop
        if found.spec != self._asked.spec:
            self.spec = requests.parsed(found.spec)
            self._search.extend(self.spec.budget)
        self._asked = found
        for future, asked in self._running.items():
            if asked.number in found.cancelled:
                self._end(future, "cancelled", CANCELLED)
        if found.cancelled:
            requests.forget(self._workspace, self._study_id)

    def _end(self, future: Future[Result], cut: str, reason: str | None = None) -> None:
        """Let a trial end at its next report, or be ended after the grace."""
        self._running[future].end(cut, reason)
        self._ending.setdefault(future, time.monotonic())
