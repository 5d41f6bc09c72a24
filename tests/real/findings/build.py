"""Train the studies of findings.db again: ``python -m tests.real.findings.build`` (some minutes).

Real searches of real trainings; `specs.py` says what is wrong in each.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from analytics.detectors.case import Case
from analytics.detectors.reruns import sample_of_pruned
from data.readers import read
from data.workspace import DATABASE, Workspace, open_workspace
from tests.real.findings import network
from tests.real.findings.specs import BUILT, STUDIES
from trainer import launch, storage
from trainer.search import Asked, Outcome, Search
from trainer.searches import begin
from trainer.spec import parse_spec


def build(kinds: list[str]) -> None:
    """Train the studies of some kinds (none: all), in a workspace that is kept beside this file until it is packed."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(folder)
        for kind in kinds or STUDIES:
            print(kind, flush=True)
            _train(workspace, STUDIES[kind])
            if kind == "killed":
                _train_out(workspace, Path(folder) / DATABASE)
        workspace.engine.dispose()
        _pack(Path(folder) / DATABASE, BUILT)


def _train(workspace: Workspace, entries: Mapping[str, Any]) -> None:
    """Run a study's search; its trials train one after the other in this process, which takes a tenth of the time."""
    spec = parse_spec(entries)
    study_id, lock = launch.prepare(spec, workspace)
    with storage.optuna_storage(workspace) as backend:
        search = begin(storage.load_spec(workspace, study_id), backend)
        os.environ.update({"WRONG": "0", "DATA": "", "VAL": "600", **spec.objective.env})
        with tempfile.TemporaryDirectory() as folder:
            while search.ready():
                asked = search.ask()
                run = OneRun(search, asked, Path(folder))
                try:
                    network.main(run)
                except FloatingPointError as error:
                    search.tell(asked, Outcome({}, f"FloatingPointError: {error}"))
                else:
                    search.tell(asked, Outcome(run.last))
    storage.set_study(workspace, study_id, state="finished", pid=None)
    lock.release()


class OneRun:
    """What `trainer.run.Run` offers to an objective, for a trial in this process."""

    def __init__(self, search: Search, asked: Asked, folder: Path) -> None:
        self.params, self.seed, self.steps = asked.params, asked.seed, asked.steps
        self.last: dict[str, float] = {}
        self._search, self._asked = search, asked
        self.checkpoint_out = folder / str(asked.number)
        self.checkpoint_out.mkdir()
        came_from = asked.checkpoint_from
        self.checkpoint_in = None if came_from is None else folder / str(came_from)

    def report(self, step: int, **metrics: float) -> bool:
        self.last = metrics
        return self._search.report(self._asked, step, metrics)


def _train_out(workspace: Workspace, database: Path) -> None:
    """Five of those that were pruned, to their end: what the finding's button launches."""
    [trials] = [one for one in read(str(database)) if one.study.name == STUDIES["killed"]["name"]]
    case = Case(trials)
    configurations = [case.configuration(row) for row in sample_of_pruned(case)]
    _train(
        workspace,
        {
            **STUDIES["killed"],
            "name": "five trained out",
            "parent": trials.study.name,
            "algorithm": {"name": "given"},
            "budget": {"trials": 5, "steps": 27},
            "configurations": configurations,
        },
    )


def _pack(source: Path, to: Path) -> None:
    """Copy the database without free pages and without paths of this machine."""
    with closing(sqlite3.connect(source)) as connection:
        for key, text in connection.execute("SELECT study_id, spec FROM trellis_study").fetchall():
            spec = json.loads(text)
            spec["objective"]["cwd"] = None
            connection.execute("UPDATE trellis_study SET spec = ? WHERE study_id = ?", (json.dumps(spec), key))
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")
        to.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(to),))


if __name__ == "__main__":
    build(sys.argv[1:])
