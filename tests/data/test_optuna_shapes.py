"""Optuna studies of every shape: few trials, several objectives, name clashes, traces of samplers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import optuna
import pytest

from data.readers import read

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")


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
