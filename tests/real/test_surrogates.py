"""Results sampled from YAHPO Gym's surrogates open with the kinds, scales and conditions they were drawn with."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Kind
from analytics.trials import Trials
from data.readers import read

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data")) / "surrogate"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real results at {FOLDER}; set TRELLIS_REAL_DATA")

METRICS = {"val_cross_entropy": "minimize", "test_cross_entropy": "metric", "time": "metric"}
LCBENCH = ("lcbench_3945", "lcbench_167168")


@pytest.fixture(scope="module")
def xgboost() -> Trials:
    (trials,) = read(FOLDER / "rbv2_xgboost_12.csv")
    return trials


def test_all_configurations_of_xgboost_are_there(xgboost: Trials) -> None:
    assert len(xgboost) == 10_000
    assert xgboost.numbers.tolist() == list(range(10_000))
    assert set(xgboost.frame["state"]) == {"complete"}


def test_without_roles_metrics_are_known_by_their_names(xgboost: Trials) -> None:
    assert {m.name: m.direction for m in xgboost.metrics.values()} == {
        "acc": "maximize",
        "auc": "maximize",
        "logloss": "minimize",
    }


def test_the_eight_hyperparameters_that_depend_on_the_booster_do(xgboost: Trials) -> None:
    trees, dart = {"booster": ("gbtree", "dart")}, {"booster": ("dart",)}
    assert {h.name: h.when for h in xgboost.space.hyperparameters if h.when} == {
        **dict.fromkeys(
            ("colsample_bylevel", "colsample_bytree", "eta", "gamma", "max_depth", "min_child_weight"), trees
        ),
        **dict.fromkeys(("rate_drop", "skip_drop"), dart),
    }


def test_kinds_and_scales_of_xgboost(xgboost: Trials) -> None:
    kinds = {name: xgboost.columns[name].kind for name in xgboost.params}
    assert {name for name, kind in kinds.items() if kind is Kind.CATEGORY} == {"booster", "num.impute.selected.cpo"}
    assert {name for name, kind in kinds.items() if kind is Kind.INT} == {"nrounds", "max_depth"}
    drawn = {"alpha", "lambda", "nrounds", "subsample", "colsample_bylevel", "colsample_bytree", "eta", "gamma"}
    drawn |= {"max_depth", "min_child_weight", "rate_drop", "skip_drop"}
    assert {name for name in drawn if xgboost.space[name].log} == {
        *("alpha", "lambda", "nrounds", "eta", "gamma", "min_child_weight"),
    }


@pytest.mark.parametrize("name", LCBENCH)
def test_networks_open_with_kinds_scales_and_curves(name: str) -> None:
    curves = str(FOLDER / f"{name}_curves.parquet")
    (trials,) = read(FOLDER / f"{name}.csv", roles={**METRICS, "model_parameters": "metric"}, curves=curves)
    assert len(trials) == 2_000
    assert {p: trials.columns[p].kind for p in trials.params} == {
        "batch_size": Kind.INT,
        "learning_rate": Kind.FLOAT,
        "max_dropout": Kind.FLOAT,
        "max_units": Kind.INT,
        "momentum": Kind.FLOAT,
        "num_layers": Kind.INT,
        "weight_decay": Kind.FLOAT,
    }
    assert {p for p in trials.params if trials.space[p].log} == {"batch_size", "learning_rate", "max_units"}
    assert trials.objective is not None
    assert (trials.objective.name, trials.objective.direction) == ("val_cross_entropy", "minimize")
    history = trials.load_history([0, 1999])
    assert set(history["metric"]) == {"val_accuracy", "val_cross_entropy", "time"}
    assert history.groupby(["number", "metric"]).size().tolist() == [52] * 6
    last = history[(history["metric"] == "val_cross_entropy") & (history["step"] == 52)]["value"]
    assert np.isfinite(last).all()
    assert len(trials.load_history(None)) == 2_000 * 52 * 3
