"""What a member of a population changes: on the hyperparameter's own scale, without drift, within its conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from analytics.settings import check_settings
from analytics.space import SearchSpace, parse_hyperparameter, parse_space
from tests.trainer.searching import SPACE
from trainer.algorithms import ALGORITHMS
from trainer.perturb import draw, moved, perturbed

MEMBERS, ROUNDS = 2000, 8
NUMBERS: dict[str, dict[str, Any]] = {
    "a log float": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
    "a linear float": {"type": "float", "low": 0.0, "high": 0.6},
    "a stepped float": {"type": "float", "low": 0.0, "high": 0.6, "step": 0.1},
    "an int": {"type": "int", "low": 1, "high": 6},
    "an int of steps": {"type": "int", "low": 16, "high": 128, "step": 16},
    "a log int": {"type": "int", "low": 1, "high": 64, "log": True},
    "numeric choices": {"type": "categorical", "choices": [64, 16, 32, 128]},
}


def settings(**changes: Any) -> dict[str, Any]:
    return check_settings(ALGORITHMS["pbt"].settings, changes, "pbt")


def walked(entry: dict[str, Any], **changes: Any) -> tuple[list[Any], list[Any]]:
    """Values drawn from the space, and where they are after many perturbations."""
    rng = np.random.default_rng(11)
    h = parse_hyperparameter("h", entry)
    drawn = [draw(h, rng) for _ in range(MEMBERS)]
    values = drawn
    for _ in range(ROUNDS):
        values = [moved(h, value, settings(**changes), rng) for value in values]
    return drawn, values


def p_of_the_same(first: list[Any], second: list[Any]) -> float:
    """The probability of a difference like that between two samples of one distribution."""
    levels = sorted(set(first) | set(second))
    if len(levels) > 100:
        return float(stats.ks_2samp(first, second).pvalue)
    counts = [[sample.count(level) for level in levels] for sample in (first, second)]
    return float(stats.chi2_contingency(counts).pvalue)


@pytest.mark.parametrize("entry", NUMBERS.values(), ids=NUMBERS.keys())
def test_perturbed_again_and_again_values_stay_as_evenly_spread_as_they_were_drawn(entry: dict[str, Any]) -> None:
    drawn, values = walked(entry)
    assert np.mean([a != b for a, b in zip(drawn, values, strict=True)]) > 0.5
    assert p_of_the_same(drawn, values) > 0.01


def test_the_plain_value_multiplied_drifts_on_a_linear_scale_to_low_values_in_small_steps_there() -> None:
    drawn, values = walked({"type": "float", "low": 0.001, "high": 0.6}, scale="value")
    assert p_of_the_same(drawn, values) < 1e-6
    assert np.median(values) < np.median(drawn)
    h = parse_hyperparameter("h", {"type": "float", "low": 0.001, "high": 0.6})
    rng = np.random.default_rng(1)
    low, high = (
        np.mean([abs(moved(h, start, settings(scale="value"), rng) - start) for _ in range(200)])
        for start in (0.01, 0.4)
    )
    assert high > 10 * low


def test_a_factor_multiplies_on_a_log_scale_and_moves_by_its_logarithm_of_the_range_on_a_linear_one() -> None:
    rng = np.random.default_rng(2)
    log = parse_hyperparameter("h", NUMBERS["a log float"])
    assert {round(moved(log, 0.01, settings(), rng), 6) for _ in range(50)} == {0.008, 0.0125}
    linear = parse_hyperparameter("h", {"type": "float", "low": 0.0, "high": 10.0})
    step = 10 * np.log(1.25)
    assert {round(moved(linear, 5.0, settings(), rng), 6) for _ in range(50)} == {
        round(5 - step, 6),
        round(5 + step, 6),
    }


def test_values_stay_within_bounds_and_types_even_under_factors_that_leave_the_range_several_times() -> None:
    rng = np.random.default_rng(3)
    space = parse_space({name: dict(entry) for name, entry in NUMBERS.items()})
    for scale in ("own", "value"):
        wild = settings(scale=scale, factor_low=0.01, factor_high=100.0, resample=0.1)
        config = {name: draw(h, rng) for name, h in space.items()}
        for _ in range(300):
            config, _ = perturbed(space, config, wild, rng)
            for name, h in space.items():
                value = config[name]
                assert type(value) is (float if NUMBERS[name]["type"] == "float" else int)
                assert h.distribution._contains(h.distribution.to_internal_repr(value)), (name, value)


def test_conditional_hyperparameters_keep_their_conditions() -> None:
    space: SearchSpace = parse_space(SPACE)
    rng = np.random.default_rng(4)
    config = {name: draw(h, rng) for name, h in space.items() if name not in ("optimizer", "momentum", "nesterov")}
    config["optimizer"] = "adam"
    seen = set()
    for _ in range(200):
        config, _ = perturbed(space, config, settings(resample=0.3), rng)
        assert ("momentum" in config) == ("nesterov" in config) == (config["optimizer"] == "sgd")
        seen.add(config["optimizer"])
    assert seen == {"sgd", "adam", None}


def test_choices_without_an_order_change_only_when_drawn_anew_and_inherited_ones_never() -> None:
    space = parse_space(SPACE)
    rng = np.random.default_rng(5)
    config = {name: draw(h, rng) for name, h in space.items()} | {"optimizer": "sgd"}
    for _ in range(50):
        config, drawn = perturbed(space, config, settings(resample=0.0), rng)
        assert (config["optimizer"], drawn) == ("sgd", False)
    kept = perturbed(space, config, settings(resample=1.0, inherit="optimizer, width"), rng)
    assert [kept[0][name] for name in ("optimizer", "width")] == [config["optimizer"], config["width"]]
    assert kept[0]["rate"] != config["rate"]
    assert kept[1]
