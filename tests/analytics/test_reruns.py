"""Which configurations have been run already, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.columns import Role, State, number_column
from analytics.costs import estimate, time_text
from analytics.reruns import earlier
from analytics.space import parse_space
from analytics.trials import Trials
from tests.analytics.studies import CONFIGS, SPACE, make_trials

NEW = parse_space(SPACE)


def found(config: Any, space: Any = NEW, *studies: Trials) -> list[int]:
    (trials,) = earlier([config], space, studies or [make_trials()])
    return [entry.number for entry in trials]


def test_the_same_values_are_found_whatever_their_spelling() -> None:
    assert found(CONFIGS[1]) == [1]
    assert found({**CONFIGS[1], "units": 64.0, "lr": 1e-3 + 1e-17}) == [1]
    assert found({**CONFIGS[1], "lr": 1.1e-3}) == []
    assert found({name: value for name, value in CONFIGS[1].items() if name != "momentum"}) == []


def test_a_hyperparameter_that_a_study_did_not_have_counts_as_its_default() -> None:
    wider = parse_space({**SPACE, "warmup": {"type": "int", "low": 0, "high": 5, "default": 0}})
    assert found({**CONFIGS[0], "warmup": 0}, wider) == [0]
    assert found({**CONFIGS[0], "warmup": 1}, wider) == []
    unknown = parse_space({**SPACE, "warmup": {"type": "int", "low": 0, "high": 5}})
    assert found({**CONFIGS[0], "warmup": 0}, unknown) == []


def test_one_that_only_the_study_had_must_have_had_its_own_default() -> None:
    fewer = parse_space({name: entry for name, entry in SPACE.items() if name != "lr"})
    assert found({n: v for n, v in CONFIGS[1].items() if n != "lr"}, fewer) == [1]
    assert found({n: v for n, v in CONFIGS[0].items() if n != "lr"}, fewer) == []


def test_the_best_trial_comes_first_and_one_that_did_not_complete_has_no_value() -> None:
    same = [CONFIGS[0]] * 4
    states = [State.COMPLETE, State.FAILED, State.COMPLETE, State.PRUNED]
    trials = make_trials(configs=same, accuracy=[0.5, 0.99, 0.9, 0.95], states=states)
    (entries,) = earlier([CONFIGS[0]], NEW, [trials])
    assert [(entry.number, entry.value, entry.state) for entry in entries[:2]] == [
        (2, 0.9, "complete"),
        (0, 0.5, "complete"),
    ]
    assert {entry.value for entry in entries[2:]} == {None}
    assert entries[0].study == "digits"


def timed(seconds: list[float], steps: list[float] | None = None) -> Trials:
    trials = make_trials()
    columns = {**trials.columns, "duration": number_column("duration", seconds, Role.ROW)}
    if steps is not None:
        columns["budget"] = number_column("budget", steps, Role.ROW)
    return replace(trials, columns=columns)


def test_the_cost_rests_on_the_median_of_the_completed_trials() -> None:
    cost = estimate(timed([2, 4, 6, 8, 1000]), 11, workers=2)
    assert cost is not None
    assert (cost.work, cost.seconds) == (55, 30)
    assert cost.how == "the median duration of 4 completed trials of digits, 5 s"


def test_the_cost_follows_the_steps_where_they_are_known() -> None:
    cost = estimate(timed([2, 4, 6, 8, 9], [1, 2, 3, np.nan, 1]), 10, steps=20)
    assert cost is not None
    assert cost.work == 400
    assert cost.how.endswith("3 completed trials of digits, 2 s a step")


def test_the_wall_time_ends_it() -> None:
    cost = estimate(timed([2, 4, 6, 8, 9]), 100, limit=50)
    assert cost is not None
    assert (cost.seconds, cost.work) == (50, 50)
    assert cost.how.endswith("ended by the wall time")


def test_without_a_time_there_is_no_estimate() -> None:
    assert estimate(make_trials(), 10) is None
    assert estimate(timed([np.nan] * 5), 10) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.42, "0.42 s"), (12.4, "12 s"), (200, "3.3 min"), (9000, "2.5 h"), (259_200, "3 d")]
)
def test_a_time_reads_in_few_characters(seconds: float, text: str) -> None:
    assert time_text(seconds) == text
