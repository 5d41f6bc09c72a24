"""Columns hold typed values: categories by type and value, missing apart from a category None."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.columns import (
    ROW_COLUMNS,
    ROW_KINDS,
    Column,
    Kind,
    Level,
    Role,
    category_column,
    number_column,
    public_name,
    same_level,
)


def test_our_own_names_are_reserved() -> None:
    assert public_name("state", Role.PARAM) == "param:state"
    assert public_name("number", Role.METRIC) == "metric:number"
    assert public_name("lr", Role.PARAM) == "lr"
    assert public_name("loss", Role.PARAM, taken=["loss"]) == "param:loss"
    assert set(ROW_KINDS) == set(ROW_COLUMNS)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (1, "1", False),
        (True, "True", False),
        (None, "None", False),
        (None, None, True),
        (np.float64(2.0), 2, True),
        (np.bool_(True), True, True),
        (math.inf, math.inf, True),
    ],
)
def test_categories_are_equal_in_type_and_value(a: Level, b: Level, same: bool) -> None:
    assert same_level(a, b) is same
    assert same_level(b, a) is same


def test_categories_come_in_order_of_appearance_and_nan_is_missing() -> None:
    column = category_column("c", ["b", 1, True, None, math.nan, 1.0, pd.NaT, pd.NA, "b"], Role.PARAM)
    assert column.levels == ("b", 1, True, None)
    assert [type(level) for level in column.levels] == [str, int, bool, type(None)]
    assert column.missing.tolist() == [False] * 4 + [True, False, True, True, False]
    assert column.values[[0, 1, 2, 3, 5, 8]].tolist() == [0, 1, 2, 3, 1, 0]


def test_declared_levels_keep_their_order_and_new_ones_follow() -> None:
    column = category_column("c", ["z", "a", "new"], Role.PARAM, levels=["a", "z", "never"])
    assert column.levels == ("a", "z", "never", "new")
    assert column.values.tolist() == [1, 0, 3]


def test_objects_have_their_own_types() -> None:
    category = category_column("c", [True, None, math.nan], Role.PARAM).objects()
    assert category[:2] == [True, None]
    assert math.isnan(category[2])
    whole = number_column("n", [1, math.nan, math.inf], Role.PARAM, Kind.INT).objects()
    assert (whole[0], type(whole[0]), whole[2]) == (1, int, math.inf)
    assert math.isnan(whole[1])
    assert number_column("x", [0.5], Role.PARAM).objects() == [0.5]


def test_pandas_sees_the_types_of_each_kind() -> None:
    assert number_column("n", [1, 2], Role.PARAM, Kind.INT).series().dtype == np.int64
    assert number_column("n", [1, math.nan], Role.PARAM, Kind.INT).series().dtype == np.float64
    assert category_column("c", ["a", None], Role.PARAM).series().tolist() == ["a", None]
    assert category_column("c", [True], Role.PARAM).series().dtype == object


def test_none_is_missing_in_a_column_of_numbers() -> None:
    assert number_column("n", [1.0, None], Role.METRIC).missing.tolist() == [False, True]  # type: ignore[list-item]


def test_times_are_seconds_in_utc_and_come_back_aware() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC).timestamp()
    column = Column("start", Kind.TIME, Role.ROW, np.array([at, math.nan]))
    assert column.series()[0] == pd.Timestamp("2026-01-02T03:04:05.5Z")
    assert pd.isna(column.series()[1])
