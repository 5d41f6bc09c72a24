"""The Python examples of the documents on refining and importance run on a real Optuna study."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import optuna
import pytest

DOCS = Path(__file__).parents[2] / "docs"

Said = Callable[[str, str, int], str]


def objective(trial: optuna.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    penalty = trial.suggest_categorical("optimizer", ["adam", "sgd"]) == "sgd"
    return lr * trial.suggest_float("dropout", 0, 0.5) + penalty


def falling(trial: optuna.Trial, low: float) -> float:
    return 1 - trial.suggest_float("x", low, low + 0.5)


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """``said(document, database, trials)``: what its examples print beside a database of so many trials."""

    def run(document: str, database: str, trials: int) -> str:
        monkeypatch.chdir(tmp_path)
        study = optuna.create_study(storage=f"sqlite:///{database}", sampler=optuna.samplers.RandomSampler(seed=1))
        study.optimize(objective, n_trials=trials)
        study._storage.remove_session()
        code = "".join(re.findall(r"```python\n(.*?)```", (DOCS / document).read_text(encoding="utf-8"), re.DOTALL))
        capsys.readouterr()
        exec(compile(code, document, "exec"), {})
        return capsys.readouterr().out

    return run


def test_the_example_of_refining_runs_as_it_stands(said: Said) -> None:
    printed = said("refining.md", "results.db", 30)
    assert "lr 1e-4 … 1e-2 (was 1e-5 … 1)" in printed
    assert "params['optimizer'] = trial.suggest_categorical('optimizer', ['adam'])" in printed


def test_the_example_of_importance_runs_as_it_stands(said: Said) -> None:
    printed = said("importance.md", "study.db", 40)
    assert re.search(r"optimizer: 0\.9\d ± 0\.0\d of the variance, \{'ranges': \[\], 'values': \['adam'\]", printed)
    assert "40 rows, left out {}" in printed
    assert "optimizer: matters (" in printed
    assert "The suggested ranges keep" in printed
    assert "Backtest: of 20 later trials" in printed or "No forecast" in printed


def test_the_example_of_comparing_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, low in (("parent", 0.5), ("child", 0.0)):
        sampler = optuna.samplers.RandomSampler(seed=1)
        study = optuna.create_study(
            storage="sqlite:///results.db", study_name=name, direction="maximize", sampler=sampler
        )
        study.optimize(partial(falling, low=low), n_trials=30)
        study._storage.remove_session()
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / "comparing.md").read_text(encoding="utf-8"), re.DOTALL)
    capsys.readouterr()
    exec(compile(code, "comparing.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("child finds better configurations than parent: expected best of 15 +0.")
    assert re.fullmatch(r"\[\d+, \d+, \d+\]", printed[-1])
