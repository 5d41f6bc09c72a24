"""What goes together in a spec: algorithms, pruners, lists of values; what does not is refused in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.trainer.searching import GIVEN, GRIDS, SPACE, a_spec
from trainer.algorithms import ALGORITHMS
from trainer.listing import MOST, combinations, shuffled
from trainer.pruners import PRUNERS, bracket_of, brackets
from trainer.searches import configurations
from trainer.spec import SpecError, parse_spec

BOTH = {"loss": "minimize", "size": "maximize"}
WHERE = "configurations[1]"


def test_every_pruner_goes_with_some_algorithm_and_what_goes_together_survives_json() -> None:
    assert {pruner for algorithm in ALGORITHMS.values() for pruner in algorithm.pruners} == set(PRUNERS)
    for name, algorithm in ALGORITHMS.items():
        for pruner in algorithm.pruners:
            spec = a_spec(name, pruner=pruner, constraints={"size": {"max": 5}})
            assert parse_spec(spec.to_json()) == spec
            assert set(spec.algorithm.settings) == {setting.name for setting in algorithm.settings}
            assert set(spec.algorithm.pruner_settings) == {setting.name for setting in PRUNERS[pruner].settings}


def test_an_algorithm_has_its_own_pruner_where_none_is_named() -> None:
    assert {name: a_spec(name).algorithm.pruner for name in ALGORITHMS} == {
        name: "hyperband" if name == "bohb" else "none" for name in ALGORITHMS
    }


def test_two_objectives_go_with_those_that_know_a_pareto_front() -> None:
    for name, algorithm in ALGORITHMS.items():
        if algorithm.optimizes(2):
            assert a_spec(name, metrics=BOTH).algorithm.pruner == "none"
        else:
            with pytest.raises(SpecError, match=f"algorithm.name is '{name}' with 2 metrics; expected one metric"):
                a_spec(name, metrics=BOTH)


def test_a_spec_of_the_first_version_loads() -> None:
    spec = parse_spec(
        {
            "name": "old",
            "space": {"learning_rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True}},
            "metrics": {"val_accuracy": "maximize"},
            "algorithm": {"name": "tpe", "pruner": "median", "settings": {"n_ei_candidates": 5}},
            "budget": {"trials": 3},
        }
    )
    assert spec.algorithm.settings == {"n_startup_trials": 10, "n_ei_candidates": 5, "constant_liar": True}
    assert spec.algorithm.pruner_settings["n_startup_trials"] == 5


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("nsga2", {"pruner": "median"}, "algorithm.pruner is 'median' with the algorithm 'nsga2'; expected none"),
        ("bohb", {"pruner": "none"}, "algorithm.pruner is 'none' with the algorithm 'bohb'; expected hyperband"),
        ("tpe", {"pruner": "median", "metrics": BOTH}, "algorithm.pruner is 'median' with 2 metrics; expected none"),
        ("tpe", {"pruner": "asha"}, "algorithm.pruner is 'asha'; expected one of none, median, halving, hyperband"),
        ("tpe", {"settings": {"gamma": 1}}, "algorithm 'tpe' has no setting 'gamma'; expected n_startup_trials, "),
        (
            "random",
            {"pruner": "hyperband", "budget": {"trials": 5}},
            "algorithm.pruner is 'hyperband' without the steps of a full trial (at least 1); expected budget.steps or",
        ),
        (
            "random",
            {"pruner": "halving", "algorithm": {"pruner_settings": {"reduction_factor": 1}}},
            "setting 'reduction_factor' is 1; expected a whole number from 2 to 100",
        ),
        (
            "random",
            {"pruner": "none", "algorithm": {"pruner_settings": {"reduction_factor": 3}}},
            "pruner 'none' has no setting 'reduction_factor'; expected none: it has no settings",
        ),
        ("random", {"budget": {}}, "budget has neither trials nor seconds"),
        ("random", {"grids": GRIDS}, "grids is given with the algorithm 'random'; expected it with 'grid' only"),
        ("grid", {"configurations": GIVEN}, "configurations is given with the algorithm 'grid'; expected it with"),
        ("grid", {"grids": {}}, "grids has no values for 'rate', which has too many; expected a list of them"),
        ("grid", {"grids": {**GRIDS, "rat": [1]}}, "grids: 'rat' is not in the space; expected rate, width, "),
        ("grid", {"grids": {**GRIDS, "rate": []}}, "grids.rate is []; expected a list with at least one value"),
        ("grid", {"grids": {**GRIDS, "rate": [2.0]}}, "grids.rate: 2.0 is not in the space; expected 1e-05 to 1"),
        ("grid", {"grids": {**GRIDS, "rate": ["1"]}}, "grids.rate: '1' is not a number; expected 1e-05 to 1"),
        ("grid", {"grids": {**GRIDS, "width": [8.5]}}, "grids.width: 8.5 is not a whole number; expected 8 to 256"),
        (
            "grid",
            {"grids": {**GRIDS, "depth": [3]}},
            "grids.depth: 3 is not in the space; expected 2 to 8 in steps of 2",
        ),
        ("grid", {"grids": {**GRIDS, "depth": [2, 2.0]}}, "grids.depth holds 2 twice; expected each value once"),
        (
            "grid",
            {"grids": {**GRIDS, "optimizer": ["x"]}},
            "grids.optimizer: 'x' is not a choice; expected one of 'sgd',",
        ),
        ("given", {"configurations": []}, "configurations is empty; expected at least one"),
        ("given", {"configurations": 5}, "configurations is 5; expected a list of configurations"),
        ("given", {"configurations": [GIVEN[0], 5]}, f"{WHERE} is 5; expected values of hyperparameters by name"),
        ("given", {"configurations": [GIVEN[0], {}]}, f"{WHERE} has no 'rate'; expected a value of each"),
        ("given", {"configurations": [GIVEN[0], {**GIVEN[0], "x": 1}]}, f"{WHERE}: 'x' is not in the space; expected"),
        ("given", {"configurations": [GIVEN[0], {**GIVEN[0], "rate": 9}]}, f"{WHERE}.rate: 9 is not in the space"),
        (
            "given",
            {"configurations": [GIVEN[0], {**GIVEN[0], "momentum": 0.5}]},
            f"{WHERE} has 'momentum', which does not count there; expected it only where optimizer is sgd",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(name: str, changes: Mapping[str, Any], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        a_spec(name, **changes)
    assert str(caught.value).startswith(sentence)


def test_a_grid_has_every_combination_once_and_leaves_out_what_does_not_count() -> None:
    spec = a_spec("grid", settings={"order": "listed"}, budget={})
    found = configurations(spec)
    # 2 rates x 2 depths x (sgd: 2 momenta x 2 nesterov; adam; None)
    assert len(found) == 2 * 2 * (2 * 2 + 1 + 1)
    assert len({tuple(sorted((k, str(v)) for k, v in c.items())) for c in found}) == len(found)
    assert [c["rate"] for c in found] == sorted(c["rate"] for c in found)
    assert all(("momentum" in c) == (c["optimizer"] == "sgd") for c in found)
    other = configurations(a_spec("grid", budget={}))
    assert other != found
    assert sorted(map(str, other)) == sorted(map(str, found))


def test_the_order_of_a_grid_follows_from_its_seed() -> None:
    found = combinations(a_spec("grid").space, GRIDS)
    assert shuffled(found, 1) == shuffled(found, 1) != shuffled(found, 2)


def test_a_grid_of_too_many_combinations_is_refused_before_they_are_made() -> None:
    space = {f"x{i}": {"type": "float", "low": 0, "high": 1} for i in range(30)}
    with pytest.raises(SpecError, match=f"the grid has more than {MOST:,} combinations; expected fewer values"):
        a_spec("grid", space=space, grids={name: [0.0, 0.5, 1.0] for name in space})


def test_a_hyperparameter_without_a_list_has_all_its_values_where_they_are_few() -> None:
    space = {"depth": SPACE["depth"], "dropout": SPACE["dropout"], "fixed": {"type": "float", "low": 0.5, "high": 0.5}}
    found = combinations(a_spec("random", space=space).space, {})
    assert len(found) == 4 * 7
    assert found[0] == {"depth": 2, "dropout": 0.0, "fixed": 0.5}
    assert found[-1]["dropout"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("resources", "allocation"),
    [((81, 1, 3), (81, 34, 15, 8, 5)), ((243, 1, 3), (243, 98, 41, 18, 9, 6)), ((9, 3, 3), (3, 2)), ((2, 1, 3), (1,))],
)
def test_hyperband_has_the_brackets_of_its_paper(resources: tuple[int, int, int], allocation: tuple[int, ...]) -> None:
    assert brackets(*resources) == allocation


def test_trials_are_shared_out_to_brackets_evenly_from_the_start() -> None:
    allocation = brackets(81, 1, 3)
    for count in (50, 143, 1000):
        placed = [bracket_of(place, allocation) for place in range(count)]
        for bracket, share in enumerate(allocation):
            assert abs(placed.count(bracket) - count * share / sum(allocation)) < 3
