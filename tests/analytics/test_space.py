"""Search spaces read, write and order themselves, and refuse what cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.space import Hyperparameter, SearchSpace, SpaceError, ordered, parse_hyperparameter, parse_space
from tests.analytics.studies import SPACE


def test_a_space_survives_its_way_through_json() -> None:
    space = parse_space(SPACE)
    assert parse_space(json.loads(json.dumps(space.to_json()))) == space
    assert space["lr"].bounds == (1e-5, 1.0)
    assert space["lr"].log
    assert space["optimizer"].choices == ("adam", "sgd", "rmsprop")
    assert space["optimizer"].bounds is None
    assert (space["lr"].default, space["dropout"].default) == (1e-3, None)


def test_kinds_are_optuna_s_distributions() -> None:
    space = parse_space(SPACE)
    assert space["units"].distribution == IntDistribution(16, 256, log=True)
    assert space["batch"].distribution == IntDistribution(16, 128, step=16)
    stepped = parse_hyperparameter("x", {"type": "float", "low": 0, "high": 1, "step": 0.25})
    assert stepped.distribution == FloatDistribution(0.0, 1.0, step=0.25)


def test_parents_come_before_their_children() -> None:
    child = parse_hyperparameter("child", {"type": "int", "low": 1, "high": 2, "when": {"parent": ["a"]}})
    parent = parse_hyperparameter("parent", {"type": "categorical", "choices": ["a", "b"]})
    assert list(ordered([child, parent])) == ["parent", "child"]


def test_a_hyperparameter_counts_where_all_its_conditions_hold() -> None:
    momentum = parse_space(SPACE)["momentum"]
    assert momentum.active({"optimizer": "sgd"})
    assert not momentum.active({"optimizer": "adam"})
    assert not momentum.active({})
    flag = Hyperparameter("x", FloatDistribution(0, 1), {"flag": (1,)})
    assert flag.active({"flag": 1.0})
    assert not flag.active({"flag": True})


def test_an_unknown_name_is_a_key_error_and_membership_is_by_name() -> None:
    space = parse_space(SPACE)
    assert "lr" in space
    assert "depth" not in space
    with pytest.raises(KeyError):
        space["depth"]
    assert len(SearchSpace()) == 0


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (3, "hyperparameter 'x': type is 3; expected float, int or categorical"),
        ({"type": "real"}, "type is 'real'; expected float, int or categorical"),
        ({"type": "float", "low": 0, "high": 1, "hihg": 2}, "unknown key 'hihg'; expected choices"),
        ({"type": "float", "low": "0", "high": 1}, "low is '0'; expected a number"),
        ({"type": "float", "low": 0, "high": True}, "high is True; expected a number"),
        ({"type": "float", "low": 0}, "high is None; expected a number"),
        ({"type": "float", "low": 2, "high": 1}, "range 2 to 1 is not possible"),
        ({"type": "float", "low": 0, "high": 1, "log": True}, "range 0 to 1 is not possible"),
        ({"type": "int", "low": 0.5, "high": 2}, "range 0.5 to 2; expected whole numbers for an int"),
        ({"type": "categorical", "choices": []}, "choices is []; expected a list with at least one value"),
        ({"type": "categorical", "choices": "ab"}, "choices is 'ab'; expected a list"),
    ],
)
def test_an_entry_that_cannot_be_is_said_in_a_sentence(entry: Any, sentence: str) -> None:
    with pytest.raises(SpaceError) as caught:
        parse_hyperparameter("x", entry)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ({"nothing": [1]}, "hyperparameter 'x' depends on 'nothing', which is not in the space"),
        ({"x": [1]}, "hyperparameter 'x' depends on itself"),
    ],
)
def test_a_condition_on_nothing_or_on_itself_is_refused(when: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SpaceError) as caught:
        parse_space({"x": {"type": "int", "low": 0, "high": 1, "when": when}})
    assert sentence in str(caught.value)
