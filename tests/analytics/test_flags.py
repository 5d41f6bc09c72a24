"""Flags find what was planted into curves, stay silent on the others, and tell their numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from analytics.columns import Kind, Role, category_column, number_column
from analytics.curveparts import main_metric, part_of, sign_of, training_pairs
from analytics.flags import DIVERGENCE, IMPROVING, NOISE, OVERFITTING, PLATEAU, Flag, find_flags
from analytics.space import SearchSpace
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials

STEPS = 50
CURVES = 300
SEEDS = (1, 2, 3)
Matrix = NDArray[np.float64]


def study(rows: int, state: str = "complete", **finals: Matrix) -> Trials:
    """A study whose objective is val_loss; ``finals`` are the values of its rows."""
    columns = [
        number_column("number", np.arange(float(rows)), Role.ROW, Kind.INT),
        category_column("state", [state] * rows, Role.ROW),
        *(number_column(name, values, Role.METRIC) for name, values in finals.items()),
    ]
    metrics = {"val_loss": Metric("val_loss", "minimize", objective=True)}
    return Trials(Study("0" * 12, "planted", "here", "1"), {c.name: c for c in columns}, SearchSpace(()), metrics)


def told(**curves: Matrix) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "number": np.repeat(np.arange(len(values)), values.shape[1]),
                "step": np.tile(np.arange(1.0, values.shape[1] + 1), len(values)),
                "metric": metric,
                "value": values.ravel(),
            }
        )
        for metric, values in curves.items()
    ]
    return pd.concat(parts, ignore_index=True)[list(HISTORY_COLUMNS)]


class Planted:
    """Curves of one seed: each begins at its own height, is as noisy as training usually is, and ends somewhere."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.t = np.arange(STEPS) / STEPS
        self.height = self.random.uniform(1, 3, (CURVES, 1))
        self.floor = self.random.uniform(0.1, 0.4, (CURVES, 1))
        self.noise = 0.01 * self.height * self.random.standard_normal((CURVES, STEPS))
        self.converged = self.floor + self.height * np.exp(-self.random.uniform(9, 15, (CURVES, 1)) * self.t)
        self.train = 0.5 * self.floor + self.height * np.exp(-self.random.uniform(3, 5, (CURVES, 1)) * self.t)
        self.turn = self.random.uniform(0.2, 0.5, (CURVES, 1))
        self.late = np.maximum(self.t - self.turn, 0)

    def found(self, val_loss: Matrix, train_loss: Matrix, *, still: bool = False) -> dict[str, float]:
        """The share of curves with each flag."""
        noisy = 0 * self.noise if still else self.noise
        curves = told(val_loss=val_loss + noisy, train_loss=train_loss + noisy[::-1])
        flags = find_flags(curves, study(CURVES, val_loss=val_loss[:, -1]))
        kinds = [flag.kind for found in flags.values() for flag in found]
        return {kind: kinds.count(kind) / CURVES for kind in (OVERFITTING, DIVERGENCE, PLATEAU, NOISE, IMPROVING)}


@pytest.mark.parametrize("seed", SEEDS)
def test_curves_that_converge_are_flagged_as_settled_and_as_nothing_else(seed: int) -> None:
    planted = Planted(seed)
    found = planted.found(planted.converged, planted.converged)
    assert found.pop(PLATEAU) >= 0.95
    assert max(found.values()) <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_validation_loss_that_rises_while_training_loss_falls_is_overfitting(seed: int) -> None:
    planted = Planted(seed)
    rise = planted.height * planted.random.uniform(0.3, 0.9, (CURVES, 1)) * planted.late
    found = planted.found(planted.converged + rise, planted.train)
    assert found[OVERFITTING] >= 0.95
    assert max(found[kind] for kind in (DIVERGENCE, PLATEAU, NOISE, IMPROVING)) <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_both_losses_rising_is_no_overfitting(seed: int) -> None:
    planted = Planted(seed)
    rise = 0.3 * planted.height * planted.late
    assert planted.found(planted.converged + rise, planted.converged + rise)[OVERFITTING] <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_losses_that_blow_up_or_are_lost_diverge(seed: int) -> None:
    planted = Planted(seed)
    blown = planted.converged + planted.height * np.expm1(planted.random.uniform(4, 8, (CURVES, 1)) * planted.late)
    for curves in (blown, np.where(planted.late > 0, math.nan, planted.converged)):
        found = planted.found(curves, curves)
        assert found[DIVERGENCE] >= 0.95
        assert max(found[kind] for kind in (OVERFITTING, PLATEAU, NOISE, IMPROVING)) <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_a_curve_that_still_falls_when_it_ends_was_stopped_while_improving(seed: int) -> None:
    planted = Planted(seed)
    slow = planted.floor + planted.height * (1 - planted.random.uniform(0.8, 1, (CURVES, 1)) * planted.t**0.8)
    found = planted.found(slow, slow)
    assert found[IMPROVING] >= 0.95
    assert max(found[kind] for kind in (OVERFITTING, DIVERGENCE, PLATEAU, NOISE)) <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_curves_that_jump_are_noisy_and_those_that_never_learn_stand_still(seed: int) -> None:
    planted = Planted(seed)
    jumping = planted.converged + 25 * planted.noise
    assert planted.found(jumping, planted.converged)[NOISE] >= 0.95
    stuck = planted.found(planted.height + 0 * planted.t, planted.height + 0 * planted.t)
    assert stuck[PLATEAU] >= 0.95
    assert max(stuck[kind] for kind in (OVERFITTING, DIVERGENCE, NOISE, IMPROVING)) <= 0.05


