"""An Optuna database reads as Optuna itself reads it, whatever its trials look like."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest

from analytics.columns import Kind, same_level
from analytics.trials import Trials
from data.readers import read

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")


STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "running", "WAITING": "waiting"}


def everything(trial: optuna.Trial) -> float:
    """Every kind of hyperparameter, attribute and outcome."""
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    trial.suggest_float("dropout", 0.0, 0.5, step=0.25)
    depth = trial.suggest_int("depth", 2, 16, log=True)
    booster = trial.suggest_categorical("booster", ["tree", "linear", None, True, 1, 1.5, math.inf])
    if booster == "tree":
        trial.suggest_int("leaves", 1, 9, step=2)
    trial.suggest_categorical("state", ["<b>raw</b>", "cooked"])
    trial.set_user_attr("size", depth * 1000)
    trial.set_user_attr("note", "text")
    trial.set_user_attr("flag", True)
    trial.set_user_attr("wide", math.nan if trial.number == 2 else math.inf)
    for step in (0, 10):
        trial.report(math.nan if trial.number == 1 else rate * step, step)
    if trial.number % 7 == 3:
        raise optuna.TrialPruned
    if trial.number % 11 == 4:
        raise RuntimeError
    return math.inf if trial.number == 5 else -math.inf if trial.number == 6 else rate


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("everything") / "study.db"
    sampler = optuna.samplers.RandomSampler(seed=3)
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="everything", sampler=sampler)
    study.optimize(everything, n_trials=60, catch=(RuntimeError,))
    study.enqueue_trial({"rate": 0.01})
    study.ask()
    study.enqueue_trial({"rate": 0.02})
    return path


@pytest.fixture(scope="module")
def trials(database: Path) -> Trials:
    (found,) = read(database)
    return found


@pytest.fixture(scope="module")
def frozen(database: Path) -> list[optuna.trial.FrozenTrial]:
    return optuna.load_study(study_name="everything", storage=f"sqlite:///{database}").trials


def test_every_hyperparameter_of_every_trial_has_the_value_optuna_gives(
    trials: Trials, frozen: list[optuna.trial.FrozenTrial]
) -> None:
    names = {"rate", "dropout", "depth", "booster", "leaves", "state"}
    assert set(trials.params) == {"rate", "dropout", "depth", "booster", "leaves", "param:state"}
    for name in names:
        column = trials.columns["param:state" if name == "state" else name]
        assert column.missing.tolist() == [name not in t.params for t in frozen], name
        values = column.objects()
        assert all(same_level(values[i], t.params[name]) for i, t in enumerate(frozen) if name in t.params), name


def test_numbers_states_and_times_are_those_of_optuna(trials: Trials, frozen: list[optuna.trial.FrozenTrial]) -> None:
    frame = trials.frame
    assert frame["number"].tolist() == [t.number for t in frozen]
    assert frame["state"].tolist() == [STATES[t.state.name] for t in frozen]
    starts = [t.datetime_start.timestamp() if t.datetime_start else math.nan for t in frozen]
    ends = [t.datetime_complete.timestamp() if t.datetime_complete else math.nan for t in frozen]
    np.testing.assert_allclose(trials.columns["start"].values, starts, atol=1e-5, rtol=0)
    np.testing.assert_allclose(trials.columns["duration"].values, np.subtract(ends, starts), atol=1e-5, rtol=0)
    assert frame["start"].dt.tz is not None


def test_the_objective_has_infinities_and_is_missing_where_there_is_none(
    trials: Trials, frozen: list[optuna.trial.FrozenTrial]
) -> None:
    assert trials.objective is not None
    assert trials.objective.name == "value"
    expected = [math.nan if t.value is None else t.value for t in frozen]
    np.testing.assert_array_equal(trials.columns["value"].values, expected)
    assert {math.inf, -math.inf} <= set(expected)


def test_a_pruned_trial_keeps_its_last_report_but_is_never_the_best(trials: Trials) -> None:
    pruned = trials.frame[trials.frame["state"] == "pruned"]
    assert pruned["value"].notna().all()
    best = trials.best()
    assert best is not None
    assert trials.frame["state"][best] == "complete"


def test_numeric_user_attributes_become_metrics_without_direction(trials: Trials) -> None:
    assert list(trials.metrics) == ["value", "size", "wide"]
    assert trials.metrics["size"].direction is None
    assert trials.frame["size"][:3].tolist() == [depth * 1000 for depth in trials.frame["depth"][:3]]
    assert trials.frame["wide"][0] == math.inf
    assert math.isnan(trials.frame["wide"][2])


def test_the_search_space_is_the_declared_one(trials: Trials) -> None:
    space = {name: entry for name, entry in trials.space.to_json().items() if name != "leaves"}
    assert space["rate"] == {"type": "float", "low": 1e-5, "high": 0.1, "log": True, "step": None}
    assert space["dropout"] == {"type": "float", "low": 0.0, "high": 0.5, "log": False, "step": 0.25}
    assert space["depth"] == {"type": "int", "low": 2, "high": 16, "log": True, "step": 1}
    assert space["booster"]["choices"] == ["tree", "linear", None, True, 1, 1.5, math.inf]
    assert trials.space["leaves"].bounds == (1, 9)
    assert [trials.columns[name].kind for name in ("rate", "depth", "booster")] == [Kind.FLOAT, Kind.INT, Kind.CATEGORY]


def test_a_conditional_hyperparameter_is_recognised_and_said_to_be_inferred(trials: Trials) -> None:
    assert trials.space["leaves"].when == {"booster": ("tree",)}
    assert any("leaves" in note and "inferred" in note for note in trials.study.notes)


def test_reports_are_the_history_of_the_objective(trials: Trials) -> None:
    history = trials.load_history([1, 8])
    assert set(history["metric"]) == {"value"}
    assert history[history["number"] == 1]["value"].isna().all()
    rate = trials.frame["rate"][8]
    assert history[history["number"] == 8][["step", "value"]].values.tolist() == [
        [0, 0],
        [10, pytest.approx(10 * rate)],
    ]
    assert trials.load_history([]).empty
    finished = trials.frame["start"].notna().sum() - 1
    assert len(trials.load_history(None)) == 2 * finished


def test_the_frame_has_the_rows_of_optunas(trials: Trials, database: Path) -> None:
    expected = optuna.load_study(study_name="everything", storage=f"sqlite:///{database}").trials_dataframe()
    pd.testing.assert_series_equal(trials.frame["value"], expected["value"])
    pd.testing.assert_series_equal(trials.frame["rate"], expected["params_rate"], check_names=False)
