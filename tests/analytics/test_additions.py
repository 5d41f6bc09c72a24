"""Hyperparameters that are added to a refined space, and taken out of it."""

from __future__ import annotations

import json

import pytest

from analytics.additions import Addition, AdditionError, add, carried, remove, restore
from analytics.edits import edit
from analytics.refine import refine
from analytics.refinement import RefineError, Refinement
from analytics.respace import changes, refined_space
from analytics.stored import from_json, to_json
from tests.analytics.studies import make_trials


@pytest.fixture
def table() -> Refinement:
    return refine(make_trials(), {})


def test_an_added_hyperparameter_declares_what_earlier_trials_had(table: Refinement) -> None:
    longer = add(table, Addition("warmup", "int", "0 : 10", default="0", when="optimizer = sgd"))
    assert refined_space(longer)[0].to_json()["warmup"] == {
        "type": "int", "low": 0, "high": 10, "log": False, "step": 1, "when": {"optimizer": ["sgd"]}, "default": 0,
    }  # fmt: skip
    assert changes(make_trials().space, refined_space(longer)[0]) == ["warmup 0 … 10 (new)"]


@pytest.mark.parametrize("text", ["1e-3:0.1", "1e-3 … 0.1", "1e-3 to 0.1", "1e-3, 0.1", "1e-3..0.1"])
def test_a_range_is_typed_as_people_write_it(table: Refinement, text: str) -> None:
    assert add(table, Addition("new", "float, log", text))["new"].new.low == 1e-3


def test_an_added_hyperparameter_is_edited_like_the_others(table: Refinement) -> None:
    longer = add(table, Addition("act", "category", "relu, tanh", default="elu"))
    edited = edit(edit(longer, "act", "more", "gelu"), "act", "fixed", "gelu")
    assert edited["act"].new.choices == ("gelu",)
    child = edit(longer, "momentum", "when", "act = relu")
    assert refined_space(child)[0].to_json()["momentum"]["when"] == {"act": ["relu"]}


def test_every_field_that_cannot_be_has_its_sentence(table: Refinement) -> None:
    with pytest.raises(AdditionError) as caught:
        add(table, Addition("lr", "int", "0 : 0.5", default="x", when="y"))
    assert caught.value.problems == {
        "name": "'lr' is in the table already; expected a new name",
        "range": "hyperparameter 'lr': high is '0.5'; expected a whole number",
    }
    with pytest.raises(AdditionError) as caught:
        add(table, Addition(" ", "float", "0 : 1", default="x", when="y = 1"))
    assert set(caught.value.problems) == {"name", "default", "when"}


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("float", "1", "the range is '1'; expected LOW : HIGH, as in 0 : 0.5"),
        ("float", "1 : 0", "the range is '1 : 0'; expected the lower bound first"),
        ("float, log", "0 : 1", "hyperparameter 'x': low is '0'; expected a number above 0, since its scale is log"),
        ("category", "", "the categories are ''; expected different ones, as in relu, tanh"),
        ("category", "a, a", "the categories are 'a, a'; expected different ones, as in relu, tanh"),
        ("tensor", "1", "the kind is 'tensor'; expected one of float; float, log; int; int, log; category"),
    ],
)
def test_a_range_that_cannot_be_is_said(table: Refinement, kind: str, text: str, sentence: str) -> None:
    with pytest.raises(AdditionError) as caught:
        add(table, Addition("x", kind, text))
    assert caught.value.problems == {"range": sentence}


def test_a_removed_hyperparameter_takes_its_children_with_it_and_comes_back(table: Refinement) -> None:
    gone = remove(table, "optimizer")
    space, dropped = refined_space(gone)
    assert "optimizer" not in space
    assert dropped == {"momentum": "drops out: it needs optimizer = sgd, rmsprop, and optimizer drops out"}
    assert refined_space(restore(gone, "optimizer"))[0] == refined_space(table)[0]
    with pytest.raises(RefineError, match="'depth' is not in the search space"):
        remove(table, "depth")


def test_an_added_one_goes_for_good(table: Refinement) -> None:
    longer = add(table, Addition("x", "float", "0 : 1"))
    assert remove(longer, "x") == table


def test_a_fault_in_a_removed_row_stands_in_nobodys_way(table: Refinement) -> None:
    wrong = edit(table, "lr", "low", "x")
    assert "lr" not in refined_space(remove(wrong, "lr"))[0]


def test_refining_again_keeps_what_was_added_removed_and_reshaped(table: Refinement) -> None:
    before = edit(remove(add(table, Addition("x", "float", "0 : 1")), "batch"), "dropout", "when", "layers = 2")
    after = carried(before, refine(make_trials(), {"lr": [[1e-4, 1e-2]], "dropout": [[0.1, 0.2]]}))
    assert (after["lr"].new.low, after["dropout"].new.low) == (1e-4, 0.1)
    assert after["batch"].removed
    assert after["x"].added
    assert refined_space(after)[0]["dropout"].when == {"layers": (2,)}
    other = refine(make_trials(study="bbbbbbbbbbbb"), {})
    assert carried(before, other) == other


def test_additions_survive_their_way_through_the_page(table: Refinement) -> None:
    busy = add(remove(table, "lr"), Addition("c", "category", "1, '1', inf, null", default="inf", when="layers = 2"))
    assert from_json(json.loads(json.dumps(to_json(busy), allow_nan=False)), make_trials().space) == busy
