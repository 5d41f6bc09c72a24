"""The controller: one process a study, the only writer of its study."""

from __future__ import annotations

import logging
import os
import queue
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from optuna.storages import RDBStorage

from data.workspace import Workspace
from trainer import searches, storage
from trainer.answers import answer
from trainer.executor import LocalExecutor, Result, TrialError
from trainer.journal import Journal
from trainer.locks import StudyLock
from trainer.run import Task
from trainer.search import Asked, Outcome, Search
from trainer.spec import StudySpec
from trainer.worker import run_trial

POLL = 0.5
"""Seconds between two looks at the stop request."""
STOP_GRACE = 5.0
"""Seconds that running trials have to end by themselves once a stop was requested."""

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
        storage.set_study(workspace, study_id, state=state, pid=None)
    except BaseException as error:
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

    def __init__(self, workspace: Workspace, study_id: int, backend: RDBStorage) -> None:
        self._workspace, self._study_id = workspace, study_id
        self.spec: StudySpec = storage.load_spec(workspace, study_id)
        self._backend = backend
        self._executor = LocalExecutor(self.spec.objective.preload)
        self._journal = Journal(workspace, study_id)
        self._events: queue.SimpleQueue[tuple[Future[Result], tuple[Any, ...] | None]]
        self._events = queue.SimpleQueue()
        self._running: dict[Future[Result], Asked] = {}
        self._begin = self._polled = time.monotonic()
        self._stopping: float | None = None

    def run(self) -> str:
        """Run trials until the budget is spent or a stop is requested."""
        self._search: Search = searches.begin(self.spec, self._backend)
        try:
            while True:
                while len(self._running) < self.spec.workers and self._may_begin():
                    self._begin_trial()
                if not self._running:
                    break
                self._handle_event()
                self._look_around()
        finally:
            self._executor.shutdown(cancel_futures=True)
            self._journal.flush()
        state = "finished" if self._stopping is None else "stopped"
        log.info("study %r %s", self.spec.name, state)
        return state

    def stop(self) -> None:
        """End the running trials and then the study; may be called from a signal handler."""
        self._stopping = self._stopping or time.monotonic()

    def _may_begin(self) -> bool:
        budget = self.spec.budget
        if self._stopping is not None:
            return False
        if budget.seconds is not None and time.monotonic() - self._begin >= budget.seconds:
            return False
        return self._search.ready()

    def _begin_trial(self) -> None:
        asked = self._search.ask()
        task = self._task(asked)
        timeout = self.spec.objective.timeout
        future = self._executor.submit(
            run_trial, task, on_message=lambda *event: self._events.put(event), timeout=timeout
        )
        self._running[future] = asked
        future.add_done_callback(lambda f: self._events.put((f, None)))

    def _task(self, asked: Asked) -> Task:
        objective = self.spec.objective
        runs = self._workspace.folder / "runs" / str(self._study_id)
        begun = asked.checkpoint_from
        return Task(
            number=asked.number,
            params=asked.params,
            seed=asked.seed,
            steps=asked.steps,
            type=objective.type,
            target=objective.target,
            cwd=objective.cwd,
            folder=str(runs),
            locks=str(self._workspace.locks),
            env=dict(objective.env),
            settings=dict(objective.settings),
            metrics=dict(self.spec.metrics),
            handed_on=asked.hands_on,
            checkpoint_in=None if begun is None else str(runs / "checkpoints" / str(begun)),
            threads=max(1, (os.cpu_count() or 1) // self.spec.workers),
        )

    def _handle_event(self) -> None:
        try:
            future, message = self._events.get(timeout=POLL)
        except queue.Empty:
            return
        if message is None:
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
        goes_on = self._search.report(asked, step, metrics)
        if self._stopping is not None:
            asked.end("stopped")
        return goes_on and self._stopping is None

    def _tell(self, future: Future[Result], asked: Asked) -> None:
        """Write how a trial ended: its history first, its state last."""
        self._journal.flush()
        ending = self._search.tell(asked, self._outcome(future, asked))
        log.info("trial %d %s", asked.number, ending)

    def _outcome(self, future: Future[Result], asked: Asked) -> Outcome:
        """Final metrics of a trial, or the last reported ones and why it failed."""
        error = future.exception()
        if isinstance(error, TrialError):
            if error.details:
                log.info("trial %d:\n%s", asked.number, error.details)
            return Outcome(asked.last, str(error))
        if error is not None:
            raise error
        result = future.result()
        if result is None:
            return Outcome(asked.last)
        final = result if isinstance(result, dict) else {next(iter(self.spec.metrics)): result}
        return Outcome({**asked.last, **final})

    def _look_around(self) -> None:
        """Every half second: write the log, and see whether a stop was requested or waited for too long."""
        self._journal.flush_if_due()
        if self._stopping is not None and time.monotonic() - self._stopping > STOP_GRACE:
            for future, asked in self._running.items():
                asked.end("stopped")
                self._executor.kill(future, "stopped")
        elif time.monotonic() - self._polled >= POLL:
            self._polled = time.monotonic()
            if storage.stop_requested(self._workspace, self._study_id):
                self.stop()
