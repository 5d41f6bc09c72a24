"""What a rung would do, on curves small enough to check by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.columns import Kind, Role, category_column, number_column
from analytics.space import SearchSpace
from analytics.survival import factor_of, ladder, proposal, survival
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials


def study(states: list[str], algorithm: dict[str, Any] | None = None) -> Trials:
    rows = len(states)
    columns = [
        number_column("number", np.arange(float(rows)), Role.ROW, Kind.INT),
        category_column("state", states, Role.ROW),
        category_column("final", [True] * rows, Role.ROW),
    ]
    spec = None if algorithm is None else {"algorithm": algorithm}
    metrics = {"loss": Metric("loss", "minimize", objective=True)}
    return Trials(Study("0" * 12, "s", "here", "1", spec=spec), {c.name: c for c in columns}, SearchSpace(()), metrics)


def told(*curves: list[float], metric: str = "loss") -> pd.DataFrame:
    rows = [(n, float(i + 1), metric, value) for n, values in enumerate(curves) for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))


CURVES = told(
    [9, 8, 7, 1],  # a slow starter that wins
    [5, 4, 3, 2],
    [4, 3, 3, 3],
    [6, 5, 5, 4],
    [7, 7],  # pruned
    [8, math.nan, math.nan, math.nan],
)
STATES = ["complete"] * 4 + ["pruned", "failed"]


def test_the_best_at_the_step_go_on_and_a_slow_starter_does_not() -> None:
    found = survival(ladder(CURVES, study(STATES), "loss", 1), 2, 2)
    assert found.reached.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.survivors.tolist() == [1, 2, 3]
    assert (found.compared, found.best, found.kept) == (4, 4, 3)
    assert (found.winner, found.rank) == (0, 5)
    assert found.correlation == pytest.approx(-0.4)


def test_who_ended_before_the_step_does_not_reach_it() -> None:
    found = survival(ladder(CURVES, study(STATES), "loss", 1), 3, 2.5)
    assert found.reached.tolist() == [0, 1, 2, 3, 5]
    assert found.survivors.tolist() == [1, 2]


def test_a_step_between_reports_goes_by_the_last_one_before() -> None:
    made = ladder(CURVES, study(STATES), "loss", 1)
    assert survival(made, 1.9, 2).survivors.tolist() == survival(made, 1, 2).survivors.tolist()
    assert len(survival(made, 0.5, 2).reached) == 0
    assert survival(made, 99, 2).correlation is None


def test_higher_may_be_better_and_the_last_rung_ranks_as_the_end_does() -> None:
    found = survival(ladder(CURVES, study(STATES), "loss", -1), 4, 4)
    assert found.survivors.tolist() == [3]
    assert found.correlation == pytest.approx(1.0)
    assert (found.winner, found.rank) == (3, 1)


def test_a_study_without_the_metric_has_nobody_to_rank() -> None:
    found = survival(ladder(CURVES, study(STATES), "accuracy", 1), 2, 2)
    assert (len(found.reached), len(found.survivors), found.winner) == (0, 0, None)


def test_members_of_a_population_are_followed_over_their_generations() -> None:
    trials = study(["complete"] * 4)
    more = {
        name: number_column(name, np.array(values), Role.ROW, Kind.INT)
        for name, values in (("member", [0.0, 1.0, 0.0, 1.0]), ("generation", [0.0, 0.0, 1.0, 1.0]))
    }
    population = Trials(trials.study, {**trials.columns, **more}, trials.space, trials.metrics)
    first, second = told([5.0, 4.0], [7.0, 6.0]), told([], [], [3.0, 3.0], [2.0, 1.0])
    curves = pd.concat([first, second.assign(step=second["step"] + 2)])
    early, late = (survival(ladder(curves, population, "loss", 1), step, 2) for step in (2, 4))
    assert (early.reached.tolist(), early.survivors.tolist()) == ([0, 1], [0])
    assert (late.reached.tolist(), late.survivors.tolist()) == ([2, 3], [3])
    assert (early.compared, early.winner, early.rank) == (2, 1, 2)


@pytest.mark.parametrize(
    ("algorithm", "factor", "place", "words", "fill"),
    [
        (
            {"name": "tpe", "pruner": "hyperband", "pruner_settings": {"reduction_factor": 3}},
            3.0,
            2,
            "min_resource 2 with a reduction factor of 3",
            {"pruner": "hyperband", "pruner_settings": {"min_resource": 2, "reduction_factor": 3}},
        ),
        (
            {"name": "pbt", "settings": {"survivors": 0.25, "interval": 4}},
            4.0,
            1,
            "an interval of 9 steps",
            {"name": "pbt", "settings": {"interval": 9}},
        ),
        (
            None,
            3.0,
            2,
            "min_resource 2 with a reduction factor of 3",
            {"pruner": "halving", "pruner_settings": {"min_resource": 2, "reduction_factor": 3}},
        ),
    ],
)
def test_a_rung_becomes_settings_of_the_study_s_own_algorithm(
    algorithm: dict[str, Any] | None, factor: float, place: int, words: str, fill: dict[str, Any]
) -> None:
    trials = study(STATES, algorithm)
    assert factor_of(trials) == factor
    assert proposal(trials, 18, 3, place) == (words, fill)
