"""The hypervolume so far: exact up to three metrics, an estimate with its error above, in a box that is named."""

from __future__ import annotations

import numpy as np
import pytest
from optuna._hypervolume import compute_hypervolume

from analytics.columns import Floats
from analytics.front import pareto_front
from analytics.hypervolume import EXACT_UP_TO, STEPS, box_of, growth
from analytics.trials import Direction

MAXIMA: dict[str, Direction] = {"accuracy": "maximize", "recall": "maximize"}


def unit(metrics: int) -> dict[str, Direction]:
    return dict.fromkeys(map(str, range(metrics)), "minimize")


def spread(rows: int, metrics: int) -> Floats:
    return np.random.default_rng(3).uniform(size=(rows, metrics))


def by_counting(values: Floats, cells: int) -> float:
    """Share of the unit box that values on a grid dominate, cell by cell."""
    axes = np.meshgrid(*[(np.arange(cells) + 0.5) / cells] * values.shape[1], indexing="ij")
    points = np.stack([axis.ravel() for axis in axes], axis=1)
    beaten = [bool((values < point).all(axis=1).any()) for point in points]
    return float(np.mean(beaten))


@pytest.mark.parametrize("metrics", [1, 2, 3, 4])
def test_the_volume_is_the_share_of_the_box_that_the_rows_dominate(metrics: int) -> None:
    cells = 8
    values = np.round(spread(30, metrics) * cells) / cells
    values[:metrics] = np.where(np.eye(metrics) > 0, 0.0, 1 - 1e-9)  # so that the box begins at 0
    box = box_of(values, unit(metrics), dict.fromkeys(unit(metrics), 1.0))
    assert box is not None
    assert box.source == "typed"
    found = growth(values, box)
    tolerance = 5 * found.error if metrics > 3 else 1e-6
    assert found.shares[-1] == pytest.approx(by_counting(values, cells), abs=tolerance)
    assert (found.error > 0) == (metrics > 3)


@pytest.mark.parametrize("metrics", [2, 4])
def test_each_step_of_the_curve_is_the_volume_of_the_rows_so_far(metrics: int) -> None:
    values = spread(60, metrics)
    box = box_of(values, unit(metrics), dict.fromkeys(unit(metrics), 1.0))
    assert box is not None
    whole = growth(values, box)
    assert (np.diff(whole.shares) > 0).all()
    for row, share in zip(whole.rows, whole.shares, strict=True):
        assert growth(values[: row + 1], box).shares[-1] == pytest.approx(share)
        assert row == 0 or len(growth(values[:row], box).shares) < len(whole.shares)


def test_a_long_curve_is_thinned_and_keeps_its_end() -> None:
    at = np.linspace(0.0, 1.0, 1000)
    values = np.column_stack([at, 1.0 - at])  # every row is new on the front
    box = box_of(values, unit(2))
    assert box is not None
    found = growth(values, box)
    assert len(found.rows) == STEPS
    assert found.rows[-1] == len(values) - 1


def test_the_volume_of_a_front_too_large_for_an_exact_one_is_estimated_with_its_error() -> None:
    values = -np.abs(np.random.default_rng(0).normal(size=(EXACT_UP_TO[3] + 100, 3)))
    values /= np.linalg.norm(values, axis=1, keepdims=True)  # all on the front
    box = box_of(values, unit(3), dict.fromkeys(unit(3), 0.0))
    assert box is not None
    found = growth(values, box)
    exact = compute_hypervolume(box.scaled(values), np.ones(3), assume_pareto=True)
    assert (found.exact, growth(values[:50], box).exact) == (False, True)
    assert found.shares[-1] == pytest.approx(exact, abs=5 * found.error)


def test_the_reference_point_lies_a_tenth_beyond_the_front_and_outliers_do_not_move_it() -> None:
    values = np.array([[0.9, 0.1], [0.5, 0.5], [-1e9, 0.2], [np.nan, 2.0]])
    box = box_of(values, MAXIMA)
    assert box is not None
    assert box.ideal == pytest.approx([0.9, 0.5])
    assert box.reference == pytest.approx([0.46, 0.06])
    assert box.size == pytest.approx(0.44 * 0.44)
    assert growth(values, box).front.tolist() == np.flatnonzero(pareto_front(values, list(MAXIMA.values()))).tolist()


def test_without_a_row_that_beats_the_reference_there_is_no_box() -> None:
    assert box_of(np.array([[np.nan, 1.0]]), MAXIMA) is None
    assert box_of(np.array([[0.5, 0.5]]), MAXIMA, {"accuracy": 0.9}) is None


def test_rows_beyond_the_reference_add_nothing() -> None:
    values = np.array([[0.2, 0.2], [0.9, 0.5], [0.5, 0.9]])
    box = box_of(values, MAXIMA, {"accuracy": 0.4, "recall": 0.4})
    assert box is not None
    found = growth(values, box)
    assert found.rows.tolist() == [1, 2]
    assert found.shares[0] == pytest.approx((0.5 * 0.1) / 0.25)
