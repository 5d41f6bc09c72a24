"""What Confirm takes from the page: which trials, how many, and whether unseen data can be had."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.confirming import ConfirmError, confirms, to_spec
from analytics.settings import SettingError
from callbacks import confirming
from components.confirmation import unseen_metrics, which_text
from tests.analytics.studies import make_trials, spec_of

SELECTION: dict[str, Any] = {"total": 9, "selected": 3, "study": {"a": [4, 2, 7], "b": None}}
PINS = [{"study": "a", "number": 1}, {"study": "b", "number": 5}, {"study": "a", "number": 8}]


def test_trials_are_those_of_the_study_the_selection_or_the_pins() -> None:
    assert confirming.candidates("a", "study", PINS, SELECTION) is None
    assert confirming.candidates("a", "pinned", PINS, SELECTION) == [1, 8]
    assert confirming.candidates("a", "selected", PINS, SELECTION) == [4, 2, 7]
    assert confirming.candidates("c", "selected", PINS, SELECTION) == []
    with pytest.raises(ConfirmError, match="more than 5,000 trials are selected"):
        confirming.candidates("b", "selected", PINS, SELECTION)


@pytest.mark.parametrize("typed", ["", None, "0", "-1", "2.5", "many", "101", "١٠١"])
def test_a_count_that_cannot_be_is_refused_in_a_sentence(typed: str | None) -> None:
    with pytest.raises(SettingError, match=r"setting 'k' is .*; expected a whole number from 1 to 100"):
        confirming.read_count("k", typed)


def test_unseen_data_is_offered_where_the_objective_has_it() -> None:
    images = {**spec_of(), "objective": {"type": "builtin", "target": "images"}}
    trials = make_trials(spec=images)
    assert confirming.unseen_twins(trials)["val_accuracy"] == "test_accuracy"
    assert confirming.unseen_twins(make_trials(spec=spec_of())) == {}
    assert confirming.unseen_twins(make_trials()) == {}
    assert confirming.unseen_twin(trials) is None, "the twin is that of the objective, here 'accuracy'"


def test_what_was_measured_on_unseen_data_is_told_first() -> None:
    twins = {"val_accuracy": "test_accuracy"}
    assert unseen_metrics(twins, ["val_accuracy", "test_accuracy"], "val_accuracy") == ["test_accuracy", "val_accuracy"]
    assert unseen_metrics(twins, ["val_accuracy"], "val_accuracy") == ["val_accuracy"]


def test_the_page_says_which_trials_would_be_trained() -> None:
    assert which_text([3, 1], 2) == "Trials 3, 1, the best first."
    assert which_text([3], 5) == "Trial 3. There is only 1."
    assert which_text([], 5) == "No completed trial is among them."


def test_a_list_of_what_the_search_never_tried_confirms_nothing() -> None:
    search = make_trials(spec=spec_of())
    ran = to_spec(search, [int(search.numbers[0])], 1, "again")
    assert confirms(make_trials(spec=ran), search)
    fresh = [{**ran["configurations"][0], "lr": 0.123456}]
    assert not confirms(make_trials(spec={**ran, "configurations": fresh}), search)
    assert not confirms(search, search)
