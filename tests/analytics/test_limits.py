"""A brush on a metric becomes a constraint of the new study."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analytics.columns import Role, number_column
from analytics.limits import limits
from analytics.trials import Direction, Metric, Trials
from tests.analytics.studies import make_trials


def measured(direction: Direction | None, name: str = "size") -> Trials:
    trials = make_trials()
    columns = {**trials.columns, name: number_column(name, [10, 20, 30, 40, 50], Role.METRIC)}
    return replace(trials, columns=columns, metrics={**trials.metrics, name: Metric(name, direction)})


@pytest.mark.parametrize(
    ("direction", "ranges", "bounds"),
    [
        (None, [[None, 35]], {"max": 35}),
        (None, [[15, 35]], {"min": 15, "max": 35}),
        (None, [[10, 35]], {"max": 35}),
        ("minimize", [[15, 35]], {"max": 35}),
        ("maximize", [[15, 35]], {"min": 15}),
        ("minimize", [[15, 20], [30, 35]], {"max": 35}),
    ],
)
def test_the_ends_that_leave_trials_out_are_limits(
    direction: Direction | None, ranges: Any, bounds: dict[str, float]
) -> None:
    assert limits(measured(direction), {"size": ranges}) == {"size": bounds}


def test_brushes_on_anything_else_are_none() -> None:
    trials = measured("minimize")
    assert (
        limits(trials, {"accuracy": [[0.9, None]], "lr": [[1e-4, 1e-2]], "size": [[10, 50]], "state": ["complete"]})
        == {}
    )


def test_a_limit_has_the_name_that_the_objective_reports() -> None:
    assert limits(measured("minimize", "metric:state"), {"metric:state": [[None, 20]]}) == {"state": {"max": 20}}
