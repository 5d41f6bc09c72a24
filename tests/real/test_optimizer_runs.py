"""Folders that other optimizers wrote open whole: rows, states, hyperparameters, objectives, conditions, budgets."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import State
from analytics.trials import Trials
from data.readers import ReadError, read

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data")) / "optimizer_runs"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real results at {FOLDER}; set TRELLIS_REAL_DATA")

RUNS = {
    "AMLTK/optuna_optimizer/run_1": (149, 0, 2, ["accuracy"]),
    "AMLTK/smac_optimizer/run_1": (42, 0, 4, ["accuracy"]),
    "AMLTK/smac_optimizer_mf/run_1": (88, 0, 2, ["accuracy"]),
    "BOHB/run_1": (65, 0, 1, ["loss"]),
    "BOHB/run_3": (2261, 4, 12, ["loss"]),
    "DataFrame/run_1": (20, 0, 4, ["normal"]),
    "DataFrame/run_2": (88, 0, 2, ["accuracy"]),
    "DeepCAVE/digits_sklearn/run_1": (2000, 0, 6, ["accuracy", "time"]),
    "DeepCAVE/mnist_pytorch/run_1": (3000, 733, 7, ["accuracy", "loss", "time"]),
    "RayTune/run_1": (81, 0, 3, ["score"]),
    "RayTune/run_2": (3, 0, 3, ["score"]),
    "SMAC3v1/mlp/run_3": (100, 0, 4, ["cost"]),
    "SMAC3v1/outlier-detection/DEHB-pendigits-015-0-0": (501, 8, 39, ["cost"]),
    "SMAC3v1/outlier-detection/SMAC-pendigits-015-0-0": (673, 21, 39, ["cost"]),
    "SMAC3v2/mlp-nondeterministic/run_1": (154, 0, 7, ["cost"]),
    "SMAC3v2/mlp/run_4": (498, 2, 7, ["cost"]),
    "SMAC3v2/multi-fidelity/run_1": (179, 0, 7, ["1 - Accuracy"]),
    "SMAC3v2/multi-objective/run_1": (112, 2, 7, ["1 - accuracy", "model_size"]),
}
"""Evaluations, failed ones, hyperparameters and objectives of each run."""


@pytest.fixture(scope="module")
def runs() -> dict[str, Trials]:
    """Every run of the folder, opened at once."""
    return {trials.study.name: trials for trials in read(FOLDER)}


def count(trials: Trials, state: State) -> int:
    return int(trials.in_state(state).sum())


def pairs(trials: Trials) -> int:
    """Configurations times budgets that were measured."""
    keys = np.column_stack([trials.columns["config"].values, trials.columns["budget"].values])
    return len(np.unique(keys, axis=0))


def test_every_run_is_found(runs: dict[str, Trials]) -> None:
    assert set(runs) == set(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_opens_whole(runs: dict[str, Trials], name: str) -> None:
    trials = runs[name]
    objectives = [metric.name for metric in trials.metrics.values() if metric.objective]
    assert (len(trials), count(trials, State.FAILED), len(trials.space), objectives) == RUNS[name]


def test_running_evaluations_are_no_results(runs: dict[str, Trials]) -> None:
    smac, pendigits = runs["SMAC3v2/mlp/run_4"], runs["SMAC3v1/outlier-detection/SMAC-pendigits-015-0-0"]
    assert (count(smac, State.COMPLETE), count(smac, State.RUNNING)) == (244, 252)
    assert len(pendigits) - count(pendigits, State.RUNNING) == 671


def test_repeated_measurements_stay_beside_each_other(runs: dict[str, Trials]) -> None:
    assert pairs(runs["BOHB/run_3"]) == 1943
    assert "318 rows measure a configuration at a budget once more." in runs["BOHB/run_3"].study.notes


def test_budgets_are_not_mixed(runs: dict[str, Trials]) -> None:
    trials = runs["BOHB/run_3"]
    budget, config = trials.columns["budget"].values, trials.columns["config"].values
    assert sorted(np.unique(budget)) == [1, 3, 9, 27, 81]
    for row in np.flatnonzero(trials.comparable()):
        done = (config == config[row]) & trials.in_state(State.COMPLETE)
        assert budget[row] == budget[done].max()


def test_seeds_of_one_configuration_are_rows_of_their_own(runs: dict[str, Trials]) -> None:
    trials = runs["SMAC3v2/mlp-nondeterministic/run_1"]
    assert len(trials.columns["config"].levels) == 61
    assert len(np.unique(trials.columns["seed"].values)) > 1


def test_conditions_are_those_of_the_space(runs: dict[str, Trials]) -> None:
    pendigits = runs["SMAC3v1/outlier-detection/SMAC-pendigits-015-0-0"].space
    assert sum(bool(h.when) for h in pendigits.values()) == 29
    assert dict(pendigits["backbone:num_units_layer_2"].when) == {"backbone:num_layers": (2, 3)}
    assert dict(runs["SMAC3v2/mlp/run_4"].space["batch_size"].when) == {"solver": ("sgd", "adam")}


def test_a_failed_evaluation_has_no_objective_but_the_time_it_took(runs: dict[str, Trials]) -> None:
    for trials in runs.values():
        for metric in trials.metrics.values():
            if metric.objective and metric.name != "time":
                assert np.isnan(trials.columns[metric.name].values[trials.in_state(State.FAILED)]).all()


def test_a_failed_evaluation_says_why(runs: dict[str, Trials]) -> None:
    pendigits, mnist = runs["SMAC3v1/outlier-detection/SMAC-pendigits-015-0-0"], runs["DeepCAVE/mnist_pytorch/run_1"]
    failed = pendigits.frame[pendigits.in_state(State.FAILED)]
    assert "ValueError('Input contains NaN.')" in failed["reason"].unique()
    assert failed["reason"].notna().all()
    assert mnist.frame["reason"][mnist.in_state(State.FAILED)].unique().tolist() == ["crashed"]
    assert mnist.columns["reason"].missing[mnist.in_state(State.COMPLETE)].all()


def test_opening_changes_nothing_in_the_folder() -> None:
    before = {path: path.stat().st_mtime_ns for path in FOLDER.rglob("*")}
    read(FOLDER)
    assert {path: path.stat().st_mtime_ns for path in FOLDER.rglob("*")} == before


@pytest.mark.parametrize(("name", "objectives"), [("nn_fashionmnist", 1), ("nn_fashionmnist_mo", 2)])
def test_pickled_studies_open_with_consent(name: str, objectives: int) -> None:
    path = FOLDER / "Optuna" / name / "run_1" / "optuna_study.pkl"
    with pytest.raises(ReadError, match="is a pickle"):
        read(path)
    (trials,) = read(path, allow_pickle=True)
    assert (len(trials), sum(metric.objective for metric in trials.metrics.values())) == (30, objectives)
