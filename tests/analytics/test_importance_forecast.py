"""A forecast of a suggested space has the noise in it, was checked on later trials, and is withheld where it failed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.backtest import Calibration, backtest
from analytics.columns import Floats
from analytics.forecast import Forecast, forecast
from analytics.importance import fanova
from analytics.predictive import encode, fit_predictive
from analytics.scores import normal_scores
from analytics.selection import mask
from analytics.space import parse_space
from analytics.suggestion import Suggestion, suggest
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study

NOISE = 0.1


def valley(points: Floats) -> Floats:
    return np.asarray(4 * (points[:, 0] - 0.3) ** 2 + 2 * (points[:, 1] - 0.6) ** 2 + 2 * (points[:, 2] > 0.85))


def made(rows: int, seed: int = 0) -> Trials:
    return unit_study(valley, rows, 3, seed, noise=NOISE)


def drawn_in(suggestion: Suggestion, studies: int, trials: int, seed: int) -> Floats:
    """What random trials in a suggested space of `made` really give, shape (studies, trials)."""
    random = np.random.default_rng(seed)
    points = random.random((studies * trials, 3))
    for axis in range(3):
        if f"x{axis}" in suggestion.brushes:
            ((low, high),) = suggestion.brushes[f"x{axis}"]["ranges"]
            points[:, axis] = low + points[:, axis] * (high - low)
    return (valley(points) + NOISE * random.standard_normal(len(points))).reshape(studies, trials)


@pytest.fixture(scope="module")
def suggested() -> Suggestion:
    return suggest(fanova(made(400), "score"))


@pytest.fixture(scope="module")
def told(suggested: Suggestion) -> Forecast:
    return forecast(suggested, 40)


def test_four_of_five_trials_in_the_suggested_space_lie_in_the_interval(suggested: Suggestion, told: Forecast) -> None:
    values = drawn_in(suggested, 200, 40, seed=1)
    assert told.trial is not None
    inside = ((values >= told.trial.low) & (values <= told.trial.high)).mean()
    assert inside == pytest.approx(0.8, abs=0.1)
    assert told.trial.median == pytest.approx(np.median(values), abs=0.05)


def test_the_chance_to_beat_the_best_so_far_is_neither_0_nor_that_of_a_mean(
    suggested: Suggestion, told: Forecast
) -> None:
    truth = (drawn_in(suggested, 500, 40, seed=2).min(axis=1) < told.incumbent).mean()
    assert told.chance == pytest.approx(truth, abs=0.35)
    assert told.best is not None
    assert told.best.low < told.incumbent
    one = forecast(suggested, 1)
    assert (one.chance or 0) < (told.chance or 0)
    assert one.best == one.trial


def test_the_calibration_is_told_in_words_with_its_counts(told: Forecast) -> None:
    held = told.calibration
    assert held.later >= 20
    assert 0.7 <= held.within / held.later <= 1
    assert held.lots >= 12
    trial, best, backtested = told.sentences
    assert trial.startswith("A random trial in it is expected to have score ")
    assert best.startswith("The best of 40 is expected at ")
    assert f"of {held.later} later trials" in backtested
    assert f"of {held.lots} lots of 5 in a row, the best of {held.lots_within} did" in backtested


def test_too_few_later_trials_give_no_number_and_say_so() -> None:
    few = forecast(suggest(fanova(made(36), "score")))
    assert (few.trial, few.best, few.chance) == (None, None, None)
    assert few.sentences[0].startswith("No forecast: a backtest needs 20 later trials")
    some = forecast(suggest(fanova(made(80), "score")))
    assert some.trial is not None
    assert (some.best, some.chance) == (None, None)
    assert any(sentence.startswith("No forecast of the best: ") for sentence in some.sentences)


def test_where_the_past_was_not_foretold_there_is_no_number() -> None:
    """Every quarter is better than the one before by more than the noise: what earlier trials foretell is wrong."""
    trials = made(200)
    configs = [{name: trials.columns[name].values[row] for name in trials.space} for row in range(200)]
    moved = trials.columns["score"].values - np.repeat([0.0, 0.3, 0.6, 0.9], 50)
    later = study(dict.fromkeys(trials.space, UNIT), configs, moved)
    found = forecast(suggest(fanova(later, "score")))
    assert (found.trial, found.best, found.chance) == (None, None, None)
    assert found.sentences[0].startswith("No forecast: it did not hold in the past")
    assert found.calibration.within < 0.7 * found.calibration.later


def test_a_best_that_was_not_foretold_is_not_told() -> None:
    found = Calibration(100, 80, True, 20, 11)
    assert found.sentences[-1].endswith("of 20 lots of 5 in a row, the best of 11 did.")


def test_the_backtest_knows_nothing_of_later_trials() -> None:
    """What the earlier half foretells is the same, whatever the later one gives."""
    trials = made(200)
    configs = [{name: trials.columns[name].values[row] for name in trials.space} for row in range(200)]
    values = trials.columns["score"].values
    moved = np.append(values[:167], values[167:] + 100)
    first, second = (
        backtest(fanova(study(dict.fromkeys(trials.space, UNIT), configs, told), "score")) for told in (values, moved)
    )
    assert first.later > 0
    assert second.within < first.within


def test_a_value_beyond_all_seen_is_possible_but_no_accuracy_of_200_percent() -> None:
    random = np.random.default_rng(0)
    accuracy = 1 - 0.02 * random.exponential(size=400) - 0.5 * (random.random(400) < 0.1)
    scores, scale = normal_scores(accuracy)
    assert scale.back(scores) == pytest.approx(accuracy)
    beyond = float(scale.back(np.array([scores.max() + 1.0]))[0])
    assert accuracy.max() < beyond < 1.01
    assert float(scale.back(np.array([scores.min() - 1.0]))[0]) < accuracy.min()


def test_configurations_of_a_box_keep_conditions() -> None:
    space: dict[str, Any] = {
        "kind": {"type": "categorical", "choices": ["a", "b"]},
        "drop": UNIT | {"when": {"kind": ["a"]}},
        "x": UNIT,
    }
    configs = sampled(parse_space(space), 200)
    trials = study(space, configs, [c["x"] + c.get("drop", 0) for c in configs])
    importance = fanova(trials, "score")
    predictive = fit_predictive(trials, importance.evidence, importance.settings)
    brushes = {"x": {"ranges": [[0.5, 1.0]], "values": [], "missing": False}}
    codes = predictive.configurations(brushes, 500, np.random.default_rng(0))
    order = predictive.model.axes[0].order
    assert order is not None
    assert ((codes[:, 1] == 64) == (order[codes[:, 0]] == 1)).all()
    assert codes[:, 2].min() >= 32
    inside = mask(trials, {"x": [[0.5, 1.0]]})
    assert encode(predictive, trials, np.flatnonzero(inside))[:, 2].min() >= 32


def test_the_same_seed_gives_the_same_forecast(suggested: Suggestion, told: Forecast) -> None:
    assert forecast(suggested, 40) == told
    assert forecast(suggested, 40, seed=1) != told


def test_a_forecast_of_no_trial_is_refused(suggested: Suggestion) -> None:
    with pytest.raises(ValueError, match="trials is 0; expected at least 1"):
        forecast(suggested, 0)
