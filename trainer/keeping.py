"""Which checkpoints of a population are kept: those that a member can still go on from, and the best one's."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from data.workspace import Workspace


@dataclass(frozen=True)
class Needed:
    """Of the trials below ``before`` only the checkpoints of ``numbers`` are needed; of the others all."""

    before: int
    numbers: Collection[int]


def checkpoints(workspace: Workspace, study_id: int) -> Path:
    """The folder of a study's checkpoints, with a folder for each trial, named by its number."""
    return workspace.folder / "runs" / str(study_id) / "checkpoints"


def sweep(workspace: Workspace, study_id: int, needed: Needed | None) -> None:
    """Remove the checkpoints that are not needed (None: nothing is known of that); what cannot be removed stays."""
    folder = checkpoints(workspace, study_id)
    if needed is None or not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.isdecimal() and int(path.name) < needed.before and int(path.name) not in needed.numbers:
            shutil.rmtree(path, ignore_errors=True)
