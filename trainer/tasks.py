"""What a trial's process is told: the task of a trial that was asked for."""

from __future__ import annotations

import os
from pathlib import Path

from data.workspace import Workspace
from trainer import keeping
from trainer.attempts import interrupted
from trainer.draws import AGAIN
from trainer.run import Task
from trainer.search import Asked, Search


def task_of(workspace: Workspace, study_id: int, search: Search, asked: Asked) -> Task:
    """The task of a trial of a study of ours."""
    spec = search.spec
    objective = spec.objective
    runs = workspace.folder / "runs" / str(study_id)
    return Task(
        number=asked.number,
        params=asked.params,
        seed=asked.seed,
        steps=asked.steps,
        type=objective.type,
        target=objective.target,
        cwd=objective.cwd,
        folder=str(runs),
        locks=str(workspace.locks),
        env=dict(objective.env),
        settings=dict(objective.settings),
        metrics=dict(spec.metrics),
        handed_on=asked.hands_on,
        checkpoint_in=_checkpoint(search, asked, keeping.checkpoints(workspace, study_id)),
        threads=spec.threads or max(1, (os.cpu_count() or 1) // spec.workers),
    )


def _checkpoint(search: Search, asked: Asked, folder: Path) -> str | None:
    """Where a trial goes on: from its own interrupted training as far as that was saved, else from its parent's."""
    begun = None if asked.checkpoint_from is None else str(folder / str(asked.checkpoint_from))
    if not search.spec.objective.checkpoints or AGAIN not in asked.trial.user_attrs:
        return begun
    own = (folder / str(number) for number in interrupted(search.find(asked.number), search.find))
    return next((str(path) for path in own if path.is_dir() and any(path.iterdir())), begun)
