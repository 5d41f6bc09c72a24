"""The space that a table stands for: conditions follow their parents, and a spec takes the original names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from analytics.columns import State
from analytics.edits import edit
from analytics.refine import choose, refine
from analytics.refinement import Origin, RefineError, Refinement
from analytics.respace import changes, refined_space
from analytics.space import parse_space
from analytics.specs import free_name, suggest_name, to_spec, variant_names
from tests.analytics.studies import SPACE, make_trials, spec_of


def refined(brushes: Mapping[str, Any]) -> dict[str, Any]:
    return refined_space(refine(make_trials(), brushes))[0].to_json()


def table(space: Mapping[str, Any], brushes: Mapping[str, Any]) -> Refinement:
    return refine(make_trials(space, [{}], [0.5], [State.COMPLETE]), brushes)


def test_kind_scale_and_step_stay() -> None:
    space = refined({"lr": [[1e-4, 1e-2]], "units": [[20, 100]], "batch": [[20, 100]], "dropout": [[0.1, 0.2]]})
    assert space["lr"] == {"type": "float", "low": 1e-4, "high": 1e-2, "log": True, "step": None, "default": 1e-3}
    assert space["units"] == {"type": "int", "low": 20, "high": 100, "log": True, "step": 1}
    assert space["batch"] == {"type": "int", "low": 32, "high": 96, "log": False, "step": 16}
    assert space["dropout"] == {"type": "float", "low": 0.1, "high": 0.2, "log": False, "step": None}


def test_a_float_with_steps_stays_on_its_grid_without_a_warning() -> None:
    space = {"x": {"type": "float", "low": 0.1, "high": 1.0, "step": 0.1}}
    entry = refined_space(table(space, {"x": [[0.25, 0.75]]}))[0].to_json()["x"]
    assert (entry["low"], entry["high"], entry["step"]) == (0.3, 0.7, 0.1)


def test_a_child_drops_out_where_its_parent_can_no_longer_activate_it() -> None:
    space, dropped = refined_space(refine(make_trials(), {"optimizer": ["adam"]}))
    assert "momentum" not in space
    assert dropped == {"momentum": "drops out: it needs optimizer = sgd, rmsprop, and optimizer is adam"}


def test_a_condition_goes_where_it_always_holds_and_narrows_where_it_may() -> None:
    assert "when" not in refined({"optimizer": ["sgd", "rmsprop"]})["momentum"]
    assert refined({"optimizer": ["adam", "sgd"]})["momentum"]["when"] == {"optimizer": ["sgd"]}
    assert refined({})["momentum"]["when"] == {"optimizer": ["sgd", "rmsprop"]}


GRANDCHILD = {
    "net": {"type": "categorical", "choices": ["mlp", "cnn"]},
    "depth": {"type": "int", "low": 1, "high": 3, "when": {"net": ["cnn"]}},
    "skip": {"type": "float", "low": 0.0, "high": 1.0, "when": {"depth": [2, 3]}},
}


def test_a_child_drops_out_with_its_parent() -> None:
    space, dropped = refined_space(table(GRANDCHILD, {"net": ["mlp"]}))
    assert list(space) == ["net"]
    assert dropped["skip"] == "drops out: it needs depth = 2, 3, and depth drops out"


def test_a_parent_that_is_conditional_hands_its_condition_on() -> None:
    space, _ = refined_space(table(GRANDCHILD, {"depth": [[2, 3]]}))
    assert space["skip"].when == {"net": ("cnn",)}
    space, _ = refined_space(table(GRANDCHILD, {"depth": [[1, 2]]}))
    assert space["skip"].when == {"depth": (2,)}
    space, _ = refined_space(table(GRANDCHILD, {"depth": [[2, 3]], "net": ["cnn"]}))
    assert space["skip"].when == {}


def test_conditions_on_one_parent_from_two_sides_must_both_hold() -> None:
    space = {
        "a": {"type": "categorical", "choices": [1, 2, 3]},
        "b": {"type": "categorical", "choices": ["x", "y"], "when": {"a": [1, 2]}},
        "c": {"type": "float", "low": 0.0, "high": 1.0, "when": {"a": [2, 3], "b": ["x"]}},
    }
    new, _ = refined_space(table(space, {"b": ["x"]}))
    assert new["c"].when == {"a": (2,)}


def test_true_does_not_activate_what_one_does() -> None:
    space = {
        "flag": {"type": "categorical", "choices": [1, True]},
        "x": {"type": "float", "low": 0.0, "high": 1.0, "when": {"flag": [1]}},
    }
    assert "x" not in refined_space(table(space, {"flag": [True]}))[0]
    assert refined_space(table(space, {"flag": [1]}))[0]["x"].when == {}


def test_a_fixed_number_is_a_range_of_one_and_a_default_outside_is_left_out() -> None:
    fixed = choose(refine(make_trials(), {}), "layers", Origin.BEST)
    assert refined_space(fixed)[0].to_json()["layers"] == {"type": "int", "low": 3, "high": 3, "log": False, "step": 1}
    assert "default" not in refined({"lr": [[0.1, 1.0]], "optimizer": ["sgd"]})["lr"]
    assert "default" not in refined({"optimizer": ["sgd"]})["optimizer"]


def test_a_table_with_a_problem_makes_no_space() -> None:
    with pytest.raises(RefineError, match="low is 'x'; expected a number"):
        refined_space(edit(refine(make_trials(), {}), "dropout", "low", "x"))


def test_a_spec_takes_the_form_and_the_new_space() -> None:
    trials = make_trials(spec=spec_of())
    form = {"metrics": {"accuracy": "maximize"}, "budget": {"trials": 40}, "algorithm": {"name": "tpe"}, "workers": 3}
    spec = to_spec(trials, refine(trials, {"lr": [[1e-4, 1e-2]], "optimizer": ["adam"]}), form, "digits-refined")
    assert {key: spec[key] for key in form} == form
    assert (spec["name"], spec["parent"], spec["project"]) == ("digits-refined", "aaaaaaaaaaaa", "digits")
    assert list(spec["space"]) == [name for name in SPACE if name != "momentum"]
    assert parse_space(spec["space"])["lr"].bounds == (1e-4, 1e-2)


def test_public_names_go_back_to_the_original_ones() -> None:
    space = {
        "state": {"type": "categorical", "choices": ["a", "b"]},
        "x": {"type": "float", "low": 0.0, "high": 1.0, "when": {"state": ["a"]}},
        "param:odd": {"type": "float", "low": 0.0, "high": 1.0},
    }
    trials = make_trials(space, [{}], [0.5], [State.COMPLETE], spec=spec_of(space), renamed={"state": "param:state"})
    spec = to_spec(trials, refine(trials, {"param:state": ["a", "b"]}), {"algorithm": {"name": "grid"}}, "new")
    assert list(spec["grids"]) == ["state", "x", "param:odd"]
    assert list(spec["space"]) == ["state", "x", "param:odd"]
    assert spec["space"]["x"]["when"] == {"state": ["a"]}


def test_a_study_that_we_did_not_write_can_be_refined_too() -> None:
    spec = to_spec(make_trials(), refine(make_trials(), {}), {"objective": {"type": "command"}}, "new")
    assert (spec["project"], spec["objective"]) == ("", {"type": "command"})


def test_names_are_free_and_count_up() -> None:
    assert suggest_name("digits", {"digits"}) == "digits-refined"
    assert suggest_name("digits-refined", {"digits", "digits-refined"}) == "digits-refined-2"
    assert suggest_name("digits-refined-2", {"digits-refined", "digits-refined-2"}) == "digits-refined-3"
    assert free_name("new", {"old"}) == "new"
    assert variant_names("new", 1) == ["new"]
    assert variant_names("new", 3) == ["new-a", "new-b", "new-c"]


def test_what_changed_reads_as_sentences() -> None:
    old = parse_space(SPACE)
    brushes = {"lr": [[1e-4, 1e-2]], "optimizer": ["adam"], "layers": [[3, 3]]}
    new, _ = refined_space(refine(make_trials(), brushes))
    assert changes(old, new) == [
        "lr 1e-4 … 1e-2 (was 1e-5 … 1)",
        "layers fixed at 3 (was 1 … 8)",
        "optimizer fixed at adam (was adam, sgd, rmsprop)",
        "momentum dropped (was 0 … 0.99)",
    ]
    assert changes(old, old) == []
    assert changes({}, {"dropout": old["dropout"]}) == ["dropout 0 … 0.5 (new)"]


def test_a_change_of_scale_kind_or_condition_is_said() -> None:
    linear = parse_space({"lr": {"type": "float", "low": 1e-5, "high": 1.0}})
    assert changes(linear, {"lr": parse_space(SPACE)["lr"]}) == [
        "lr 1e-5 … 1 float, log (was 1e-5 … 1 float)",
    ]
    new, _ = refined_space(refine(make_trials(), {"optimizer": ["sgd", "rmsprop"]}))
    assert changes(parse_space(SPACE), new) == [
        "optimizer sgd, rmsprop (was adam, sgd, rmsprop)",
        "momentum always active",
    ]
