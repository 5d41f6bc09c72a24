"""Importance of functions whose importances are known, and what it must not depend on."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.importance import FanovaImportanceEvaluator

from analytics.columns import Floats
from analytics.importance import fanova
from analytics.space import parse_space
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study

ROWS = 5_000
SWITCHED: dict[str, Any] = {
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", "lion"]},
    "momentum": {"type": "float", "low": 0.0, "high": 1.0, "when": {"optimizer": ["sgd"]}},
    "inert": {"type": "float", "low": 0.0, "high": 1.0, "when": {"optimizer": ["sgd", "lion"]}},
    "rate": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
}


def ishigami(points: Floats) -> Floats:
    a, b, c = np.pi * (2 * points[:, :3].T - 1)
    return np.asarray(np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))


def g_function(points: Floats) -> Floats:
    factors = np.array([0, 1, 4.5, 99])
    return np.asarray(((np.abs(4 * points - 2) + factors) / (1 + factors)).prod(axis=1))


def sum_and_product(points: Floats) -> Floats:
    a, b, c = points.T
    return np.asarray(a + 2 * b * c)


def test_ishigami() -> None:
    importance = fanova(unit_study(ishigami, ROWS, 3), "score")
    assert importance.single == pytest.approx({"x0": 0.3139, "x1": 0.4424, "x2": 0}, abs=0.08)
    assert importance.pairs == pytest.approx({("x0", "x1"): 0, ("x0", "x2"): 0.2437, ("x1", "x2"): 0}, abs=0.05)


def test_g_function() -> None:
    importance = fanova(unit_study(g_function, ROWS, 4), "score")
    parts = 1 / (3 * (1 + np.array([0, 1, 4.5, 99])) ** 2)
    total = (1 + parts).prod() - 1
    names = list(importance.single)
    pairs = {(names[i], names[j]): parts[i] * parts[j] / total for i, j in itertools.combinations(range(len(names)), 2)}
    assert importance.single == pytest.approx(dict(zip(names, parts / total, strict=True)), abs=0.03)
    assert importance.pairs == pytest.approx(pairs, abs=0.03)


def test_a_sum_and_a_product() -> None:
    importance = fanova(unit_study(sum_and_product, ROWS, 3), "score")
    assert importance.single == pytest.approx({"x0": 0.3, "x1": 0.3, "x2": 0.3}, abs=0.02)
    assert importance.pairs == pytest.approx({("x0", "x1"): 0, ("x0", "x2"): 0, ("x1", "x2"): 0.1}, abs=0.02)


def test_a_sub_box_of_a_sum_and_a_product() -> None:
    importance = fanova(unit_study(sum_and_product, ROWS, 3), "score", within={"x1": [[0, 0.5]], "x2": [[0.5, 1.0]]})
    total = 1 / 12 + 1 / 4 / 12 * (1.5**2 + 0.5**2) + 4 / 48**2
    expected = {"x0": 1 / 12, "x1": 1.5**2 / 48, "x2": 0.5**2 / 48}
    assert importance.single == pytest.approx({name: part / total for name, part in expected.items()}, abs=0.04)
    product = 4 / 48**2 / total
    assert importance.pairs == pytest.approx({("x0", "x1"): 0, ("x0", "x2"): 0, ("x1", "x2"): product}, abs=0.03)
    assert importance.inside == pytest.approx(ROWS / 4, rel=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_shares_lie_within_0_and_1_and_add_up_with_the_rest(seed: int) -> None:
    """Of a rough function, of a conditional space and within brushes on both."""
    random = np.random.default_rng(seed)
    configs = sampled(parse_space(SWITCHED), 300, seed)
    values = [c.get("momentum", 0) * np.log10(c["rate"]) + random.standard_normal() for c in configs]
    rough = fanova(unit_study(ishigami, 400, 4, seed, noise=3), "score", seed=seed)
    conditional = fanova(study(SWITCHED, configs, values), "score", seed=seed)
    low = float(random.random() / 2)
    parts = [rough.within({"x2": [[low, low + 0.4]]}), conditional.within({"optimizer": ["sgd", "lion"]})]
    for importance in (rough, conditional, *parts):
        shares = [*importance.single.values(), *importance.pairs.values(), importance.rest]
        assert all(0 <= share <= 1 for share in shares)
        assert sum(shares) == pytest.approx(1)
    assert rough.rest > 0.01


def test_the_quality_of_the_fit_is_high_for_a_function_and_none_for_noise() -> None:
    assert fanova(unit_study(sum_and_product, 1000, 3), "score").oob_r2 > 0.9
    assert fanova(unit_study(lambda points: points[:, 0] * 0, 1000, 3, noise=1), "score").oob_r2 < 0.1


def test_a_conditional_hyperparameter_matters_where_it_is_active_and_an_inert_one_nowhere() -> None:
    configs = sampled(parse_space(SWITCHED), 1500)
    values = [(c["optimizer"] == "adam") * 2 + 3 * c.get("momentum", 0) + np.log10(c["rate"]) / 5 for c in configs]
    importance = fanova(study(SWITCHED, configs, values), "score")
    assert importance.single["inert"] < 0.01
    assert sum(share for pair, share in importance.pairs.items() if "inert" in pair) < 0.02
    active = importance.within({"optimizer": ["sgd"]})
    effect, rate = 9 / 12, 1 / 12
    expected = {"optimizer": 0, "momentum": effect / (effect + rate), "inert": 0, "rate": rate / (effect + rate)}
    assert active.single == pytest.approx(expected, abs=0.03)


def test_a_log_axis_is_measured_in_logarithms() -> None:
    space = {"rate": {"type": "float", "low": 1e-5, "high": 1.0, "log": True}, "x": UNIT}
    configs = sampled(parse_space(space), 2000)
    importance = fanova(study(space, configs, [math.log10(c["rate"]) / 5 + c["x"] for c in configs]), "score")
    assert importance.single == pytest.approx({"rate": 0.5, "x": 0.5}, abs=0.03)
    grid, mean, _ = importance.marginal("rate")
    assert np.diff(np.log10(grid)) == pytest.approx(5 / 64)
    assert mean == pytest.approx(np.log10(grid) / 5 + 0.5, abs=0.1)


def test_an_integer_log_axis_has_no_cell_without_a_value() -> None:
    space = {"width": {"type": "int", "low": 1, "high": 1024, "log": True}, "x": UNIT}
    configs = sampled(parse_space(space), 1500)
    importance = fanova(study(space, configs, [math.log2(c["width"] + 0.5) for c in configs]), "score")
    grid, mean, _ = importance.marginal("width")
    assert grid[:6].tolist() == [1, 2, 3, 4, 5, 6]
    assert len(set(grid.tolist())) == len(grid) <= 64
    assert (np.diff(mean) >= -0.05).all()


def test_many_categories_are_one_axis() -> None:
    random = np.random.default_rng(5)
    effect = random.permutation(12).astype(float)
    space = {"kind": {"type": "categorical", "choices": [f"k{i}" for i in range(12)]}, "x": UNIT}
    configs = sampled(parse_space(space), 2000)
    values = [effect[int(c["kind"][1:])] + 6 * c["x"] for c in configs]
    importance = fanova(study(space, configs, values), "score")
    kind, x = float(effect.var()), 36 / 12
    assert importance.single == pytest.approx({"kind": kind / (kind + x), "x": x / (kind + x)}, abs=0.03)
    grid, mean, _ = importance.marginal("kind")
    assert grid.tolist() == [f"k{i}" for i in range(12)]
    assert mean == pytest.approx(effect + 3, abs=0.5)


def test_the_order_of_the_hyperparameters_does_not_matter() -> None:
    trials = unit_study(ishigami, 500, 4, noise=1)
    entries = trials.space.to_json()
    configs = [{name: trials.columns[name].values[row] for name in entries} for row in range(500)]
    turned = study(dict(reversed(entries.items())), configs, trials.columns["score"].values)
    first, second = fanova(trials, "score"), fanova(turned, "score")
    assert list(second.single) == ["x3", "x2", "x1", "x0"]
    assert second.single == pytest.approx(first.single, abs=1e-12)
    assert {frozenset(pair): share for pair, share in second.pairs.items()} == pytest.approx(
        {frozenset(pair): share for pair, share in first.pairs.items()}, abs=1e-12
    )


def test_linear_rescaling_does_not_matter() -> None:
    trials = unit_study(ishigami, 500, 3, noise=1)
    space = {name: {"type": "float", "low": -7.0, "high": 23.0} for name in trials.space}
    configs = [{name: 30 * trials.columns[name].values[row] - 7 for name in space} for row in range(500)]
    other = fanova(study(space, configs, 1000 * trials.columns["score"].values + 12), "score")
    first = fanova(trials, "score")
    assert other.single == pytest.approx(first.single, abs=1e-6)
    assert other.marginal("x1")[1] == pytest.approx(1000 * first.marginal("x1")[1] + 12, rel=1e-6)


def test_singles_agree_with_optunas_evaluator() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    searched = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial: optuna.Trial) -> float:
        a, b, c = (trial.suggest_float(name, 0, 1) for name in "abc")
        return a + 2 * b * c

    searched.optimize(objective, n_trials=250)
    theirs = FanovaImportanceEvaluator(n_trees=16, seed=0).evaluate(searched)
    configs = [trial.params for trial in searched.trials]
    values = [trial.value or 0.0 for trial in searched.trials]
    ours = fanova(study(dict.fromkeys("abc", UNIT), configs, values), "score", min_samples_leaf=1)
    assert ours.single == pytest.approx(theirs, abs=0.05)


def test_a_sampler_that_avoids_bad_regions_hides_what_matters_there() -> None:
    """A rate that diverges on the last 15 % of its axis, seen by 60 trials of each; the truth is 0.93."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    names = ("rate", "x", "z")

    def objective(trial: optuna.Trial) -> float:
        rate, x, _ = (trial.suggest_float(name, 0, 1) for name in names)
        return 5 * (rate > 0.85) + x + (rate - 0.4) ** 2

    def share(sampler: optuna.samplers.BaseSampler) -> float:
        searched = optuna.create_study(sampler=sampler)
        searched.optimize(objective, n_trials=60)
        values = [trial.value or 0.0 for trial in searched.trials]
        trials = study(dict.fromkeys(names, UNIT), [trial.params for trial in searched.trials], values)
        return fanova(trials, "score").single["rate"]

    drawn = [share(optuna.samplers.RandomSampler(seed=seed)) for seed in range(4)]
    steered = [share(optuna.samplers.TPESampler(seed=seed)) for seed in range(4)]
    assert drawn == pytest.approx([0.93] * 4, abs=0.06)
    assert np.mean(steered) < 0.8
    assert min(steered) < 0.5
