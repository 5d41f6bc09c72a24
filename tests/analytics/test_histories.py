"""Curves out of histories: in step order, over what was asked for, and short where they are long."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.columns import Role, State, number_column
from analytics.histories import curves_of, is_reduced, over_budgets
from analytics.reservoir import reservoir, thinned
from analytics.trials import HISTORY_COLUMNS
from tests.analytics.studies import CONFIGS, make_trials


def history(*rows: tuple[int, float, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(HISTORY_COLUMNS))


def test_every_place_is_as_likely_to_be_sampled() -> None:
    counts = np.zeros(200)
    for seed in range(2_000):
        counts[reservoir(200, 20, seed)] += 1
    expected, deviation = 200.0, math.sqrt(2_000 * 0.1 * 0.9)
    assert abs(counts - expected).max() < 5 * deviation
    assert counts.sum() == 2_000 * 20


def test_the_sample_of_a_growing_log_changes_by_few_points() -> None:
    before, after = set(reservoir(5_000, 400).tolist()), set(reservoir(5_050, 400).tolist())
    assert len(after - before) <= 20
    assert after - before <= set(range(5_000, 5_050))
    assert len(before) == len(after) == 400


def test_a_thinned_curve_has_exactly_the_size_and_keeps_ends_extremes_and_the_first_gap() -> None:
    values = np.random.default_rng(3).normal(size=30_000)
    values[[777, 12_345, 20_001, 20_002]] = [99.0, -99.0, math.nan, math.nan]
    kept = thinned(values, 500)
    assert len(kept) == len(set(kept.tolist())) == 500
    assert {0, 29_999, 777, 12_345, 20_001} <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()
    assert (thinned(values, 500) == kept).all()
    assert (thinned(values, 500, seed=4) != kept).any()


def test_a_curve_that_is_short_enough_stays_whole() -> None:
    assert thinned(np.arange(30.0), 30).tolist() == list(range(30))
    assert thinned(np.full(40, math.nan), 8)[[0, -1]].tolist() == [0, 39]


def test_a_sample_without_room_for_the_landmarks_is_refused() -> None:
    with pytest.raises(ValueError, match="a sample of 3 points is too small; expected at least 8"):
        thinned(np.arange(30.0), 3)


def test_a_configuration_at_several_budgets_has_its_values_over_them_as_a_curve() -> None:
    plain = make_trials(configs=[CONFIGS[0]] * 6, accuracy=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], states=[State.COMPLETE] * 6)
    extra: dict[str, list[float]] = {
        "config": [1, 1, 2, 1, 1, math.nan],
        "seed": [0, 0, 0, 0, 7, 0],
        "budget": [1, 3, 3, 9, 9, 9],
    }
    columns = {name: number_column(name, values, Role.ROW) for name, values in extra.items()}
    trials = replace(plain, columns={**plain.columns, **columns})
    found = curves_of(over_budgets(trials, [1, 2, 3, 4, 5]))
    assert [(c.number, c.step.tolist(), c.value.tolist()) for c in found] == [
        (1, [1, 3], [0.1, 0.2]),
        (3, [1, 3, 9], [0.1, 0.2, 0.4]),
    ]
    assert over_budgets(plain, [0, 1]).empty


def test_steps_that_were_logged_out_of_order_come_in_order() -> None:
    (curve,) = curves_of(history((1, 3, "loss", 0.3), (1, 1, "loss", 0.1), (1, 2, "loss", math.inf)))
    assert (curve.number, curve.metric, curve.step.tolist()) == (1, "loss", [1, 2, 3])
    assert curve.value[[0, 2]].tolist() == [0.1, 0.3]
    assert math.isnan(curve.value[1])


def test_curves_come_by_trial_and_metric_and_only_those_that_are_wanted() -> None:
    told = history((2, 1, "b", 1), (1, 1, "b", 2), (1, 1, "a", 3), (1, 2, "a", 4))
    assert [(c.number, c.metric) for c in curves_of(told)] == [(1, "a"), (1, "b"), (2, "b")]
    assert [(c.number, c.value.tolist()) for c in curves_of(told, metrics=["a"])] == [(1, [3, 4])]
    assert curves_of(told, metrics=["c"]) == []


def test_x_may_be_another_metric_by_its_value_at_the_step() -> None:
    told = history((1, 1, "loss", 5), (1, 2, "loss", 4), (1, 1, "epoch", 0.5), (1, 2, "epoch", 1.5), (1, 3, "loss", 3))
    (curve,) = curves_of(told, metrics=["loss"], along="epoch")
    assert (curve.x.tolist(), curve.value.tolist()) == ([0.5, 1.5], [5, 4])


def test_time_counts_from_the_start_of_each_trial_else_from_its_first_report() -> None:
    told = history((1, 1, "loss", 5), (1, 2, "loss", 4), (2, 1, "loss", 3), (2, 2, "loss", 2))
    timed = told.assign(time=[1010.0, 1020.0, 2010.0, 2040.0])
    first, second = curves_of(timed, along="time", starts={1: 1000.0})
    assert first.x.tolist() == [10, 20]
    assert second.x.tolist() == [0, 30]
    assert curves_of(told, along="time") == []


def test_a_zoom_gives_the_range_in_detail_and_a_point_beyond_each_end() -> None:
    told = pd.DataFrame({"number": 1, "step": np.arange(10_000.0), "metric": "loss", "value": np.arange(10_000.0)})
    (whole,) = curves_of(told, points=100)
    assert (len(whole.step), whole.of, is_reduced(whole)) == (100, 10_000, True)
    (zoomed,) = curves_of(told, points=100, span=(500.5, 550.5))
    assert zoomed.step.tolist() == list(range(500, 552))
    assert not is_reduced(zoomed)
    assert curves_of(told, points=100, span=(20_000, None))[0].step.tolist() == [9_999]
