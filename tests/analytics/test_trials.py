"""The one table: which rows may compete, and how it looks to pandas."""

from __future__ import annotations

import math

import pandas as pd

from analytics.columns import Role, State, category_column
from analytics.trials import HISTORY_COLUMNS, Metric, Trials, study_id
from tests.analytics.studies import make_trials


def test_a_study_id_is_twelve_hex_digits_of_source_and_own_id() -> None:
    assert study_id("results.db", "1") == study_id("results.db", "1")
    assert len({study_id("results.db", "1"), study_id("results.db", "2"), study_id("other.db", "1")}) == 3
    assert len(study_id("", "")) == 12
    assert int(study_id("results.db", "1"), 16) >= 0


def test_only_completed_rows_at_their_highest_budget_compete() -> None:
    trials = make_trials()
    assert trials.comparable().tolist() == [True] * 4 + [False]
    low_budget = category_column("final", [True, False, True, True, True], Role.ROW)
    mixed = Trials(trials.study, {**trials.columns, "final": low_budget}, trials.space, trials.metrics)
    assert mixed.comparable().tolist() == [True, False, True, True, False]
    assert (trials.best(), mixed.best()) == (1, 2)


def test_best_follows_the_direction_and_needs_one() -> None:
    trials = make_trials()
    assert trials.best(Metric("accuracy", "minimize")) == 3
    assert trials.best(Metric("accuracy")) is None
    empty = make_trials(accuracy=[math.nan] * 5)
    assert empty.best() is None


def test_states_are_a_column() -> None:
    assert make_trials().in_state(State.PRUNED, State.FAILED).tolist() == [False] * 4 + [True]


def test_the_frame_has_our_columns_then_hyperparameters_then_metrics() -> None:
    trials = make_trials()
    assert list(trials.frame.columns) == ["number", "state", "final", *trials.space, "accuracy"]
    assert trials.params == list(trials.space)
    assert trials.frame["optimizer"].tolist()[:2] == ["adam", "sgd"]
    assert trials.frame["momentum"].isna().sum() == 2
    assert trials.objective == Metric("accuracy", "maximize", objective=True)


def test_a_study_without_history_gives_an_empty_table() -> None:
    history = make_trials().load_history([1, 2])
    assert isinstance(history, pd.DataFrame)
    assert tuple(history.columns) == HISTORY_COLUMNS
    assert history.empty
