"""What a forest expects of configurations that have not been run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.columns import State
from analytics.evidence import ImportanceError
from analytics.predictions import best_first, predict
from tests.analytics.studies import make_trials

SPACE = {
    "x": {"type": "float", "low": 0.0, "high": 1.0},
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "y": {"type": "float", "low": 0.0, "high": 1.0, "when": {"kind": ["b"]}},
}


def test_predictions_rank_as_the_truth_does() -> None:
    draw = np.random.default_rng(1)
    configs: list[dict[str, Any]] = [{"x": float(x), "kind": "a"} for x in draw.random(300)]
    for config in configs[::2]:
        config.update(kind="b", y=float(draw.random()))
    truth = [c["x"] + (0.5 if c["kind"] == "b" else 0.0) for c in configs]
    trials = make_trials(SPACE, configs, truth, [State.COMPLETE] * 300)
    asked: list[dict[str, Any]] = [{"x": 0.9, "kind": "b", "y": 0.5}, {"x": 0.9, "kind": "a"}, {"x": 0.1, "kind": "a"}]
    expected = predict(trials, asked)
    assert expected == pytest.approx([1.4, 0.9, 0.1], abs=0.1)
    assert best_first(expected, "maximize").tolist() == [0, 1, 2]
    assert best_first(expected, "minimize").tolist() == [2, 1, 0]
    beyond = predict(trials, [{"x": 7.0, "kind": "new"}])
    assert np.isfinite(beyond).all()
    assert beyond[0] <= max(truth)


def test_too_few_trials_predict_nothing() -> None:
    with pytest.raises(ImportanceError, match="too few"):
        predict(make_trials(), [{"lr": 1e-3}])
