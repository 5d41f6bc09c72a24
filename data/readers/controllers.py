"""Studies that run by their row, while nobody runs them: no trace of that is in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from data.readers.optuna_study import StudyInfo
from data.workspace import DATABASE, LOST, controller_alive


class Controllers:
    """The controllers of the studies of one workspace, by the locks in its ``folder``; None where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._running: frozenset[int] = frozenset()
        self._lost: frozenset[int] = frozenset()

    def changed(self) -> bool:
        """Whether a study that ran has lost its controller since, or one that had lost it has one again."""
        return self._without(self._running) != self._lost

    def judge(self, studies: Mapping[int, StudyInfo], running: Callable[[], set[int]]) -> dict[int, StudyInfo]:
        """The studies, failed where they have lost their controller; ``running`` asks the rows again."""
        self._running = frozenset(study for study, info in studies.items() if info.state == "running")
        self._lost = self._without(self._running)
        failed = self._lost & running() if self._lost else self._lost
        return {
            study: replace(info, state="failed", message=LOST) if study in failed else info
            for study, info in studies.items()
        }

    def _without(self, studies: frozenset[int]) -> frozenset[int]:
        folder = self._folder
        return frozenset(s for s in studies if folder is not None and not controller_alive(folder, s))


def workspace_beside(address: str) -> Path | None:
    """The folder of the workspace that a database file belongs to; None if it is no workspace's."""
    path = Path(address)
    return path.parent if path.name == DATABASE and (path.parent / "locks").is_dir() else None
