"""The example of docs/refining.md runs on a real Optuna study."""

from __future__ import annotations

import re
from pathlib import Path

import optuna
import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "refining.md"


def objective(trial: optuna.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    penalty = trial.suggest_categorical("optimizer", ["adam", "sgd"]) == "sgd"
    return lr * trial.suggest_float("dropout", 0, 0.5) + penalty


def test_the_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    study = optuna.create_study(storage="sqlite:///results.db", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=30)
    study._storage.remove_session()
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, str(DOCUMENT), "exec"), {})
    said = capsys.readouterr().out
    assert "lr 1e-4 … 1e-2 (was 1e-5 … 1)" in said
    assert "params['optimizer'] = trial.suggest_categorical('optimizer', ['adam'])" in said
