"""Train the studies of findings.db again: ``python -m tests.real.findings.build`` (some minutes).

Each is a real search of real trainings in which one thing is set up wrongly, as the comment beside it says.
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
from trainer import launch, storage
from trainer.search import Asked, Outcome, Search
from trainer.searches import begin
from trainer.spec import parse_spec

HERE = Path(__file__).parent
BUILT = HERE / "findings.db"
RATE = {"type": "float", "low": 1e-4, "high": 0.03, "log": True}
SPACE = {
    "learning_rate": RATE,
    "weight_decay": {"type": "float", "low": 1e-6, "high": 1e-2, "log": True},
    "width": {"type": "int", "low": 8, "high": 128, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.6},
}
WIDE = {**SPACE, "learning_rate": {**RATE, "low": 1e-6, "high": 10.0}}
POPULATION = {"population": 16, "interval": 3, "generations": 8}
LITTLE = {
    "weight_decay": {"type": "float", "low": 1e-6, "high": 1e-4, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.1},
}
"""A space in which nothing matters."""
OTHER_IMAGES = {"VAL": "50", "DATA": "split"}
"""Another fifty validation images with each seed."""


def _study(
    name: str, trials: int | None, steps: int | None, algorithm: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    env = more.pop("env", {})
    return {
        "name": name,
        "project": "findings",
        "objective": {"type": "python", "target": "network:main", "cwd": str(HERE), "env": env, "timeout": 300},
        "space": SPACE,
        "metrics": {"val_accuracy": "maximize"},
        "algorithm": algorithm,
        "budget": {"trials": trials, "steps": steps},
        "workers": 2,
        "seed": 1,
        **more,
    }


STUDIES: dict[str, dict[str, Any]] = {
    "early": _study(  # most labels are wrong: what learns fast learns them by heart, and ends worse
        "judged at step 1",
        180,
        27,
        {"name": "random", "pruner": "hyperband"},
        space={"learning_rate": {**RATE, "low": 3e-4, "high": 0.01}, "width": {"type": "int", "low": 64, "high": 256}},
        env={"WRONG": "0.6"},
    ),
    "killed": _study(  # the same; five of the pruned are trained out in a study of their own
        "pruned at step 1",
        180,
        27,
        {"name": "random", "pruner": "hyperband"},
        space={"learning_rate": {**RATE, "low": 2e-4, "high": 6e-3}, "width": {"type": "int", "low": 128, "high": 384}},
        env={"WRONG": "0.75"},
    ),
    "slow": _study(  # a long warm-up of the learning rate begins slowly
        "short warm-ups survive",
        None,
        None,
        {"name": "pbt", "settings": {"population": 40, "interval": 24, "generations": 3, "inherit": "warmup"}},
        space={
            "warmup": {"type": "int", "low": 1, "high": 90},
            "learning_rate": {**RATE, "low": 8e-4, "high": 1.2e-3},
            "dropout": {"type": "float", "low": 0.0, "high": 0.1},
        },
    ),
    "converged": _study(  # one in sixteen survives
        "one survivor", None, None, {"name": "pbt", "settings": {**POPULATION, "survivors": 0.06, "inherit": "width"}}
    ),
    "perturbation": _study(  # the plain value is multiplied, whatever its scale
        "perturbed value",
        None,
        None,
        {
            "name": "pbt",
            "settings": {**POPULATION, "generations": 10, "scale": "value", "factor_high": 1.2, "inherit": "width"},
        },
    ),
    "bound": _study(  # the learning rate may not be high enough
        "low rates", 60, 5, {"name": "tpe"}, space={**SPACE, "learning_rate": {**RATE, "low": 1e-5, "high": 5e-4}}
    ),
    "found": _study("found before", 80, 5, {"name": "tpe"}, space=WIDE),
    "stalled": _study(  # begins with the best that another study found
        "found again", 60, 5, {"name": "random"}, space=WIDE, start={"study": "found before", "enqueue": 5}, seed=2
    ),
    "no better": _study(  # nothing that matters may vary
        "nothing matters",
        130,
        5,
        {"name": "tpe", "settings": {"n_startup_trials": 40}},
        space=LITTLE,
        env=OTHER_IMAGES,
    ),
    "duplicates": _study(  # a space of 18 configurations
        "eighteen configurations",
        60,
        5,
        {"name": "tpe"},
        space={
            "width": {"type": "categorical", "choices": [16, 32, 64]},
            "depth": {"type": "int", "low": 1, "high": 3},
            "activation": {"type": "categorical", "choices": ["relu", "tanh"]},
        },
    ),
    "failures": _study(  # plain SGD diverges at high rates
        "some diverge",
        80,
        5,
        {"name": "random"},
        space={
            **SPACE,
            "learning_rate": {**RATE, "high": 1e8},
            "optimizer": {"type": "categorical", "choices": ["sgd"]},
        },
    ),
    "noise": _study("three seeds", 30, 5, {"name": "random"}, space=LITTLE, repeats=3, env=OTHER_IMAGES),
    "saturated": _study(  # twelve validation images tell thirteen accuracies apart
        "twelve images",
        60,
        20,
        {"name": "random"},
        space={**LITTLE, "learning_rate": {**RATE, "low": 3e-4}},
        env={"VAL": "12"},
    ),
    "improving": _study(  # learning rates for a longer training
        "ten epochs",
        40,
        10,
        {"name": "random"},
        space={**SPACE, "learning_rate": {**RATE, "low": 3e-5, "high": 3e-4}},
    ),
}


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
