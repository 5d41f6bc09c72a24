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


@pytest.mark.parametrize("count", [0, 1])
def test_a_study_with_hardly_any_trial_opens(tmp_path: Path, count: int) -> None:
    url = f"sqlite:///{tmp_path / 'small.db'}"
    study = optuna.create_study(storage=url, study_name="small")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=count)
    (trials,) = read(url)
    assert len(trials) == count
    assert trials.objective is not None
    assert trials.best() == (0 if count else None)
    assert len(trials.frame) == count


def test_several_objectives_keep_their_names_and_directions(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'two.db'}"
    for name, metrics in (("named", ["loss", "score"]), ("unnamed", None)):
        study = optuna.create_study(storage=url, study_name=name, directions=["minimize", "maximize"])
        if metrics:
            study.set_metric_names(metrics)
        study.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=3)
    named, unnamed = read(url)
    assert {m.name: m.direction for m in named.metrics.values()} == {"loss": "minimize", "score": "maximize"}
    assert list(unnamed.metrics) == ["value", "value_1"]
    assert all(m.objective for m in unnamed.metrics.values())
    assert named.study.id != unnamed.study.id
    assert unnamed.frame["value_1"].tolist() == [1.0] * 3


def test_where_a_hyperparameter_and_a_metric_share_a_name_the_metric_keeps_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clash.db'}"
    study = optuna.create_study(storage=url)

    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("size", 7)
        trial.set_user_attr("budget", 9)
        return trial.suggest_float("size", 0, 1) + trial.suggest_float("value", 0, 1)

    study.optimize(objective, n_trials=4)
    (trials,) = read(url)
    assert trials.params == ["param:size", "param:value"]
    assert list(trials.metrics) == ["value", "size", "metric:budget"]
    assert list(trials.space) == ["param:size", "param:value"]
    assert trials.frame["size"].tolist() == [7] * 4
    assert trials.frame["budget"].isna().all()


def test_an_attribute_that_repeats_the_objective_is_one_metric_with_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'repeat.db'}"
    study = optuna.create_study(storage=url)
    study.set_metric_names(["loss"])

    def objective(trial: optuna.Trial) -> float:
        loss = trial.suggest_float("x", 0, 1)
        trial.set_user_attr("loss", loss)
        return loss

    study.optimize(objective, n_trials=3)
    assert list(read(url)[0].metrics) == ["loss"]


def test_ranges_that_change_between_trials_are_united(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ranges.db'}"
    study = optuna.create_study(storage=url)

    def objective(trial: optuna.Trial) -> float:
        wide = trial.number >= 3
        trial.suggest_int("depth", 5 if wide else 2, 20 if wide else 8)
        return trial.suggest_float("x", -1 if wide else 0, 1)

    study.optimize(objective, n_trials=6)
    (trials,) = read(url)
    assert trials.space["x"].bounds == (-1, 1)
    assert trials.space["depth"].bounds == (2, 20)


def test_constraints_are_metrics(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'constrained.db'}"
    study = optuna.create_study(storage=url)

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        trial.set_constraint("memory", x - 0.5)
        return x

    study.optimize(objective, n_trials=5)
    (trials,) = read(url)
    np.testing.assert_allclose(trials.columns["constraint:memory"].values, trials.columns["x"].values - 0.5)
    assert any("feasible" in note for note in trials.study.notes)


def test_generations_rungs_and_the_sampler_are_read_from_system_attributes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'traces.db'}"
    sampler = optuna.samplers.NSGAIISampler(population_size=4, seed=1)
    optuna.create_study(storage=url, study_name="genetic", sampler=sampler).optimize(
        lambda t: t.suggest_float("x", 0, 1), n_trials=9
    )
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2)
    study = optuna.create_study(
        storage=url, study_name="halving", pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=1)
    )

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        for step in range(1, 9):
            trial.report(x * step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return x

    study.optimize(objective, n_trials=12)
    genetic, halving = read(url)
    assert genetic.study.algorithm == "NSGAIISampler"
    assert genetic.frame["generation"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    rungs = [
        max((int(key.rpartition("_")[2]) for key in t.system_attrs if key.startswith("completed_rung_")), default=-1)
        for t in study.trials
    ]
    assert halving.frame["rung"].fillna(-1).tolist() == rungs
    assert max(rungs) >= 2
    assert "halving" in halving.study.settings["pruner"]


def test_our_attributes_are_columns_of_rows_and_only_the_highest_budget_is_final(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'budgets.db'}"
    study = optuna.create_study(storage=url)

    def objective(trial: optuna.Trial) -> float:
        for key, value in (("config", f"c{trial.number % 2}"), ("budget", 3**trial.number), ("seed", 5), ("rung", 1)):
            trial.set_user_attr(f"trellis:{key}", value)
        if trial.number == 5:
            raise optuna.TrialPruned
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=6)
    (trials,) = read(url)
    assert trials.frame["config"].tolist() == ["c0", "c1"] * 3
    assert trials.frame["budget"].tolist() == [1, 3, 9, 27, 81, 243]
    assert trials.frame["seed"].tolist() == [5] * 6
    assert list(trials.metrics) == ["value"]
    assert trials.comparable().tolist() == [False, False, False, True, True, False]
