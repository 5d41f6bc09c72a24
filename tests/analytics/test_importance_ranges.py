"""Effective ranges, and the uncertainty of importances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.importance import ImportanceError, fanova
from analytics.intervals import effective_range
from analytics.selection import mask
from analytics.space import parse_space
from analytics.uncertainty import bootstrap
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study

SPACE: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "kind": {"type": "categorical", "choices": ["a", "b", "c", "d"]},
    "drop": UNIT | {"when": {"kind": ["a", "b"]}},
}


def score(config: dict[str, Any]) -> float:
    """Best at rates of 1e-3 and 1e-1, at depths from 6, of kind c, and without drop."""
    rate = np.cos(np.pi * np.log10(config["rate"]))
    return float(-rate + 0.3 * min(config["depth"], 7) + (config["kind"] == "c") - config.get("drop", 0))


CONFIGS = sampled(parse_space(SPACE), 2000)
BEST = study(SPACE, CONFIGS, [score(c) for c in CONFIGS], direction="maximize")


def test_a_range_may_have_several_pieces() -> None:
    found = effective_range(fanova(BEST, "score"), "rate", 0.5)
    assert len(found.ranges) == 2
    assert np.log10(found.ranges) == pytest.approx(np.array([[-3.5, -2.5], [-1.5, -0.5]]), abs=0.2)
    assert found.values == ()


def test_a_range_of_integers_ends_at_integers() -> None:
    assert effective_range(fanova(BEST, "score"), "depth").ranges == ((7, 8),)


def test_a_range_of_categories_is_its_best_levels() -> None:
    found = effective_range(fanova(BEST, "score"), "kind")
    assert (found.values, found.ranges) == (("c",), ())


def test_inactive_belongs_to_the_range_where_it_is_as_good() -> None:
    assert effective_range(fanova(BEST, "score"), "drop").missing
    worse = study(SPACE, CONFIGS, [-score(c) for c in CONFIGS], direction="maximize")
    assert not effective_range(fanova(worse, "score"), "drop").missing


def test_a_minimized_metric_is_good_where_it_is_low() -> None:
    mirrored = study(SPACE, CONFIGS, [-score(c) for c in CONFIGS], direction="minimize")
    for name in SPACE:
        up, down = (effective_range(fanova(trials, "score"), name) for trials in (BEST, mirrored))
        assert up.brush == down.brush
        assert up.threshold == pytest.approx(-down.threshold, abs=0.02)


def test_a_higher_quantile_keeps_less() -> None:
    importance = fanova(BEST, "score")
    widths = []
    for quantile in (0.0, 0.5, 0.75, 0.95):
        ranges = effective_range(importance, "rate", quantile).ranges
        widths.append(sum(np.log10(high / low) for low, high in ranges))
    assert widths[0] == pytest.approx(4)
    assert widths[1] == pytest.approx(2, abs=0.1)
    assert widths == sorted(widths, reverse=True)


def test_a_range_within_a_brush_stays_in_it() -> None:
    importance = fanova(BEST, "score", within={"rate": [[1e-2, 0.2]]})
    (found,) = effective_range(importance, "rate", 0.5).ranges
    assert 1e-2 <= found[0] < found[1] == 0.2


def test_a_range_is_a_brush() -> None:
    found = effective_range(fanova(BEST, "score"), "rate")
    rate = BEST.columns["rate"].values
    inside = np.any([(rate >= low) & (rate <= high) for low, high in found.ranges], axis=0)
    assert (mask(BEST, {"rate": found.brush}) == inside).all()
    assert inside.mean() == pytest.approx(0.25, abs=0.05)


def test_without_a_direction_nothing_is_good() -> None:
    importance = fanova(study(SPACE, CONFIGS, [score(c) for c in CONFIGS], direction=None), "score")
    with pytest.raises(ImportanceError, match="no direction"):
        effective_range(importance, "rate")


def test_a_quantile_beyond_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"quantile is 75; expected a number from 0 to 1"):
        effective_range(fanova(BEST, "score"), "rate", 75)


def test_uncertainty_falls_with_more_trials() -> None:
    few, many = (
        bootstrap(fanova(unit_study(lambda points: points.sum(axis=1), rows, 3, noise=0.3), "score"))
        for rows in (60, 2000)
    )
    assert few.resamples == 8
    assert 0 < many.single["x0"] < few.single["x0"] / 2
    assert 0 < many.pairs["x0", "x1"] < few.pairs["x0", "x1"]


def test_uncertainty_is_near_the_spread_over_new_trials() -> None:
    studies = [unit_study(lambda points: points.sum(axis=1), 200, 3, seed, noise=0.3) for seed in range(20)]
    spread = np.std([fanova(trials, "score").single["x0"] for trials in studies], ddof=1)
    told = bootstrap(fanova(studies[0], "score"), 20, pairs=False)
    assert 0.4 < told.single["x0"] / spread < 2.5
    assert told.pairs == {}


def test_uncertainty_is_the_same_for_the_same_seed_and_within_the_same_brushes() -> None:
    importance = fanova(BEST, "score", within={"kind": ["c"], "rate": [[1e-3, 1e-1]]})
    told = bootstrap(importance, 3)
    assert told == bootstrap(importance, 3)
    assert told != bootstrap(importance, 3, seed=1)
    assert told.single["kind"] < 1e-12 < told.single["rate"]


def test_one_resample_has_no_spread() -> None:
    with pytest.raises(ValueError, match="resamples is 1; expected at least 2"):
        bootstrap(fanova(BEST, "score"), 1)


def test_where_a_single_trial_decides_a_resample_may_tell_nothing() -> None:
    trials = unit_study(lambda points: 0.1 * points[:, 0] + 100 * (np.arange(len(points)) == 7), 60, 3)
    importance = fanova(trials, "score", within={"score": [[1, None]]})
    with pytest.raises(ImportanceError, match="'score' does not vary within the brush in a resample"):
        bootstrap(importance)
