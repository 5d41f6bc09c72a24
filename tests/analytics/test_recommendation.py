"""Configurations that promise most in a space."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.columns import State
from analytics.evidence import ImportanceError
from analytics.recommendation import recommend
from analytics.space import parse_space
from tests.analytics.studies import make_trials

SPACE: dict[str, dict[str, Any]] = {
    "x": {"type": "float", "low": 1e-3, "high": 1.0, "log": True},
    "n": {"type": "int", "low": 2, "high": 8, "step": 2},
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "y": {"type": "float", "low": 0.0, "high": 1.0, "when": {"kind": ["b"]}},
}


def trials_of(count: int) -> tuple[Any, list[dict[str, Any]]]:
    draw = np.random.default_rng(1)
    configs: list[dict[str, Any]] = [
        {"x": float(10 ** draw.uniform(-3, 0)), "n": int(draw.integers(1, 5)) * 2, "kind": "a"} for _ in range(count)
    ]
    for config in configs[::2]:
        config.update(kind="b", y=float(draw.random()))
    truth = [c["n"] / 8 + (0.5 if c["kind"] == "b" else 0.0) for c in configs]
    return make_trials(SPACE, configs, truth, [State.COMPLETE] * count), configs


def test_what_is_recommended_is_good_new_different_and_in_the_space() -> None:
    trials, _ = trials_of(300)
    found = recommend(trials, trials.space, 12).configurations
    assert len({repr(sorted(one.items())) for one in found}) == 12
    assert all((one["n"], one["kind"]) == (8, "b") for one in found)
    assert all(h.active(one) == (name in one) for one in found for name, h in trials.space.items())
    assert recommend(trials, trials.space, 3).configurations == found[:3]


def test_what_has_been_run_is_not_recommended() -> None:
    trials, configs = trials_of(300)
    ran = configs[1]
    left = {name: {"type": "categorical", "choices": [ran[name]]} for name in ("n", "kind")}
    space = parse_space({"x": {"type": "categorical", "choices": [ran["x"], 0.5]}, **left})
    assert recommend(trials, space, 9).configurations == [{**ran, "x": 0.5}]


def test_of_too_few_trials_nothing_is_recommended() -> None:
    with pytest.raises(ImportanceError, match="too few"):
        recommend(trials_of(6)[0], trials_of(6)[0].space, 3)
