"""The Pareto front is what comparing every pair of rows gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.front import BLOCK, pareto_front
from analytics.trials import Direction

DIRECTIONS: tuple[Direction, ...] = ("minimize", "maximize")
FEW = st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.0, -1.5, 1e308, 5e-324, math.nan, math.inf, -math.inf])


def by_pairs(values: Floats, directions: list[Direction]) -> list[bool]:
    """The definition: no row is at least as good everywhere and better somewhere; O(n²)."""
    signs = np.array([1.0 if direction == "maximize" else -1.0 for direction in directions])
    good: Floats = values * signs
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))

    def beats(a: int, b: int) -> bool:
        return bool(finite[a] and (good[a] >= good[b]).all() and (good[a] > good[b]).any())

    rows = range(len(values))
    return [bool(finite[row]) and not any(beats(other, row) for other in rows) for row in rows]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Floats, list[Direction]]:
    metrics = draw(st.integers(1, 5))
    cells = draw(st.sampled_from([FEW, st.integers(0, 3).map(float), st.floats(allow_nan=True, allow_infinity=True)]))
    rows = draw(st.lists(st.lists(cells, min_size=metrics, max_size=metrics), max_size=30))
    directions = draw(st.lists(st.sampled_from(DIRECTIONS), min_size=metrics, max_size=metrics))
    return np.array(rows, dtype=float).reshape(len(rows), metrics), directions


@given(tables())
@settings(max_examples=300, deadline=None)
def test_the_front_is_what_comparing_every_pair_gives(table: tuple[Floats, list[Direction]]) -> None:
    values, directions = table
    assert pareto_front(values, directions).tolist() == by_pairs(values, directions)


@pytest.mark.parametrize("metrics", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("shape", ["cloud", "sphere", "grid"])
def test_the_front_of_many_rows_is_what_comparing_every_pair_gives(metrics: int, shape: str) -> None:
    values = many(shape, 3 * BLOCK // 2, metrics)
    directions: list[Direction] = [DIRECTIONS[i % 2] for i in range(metrics)]
    found = pareto_front(values, directions)
    assert found.tolist() == by_pairs(values, directions)
    assert found.any()


def many(shape: str, rows: int, metrics: int) -> Floats:
    """Rows where few are on the front, (nearly) all, or many are equal."""
    random = np.random.default_rng(metrics)
    cloud: NDArray[np.float64] = random.normal(size=(rows, metrics))
    if shape == "sphere":
        signs = np.where(np.arange(metrics) % 2 == 0, -1.0, 1.0)
        sphere: Floats = signs * np.abs(cloud) / np.linalg.norm(cloud, axis=1, keepdims=True)
        return sphere
    return np.round(2 * cloud) if shape == "grid" else cloud


def test_of_equal_rows_all_are_on_the_front() -> None:
    values = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])
    assert pareto_front(values, ["minimize", "minimize"]).tolist() == [True, True, True, False]


def test_without_a_row_that_has_all_metrics_there_is_no_front() -> None:
    assert pareto_front(np.empty((0, 2)), ["minimize", "maximize"]).tolist() == []
    assert pareto_front(np.array([[1.0, math.nan]]), ["minimize", "maximize"]).tolist() == [False]


def test_directions_must_be_one_a_metric() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 2\) with 1 directions"):
        pareto_front(np.zeros((2, 2)), ["minimize"])