def test_curves_without_any_noise_are_judged_too() -> None:
    planted = Planted(5)
    found = planted.found(planted.converged, planted.converged, still=True)
    assert (found[PLATEAU] >= 0.95, found[NOISE], found[DIVERGENCE]) == (True, 0, 0)
    constant = np.full((CURVES, STEPS), 0.5)
    assert planted.found(constant, constant, still=True) == {
        OVERFITTING: 0,
        DIVERGENCE: 0,
        PLATEAU: 1,
        NOISE: 0,
        IMPROVING: 0,
    }


def test_a_flag_says_where_and_with_which_numbers() -> None:
    t = np.arange(20.0)
    curves = told(val_loss=np.abs(t - 8)[None] / 10 + 0.4, train_loss=(2 - t / 10)[None])
    assert find_flags(curves, study(1)) == {
        0: [
            Flag(
                0,
                OVERFITTING,
                "val_loss",
                9.0,
                "val_loss gets worse from 0.5 at step 9 to 1.4 at the end, while train_loss improves from 1.2 to 0.2",
            )
        ]
    }


def test_accuracy_falls_where_loss_rises() -> None:
    t = np.arange(20.0)
    metrics = {"val_accuracy": Metric("val_accuracy", "maximize", objective=True)}
    trials = study(1)
    found = find_flags(
        told(val_accuracy=0.9 - np.abs(t - 8)[None] / 50, train_accuracy=0.5 + (t / 50)[None]),
        Trials(trials.study, trials.columns, trials.space, metrics),
    )
    assert [(flag.kind, flag.metric, flag.step) for flag in found[0]] == [(OVERFITTING, "val_accuracy", 9.0)]


def test_a_running_trial_is_not_said_to_have_been_stopped() -> None:
    falling = told(val_loss=np.linspace(2, 1, 20)[None])
    assert [flag.kind for flag in find_flags(falling, study(1))[0]] == [IMPROVING]
    assert find_flags(falling, study(1, "running")) == {0: []}


def test_curves_that_are_too_short_are_left_out_but_a_lost_one_is_told() -> None:
    short = np.array([[2.0, 1.0, 0.5], [2.0, 1.0, math.nan]])
    found = find_flags(told(val_loss=short), study(2))
    assert {number: [flag.sentence for flag in flags] for number, flags in found.items()} == {
        1: ["val_loss is no number after step 2, where it was 1"]
    }
    assert find_flags(told(nothing=short), study(2)) == {}
    assert find_flags(pd.DataFrame(columns=list(HISTORY_COLUMNS)), study(2)) == {}


def test_names_tell_the_part_and_the_direction_of_a_metric() -> None:
    assert [part_of(name) for name in ("val_loss", "Loss/Train", "accuracy", "train-acc")] == [
        ("loss", "validation"),
        ("Loss", "train"),
        ("accuracy", ""),
        ("acc", "train"),
    ]
    trials = study(1)
    assert [sign_of(name, trials) for name in ("val_loss", "top1_acc", "cross_entropy", "momentum")] == [1, -1, 1, 0]
    assert main_metric(["momentum", "train_acc", "val_acc"], trials) == "val_acc"
    assert main_metric(["momentum"], trials) is None
    assert training_pairs(["acc", "val_acc", "val_loss", "loss", "train_f1"], trials) == [
        ("loss", "val_loss"),
        ("acc", "val_acc"),
    ]
