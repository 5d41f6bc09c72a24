"""A suggested refinement: what matters gets its range, what does not is fixed, the best trial stays in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.importance import ImportanceError, fanova
from analytics.refinement import Origin
from analytics.selection import mask
from analytics.space import parse_space
from analytics.suggestion import Suggestion, suggest
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study

SPACE: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "kind": {"type": "categorical", "choices": ["a", "b", "c"]},
    "drop": UNIT | {"when": {"kind": ["a"]}},
    "tuned": UNIT | {"when": {"kind": ["a", "b"]}},
    "inert": UNIT,
}
CONFIGS = sampled(parse_space(SPACE), 1500, seed=4)


def score(config: dict[str, Any]) -> float:
    """Best at a rate of 1e-3 and a depth of 6; kind c is out of the question, and kind a has a drop that counts."""
    rate = -((np.log10(config["rate"]) + 3) ** 2) / 4
    depth = -abs(config["depth"] - 6) / 4
    return float(rate + depth - 3 * (config["kind"] == "c") - 0.5 * config.get("drop", 0.0))


def made(rows: int = 1500, noise: float = 0.05, direction: Any = "maximize") -> Trials:
    random = np.random.default_rng(6)
    sign = 1 if direction == "maximize" else -1
    values = [sign * score(c) + noise * random.standard_normal() for c in CONFIGS[:rows]]
    return study(SPACE, CONFIGS[:rows], values, direction=direction)


@pytest.fixture(scope="module")
def told() -> Suggestion:
    return suggest(fanova(made(), "score"))


def test_what_matters_gets_a_range_around_what_is_good(told: Suggestion) -> None:
    rate, depth = told.ranges["rate"], told.ranges["depth"]
    assert rate.low is not None
    assert rate.high is not None
    assert 1e-5 < rate.low < 1e-3 < rate.high < 1e-1
    assert depth.low is not None
    assert 3 <= depth.low <= 6 <= (depth.high or 0)
    assert told.ranges["kind"].choices == ("a", "b")
    assert {told.ranges[name].origin for name in ("rate", "depth", "kind")} == {Origin.SUGGESTED}


def test_what_does_not_matter_within_what_is_kept_is_fixed_as_in_the_best_trial(told: Suggestion) -> None:
    assert "inert" in told.fixed
    fixed = told.ranges["inert"]
    assert fixed.low == fixed.high == CONFIGS[told.incumbent]["inert"]
    assert told.reasons["inert"].startswith("does not matter: ")
    assert f"as in trial {told.incumbent}, the best" in told.reasons["inert"]


def test_a_conditional_hyperparameter_is_judged_where_it_is_active(told: Suggestion) -> None:
    """The drop matters under one kind of three; the other that depends on the kind matters nowhere."""
    assert "drop" not in told.fixed
    assert "tuned" in told.fixed
    fixed = told.ranges["tuned"].low
    assert fixed in [config.get("tuned") for config in CONFIGS]


def test_every_hyperparameter_has_a_reason_in_a_sentence(told: Suggestion) -> None:
    assert list(told.reasons) == list(SPACE)
    assert "of the variance" in told.reasons["rate"]
    assert "trials are here" in told.reasons["rate"]
    assert {name: told.ranges[name].note for name in told.ranges} == {n: told.reasons[n] for n in told.ranges}


def test_the_box_holds_the_best_trial_and_says_what_it_keeps_of_the_best_tenth(told: Suggestion) -> None:
    trials = made()
    values = trials.columns["score"].values
    inside = mask(trials, told.box)
    best = np.argsort(-values)[:150]
    assert told.incumbent == best[0]
    assert inside[told.incumbent]
    assert mask(trials, told.brushes)[told.incumbent]
    assert told.best == (inside[best].sum(), 150)
    assert told.rows == (inside.sum(), 1500)
    assert told.best[0] >= 75
    assert told.best[0] / 150 > 3 * told.rows[0] / 1500
    kept = f"The suggested ranges keep {100 * told.best[0] / 150:.2g} % of the best 10 % ({told.best[0]} of 150 trials)"
    assert told.summary[0].startswith(kept)
    assert told.summary[1].startswith(f"They hold trial {told.incumbent}, the best (score ")
    assert told.summary[2].endswith(f"not counted: {', '.join(told.fixed)}.")


def test_the_share_of_the_space_is_that_of_the_ranges(told: Suggestion) -> None:
    rate, depth = told.ranges["rate"], told.ranges["depth"]
    share = np.log10((rate.high or 1) / (rate.low or 1)) / 5 * ((depth.high or 0) - (depth.low or 0) + 1) / 8 * 2 / 3
    for name in set(told.box) - {"rate", "depth", "kind"}:
        (ends,) = told.box[name]["ranges"]
        share *= ends[1] - ends[0]
    assert told.volume == pytest.approx(share)


def test_a_minimized_metric_gets_the_same_suggestion(told: Suggestion) -> None:
    random = np.random.default_rng(6)
    values = [-score(c) - 0.05 * random.standard_normal() for c in CONFIGS]
    turned = suggest(fanova(study(SPACE, CONFIGS, values), "score"))
    assert (turned.incumbent, turned.best, turned.rows) == (told.incumbent, told.best, told.rows)
    assert (turned.fixed, turned.box) == (told.fixed, told.box)


def test_the_suggestion_stays_within_the_brushes() -> None:
    brushes = {"rate": [[1e-2, 1.0]], "kind": ["b", "c"]}
    trials = made()
    told = suggest(fanova(trials, "score", within=brushes))
    inside = mask(trials, brushes)
    assert inside[told.incumbent]
    assert told.rows[1] == inside.sum()
    assert (told.ranges["rate"].low or 0) >= 1e-2
    assert told.ranges["kind"].choices == ("b",)
    assert mask(trials, told.brushes)[told.incumbent]
    assert "drop" not in told.ranges
    assert told.reasons["drop"] == "is never active within what is kept"


def test_with_few_trials_in_what_is_kept_nothing_is_fixed_and_that_is_said() -> None:
    told = suggest(fanova(made(150), "score"))
    assert told.fixed == ()
    assert told.reasons["inert"].startswith("keeps its range: ")
    assert "needed to tell" in told.reasons["inert"]
    assert len(told.summary) == 2


def test_two_good_regions_become_one_range_that_holds_both() -> None:
    trials = unit_study(
        lambda p: np.minimum(abs(p[:, 0] - 0.2), abs(p[:, 0] - 0.7)) + 0.1 * p[:, 1], 800, 2, noise=0.01
    )
    told = suggest(fanova(trials, "score"))
    assert told.ranges["x0"].low == pytest.approx(0.15, abs=0.1)
    assert told.ranges["x0"].high == pytest.approx(0.75, abs=0.1)


def test_ends_have_few_digits_and_whole_numbers_stay_whole(told: Suggestion) -> None:
    for end in (told.ranges["rate"].low, told.ranges["rate"].high):
        assert end in (CONFIGS[told.incumbent]["rate"], float(f"{end:.2g}"))
    assert isinstance(told.ranges["depth"].low, int)


def test_the_same_trials_give_the_same_suggestion(told: Suggestion) -> None:
    again = suggest(fanova(made(), "score"))
    assert (again.ranges, again.reasons, again.box) == (told.ranges, told.reasons, told.box)


def test_a_higher_threshold_fixes_more(told: Suggestion) -> None:
    assert set(told.fixed) < set(suggest(fanova(made(), "score"), threshold=0.9).fixed)


def test_nothing_is_suggested_of_noise_or_without_a_direction() -> None:
    noise = unit_study(lambda points: 0 * points[:, 0], 300, 3, noise=1)
    with pytest.raises(ImportanceError, match=r"explains too little to suggest a space: R² is .* at least 0.1"):
        suggest(fanova(noise, "score"))
    undirected = study(SPACE, CONFIGS, [score(c) for c in CONFIGS], direction=None)
    with pytest.raises(ImportanceError, match="no direction; expected one, to know what is good"):
        suggest(fanova(undirected, "score"))
