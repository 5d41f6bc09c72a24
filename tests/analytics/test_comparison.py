"""What a refined study gained: at equal n and budget, beyond narrowing, and what may be claimed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.bests import Estimate, best_of, expected_best, gain_of_best, mean_difference, spread_test
from analytics.claims import claim
from analytics.columns import Floats, Role, State, number_column
from analytics.comparison import ComparisonError, compare, inside, shared_metrics
from analytics.space import parse_space
from analytics.trials import Metric, Trials
from tests.analytics.studies import CONFIGS, SPACE, make_trials

WIDE = {"x": {"type": "float", "low": 0.0, "high": 1.0}}
NARROW = {"x": {"type": "float", "low": 0.0, "high": 0.2}}


def study(
    name: str,
    values: Sequence[float] | Floats,
    xs: Sequence[float] | Floats | None = None,
    *,
    space: dict[str, dict[str, object]] = WIDE,
    algorithm: str = "random",
    direction: str = "maximize",
    states: Sequence[State] | None = None,
) -> Trials:
    configs = [{"x": float(x)} for x in (xs if xs is not None else np.linspace(0, 1, len(values)))]
    made = make_trials(space, configs, list(values), states or [State.COMPLETE] * len(values))
    metrics = {"accuracy": Metric("accuracy", direction, objective=True)}  # type: ignore[arg-type]
    return replace(made, study=replace(made.study, name=name, algorithm=algorithm), metrics=metrics)


def at_budget(trials: Trials, budget: float) -> Trials:
    column = number_column("budget", [budget] * len(trials), Role.ROW)
    return replace(trials, columns={**trials.columns, "budget": column})


def drawn(seed: int, n: int, mean: float, spread: float) -> Floats:
    return np.random.default_rng(seed).normal(mean, spread, n)


def test_the_expected_best_of_n_is_the_mean_over_all_draws_of_n() -> None:
    values = np.array([0.3, 0.1, 0.7, 0.5, 0.5, 0.9])
    for n in range(1, 7):
        every = [max(draw) for draw in combinations(values, n)]
        assert expected_best(values, n) == pytest.approx(np.mean(every))
    with pytest.raises(ValueError, match="n is 7; expected 1 to 6"):
        expected_best(values, 7)


def test_the_expected_best_of_independent_trials_is_without_bias() -> None:
    samples = np.random.default_rng(0).random((4000, 20))
    assert expected_best(samples, 10).mean() == pytest.approx(10 / 11, abs=0.004), "E max of n uniforms: n / (n + 1)"


def test_the_interval_of_a_best_covers_what_many_samples_give() -> None:
    truth, draw = 10 / 11, np.random.default_rng(1)
    found = [best_of(draw.random(40), 10) for _ in range(60)]
    assert sum(e.low <= truth <= e.high for e in found) >= 51
    assert all(e.low <= e.value <= e.high for e in found)


def test_a_gain_of_the_best_is_sure_only_where_it_is_large() -> None:
    base, same, better = (drawn(seed, 60, mean, 0.1) for seed, mean in ((0, 0.5), (1, 0.5), (2, 0.8)))
    assert not gain_of_best(same, base, 30).sure
    gain = gain_of_best(better, base, 30)
    assert gain.sure
    assert gain.value == pytest.approx(expected_best(better, 30) - expected_best(base, 30))


def test_difference_tests_are_scipys() -> None:
    a, b = drawn(3, 30, 0.6, 0.2), drawn(4, 50, 0.5, 0.05)
    welch = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert mean_difference(a, b) == Estimate(a.mean() - b.mean(), float(welch.low), float(welch.high))
    assert spread_test(a, b) == stats.levene(a, b, center="median").pvalue
    assert not mean_difference(a[:1], b).sure
    assert math.isnan(spread_test(np.full(9, 0.5), np.full(9, 0.5)))


def test_as_many_first_trials_of_one_as_of_the_other_are_compared() -> None:
    parent, child = study("parent", drawn(0, 80, 0.5, 0.2)), study("child", drawn(1, 30, 0.7, 0.1))
    found = compare(parent, child, "accuracy")
    np.testing.assert_array_equal(found.parent.values, parent.columns["accuracy"].values[:30])
    assert (len(found.child.values), found.best_of) == (30, 15)
    assert found.child.mean == found.child.values.mean()
    assert found.child.spread == found.child.values.std(ddof=1)
    assert len(compare(parent, child, "accuracy", every=True).parent.values) == 80


def test_the_threshold_is_what_the_parents_best_tenth_reaches() -> None:
    parent, child = study("parent", np.arange(100) / 100), study("child", np.linspace(0.8, 0.99, 100))
    found = compare(parent, child, "accuracy")
    assert (found.threshold, found.parent.share) == (0.9, 0.1)
    assert found.child.share == pytest.approx((child.columns["accuracy"].values >= 0.9).mean())
    assert compare(parent, child, "accuracy", threshold=0.85).parent.share == 0.15


def test_of_a_minimized_metric_less_is_better() -> None:
    parent = study("parent", drawn(0, 60, 1.0, 0.1), direction="minimize")
    child = study("child", drawn(1, 60, 0.5, 0.1), direction="minimize")
    found = compare(parent, child, "accuracy")
    assert found.child.best == found.child.values.min()
    assert found.best.value < 0
    assert found.best.sure
    assert found.parent.share == pytest.approx(0.1)
    assert found.child.expected.low <= found.child.expected.value <= found.child.expected.high
    assert claim(found).startswith("child finds better configurations")


def test_a_mean_that_rose_by_narrowing_alone_is_not_called_success() -> None:
    xs = np.random.default_rng(0).random(200)
    noise = np.random.default_rng(1).normal(0, 0.02, 200)
    parent = study("parent", 1 - xs + noise, xs)
    child = study("child", 1 - xs * 0.2 + noise[::-1] - 0.01, xs * 0.2, space=NARROW)
    found = compare(parent, child, "accuracy")
    assert found.mean.sure
    assert found.mean.value > 0.3
    assert found.inside is not None
    assert len(found.inside.values) == (xs <= 0.2).sum()
    assert "which narrowing alone gives" in claim(found)
    assert "cannot be claimed" in claim(found)


def test_a_gain_beyond_narrowing_is_said() -> None:
    xs = np.random.default_rng(0).random(200)
    parent = study("parent", 1 - xs, xs)
    child = study("child", np.linspace(0.97, 1.1, 200), xs * 0.2, space=NARROW)
    text = claim(compare(parent, child, "accuracy"))
    assert text.startswith("child finds better configurations than parent: expected best of 100 +0.1")
    assert "more than narrowing alone gives" in text


def test_a_worse_study_is_called_worse() -> None:
    text = claim(compare(study("parent", drawn(0, 60, 0.8, 0.05)), study("child", drawn(1, 60, 0.4, 0.05)), "accuracy"))
    assert "child finds worse configurations" in text
    assert "its mean is worse by 0.4" in text


def test_too_few_trials_bear_no_claim() -> None:
    found = compare(study("parent", drawn(0, 60, 0.5, 0.1)), study("child", [0.9]), "accuracy")
    assert claim(found) == "Nothing can be claimed yet: parent has 1 completed trial to compare, 5 are the least."


def test_a_warning_says_where_samplers_differ_and_what_is_left_out() -> None:
    states = [State.COMPLETE] * 8 + [State.PRUNED] * 2
    found = compare(
        study("parent", drawn(0, 10, 0.5, 0.1)),
        study("child", drawn(1, 10, 0.5, 0.1), algorithm="tpe", states=states),
        "accuracy",
    )
    sampler, pruned = found.warnings
    assert "parent: random; child: tpe" in sampler
    assert "child: 2 pruned trials are not in its accuracy" in pruned


def test_rows_lie_inside_a_space_as_its_search_could_have_drawn_them() -> None:
    trials = make_trials()
    space = {name: dict(entry) for name, entry in SPACE.items()}
    assert inside(trials, parse_space(space)).all()
    space["lr"] |= {"low": 1e-4, "high": 1e-2}
    assert inside(trials, parse_space(space)).tolist() == [1e-4 <= c["lr"] <= 1e-2 for c in CONFIGS]
    space["optimizer"]["choices"] = ["sgd", "rmsprop"]
    space["momentum"]["low"] = 0.6
    assert inside(trials, parse_space(space)).tolist() == [False, True, False, False, False]


def test_a_hyperparameter_added_later_counts_with_its_default() -> None:
    trials = study("parent", [0.1, 0.2])
    added = {**WIDE, "momentum": {"type": "float", "low": 0.0, "high": 1.0}}
    assert not inside(trials, parse_space(added)).any()
    assert inside(trials, parse_space({**added, "momentum": {**added["momentum"], "default": 0.9}})).all()


def test_studies_of_different_budgets_are_compared_at_the_one_both_reached() -> None:
    def history(_numbers: object) -> pd.DataFrame:
        rows = [(i, step, "accuracy", 0.1 * i + 0.01 * step) for i in range(6) for step in (10, 20)]
        return pd.DataFrame(rows, columns=["number", "step", "metric", "value"])

    parent = at_budget(study("parent", [0.1 * i for i in range(6)]), 10)
    child = replace(at_budget(study("child", [0.1 * i + 0.2 for i in range(6)]), 20), load_history=history)
    found = compare(parent, child, "accuracy")
    assert found.budget.startswith("at budget 10, which both reached")
    np.testing.assert_allclose(found.child.values, [0.1 * i + 0.1 for i in range(6)])
    without = compare(parent, replace(child, load_history=parent.load_history), "accuracy")
    assert "highest budget, which differs (10 and 20)" in without.budget


def test_what_cannot_be_compared_is_refused_in_a_sentence() -> None:
    parent, turned = study("parent", [0.1, 0.2]), study("child", [0.1, 0.2], direction="minimize")
    assert not shared_metrics(parent, turned)
    with pytest.raises(ComparisonError, match="they share no metric of one direction"):
        compare(parent, turned, "accuracy")
    running = study("child", [0.1], states=[State.RUNNING])
    with pytest.raises(ComparisonError, match="child has no completed trial with a accuracy yet"):
        compare(parent, running, "accuracy")
