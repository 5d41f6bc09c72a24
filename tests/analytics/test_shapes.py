"""Scale, step, categories, condition, default and value lists, typed into the table old → new."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analytics.columns import Level
from analytics.edits import edit, toggle
from analytics.refine import choose, refine
from analytics.refinement import Origin, RefineError, Refinement
from analytics.respace import refined_space
from analytics.shapes import condition_text
from analytics.stored import from_json, to_json
from tests.analytics.studies import make_trials


@pytest.fixture
def table() -> Refinement:
    return refine(make_trials(), {"dropout": [[0.1, 0.4]]})


def typed(table: Refinement, *cells: tuple[str, str, str]) -> Refinement:
    for name, field, value in cells:
        table = edit(table, name, field, value)
    return table


def entry(table: Refinement, name: str) -> Any:
    return refined_space(table)[0].to_json()[name]


def test_a_scale_can_be_changed_both_ways(table: Refinement) -> None:
    new = typed(table, ("dropout", "log", "log"), ("lr", "log", "linear"), ("layers", "log", "log"))
    assert entry(new, "dropout") == {"type": "float", "low": 0.1, "high": 0.4, "log": True, "step": None}
    assert (entry(new, "lr")["log"], entry(new, "lr")["default"]) == (False, 1e-3)
    assert entry(new, "layers") == {"type": "int", "low": 1, "high": 8, "log": True, "step": 1}


def test_a_log_scale_waits_for_a_low_above_zero(table: Refinement) -> None:
    waiting = typed(table, ("dropout", "low", "0"), ("dropout", "log", "log"))
    assert waiting.problems == ["hyperparameter 'dropout': the scale is log; expected a low above 0, not 0"]
    assert waiting["dropout"].draft == {"log": "log"}
    done = edit(waiting, "dropout", "low", "1e-3")
    assert done.problems == []
    assert entry(done, "dropout")["log"]


def test_an_offer_at_zero_is_refused_on_a_log_scale(table: Refinement) -> None:
    logged = edit(table, "dropout", "log", "log")
    with pytest.raises(RefineError, match="'dropout': the range begins at 0; expected one above 0, since its scale is"):
        choose(logged, "dropout", Origin.KEPT)


def test_a_step_counts_from_the_low_and_ends_the_range_on_it(table: Refinement) -> None:
    stepped = edit(table, "dropout", "step", "0.2")
    assert entry(stepped, "dropout") == {"type": "float", "low": 0.1, "high": 0.3, "log": False, "step": 0.2}
    assert entry(edit(stepped, "dropout", "low", "0.05"), "dropout")["high"] == 0.25
    assert entry(choose(stepped, "dropout", Origin.KEPT), "dropout")["high"] == 0.4
    assert entry(edit(stepped, "dropout", "step", ""), "dropout")["step"] is None
    assert entry(edit(table, "layers", "step", "3"), "layers") == {
        "type": "int", "low": 1, "high": 7, "log": False, "step": 3,
    }  # fmt: skip


def test_categories_can_be_added_and_then_removed_again(table: Refinement) -> None:
    more = edit(table, "optimizer", "more", "lion, 'a, b'")
    assert more["optimizer"].new.choices == ("adam", "sgd", "rmsprop", "lion", "a, b")
    assert toggle(more, "optimizer", 3)["optimizer"].new.choices == ("adam", "sgd", "rmsprop", "a, b")
    assert entry(more, "optimizer")["choices"] == ["adam", "sgd", "rmsprop", "lion", "a, b"]


def test_a_condition_can_be_set_changed_and_taken_off(table: Refinement) -> None:
    assert condition_text(table["momentum"].kind) == "optimizer = sgd, rmsprop"
    one = edit(table, "momentum", "when", "optimizer = sgd; layers = 2, 3")
    assert entry(one, "momentum")["when"] == {"optimizer": ["sgd"], "layers": [2, 3]}
    assert condition_text(one["momentum"].kind) == "optimizer = sgd; layers = 2, 3"
    assert "when" not in entry(edit(one, "momentum", "when", ""), "momentum")


def test_a_default_may_lie_outside_the_new_range(table: Refinement) -> None:
    assert entry(edit(table, "dropout", "default", "0.9"), "dropout")["default"] == 0.9
    assert entry(edit(table, "optimizer", "default", "plain"), "optimizer")["default"] == "plain"
    assert "default" not in entry(edit(table, "lr", "default", ""), "lr")


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("units", "16:256:*2", (16, 32, 64, 128, 256)),
        ("dropout", "0.1:0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("lr", "1e-5:1e-1:log5", (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)),
        ("optimizer", "sgd, adam", ("adam", "sgd")),
        ("batch", "20, 40", (20, 40)),
        ("lr", " ", ()),
    ],
)
def test_a_list_of_values_is_kept_beside_the_range(
    table: Refinement, name: str, text: str, values: tuple[Level, ...]
) -> None:
    listed = edit(table, name, "values", text)
    assert listed[name].values == values
    assert listed[name].new == table[name].new


@pytest.mark.parametrize(
    ("name", "field", "text", "sentence"),
    [
        ("lr", "log", "cubic", "hyperparameter 'lr': the scale is 'cubic'; expected linear or log"),
        ("optimizer", "log", "log", "hyperparameter 'optimizer': the scale is 'log'; expected no scale of a category"),
        ("lr", "step", "2", "hyperparameter 'lr': step is '2'; expected none, since its scale is log"),
        ("dropout", "step", "0", "hyperparameter 'dropout': step is '0'; expected a number above 0"),
        ("layers", "step", "0.5", "hyperparameter 'layers': step is '0.5'; expected a whole number"),
        ("lr", "more", "x", "hyperparameter 'lr' is a number; expected no categories to add"),
        (
            "optimizer",
            "more",
            "sgd",
            "hyperparameter 'optimizer': the category to add is 'sgd', which is there already; expected a new one",
        ),
        (
            "momentum",
            "when",
            "optimiser = sgd",
            "hyperparameter 'momentum': the condition is 'optimiser = sgd'; expected NAME = VALUE, NAME of lr, "
            "dropout, layers, units, batch, optimizer",
        ),
        (
            "momentum",
            "when",
            "optimizer",
            "hyperparameter 'momentum': the condition is 'optimizer'; expected NAME = VALUE, VALUE …",
        ),
        (
            "momentum",
            "when",
            "optimizer = lion",
            "hyperparameter 'momentum': the condition is 'optimizer = lion'; hyperparameter 'optimizer': the value is "
            "'lion'; expected one of adam, sgd, rmsprop",
        ),
        (
            "optimizer",
            "when",
            "momentum = 0.9",
            "hyperparameter 'optimizer' depends on itself; expected the name of another hyperparameter, and not in a "
            "circle",
        ),
        ("dropout", "default", "some", "hyperparameter 'dropout': the default is 'some'; expected a number"),
        ("units", "values", "16:256", "hyperparameter 'units': '16:256' has 2 parts; expected FROM:TO:STEP, as in "
         "0.1:0.5:0.1"),
        (
            "lr",
            "values",
            "0, 1e-3",
            "hyperparameter 'lr': a value of its list is '0.0'; expected a number above 0, since its scale is log",
        ),
        (
            "optimizer",
            "values",
            "adam, lion",
            "hyperparameter 'optimizer': a value of its list is 'lion'; expected one of adam, sgd, rmsprop",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_stays_in_its_cell_with_a_sentence(
    table: Refinement, name: str, field: str, text: str, sentence: str
) -> None:
    edited = edit(table, name, field, text)
    assert edited.problems == [sentence]
    assert edited[name].draft == {field: text}
    assert (edited[name].new, edited[name].kind) == (table[name].new, table[name].kind)


def test_two_faults_of_a_row_both_stay_marked(table: Refinement) -> None:
    wrong = typed(table, ("lr", "low", "much"), ("lr", "when", "nothing"))
    assert set(wrong["lr"].draft) == {"low", "when"}
    right = typed(wrong, ("lr", "when", ""), ("lr", "low", "1e-4"))
    assert right.problems == []


def test_what_was_typed_survives_its_way_through_the_page(table: Refinement) -> None:
    cells = (
        ("dropout", "log", "log"),
        ("layers", "step", "3"),
        ("optimizer", "more", "inf, lion"),
        ("momentum", "when", "optimizer = inf"),
        ("units", "values", "16:256:*2"),
        ("optimizer", "values", "lion, inf"),
        ("units", "default", "64"),
    )
    busy = typed(table, *cells)
    assert busy.problems == []
    travelled = json.loads(json.dumps(to_json(busy), allow_nan=False))
    assert from_json(travelled, make_trials().space) == busy
