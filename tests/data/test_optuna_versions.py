"""Databases that older versions of Optuna wrote."""

from __future__ import annotations

import math
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import optuna
import pytest

from analytics.columns import same_level
from data.readers import ReadError, read

WrittenBy = Callable[[str], Path]
SUPPORTED = ["optuna_3_0", "optuna_3_6", "optuna_4_4"]


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The zone in which the fixtures were written, one hour ahead of UTC on their day."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", SUPPORTED)
def test_trials_of_every_state_and_value_are_read(written_by: WrittenBy, name: str) -> None:
    single, several = read(written_by(name))
    assert (single.study.name, several.study.name) == ("single", "several")
    assert single.frame["state"].tolist() == [
        *["complete"] * 5,
        *["pruned", "failed"],
        *["complete"] * 5,
        *["running", "waiting"],
    ]
    assert single.frame["value"][7] == math.inf
    assert single.space.to_json() == {
        "lr": {"type": "float", "low": 1e-4, "high": 1e-1, "log": True, "step": None},
        "layers": {"type": "int", "low": 1, "high": 3, "log": False, "step": 1},
        "optimizer": {"type": "categorical", "choices": ["adam", "sgd", None, True, 1, 1.5]},
        "momentum": single.space["momentum"].to_json(),
    }
    assert single.space["momentum"].bounds == (0, 0.9)
    assert several.study.algorithm == "NSGAIISampler"
    assert several.frame["generation"].tolist() == [0] * 4 + [1] * 4 + [2] * 2


@pytest.mark.parametrize("name", SUPPORTED)
def test_the_values_are_those_this_optuna_reads_after_an_upgrade(written_by: WrittenBy, name: str) -> None:
    path = written_by(name)
    upgraded = path.with_name("upgraded.db")
    shutil.copy(path, upgraded)
    optuna.storages.RDBStorage(f"sqlite:///{upgraded}", skip_compatibility_check=True).upgrade()
    for trials in read(path):
        study = optuna.load_study(study_name=trials.study.name, storage=f"sqlite:///{upgraded}")
        for param in trials.params:
            values = trials.columns[param].objects()
            for number, trial in enumerate(study.trials):
                assert (param in trial.params) == (not trials.columns[param].missing[number])
                assert param not in trial.params or same_level(values[number], trial.params[param])


@pytest.mark.parametrize("name", SUPPORTED)
def test_reported_nan_is_a_missing_value_of_the_history(written_by: WrittenBy, name: str) -> None:
    history = read(written_by(name))[0].load_history([0])
    assert history["step"].tolist() == [0, 1, 2]
    assert history["value"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(("name", "metrics"), [("optuna_3_0", ["value", "value_1"]), ("optuna_3_6", ["loss", "score"])])
def test_metric_names_are_kept_where_that_optuna_knew_them(
    written_by: WrittenBy, name: str, metrics: list[str]
) -> None:
    assert list(read(written_by(name))[1].metrics) == metrics


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("name", SUPPORTED)
def test_times_before_optuna_5_are_local_and_the_doubt_is_said(written_by: WrittenBy, name: str) -> None:
    path = written_by(name)
    with closing(sqlite3.connect(path)) as connection:
        stored = connection.execute("SELECT datetime_start FROM trials WHERE trial_id = 1").fetchone()[0]
    trials = read(path)[0]
    start = trials.frame["start"][0].to_pydatetime()
    assert start == datetime.fromisoformat(stored).replace(tzinfo=UTC) - timedelta(hours=1)
    assert any("without their zone" in note for note in trials.study.notes)


@pytest.mark.usefixtures("berlin")
def test_times_of_optuna_5_are_utc_without_doubt(results: Path) -> None:
    url = f"sqlite:///{results / 'new.db'}"
    before = time.time()
    optuna.create_study(storage=url).optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=1)
    trials = read(url)[0]
    assert before - 1 < trials.columns["start"].values[0] < time.time() + 1
    assert trials.study.notes == ()


def test_optuna_2_is_refused_with_what_to_do(written_by: WrittenBy) -> None:
    path = written_by("optuna_2_10")
    with pytest.raises(ReadError) as refused:
        read(path)
    assert str(refused.value) == (
        f"{path} was written by Optuna 2.10.1 (schema v2.6.0.a); "
        "expected Optuna 3 or later: run `optuna storage upgrade` on a copy"
    )
