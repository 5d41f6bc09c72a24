"""One trial in a process of its own, its messages answered by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import optuna

from analytics.space import SearchSpace, parse_space
from trainer.answers import answer
from trainer.executor import LocalExecutor, Result, TrialError
from trainer.run import Task
from trainer.worker import run_trial

GoesOn = Callable[[int, Mapping[str, float]], bool]


@dataclass
class Ended:
    """What a trial did: its reports, other messages, and how it ended."""

    reports: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    messages: list[tuple[Any, ...]] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    failure: str | None = None
    details: str = ""


def task(folder: Path, type: str, target: str, **changes: Any) -> Task:
    """A task whose files lie in ``folder``; an objective of the analyst's own is found there too."""
    entries: dict[str, Any] = {"params": {}, "seed": 3, "steps": 3, "number": 0, "metrics": {"score": "maximize"}}
    entries |= {"cwd": str(folder), "folder": str(folder / "runs"), "locks": str(folder), **changes}
    return Task(type=type, target=target, **entries)


def train(
    task: Task,
    goes_on: GoesOn = lambda _step, _metrics: True,
    space: Mapping[str, Any] | None = None,
    timeout: float | None = 60,
) -> Ended:
    """Run a trial to its end; ``space`` is that of the study that an Optuna objective asks."""
    ended, trial = Ended(), optuna.create_study().ask()
    parsed = parse_space(space) if space else SearchSpace()
    executor = LocalExecutor(("trainer.worker",))

    def reply(future: Future[Result], message: tuple[Any, ...]) -> None:
        kind, *content = message
        if kind == "report":
            step, metrics = content
            ended.reports.append((step, metrics))
            executor.answer(future, goes_on(step, metrics))
        else:
            ended.messages.append(message)
            executor.answer(future, None if kind in ("prune", "cut") else answer(trial, parsed, kind, *content))

    future = executor.submit(run_trial, task, on_message=reply, timeout=timeout)
    error = future.exception(timeout=120)
    executor.forget(future)
    if isinstance(error, TrialError):
        ended.failure, ended.details = str(error), error.details
    elif error is not None:
        raise error
    else:
        ended.result = future.result()
    ended.params = trial.params
    return ended
