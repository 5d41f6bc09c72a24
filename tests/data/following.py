"""Studies of a test's own, and waiting for what a catalog makes of a change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import optuna

from data.catalog import Catalog


def make(path: Path, name: str = "first", trials: int = 5) -> optuna.Study:
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name=name)
    study.optimize(objective, n_trials=trials)
    return study


def objective(trial: optuna.Trial) -> float:
    trial.set_user_attr("size", trial.number)
    trial.report(0.5, 1)
    return trial.suggest_float("x", 0, 1)


def until(catalog: Catalog, true: Callable[[], object]) -> None:
    """Refresh until something holds."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        catalog.refresh()
        time.sleep(0.02)
