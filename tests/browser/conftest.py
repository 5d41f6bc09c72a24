"""A study to brush: every kind of hyperparameter, pruned trials, names and categories that a page must not trust."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from playwright.sync_api import Page

from data.workspace import Workspace
from tests.pages.toy import run_toy

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("x")'
TRIALS = 80


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with a study of 80 random trials, every tenth of them pruned."""
    path = tmp_path_factory.mktemp("results") / "results.db"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    sampler = optuna.samplers.RandomSampler(seed=5)
    name = "<script>alert(1)</script> & co"
    study = optuna.create_study(storage=storage, study_name=name, direction="maximize", sampler=sampler)
    study.optimize(_objective, n_trials=TRIALS)
    storage.engine.dispose()
    return path


def _objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    layers = trial.suggest_int("layers", 1, 6)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd", "a, b", HOSTILE, FORMULA])
    if optimizer == "sgd":
        trial.suggest_float("momentum", 0, 0.99)
    trial.set_user_attr("size", 1000.0 * layers)
    if trial.number % 10 == 3:
        raise optuna.TrialPruned
    return 0.9 - 0.1 * abs(math.log10(rate) + 3) - 0.01 * layers


@pytest.fixture
def page(app_page: Callable[..., Page], results: Path) -> Page:
    """The app over the study of ``results``."""
    return app_page(results)


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace in which the toy study has run."""
    folder = tmp_path_factory.mktemp("toy")
    run_toy(folder / "workspace", folder / "code")
    return folder


@pytest.fixture
def toys(toy_folder: Path, workspace: Workspace) -> str:
    """The address of a copy of the toy study's database, open beside the test's own workspace."""
    copy = workspace.folder.parent / "toy.db"
    copy.write_bytes((toy_folder / "workspace" / "hypertrellis.db").read_bytes())
    return str(copy)
