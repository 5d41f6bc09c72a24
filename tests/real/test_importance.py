"""Importance of results sampled from YAHPO Gym's surrogates: what matters is found, and conditions are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analytics.importance import Importance, ImportanceError, fanova
from data.readers import read

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data"))
FOLDER, RUNS = DATA / "surrogate", DATA / "optimizer_runs"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real results at {FOLDER}; set TRELLIS_REAL_DATA")

XGBOOST = ("bac", "brier", "f1", "timetrain", "timepredict", "memory")
LCBENCH = ("model_parameters", "time", "val_cross_entropy", "test_cross_entropy")
LINEAR = {"alpha", "booster", "lambda", "nrounds", "num.impute.selected.cpo"}


@pytest.fixture(scope="module")
def xgboost() -> Importance:
    (trials,) = read(FOLDER / "rbv2_xgboost_12.csv", roles=dict.fromkeys(XGBOOST, "metric"))
    return fanova(trials, "auc")


def test_the_fit_explains_most_of_xgboost(xgboost: Importance) -> None:
    assert (xgboost.rows, xgboost.left_out) == (10_000, {})
    assert xgboost.oob_r2 > 0.9
    assert sum([*xgboost.single.values(), *xgboost.pairs.values(), xgboost.rest]) == pytest.approx(1)


def test_linear_boosters_know_no_hyperparameter_of_trees(xgboost: Importance) -> None:
    linear = xgboost.within({"booster": ["gblinear"]})
    assert {name for name, share in linear.single.items() if share > 1e-9} <= LINEAR | {"subsample"}
    assert linear.single["alpha"] > 0.95


def test_trees_depend_on_a_hyperparameter_of_trees(xgboost: Importance) -> None:
    trees = xgboost.within({"booster": ["gbtree"]})
    assert trees.single["min_child_weight"] > 2 * xgboost.single["min_child_weight"]


def test_budgets_of_bohb_are_told_one_by_one() -> None:
    (trials,) = read(RUNS / "BOHB" / "run_3")
    told = {budget: fanova(trials, "loss", rows=budget) for budget in (1.0, 3.0, 9.0, 27.0)}
    assert {budget: one.rows for budget, one in told.items()} == {1.0: 1090, 3.0: 642, 9.0: 277, 27.0: 155}
    assert all(one.left_out["failed"] == 4 and one.oob_r2 > 0.4 for one in told.values())
    assert told[27.0].single["l2_decay"] == max(told[27.0].single.values())
    assert told[3.0].single["num_channels"] == max(told[3.0].single.values())
    with pytest.raises(ImportanceError, match=r"too few: \d+ rows for 12 hyperparameters .* at a lower budget") as few:
        fanova(trials, "loss")
    assert 0 < few.value.counts["rows"] <= 93


@pytest.mark.parametrize("name", ["lcbench_3945", "lcbench_167168"])
def test_networks_are_explained_by_few_hyperparameters(name: str) -> None:
    (trials,) = read(FOLDER / f"{name}.csv", roles=dict.fromkeys(LCBENCH, "metric"))
    importance = fanova(trials, "val_accuracy")
    assert importance.oob_r2 > 0.8
    assert importance.single["num_layers"] + importance.single["batch_size"] + importance.single["learning_rate"] > 0.4
    assert importance.single["momentum"] < 0.05
