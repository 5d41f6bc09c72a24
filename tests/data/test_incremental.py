"""What a source gives on the second read: only what is new was read, and it is all there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import optuna
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from analytics.trials import Trials
from data.readers import Source, open_source
from tests.data.conftest import settle


@pytest.fixture
def url(results: Path) -> str:
    return f"sqlite:///{results / 'study.db'}"


@pytest.fixture
def study(url: str) -> optuna.Study:
    study = optuna.create_study(storage=url, study_name="first", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=20)
    return study


@pytest.fixture
def source(url: str, study: optuna.Study) -> Source:
    assert study.study_name == "first"
    source = open_source(url)
    settle(source)
    return source


def objective(trial: optuna.Trial) -> float:
    trial.set_user_attr("size", trial.number)
    return trial.suggest_float("x", 0, 1)


def only(source: Source) -> Trials:
    (trials,) = source.trials()
    return trials


def test_nothing_is_read_when_nothing_changed(source: Source) -> None:
    assert not source.changed()
    assert only(source) is only(source)


def test_new_trials_are_added(source: Source, study: optuna.Study) -> None:
    before = only(source)
    study.optimize(objective, n_trials=2)
    assert source.changed()
    after = only(source)
    assert after.numbers.tolist() == list(range(22))
    assert after.frame["x"].tolist() == [t.params["x"] for t in study.trials]
    assert len(before) == 20


def test_a_running_trial_fills_in_until_it_is_finished(source: Source, study: optuna.Study) -> None:
    trial = study.ask()
    assert only(source).frame["state"][20] == "running"
    x = trial.suggest_float("x", 0, 1)
    assert only(source).frame["x"][20] == x
    trial.set_user_attr("late", 3)
    assert only(source).frame["late"][20] == 3
    study.tell(trial, 0.5)
    row = only(source).frame.iloc[20]
    assert (row["state"], row["value"]) == ("complete", 0.5)


def test_only_new_and_unfinished_trials_are_asked_for(source: Source, study: optuna.Study) -> None:
    running = study.ask()
    source.trials()
    study.optimize(objective, n_trials=1)
    fetched: list[tuple[str, object]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        fetched.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        source.trials()
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    asked = [parameters for statement, parameters in fetched if "FROM trial_params" in statement]
    assert asked == [(running.number + 1, running.number + 2)]


def test_earlier_snapshots_stay_as_they_were(source: Source, study: optuna.Study) -> None:
    trial = study.ask()
    before = only(source)
    copies = {name: column.values.copy() for name, column in before.columns.items()}
    trial.suggest_float("x", 0, 1)
    study.tell(trial, 1.0)
    study.optimize(objective, n_trials=1)
    only(source)
    for name, values in copies.items():
        assert before.columns[name].values.tobytes() == values.tobytes(), name


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_attributes_of_the_study_are_followed(source: Source, study: optuna.Study) -> None:
    study.set_metric_names(["loss"])
    assert list(only(source).metrics) == ["loss", "size"]


def test_studies_come_and_go(source: Source, url: str) -> None:
    optuna.create_study(storage=url, study_name="second").optimize(objective, n_trials=2)
    first, second = source.trials()
    assert (first.study.name, second.study.name) == ("first", "second")
    optuna.delete_study(storage=url, study_name="first")
    assert [t.study.name for t in source.trials()] == ["second"]
    assert source.trials()[0] is second


def test_a_study_deleted_and_made_again_under_the_same_id_begins_a_new_epoch(
    source: Source, url: str, study: optuna.Study
) -> None:
    epoch = source.epoch
    values = only(source).frame["x"].tolist()
    optuna.delete_study(storage=url, study_name=study.study_name)
    again = optuna.create_study(storage=url, study_name="first")
    again.optimize(objective, n_trials=20)
    assert only(source).frame["x"].tolist() == [t.params["x"] for t in again.trials] != values
    assert source.epoch > epoch


@pytest.mark.parametrize("how", [os.replace, shutil.copy], ids=["moved over it", "written into it"])
def test_a_replaced_file_is_read_anew(source: Source, results: Path, how: object) -> None:
    epoch = source.epoch
    other = optuna.create_study(storage=f"sqlite:///{results / 'other.db'}", study_name="first")
    other.optimize(objective, n_trials=25)
    assert callable(how)
    how(results / "other.db", results / "study.db")
    assert source.changed()
    assert only(source).frame["x"].tolist() == [t.params["x"] for t in other.trials]
    assert source.epoch > epoch


def test_a_trial_that_became_visible_late_is_not_missed(source: Source, url: str) -> None:
    """As with two writers, of which the one with the lower trial id commits last."""
    storage = optuna.storages.RDBStorage(url)
    with storage.engine.begin() as connection:
        columns = "(trial_id, number, study_id, state)"
        connection.exec_driver_sql(f"INSERT INTO trials {columns} VALUES (40, 20, 1, 'RUNNING')")
    epoch = source.epoch
    assert len(only(source)) == 21
    with storage.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO trials {columns} VALUES (35, 21, 1, 'RUNNING')")
    assert len(only(source)) == 22
    assert source.epoch == epoch


def test_a_change_right_after_the_read_is_noticed(source: Source, study: optuna.Study) -> None:
    for _ in range(20):
        source.trials()
        study.optimize(objective, n_trials=1)
        assert source.changed()
