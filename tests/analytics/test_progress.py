"""How far a running study is, and how long it takes still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analytics.columns import Kind, Role, State, number_column
from analytics.progress import Budget, by_reason, planned_trials, read_run, running_trials, standing, time_left
from analytics.text import duration_text
from analytics.trials import Trials
from tests.analytics.studies import make_trials, spec_of

SPACE = {"lr": {"type": "float", "low": 0.0, "high": 1.0}}
NAN = math.nan


def running(
    states: Sequence[State],
    times: Sequence[tuple[float, float]],
    accuracy: Sequence[float] | None = None,
    **budget: Any,
) -> Trials:
    spec = {**spec_of(SPACE), "budget": budget, "workers": 2}
    values = accuracy or [0.5 if state is State.COMPLETE else NAN for state in states]
    made = make_trials(SPACE, [{"lr": 0.1}] * len(states), values, states, spec=spec)
    start, end = ([pair[i] for pair in times] for i in (0, 1))
    columns = {
        "start": number_column("start", start, Role.ROW, Kind.TIME),
        "end": number_column("end", end, Role.ROW, Kind.TIME),
    }
    return replace(made, columns={**made.columns, **columns})


def test_time_left_is_the_rest_at_the_pace_of_the_last_trials() -> None:
    states = [State.COMPLETE] * 3 + [State.RUNNING]
    trials = running(states, [(0, 10), (10, 22), (22, 32), (32, NAN)])
    left = time_left(trials, Budget(trials=10, workers=2), now=36)
    assert left is not None
    assert (left.trials, left.median, left.recent) == (6, 10, 3)
    assert left.seconds == (6 * 10 + 6) / 2


def test_only_the_last_twenty_trials_set_the_pace() -> None:
    times = [(float(i * 10), i * 10 + (9.0 if i < 20 else 1.0)) for i in range(40)]
    left = time_left(running([State.COMPLETE] * 40, times), Budget(trials=50), now=500)
    assert left is not None
    assert (left.median, left.recent, left.seconds) == (1.0, 20, 10.0)


def test_a_budget_of_time_ends_what_trials_would_not() -> None:
    trials = running([State.COMPLETE] * 2, [(0, 10), (10, 20)])
    left = time_left(trials, Budget(trials=1000, seconds=50), now=20)
    assert left is not None
    assert (left.by_clock, left.seconds) == (True, 30)
    resumed = time_left(trials, Budget(seconds=50), now=1000, spent=30)
    assert resumed is not None
    assert resumed.seconds == 20, "a pause costs nothing"
    open_end = time_left(trials, Budget(seconds=50), now=45)
    assert open_end is not None
    assert (open_end.by_clock, open_end.seconds, open_end.trials) == (True, 5, None)


def test_nothing_is_estimated_before_the_first_trial_ends() -> None:
    assert time_left(running([State.RUNNING], [(0, NAN)]), Budget(trials=10), now=5) is None
    assert time_left(running([State.FAILED], [(0, 1)]), Budget(trials=10), now=5) is None


def test_the_best_stands_against_the_target() -> None:
    states = [State.COMPLETE, State.COMPLETE, State.PRUNED, State.COMPLETE]
    trials = running(states, [(0, 1)] * 4, [0.6, 0.8, 0.99, 0.9])
    metric = trials.metrics["accuracy"]
    reached = standing(trials, metric, 0.75)
    assert (reached.best, reached.number, reached.reached) == (0.9, 3, 1)
    short = standing(trials, metric, 0.95)
    assert (short.best, short.reached) == (0.9, None), "a pruned trial reaches nothing"
    assert standing(running([State.FAILED], [(0, 1)]), metric, 0.5).best is None


def test_a_running_trial_shows_its_last_report() -> None:
    rows = [(1, 1, "accuracy", 0.2), (1, 2, "accuracy", 0.4), (1, 2, "loss", 3.0)]
    trials = running([State.COMPLETE, State.RUNNING, State.RUNNING], [(0, 1), (1, NAN), (2, NAN)], trials=9, steps=5)
    history = pd.DataFrame(rows, columns=["number", "step", "metric", "value"])
    one, other = running_trials(replace(trials, load_history=lambda _numbers: history), now=4)
    assert (one.number, one.seconds, one.step, one.steps, one.metric, one.value) == (1, 3, 2, 5, "accuracy", 0.4)
    assert (other.number, other.step, other.value) == (2, None, None)


def test_a_run_gathers_it_all() -> None:
    states = [State.COMPLETE, State.FAILED, State.FAILED, State.RUNNING]
    trials = running(states, [(0, 4), (4, 5), (5, 6), (6, NAN)], trials=8)
    run = read_run(trials, targets={"accuracy": 0.4}, reasons={1: "x", 2: "x"}, now=8, going=True)
    assert (run.done, run.failed, run.planned, len(run.running)) == (3, 2, 8, 1)
    assert run.standings[0].reached == 0
    assert run.left is not None
    again = read_run(trials, targets={}, reasons={}, now=8, going=True, repeated=2)
    assert again.planned == 10, "what only repeats a trial comes on top"
    ended = read_run(trials, targets={}, reasons={}, now=8, going=False)
    assert (ended.left, ended.running) == (None, ())


def test_failures_are_told_by_reason_the_most_frequent_first() -> None:
    assert by_reason({3: "out of memory", 1: "nan", 2: "out of memory"}) == [("out of memory", [2, 3]), ("nan", [1])]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3.14, "3.1 s"), (45, "45 s"), (720, "12 min"), (11_100, "3 h 5 min"), (7200, "2 h"), (187_200, "2 d 4 h")],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_list_of_configurations_is_a_budget_and_repeats_multiply_it() -> None:
    assert planned_trials({"budget": {"trials": 40}}) == 40
    assert planned_trials({"configurations": [{}, {}, {}], "repeats": 5, "budget": {"steps": 3}}) == 15
    assert planned_trials({"configurations": [{}, {}, {}], "budget": {"trials": 2}}) == 2
    assert planned_trials({"budget": {"seconds": 60}}) is None
