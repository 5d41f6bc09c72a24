"""What the columns of a table are is guessed from names and values, and can be corrected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest

from analytics.columns import Kind
from data.readers import read
from tests.data.tables import opened


def test_kinds_bounds_and_scales_are_inferred_from_the_values(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    assert {name: trials.columns[name].kind for name in trials.params} == {
        "rate": Kind.FLOAT,
        "dropout": Kind.FLOAT,
        "units": Kind.INT,
        "layers": Kind.INT,
        "optimizer": Kind.CATEGORY,
        "nesterov": Kind.CATEGORY,
        "momentum": Kind.FLOAT,
    }
    assert [name for name in trials.params if trials.space[name].log] == ["rate", "units"]
    assert trials.space["rate"].bounds == (frame["rate"].min(), frame["rate"].max())
    assert trials.space["nesterov"].choices == (False, True)
    assert all(h.inferred for h in trials.space.hyperparameters)


def test_a_hyperparameter_that_is_empty_for_some_category_is_conditional(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    assert trials.space["momentum"].when == {"optimizer": ("sgd",)}
    assert [h.name for h in trials.space.hyperparameters if h.when] == ["momentum"]


def test_the_first_metric_is_the_objective_and_its_direction_is_a_guess(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    loss, accuracy = trials.metrics.values()
    assert (loss.direction, loss.objective, loss.inferred) == ("minimize", True, True)
    assert (accuracy.direction, accuracy.objective, accuracy.inferred) == ("maximize", False, True)
    assert trials.best() == int(frame["train_loss"].argmin())


def test_corrected_roles_win(frame: pd.DataFrame, results: Path) -> None:
    roles = {"accuracy": "maximize", "units": "metric", "train_loss": "param", "layers": "ignore", "rate": "budget"}
    trials = opened(frame, results, roles=roles)
    assert trials.objective is not None
    assert (trials.objective.name, trials.objective.inferred) == ("accuracy", False)
    assert set(trials.metrics) == {"accuracy", "units"}
    assert "train_loss" in trials.params
    assert "layers" not in trials.columns
    assert trials.frame["budget"].tolist() == pytest.approx(frame["rate"].tolist())


def test_two_directions_make_two_objectives(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results, roles={"accuracy": "maximize", "units": "minimize"})
    assert [m.name for m in trials.metrics.values() if m.objective] == ["units", "accuracy"]


@pytest.mark.parametrize(
    ("name", "is_metric"),
    [
        *[(name, True) for name in ("score", "loss", "accuracy", "acc", "auc", "error", "value")],
        *[(name, True) for name in ("val_loss", "test.acc", "logloss", "Top1 Accuracy")],
        *[(name, False) for name in ("time", "loss_weight", "error_rate", "accuracy2", "bac", "memory")],
    ],
)
def test_a_metric_is_known_by_the_end_of_its_name(results: Path, name: str, is_metric: bool) -> None:
    trials = opened(pd.DataFrame({"x": [1.5, 2.5], name: [0.25, 0.75]}), results)
    assert (name in trials.metrics) == is_metric
    assert (name in trials.params) == (not is_metric)


def test_text_that_is_called_a_score_is_no_metric(results: Path) -> None:
    trials = opened(pd.DataFrame({"loss": [1.5, 2.5], "score": ["good", "bad"]}), results)
    assert list(trials.metrics) == ["loss"]
    assert trials.params == ["score"]


def test_optunas_own_table_is_read_as_the_study_it_shows(results: Path) -> None:
    study = optuna.create_study(study_name="mine", direction="maximize")

    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("size", 3 * trial.number)
        trial.set_user_attr("note", "a")
        trial.suggest_categorical("kind", ["a", "b"])
        if trial.number == 4:
            raise optuna.TrialPruned
        if trial.number == 5:
            raise RuntimeError
        return trial.suggest_float("rate", 1e-4, 1, log=True)

    study.optimize(objective, n_trials=12, catch=(RuntimeError,))
    trials = opened(study.trials_dataframe(), results, roles={"value": "maximize"})
    assert set(trials.params) == {"kind", "rate"}
    assert list(trials.metrics) == ["value", "size"]
    assert trials.frame["state"].tolist() == [*["complete"] * 4, "pruned", "failed", *["complete"] * 6]
    started = study.trials[3].datetime_start
    assert started is not None
    assert trials.frame["start"][3].tz_localize(None) == started
    assert trials.frame["duration"].tolist() == pytest.approx(
        trials.frame["end"].sub(trials.frame["start"]).dt.total_seconds()
    )
    assert trials.frame["rate"][0] == study.trials[0].params["rate"]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["COMPLETE", "FAIL", "RUNNING", "PRUNED"], ["complete", "failed", "running", "pruned"]),
        (["TrialState.COMPLETE", "success", "crashed", "pending"], ["complete", "complete", "failed", "waiting"]),
    ],
)
def test_words_for_states_are_understood(results: Path, states: list[str], expected: list[str]) -> None:
    trials = opened(pd.DataFrame({"x": [1, 2, 3, 4], "status": states, "loss": [1.0, np.nan, np.nan, 2]}), results)
    assert trials.frame["state"].tolist() == expected


def test_a_hyperparameter_called_state_keeps_out_of_our_way(results: Path) -> None:
    trials = opened(pd.DataFrame({"state": ["solid", "liquid"], "seed": [1, 2], "loss": [1.5, 2.5]}), results)
    assert trials.params == ["param:state", "param:seed"]
    assert trials.frame["state"].tolist() == ["complete", "complete"]
    assert trials.frame["param:state"].tolist() == ["solid", "liquid"]


def test_a_row_without_the_objective_failed(results: Path) -> None:
    trials = opened(pd.DataFrame({"x": [1, 2, 3], "loss": [0.5, np.nan, 0.25]}), results)
    assert trials.frame["state"].tolist() == ["complete", "failed", "complete"]


def test_several_rows_of_a_trial_are_its_budgets(results: Path) -> None:
    table = {"trial": [0, 0, 1, 1, 1], "epoch": [1, 3, 1, 3, 9], "x": [1, 1, 2, 2, 2], "loss": [5, 4, 3, 2, 1.5]}
    trials = opened(pd.DataFrame(table), results)
    assert trials.numbers.tolist() == [0, 1, 2, 3, 4]
    assert trials.frame["config"].tolist() == [0, 0, 1, 1, 1]
    assert trials.frame["budget"].tolist() == [1, 3, 1, 3, 9]
    assert trials.final.tolist() == [False, True, False, False, True]


def test_epochs_that_differ_between_trials_are_a_hyperparameter(results: Path) -> None:
    trials = opened(pd.DataFrame({"trial": [0, 1], "epochs": [10, 20], "loss": [1.5, 2.5]}), results)
    assert trials.params == ["epochs"]


@pytest.mark.parametrize(
    ("ids", "doubt"),
    [
        ([4, 4, 5], "Column 'trial' has 4 more than once, so rows are numbered in the order of the file."),
        ([4, np.nan, 5], "Column 'trial' is empty in 1 rows, so rows are numbered in the order of the file."),
        ([0, 2**53, 1], "Column 'trial' has 9007199254740992, which is too large, so rows are numbered"),
        (["a", "b", "c"], "Column 'trial' is no number everywhere, so rows are numbered in the order of the file."),
        ([4.5, 1, 2], "Column 'trial' is not a whole number from 0 everywhere, so rows are numbered"),
    ],
)
def test_trial_numbers_that_name_no_row_are_replaced_and_it_is_said(
    results: Path, ids: list[float], doubt: str
) -> None:
    trials = opened(pd.DataFrame({"trial": ids, "x": [1, 2, 3], "loss": [0.5, 1.5, 0.25]}), results)
    assert trials.numbers.tolist() == [0, 1, 2]
    assert any(note.startswith(doubt) for note in trials.study.notes)


def test_none_is_a_category_and_empty_is_missing(results: Path) -> None:
    (results / "t.csv").write_text("kind,depth,loss\nNone,3,1\n,None,2\nsome,5,3\n", encoding="utf-8")
    (trials,) = read(results / "t.csv")
    assert trials.space["kind"].choices == (None, "some")
    assert trials.columns["kind"].missing.tolist() == [False, True, False]
    assert trials.columns["depth"].kind is Kind.INT
    assert trials.columns["depth"].missing.tolist() == [False, True, False]


def test_free_text_and_empty_columns_are_left_out_and_it_is_said(results: Path) -> None:
    table = {"x": np.arange(150), "path": [f"/runs/{i}" for i in range(150)], "empty": np.nan, "loss": 0.5}
    trials = opened(pd.DataFrame(table), results)
    assert trials.params == ["x"]
    assert trials.study.notes == (
        "Column 'path' looks like free text and is left out.",
        "Column 'empty' is empty and left out.",
    )


def test_infinities_are_values_but_no_bounds(results: Path) -> None:
    trials = opened(pd.DataFrame({"x": [1.5, np.inf, 2.5], "loss": [np.inf, 1, -np.inf]}), results)
    assert trials.frame["loss"].tolist() == [np.inf, 1, -np.inf]
    assert trials.space["x"].bounds == (1.5, 2.5)


def test_a_column_made_a_metric_does_not_take_the_objective(results: Path) -> None:
    frame = pd.DataFrame({"size": [3.5, 4.5], "loss": [2.5, 1.5]})
    assert list(opened(frame, results, roles={"size": "metric"}).metrics) == ["loss", "size"]
    assert list(opened(frame, results, roles={"size": "minimize"}).metrics) == ["size", "loss"]
