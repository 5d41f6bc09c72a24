"""Typing into the table old → new: what cannot be is said in a sentence, and nothing else is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analytics.columns import State
from analytics.edits import edit, summary, toggle
from analytics.refine import choose, refine, split
from analytics.refinement import Origin, RefineError, Refinement
from analytics.stored import from_json, to_json
from tests.analytics.studies import make_trials


@pytest.fixture
def table() -> Refinement:
    return refine(make_trials(), {"lr": [[1e-4, 1e-2]], "optimizer": ["adam", "sgd"]})


def test_typed_bounds_are_taken(table: Refinement) -> None:
    edited = edit(edit(table, "lr", "low", " 3e-4 "), "lr", "high", "0.5")
    assert (edited["lr"].new.low, edited["lr"].new.high) == (3e-4, 0.5)
    assert edited["lr"].new.origin is Origin.TYPED
    assert edited["optimizer"] == table["optimizer"]


def test_bounds_may_be_typed_beyond_the_old_ones(table: Refinement) -> None:
    assert edit(table, "layers", "high", "12")["layers"].new.high == 12
    assert edit(table, "batch", "high", "160")["batch"].new.high == 160


def test_an_empty_cell_goes_back_to_the_old_bound(table: Refinement) -> None:
    assert edit(table, "lr", "low", "")["lr"].new.low == 1e-5
    assert edit(edit(table, "lr", "fixed", "1e-3"), "lr", "fixed", "")["lr"].new.origin is Origin.KEPT


def test_a_typed_value_fixes(table: Refinement) -> None:
    assert edit(table, "layers", "fixed", "3")["layers"].new.fixed
    assert edit(table, "optimizer", "fixed", "rmsprop")["optimizer"].new.choices == ("rmsprop",)


@pytest.mark.parametrize(
    ("name", "field", "value", "sentence"),
    [
        ("lr", "low", "0.1", "hyperparameter 'lr': low 0.1 is above high 0.01; expected low ≤ high"),
        ("lr", "low", "0", "hyperparameter 'lr': low is '0'; expected a number above 0, since its scale is log"),
        ("lr", "low", "-1", "hyperparameter 'lr': low is '-1'; expected a number above 0, since its scale is log"),
        (
            "lr",
            "high",
            "much",
            "hyperparameter 'lr': high is 'much'; expected a number above 0, since its scale is log",
        ),
        ("dropout", "low", "nan", "hyperparameter 'dropout': low is 'nan'; expected a number"),
        ("dropout", "high", "inf", "hyperparameter 'dropout': high is 'inf'; expected a number"),
        ("dropout", "high", True, "hyperparameter 'dropout': high is 'True'; expected a number"),
        ("layers", "low", "2.5", "hyperparameter 'layers': low is '2.5'; expected a whole number"),
        ("layers", "fixed", "two", "hyperparameter 'layers': the fixed value is 'two'; expected a whole number"),
        (
            "batch",
            "low",
            "20",
            "hyperparameter 'batch': low is 20; expected 16 plus a multiple of its step 16",
        ),
        (
            "optimizer",
            "choices",
            [],
            "hyperparameter 'optimizer': no category is left; expected at least one of adam, sgd, rmsprop",
        ),
        (
            "optimizer",
            "choices",
            ["lion"],
            "hyperparameter 'optimizer': category 'lion' is new; expected some of adam, sgd, rmsprop",
        ),
        (
            "optimizer",
            "fixed",
            "lion",
            "hyperparameter 'optimizer': the fixed value is 'lion'; expected one of adam, sgd, rmsprop",
        ),
        ("optimizer", "low", "1", "hyperparameter 'optimizer' is a category; expected categories, not a bound"),
        (
            "lr",
            "choices",
            ["a"],
            "hyperparameter 'lr' is a number; expected a low and a high bound, not categories",
        ),
    ],
)
def test_input_that_cannot_be_is_said_in_a_sentence_and_changes_nothing_else(
    table: Refinement, name: str, field: str, value: Any, sentence: str
) -> None:
    edited = edit(table, name, field, value)
    assert edited.problems == [sentence]
    assert edited[name].draft == {field: value}
    assert edited[name].new == table[name].new
    assert [row for row in edited.rows if row.name != name] == [row for row in table.rows if row.name != name]


def test_bounds_can_be_moved_past_each_other_one_after_the_other(table: Refinement) -> None:
    edited = edit(edit(table, "lr", "low", "0.1"), "lr", "high", "0.5")
    assert edited.problems == []
    assert (edited["lr"].new.low, edited["lr"].new.high) == (0.1, 0.5)


def test_taking_an_offer_clears_what_was_wrong(table: Refinement) -> None:
    wrong = edit(table, "lr", "low", "text")
    assert choose(wrong, "lr", Origin.KEPT).problems == []


def test_categories_are_toggled_in_their_old_order(table: Refinement) -> None:
    edited = toggle(toggle(table, "optimizer", 0), "optimizer", 2)
    assert edited["optimizer"].new.choices == ("sgd", "rmsprop")
    none = toggle(toggle(edited, "optimizer", 1), "optimizer", 2)
    assert "no category is left" in none.problems[0]
    assert toggle(none, "optimizer", 0)["optimizer"].new.choices == ("adam",)


def test_a_field_or_category_that_is_not_there_is_named(table: Refinement) -> None:
    fields = "log, step, more, when, default, values, low, high, fixed, choices"
    with pytest.raises(RefineError, match=f"'lr' has no field 'middle'; expected one of {fields}"):
        edit(table, "lr", "middle", "1e-3")
    with pytest.raises(RefineError, match="'optimizer' has no category number 3; expected 0 to 2"):
        toggle(table, "optimizer", 3)


def test_the_table_survives_its_way_through_the_page(table: Refinement) -> None:
    busy = split(toggle(edit(table, "layers", "low", "text"), "optimizer", 0), "lr", True)
    travelled = json.loads(json.dumps(to_json(busy), allow_nan=False))
    assert from_json(travelled, make_trials().space) == busy


def test_categories_that_json_confuses_keep_their_type() -> None:
    space = {"c": {"type": "categorical", "choices": [1.0, True, "1", None, float("inf")]}}
    trials = make_trials(space, [{"c": True}], [0.5], [State.COMPLETE])
    table = toggle(refine(trials, {}), "c", 2)
    back = from_json(json.loads(json.dumps(to_json(table), allow_nan=False)), trials.space)
    assert [type(choice) for choice in back["c"].new.choices] == [float, bool, type(None), float]


def test_a_table_of_a_space_that_changed_is_refused() -> None:
    other = make_trials({"lr": {"type": "float", "low": 0.0, "high": 1.0}}, [{}], [0.5], [State.COMPLETE])
    with pytest.raises(
        RefineError, match="the study's search space has changed \\('dropout'\\); expected the one refined"
    ):
        from_json(to_json(refine(make_trials(), {})), other.space)


def test_the_new_range_reads_as_words(table: Refinement) -> None:
    assert summary(table["lr"]) == "1e-4 … 1e-2"
    assert summary(table["optimizer"]) == "adam, sgd"
    assert summary(edit(table, "layers", "fixed", "3")["layers"]) == "3"
