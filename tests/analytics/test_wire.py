"""The bytes that travel to the browser, unpacked as the browser does it."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np

from analytics.columns import Column, Kind, Role, category_column, number_column
from analytics.wire import pack


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, np.dtype[np.float64]]]]:
    (length,) = struct.unpack("<I", data[:4])
    head = json.loads(data[4 : 4 + length])
    assert (4 + length) % 8 == 0
    arrays, place = {}, 4 + length
    for column in head["columns"]:
        if "constant" in column:
            constant = math.nan if column["constant"] is None else column["constant"]
            arrays[column["name"]] = np.full(head["rows"], constant)
        else:
            arrays[column["name"]] = np.frombuffer(data, "<f8", head["rows"], place)
            place += 8 * head["rows"]
    assert place == len(data)
    return head, arrays


def test_columns_arrive_in_full_precision_with_what_they_are() -> None:
    columns = [
        number_column("lr", [1e-4, math.nan, 0.1 + 0.2], Role.PARAM),
        category_column('ünit "x"', ["a", math.nan, "b"], Role.PARAM),
    ]
    head, arrays = unpack(pack({"revision": "r1", "reset": True, "rows": 3}, columns))
    assert (head["revision"], head["reset"]) == ("r1", True)
    assert head["columns"][0] == {"name": "lr", "kind": "float", "role": "param"}
    assert head["columns"][1]["levels"] == ["a", "b"]
    np.testing.assert_array_equal(arrays["lr"], columns[0].values)
    np.testing.assert_array_equal(arrays['ünit "x"'], columns[1].values)


def test_a_column_of_one_value_travels_without_an_array() -> None:
    columns = [
        number_column("same", [2.5, 2.5], Role.METRIC),
        number_column("none", [math.nan, math.nan], Role.METRIC),
        number_column("nearly", [2.5, math.nan], Role.METRIC),
        number_column("infinite", [math.inf, math.inf], Role.METRIC),
    ]
    head, arrays = unpack(pack({"rows": 2}, columns))
    assert [column.get("constant", "array") for column in head["columns"]] == [2.5, None, "array", "array"]
    for column in columns:
        np.testing.assert_array_equal(arrays[column.name], column.values)


def test_no_rows_and_no_columns_travel_too() -> None:
    assert unpack(pack({"rows": 0}, [])) == ({"rows": 0, "columns": []}, {})
    _, arrays = unpack(pack({"rows": 0}, [number_column("x", [], Role.PARAM)]))
    assert arrays["x"].shape == (0,)


def test_categories_keep_their_type_and_infinities_have_a_spelling() -> None:
    column = category_column("c", [1, True, "1", None, math.inf, -math.inf], Role.PARAM)
    head, _ = unpack(pack({"rows": 6}, [column]))
    assert head["columns"][0]["levels"] == [1, True, "1", None, {"float": "inf"}, {"float": "-inf"}]


def test_the_head_is_padded_so_that_arrays_stand_on_eight_bytes() -> None:
    for length in range(9):
        column = Column("x" * (length + 1), Kind.FLOAT, Role.PARAM, np.array([1.0, 2.0]))
        _, arrays = unpack(pack({"rows": 2}, [column]))
        assert arrays[column.name].tolist() == [1.0, 2.0]
