"""Conditions are read off the trials only where they hold without exception."""

from __future__ import annotations

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Column, Kind, Level, Role, category_column, number_column
from analytics.space import Hyperparameter
from data.readers.conditions import infer_conditions

ROWS = 120
DRAW = np.random.default_rng(4)
BOOSTER = DRAW.choice(["tree", "dart", "linear"], ROWS).tolist()
LAYERS = DRAW.integers(1, 6, ROWS)
EVERYWHERE = np.ones(ROWS, dtype=bool)
Params = dict[str, tuple[Hyperparameter, Column]]


def category(name: str, values: list[Level]) -> Params:
    column = category_column(name, values, Role.PARAM)
    return {name: (Hyperparameter(name, CategoricalDistribution(column.levels)), column)}


def whole(name: str, values: object, high: int = 5) -> Params:
    column = number_column(name, np.asarray(values, dtype=np.float64), Role.PARAM, Kind.INT)
    return {name: (Hyperparameter(name, IntDistribution(1, high)), column)}


def real(name: str, present: object) -> Params:
    values = np.where(np.asarray(present), DRAW.uniform(0, 1, ROWS), np.nan)
    return {name: (Hyperparameter(name, FloatDistribution(0, 1)), number_column(name, values, Role.PARAM))}


def is_in(values: list[Level], *chosen: Level) -> list[bool]:
    return [value in chosen for value in values]


def test_present_for_some_values_of_a_category() -> None:
    params = category("booster", BOOSTER) | real("eta", is_in(BOOSTER, "tree", "dart"))
    assert set(infer_conditions(params, EVERYWHERE)["eta"]["booster"]) == {"tree", "dart"}


def test_present_from_a_number_on_holds_up_to_the_bound_of_the_space() -> None:
    params = whole("layers", np.where(LAYERS == 4, 5, LAYERS)) | real("third", LAYERS >= 3)
    assert infer_conditions(params, EVERYWHERE) == {"third": {"layers": (3, 4, 5)}}


def test_present_up_to_a_number_holds_down_to_the_bound_of_the_space() -> None:
    params = whole("layers", np.where(LAYERS == 1, 2, LAYERS)) | real("shallow", LAYERS <= 3)
    assert infer_conditions(params, EVERYWHERE) == {"shallow": {"layers": (1, 2, 3)}}


def test_present_where_two_conditions_hold() -> None:
    both = np.array(is_in(BOOSTER, "dart")) & (LAYERS >= 4)
    params = category("booster", BOOSTER) | whole("layers", LAYERS) | real("skip", both)
    assert infer_conditions(params, EVERYWHERE) == {"skip": {"booster": ("dart",), "layers": (4, 5)}}


def test_a_condition_on_a_conditional_parent() -> None:
    kinds: list[Level] = [str(k) if b == "dart" else np.nan for b, k in zip(BOOSTER, LAYERS % 2, strict=True)]
    params = category("booster", BOOSTER) | category("kind", kinds) | real("rate", is_in(kinds, "1"))
    found = infer_conditions(params, EVERYWHERE)
    assert found == {"kind": {"booster": ("dart",)}, "rate": {"kind": ("1",)}}


def test_none_can_be_a_condition() -> None:
    values: list[Level] = [None if b == "linear" else b for b in BOOSTER]
    params = category("booster", values) | real("eta", is_in(values, None))
    assert infer_conditions(params, EVERYWHERE) == {"eta": {"booster": (None,)}}


def test_one_exception_is_enough_to_say_nothing() -> None:
    present = np.array(is_in(BOOSTER, "tree"))
    present[BOOSTER.index("linear")] = True
    params = category("booster", BOOSTER) | real("eta", present)
    assert infer_conditions(params, EVERYWHERE) == {}


def test_rows_in_which_a_trial_broke_off_do_not_count() -> None:
    present = np.array(is_in(BOOSTER, "tree"))
    broken = np.zeros(ROWS, dtype=bool)
    broken[BOOSTER.index("tree")] = True
    params = category("booster", BOOSTER) | real("eta", present & ~broken)
    assert infer_conditions(params, ~broken) == {"eta": {"booster": ("tree",)}}


def test_two_that_appear_together_are_not_conditions_of_each_other() -> None:
    present = DRAW.uniform(size=ROWS) < 0.5
    params = category("a", [str(v) if p else np.nan for v, p in zip(LAYERS, present, strict=True)]) | real("b", present)
    assert infer_conditions(params, EVERYWHERE) == {}


@pytest.mark.parametrize("rows", [0, 3])
def test_few_rows_prove_nothing(rows: int) -> None:
    params = category("booster", BOOSTER) | real("eta", is_in(BOOSTER, "tree", "dart"))
    assert infer_conditions(params, np.arange(ROWS) < rows) == {}
