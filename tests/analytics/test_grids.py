"""What a grid search tries of each hyperparameter."""

from __future__ import annotations

from typing import Any

from analytics.columns import State
from analytics.edits import edit
from analytics.grids import grid_values, holding, values_text
from analytics.refine import refine
from analytics.refinement import Refinement
from analytics.shapes import typed_values
from analytics.space import parse_hyperparameter
from analytics.specs import to_spec
from tests.analytics.studies import make_trials, spec_of

GRID = {"algorithm": {"name": "grid"}, "metrics": {"accuracy": "maximize"}}


def table(**entries: dict[str, Any]) -> Refinement:
    return refine(make_trials(entries, [{}], [0.5], [State.COMPLETE]), {})


def test_without_a_list_up_to_five_values_lie_evenly_on_the_own_scale() -> None:
    made = refine(make_trials(), {})
    assert grid_values(made["lr"]) == (1e-5, 0.0001778, 0.003162, 0.05623, 1.0)
    assert grid_values(made["dropout"]) == (0.0, 0.125, 0.25, 0.375, 0.5)
    assert grid_values(made["layers"]) == (1, 3, 5, 6, 8)
    assert grid_values(made["units"]) == (16, 32, 64, 128, 256)
    assert grid_values(made["optimizer"]) == ("adam", "sgd", "rmsprop")


def test_few_values_are_all_tried_and_steps_are_kept() -> None:
    made = table(
        few={"type": "int", "low": 2, "high": 4},
        steps={"type": "float", "low": 0.1, "high": 0.9, "step": 0.1},
        one={"type": "float", "low": 0.3, "high": 0.3},
    )
    assert grid_values(made["few"]) == (2, 3, 4)
    assert grid_values(made["steps"]) == (0.1, 0.3, 0.5, 0.7, 0.9)
    assert grid_values(made["one"]) == (0.3,)


def test_what_an_empty_cell_stands_for_can_be_typed() -> None:
    made = refine(make_trials(), {})
    for row in made.rows:
        assert typed_values(row, values_text(row)) == grid_values(row)


def test_a_spec_of_a_grid_has_the_lists_and_ranges_that_hold_them() -> None:
    trials = make_trials(spec=spec_of())
    made = edit(edit(refine(trials, {"optimizer": ["sgd"]}), "batch", "values", "20, 300"), "lr", "values", "1e-3")
    spec = to_spec(trials, made, GRID, "new")
    assert spec["grids"]["batch"] == [20, 300]
    assert spec["grids"]["optimizer"] == ["sgd"]
    assert spec["space"]["batch"] == {"type": "int", "low": 20, "high": 300, "log": False, "step": 1}
    assert (spec["space"]["lr"]["low"], spec["space"]["lr"]["high"]) == (1e-3, 1e-3)
    assert set(spec["grids"]) == set(spec["space"])
    assert "grids" not in to_spec(trials, made, {"algorithm": {"name": "tpe"}}, "new")


def test_a_range_holds_its_list() -> None:
    h = parse_hyperparameter("x", {"type": "float", "low": 0.1, "high": 1.0, "step": 0.1})
    assert holding(h, [0.25, 0.7]).bounds == (0.25, 0.7)
    category = parse_hyperparameter("c", {"type": "categorical", "choices": ["a", "b", "c"]})
    assert holding(category, ["c", "a"]).choices == ("c", "a")
