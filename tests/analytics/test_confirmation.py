"""The best few again: which they are, what they reach on average, and how much the search flattered them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analytics.columns import Role, State, number_column
from analytics.confirmation import best_trials, configuration, confirmation, mean_estimate
from analytics.confirming import ConfirmError, to_spec
from analytics.trials import Metric, Trials
from tests.analytics.studies import ACCURACY, CONFIGS, SPACE, make_trials, spec_of

AGAIN: Mapping[int, Sequence[float]] = {1: [0.90, 0.92, 0.94], 2: [0.93, 0.95, 0.97]}


def confirming(values: Mapping[int, Sequence[float]] = AGAIN, running: int = 0) -> Trials:
    """A study that trained the configurations of some trials again, one row a seed."""
    configs = [CONFIGS[number] for number, given in values.items() for _ in given]
    accuracy = [value for given in values.values() for value in given]
    states = [State.FAILED if math.isnan(value) else State.COMPLETE for value in accuracy]
    configs += [CONFIGS[1]] * running
    return make_trials(
        configs=configs, accuracy=accuracy + [math.nan] * running, states=states + [State.RUNNING] * running
    )


def test_the_best_are_completed_and_different() -> None:
    assert best_trials(make_trials(), 3) == [1, 2, 0], "the pruned trial 4 is no candidate, whatever its value"
    twice = make_trials(configs=[*CONFIGS, CONFIGS[1]], accuracy=[*ACCURACY, 0.94], states=[State.COMPLETE] * 6)
    assert best_trials(twice, 3) == [4, 1, 2], "one configuration counts once"
    assert best_trials(make_trials(), 2, among=[0, 3]) == [0, 3]
    assert best_trials(make_trials(), 9) == [1, 2, 0, 3]


def test_of_a_minimized_objective_the_lowest_are_the_best() -> None:
    turned = replace(make_trials(), metrics={"accuracy": Metric("accuracy", "minimize", objective=True)})
    assert best_trials(turned, 2) == [3, 0]


def test_a_configuration_has_what_was_active_in_its_trial() -> None:
    assert configuration(make_trials(), 1) == CONFIGS[1]
    assert "momentum" not in configuration(make_trials(), 0)
    assert type(configuration(make_trials(), 0)["layers"]) is int
    with pytest.raises(KeyError):
        configuration(make_trials(), 77)


def test_means_have_students_interval() -> None:
    values = np.array([0.90, 0.92, 0.97])
    expected = stats.t.interval(0.95, 2, loc=values.mean(), scale=stats.sem(values))
    found = mean_estimate(values)
    assert (found.low, found.high) == pytest.approx(expected)
    assert math.isnan(mean_estimate(values[:1]).low)
    assert mean_estimate(np.full(3, 0.5)).low == 0.5


def test_configurations_are_ranked_by_what_they_reach_again() -> None:
    found = confirmation(make_trials(), confirming(), "accuracy")
    first, second = found.rows
    assert (first.number, first.searched, first.rank, first.search_rank) == (2, 0.90, 1, 2)
    assert (second.number, second.searched, second.rank, second.search_rank) == (1, 0.95, 2, 1)
    assert first.mean.value == pytest.approx(0.95)
    np.testing.assert_array_equal(second.values, [0.90, 0.92, 0.94])


def test_shrinkage_is_by_how_much_the_search_flattered() -> None:
    found = confirmation(make_trials(), confirming(), "accuracy")
    assert [row.shrinkage for row in found.rows] == pytest.approx([-0.05, 0.03])
    assert found.shrinkage is not None
    assert found.shrinkage.value == pytest.approx(-0.01)
    down = {"accuracy": Metric("accuracy", "minimize", objective=True)}
    turned = confirmation(replace(make_trials(), metrics=down), replace(confirming(), metrics=down), "accuracy")
    assert [row.shrinkage for row in turned.rows] == pytest.approx([-0.03, 0.05])


def test_what_may_be_as_good_as_the_first_is_tied_with_it() -> None:
    close, clear = confirming(), confirming({1: [0.5, 0.51, 0.52], 2: [0.93, 0.94, 0.95]})
    assert [row.tied for row in confirmation(make_trials(), close, "accuracy").rows] == [True, True]
    assert [row.tied for row in confirmation(make_trials(), clear, "accuracy").rows] == [True, False]


def test_what_is_still_training_and_what_failed_are_no_values() -> None:
    found = confirmation(make_trials(), confirming({1: [0.9, math.nan], 2: [0.8]}, running=2), "accuracy")
    assert [(row.number, len(row.values), row.failed) for row in found.rows] == [(1, 1, 1), (2, 1, 0)]
    nothing = confirmation(make_trials(), confirming({}, running=1), "accuracy")
    assert [(len(row.values), row.rank) for row in nothing.rows] == [(0, 1)]
    assert nothing.shrinkage is None


def test_data_that_the_search_never_saw_stand_beside_its_objective() -> None:
    again = confirming()
    seen = {"test_accuracy": number_column("test_accuracy", [0.8] * len(again), Role.METRIC)}
    metrics = {**again.metrics, "test_accuracy": Metric("test_accuracy", "maximize")}
    again = replace(again, columns={**again.columns, **seen}, metrics=metrics)
    found = confirmation(make_trials(), again, "test_accuracy")
    assert (found.metric.name, found.searched.name) == ("test_accuracy", "accuracy")
    assert found.rows[0].shrinkage == pytest.approx(0.15)


def test_the_spec_trains_the_chosen_again_without_pruning() -> None:
    trials = make_trials(spec=spec_of())
    spec = to_spec(trials, [1, 2], 5, "digits-confirmed", "test")
    assert spec["configurations"] == [CONFIGS[1], CONFIGS[2]]
    assert (spec["algorithm"], spec["repeats"], spec["parent"]) == ({"name": "given"}, 5, trials.study.id)
    assert spec["objective"]["settings"] == {"evaluate": "test"}
    assert (spec["space"], spec["metrics"], spec["seed"]) == (SPACE, {"accuracy": "maximize"}, None)
    assert "settings" not in to_spec(trials, [1], 5, "c")["objective"]


def test_hyperparameters_go_by_the_names_that_the_objective_knows() -> None:
    space: dict[str, Any] = {"state": {"type": "int", "low": 1, "high": 3}}
    trials = make_trials(
        space, [{"state": 2}], [0.5], [State.COMPLETE], spec=spec_of(space), renamed={"state": "param:state"}
    )
    columns = {**trials.columns, "param:state": replace(trials.columns["param:state"], values=np.array([2.0]))}
    assert to_spec(replace(trials, columns=columns), [0], 2, "c")["configurations"] == [{"state": 2}]


def test_what_cannot_be_trained_again_is_refused() -> None:
    with pytest.raises(ConfirmError, match="has no objective that can be run here"):
        to_spec(make_trials(), [1], 5, "c")
    population = {**spec_of(), "algorithm": {"name": "pbt"}}
    with pytest.raises(ConfirmError, match="change their hyperparameters while they train"):
        to_spec(make_trials(spec=population), [1], 5, "c")
