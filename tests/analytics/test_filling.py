"""A proposed space in the table old → new: each entry with its reason, what cannot be in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.filling import filled
from analytics.refine import refine
from analytics.refinement import Origin, Refinement
from analytics.respace import describe, refined_space
from tests.analytics.studies import make_trials


@pytest.fixture
def table() -> Refinement:
    return refine(make_trials(), {})


@pytest.mark.parametrize(
    ("name", "entry", "words"),
    [
        ("lr", {"low": 1e-4, "high": 1e-2}, "1e-4 … 1e-2"),
        ("lr", {"fix": 0.01}, "1e-2"),
        ("layers", {"low": 2, "high": 40}, "2 … 40"),
        ("optimizer", {"fix": "sgd"}, "sgd"),
        ("optimizer", {"choices": ["sgd", "lion"]}, "sgd, lion"),
        ("warmup", {"type": "int", "low": 0, "high": 9}, "0 … 9"),
    ],
)
def test_an_entry_becomes_the_range_of_its_row(table: Refinement, name: str, entry: dict[str, Any], words: str) -> None:
    made, refused = filled(table, {name: entry}, "The best lie there.")
    assert refused == []
    assert describe(refined_space(made)[0][name]) == words
    assert made[name].new.note == "The best lie there."


def test_whole_entries_change_scale_and_step(table: Refinement) -> None:
    space = {name: row.old.to_json() for name, row in ((row.name, row) for row in table.rows)}
    assert refined_space(filled(table, space, "as it was")[0])[0].to_json() == refined_space(table)[0].to_json()
    made, _ = filled(table, {"lr": {**space["lr"], "log": False}}, "why")
    assert not refined_space(made)[0]["lr"].log
    assert made["lr"].new.origin is Origin.SUGGESTED


@pytest.mark.parametrize(
    ("space", "sentence"),
    [
        ({"lr": {"low": -1}}, "hyperparameter 'lr': low is '-1'; expected a number above 0, since its scale is log."),
        ({"optimizer": {"fix": "lion"}}, "hyperparameter 'optimizer': the fixed value is 'lion'; expected one of"),
        ({"other": {"fix": 3}}, "hyperparameter 'other': type is None; expected float, int or categorical."),
        ({"lr": 3}, "hyperparameter 'lr': 3 is no range; expected low and high, choices, or fix."),
    ],
)
def test_what_cannot_be_is_said_and_the_rest_applies(table: Refinement, space: dict[str, Any], sentence: str) -> None:
    made, refused = filled(table, {**space, "layers": {"fix": 3}}, "why")
    assert [text.startswith(sentence) for text in refused] == [True]
    assert describe(refined_space(made)[0]["layers"]) == "3"
