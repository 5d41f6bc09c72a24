"""Population-based training: importance of what an interval adds to the metric, with the hyperparameters it had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.columns import Column, Kind, Role, category_column, number_column
from analytics.evidence import ImportanceError
from analytics.importance import fanova
from analytics.improvement import improvement_importance, improvements
from analytics.methods import METHODS
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, study

MEMBERS, GENERATIONS = 12, 10
SPACE = {"rate": UNIT, "inert": UNIT}


def trained(direction: Any = "maximize", *, drift: bool = False) -> Trials:
    """Each generation the worse half copies the better one. Gains: 3 at first, ever less, and 0.5 times the rate.

    With ``drift`` all members' ``inert`` falls with the generation, as their gains do.
    """
    random = np.random.default_rng(1)
    scores, parents = np.zeros(MEMBERS), np.full(MEMBERS, np.nan)
    configs, values, told = [], [], []
    for generation in range(GENERATIONS):
        rate, inert = random.random((2, MEMBERS))
        inert = (inert + GENERATIONS - 1 - generation) / GENERATIONS if drift else inert
        scores = scores + 3 / (1 + generation) ** 2 + 0.5 * rate + 0.02 * random.standard_normal(MEMBERS)
        configs += [{"rate": a, "inert": b} for a, b in zip(rate.tolist(), inert.tolist(), strict=True)]
        values += scores.tolist()
        told += [(member, parents[member], generation) for member in range(MEMBERS)]
        order = np.argsort(scores)
        source = np.arange(MEMBERS)
        source[order[: MEMBERS // 2]] = order[MEMBERS // 2 :]
        scores, parents = scores[source], generation * MEMBERS + source.astype(float)
    member, parent, generations = zip(*told, strict=True)
    more: list[Column] = [
        category_column("member", member, Role.ROW),
        number_column("parent", list(parent), Role.ROW, Kind.INT),
        number_column("generation", list(generations), Role.ROW, Kind.INT),
    ]
    sign = 1 if direction == "maximize" else -1
    final = [generation == GENERATIONS - 1 for generation in generations]
    return study(SPACE, configs, sign * np.array(values), direction=direction, final=final, more=more)


def test_final_scores_are_refused_and_improvements_are_offered_under_that_name() -> None:
    with pytest.raises(ImportanceError) as caught:
        fanova(trained(), "score")
    assert caught.value.reason == "population"
    told = METHODS["improvement"].run(trained(), "score", rows="completed", within=None)
    assert told.metric.name == "improvement of score"
    assert (told.rows, told.left_out) == (
        MEMBERS * (GENERATIONS - 1),
        {"without a finite improvement of score": MEMBERS},
    )
    assert told.single["rate"] > 0.9 > 0.05 > told.single["inert"]
    assert "beyond the mean of its generation" in METHODS["improvement"].question("score")


def test_a_member_that_copied_another_is_compared_with_whom_it_copied() -> None:
    trials = trained()
    change = improvements(trials, "score").columns["improvement of score"].values.reshape(GENERATIONS, MEMBERS)
    rate = trials.columns["rate"].values.reshape(GENERATIONS, MEMBERS)
    expected = 0.5 * (rate - rate.mean(axis=1, keepdims=True))
    assert np.isnan(change[0]).all()
    assert change[1:] == pytest.approx(expected[1:], abs=0.1)


def test_getting_better_is_positive_whatever_the_direction() -> None:
    up, down = (improvements(trained(direction), "score") for direction in ("maximize", "minimize"))
    name = "improvement of score"
    assert up.columns[name].values == pytest.approx(down.columns[name].values, nan_ok=True)
    assert up.metrics[name].direction == down.metrics[name].direction == "maximize"


def test_what_drifts_while_early_intervals_gain_most_gets_no_importance_from_that() -> None:
    told = improvement_importance(trained(drift=True), "score")
    assert told.single["inert"] < 0.05
    assert told.single["rate"] > 0.8


def test_without_parents_a_member_is_compared_with_its_own_row_at_the_budget_before() -> None:
    random = np.random.default_rng(3)
    members, budgets = 30, 3
    rates = random.random((members, budgets))
    values = np.cumsum(rates, axis=1) + random.random((members, 1))
    order = random.permutation(members * budgets)
    at = [divmod(int(i), budgets) for i in order]
    more = [
        category_column("member", [f"m{m}" for m, _ in at], Role.ROW),
        number_column("budget", [float(b + 1) for _, b in at], Role.ROW),
    ]
    configs = [{"rate": rates[place], "inert": random.random()} for place in at]
    trials = study(SPACE, configs, [values[place] for place in at], direction="maximize", more=more)
    change = improvements(trials, "score").columns["improvement of score"].values
    expected = [np.nan if b == 0 else rates[m, b] - rates[:, b].mean() for m, b in at]
    assert change == pytest.approx(expected, nan_ok=True)


def test_a_brush_looks_at_the_same_forest_of_improvements() -> None:
    whole = improvement_importance(trained(), "score")
    part = whole.within({"rate": [[0.0, 0.5]]})
    assert part.domain.model is whole.domain.model
    assert part.inside < whole.inside


def test_without_members_there_are_no_intervals() -> None:
    trials = study(SPACE, [{"rate": i / 50, "inert": 0.5} for i in range(50)], np.arange(50.0))
    with pytest.raises(ImportanceError, match="no row has a member; expected population-based training"):
        improvement_importance(trials, "score")
    with pytest.raises(ImportanceError, match="metric 'loss'"):
        improvements(trained(), "loss")
