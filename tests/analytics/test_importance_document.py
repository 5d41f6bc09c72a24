"""The example of docs/importance.md runs on a real Optuna study."""

from __future__ import annotations

import re
from pathlib import Path

import optuna
import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "importance.md"


def objective(trial: optuna.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    penalty = trial.suggest_categorical("optimizer", ["adam", "sgd"]) == "sgd"
    return lr * trial.suggest_float("dropout", 0, 0.5) + penalty


def test_the_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(storage="sqlite:///study.db", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=40)
    study._storage.remove_session()
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, str(DOCUMENT), "exec"), {})
    said = capsys.readouterr().out
    assert re.search(r"optimizer: 0\.9\d ± 0\.0\d of the variance, \{'ranges': \[\], 'values': \['adam'\]", said)
    assert "40 rows, left out {}" in said
