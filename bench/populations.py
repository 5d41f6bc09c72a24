"""A population trained in this process: the trainer's own search and objective, without a process for each trial."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial

from trainer.objectives import BUILTIN, load
from trainer.run import Run, Task
from trainer.search import Asked, Outcome, Search
from trainer.searches import begin
from trainer.spec import StudySpec


class _Run(Run):
    """A trial whose questions the search answers at once."""

    def __init__(self, task: Task, search: Search, asked: Asked) -> None:
        super().__init__(task, None)  # type: ignore[arg-type]
        self._search, self._asked = search, asked

    def ask(self, kind: str, *content: Any) -> Any:
        if kind == "report":
            return self._search.report(self._asked, *content)
        if kind == "cut":
            return self._asked.cut
        return self._asked.trial.set_user_attr(*content)


def trained(spec: StudySpec) -> list[FrozenTrial]:
    """The trials of a study of a built-in objective, run to its end; the same as those of its controller."""
    study = optuna.create_study(storage=InMemoryStorage(), study_name=spec.name, directions=list(spec.metrics.values()))
    objective = load(BUILTIN[spec.objective.target].target)
    search = begin(spec, study._storage)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "locks").mkdir()
        while search.ready():
            asked = search.ask()
            metrics = objective(_Run(_task(spec, asked, folder), search, asked))
            search.tell(asked, Outcome(metrics or {}))
    return study.get_trials()


def _task(spec: StudySpec, asked: Asked, folder: Path) -> Task:
    begun = asked.checkpoint_from
    return Task(
        number=asked.number,
        params=asked.params,
        seed=asked.seed,
        steps=asked.steps,
        type=spec.objective.type,
        target=spec.objective.target,
        cwd=None,
        folder=str(folder),
        locks=str(folder / "locks"),
        settings=spec.objective.settings,
        metrics=spec.metrics,
        checkpoint_in=None if begun is None else str(folder / "checkpoints" / str(begun)),
        handed_on=asked.hands_on,
    )
