"""Constraints on metrics: violators stop before they train, the sampler learns of them, what cannot be is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from tests.trainer.searching import SPACE, STEPS, a_spec, loss
from trainer.algorithms import ALGORITHMS
from trainer.search import Asked, Outcome, Search
from trainer.searches import search_of
from trainer.spec import SpecError, StudySpec, parse_spec

LIMITS = {"size": {"max": 100}, "speed": {"min": 3}}
STEERING = [name for name, algorithm in ALGORITHMS.items() if algorithm.steers and name != "gp"]


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def greedy(params: Mapping[str, Any], step: int) -> float:
    """A loss that only large models make small."""
    return loss(params, step) - float(params["width"]) / 10


def searched(spec: StudySpec) -> Search:
    return search_of(spec, optuna.create_study(study_name=spec.name, directions=list(spec.metrics.values())))


def trained(search: Search, asked: Asked, speed: float = 5.0, known_before: bool = True) -> FrozenTrial:
    """A trial whose size may be known before its training, and whose speed is known after it."""
    size = {"size": float(asked.params["width"])}
    if search.report(asked, 0, size if known_before else {}):
        for step in range(1, STEPS + 1):
            if not search.report(asked, step, {"loss": greedy(asked.params, step)}):
                break
    finals = {"loss": greedy(asked.params, STEPS), "speed": speed}
    search.tell(asked, Outcome(dict(asked.last) if asked.cut else {**asked.last, **size, **finals}))
    return search.study.get_trials(deepcopy=False)[asked.number]


def test_who_breaks_a_constraint_that_is_known_before_training_does_not_train() -> None:
    search = searched(a_spec("random", constraints=LIMITS, budget={"trials": 30}))
    trials = [trained(search, search.ask()) for _ in range(30)]
    large = [t for t in trials if t.params["width"] > 100]
    assert 0 < len(large) < 30
    for trial in trials:
        width = trial.params["width"]
        if width > 100:
            assert (trial.state, trial.intermediate_values) == (TrialState.PRUNED, {})
            assert trial.user_attrs["trellis:reason"] == f"size is {width}; the constraint is size<=100"
            assert trial.constraints == {"size<=100": width - 100}
        else:
            assert (trial.state, trial.user_attrs["size"]) == (TrialState.COMPLETE, width)
            assert trial.constraints == {"size<=100": width - 100, "speed>=3": -2}


def test_a_value_of_exactly_the_bound_is_within_it_and_one_known_later_is_recorded_only() -> None:
    search = searched(a_spec("given", constraints=LIMITS, configurations=[configuration(100), configuration(101)]))
    at_bound = trained(search, search.ask(), speed=3.0)
    assert at_bound.constraints == {"size<=100": 0, "speed>=3": 0}
    beyond = trained(search, search.ask(), known_before=False)
    assert (beyond.state, beyond.constraints["size<=100"]) == (TrialState.COMPLETE, 1)


def configuration(width: int) -> dict[str, Any]:
    return {"rate": 1e-2, "width": width, "depth": 2, "dropout": 0.0, "decay": 0.0, "optimizer": "adam"}


def test_a_trial_that_does_not_give_a_limited_metric_has_failed() -> None:
    search = searched(a_spec("random", constraints=LIMITS))
    asked = search.ask()
    ended = search.tell(asked, Outcome({"loss": 1.0, "size": 5.0}))
    assert ended == "failed: the objective gave no 'speed'; expected it among its metrics (loss, size)"


@pytest.mark.parametrize("name", STEERING)
def test_an_algorithm_that_knows_constraints_keeps_away_from_what_breaks_them(name: str) -> None:
    settings = {"population_size": 6} if name == "nsga2" else {"n_startup_trials": 8}
    changes: dict[str, Any] = {"budget": {"trials": 50, "steps": STEPS}, "space": {**SPACE, "width": WIDE}}
    found = {}
    for limits in ({}, {"size": {"max": 20}}):
        search = searched(a_spec(name, settings=settings, constraints=limits, **changes))
        trials = [trained(search, search.ask()) for _ in range(50)]
        found[bool(limits)] = sum(t.params["width"] <= 20 for t in trials[25:])
    assert found[True] > found[False] + 5, found


WIDE = {"type": "int", "low": 1, "high": 100}


@pytest.mark.parametrize(
    ("constraints", "sentence"),
    [
        ({"size": 5}, "constraints.size is 5; expected a mapping"),
        ({"size": {}}, "constraints.size is {}; expected max, min, or both with min below max"),
        ({"size": {"min": 3, "max": 2}}, "constraints.size is {'min': 3, 'max': 2}; expected max, min, or both"),
        ({"size": {"most": 3}}, "constraints.size has the unknown key 'most'; expected min, max"),
        ({"size": {"max": "5"}}, "constraints.size.max is '5'; expected a number"),
        ({"size": {"max": float("inf")}}, "constraints.size.max is inf; expected a number"),
        ([1], "constraints is [1]; expected a mapping"),
    ],
)
def test_a_constraint_that_cannot_be_is_refused(constraints: Any, sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        a_spec("random", constraints=constraints)
    assert str(caught.value).startswith(sentence)


def test_a_built_in_objective_is_constrained_by_its_own_metrics_only() -> None:
    def spec(limits: Mapping[str, Any]) -> StudySpec:
        space = {"learning_rate": SPACE["rate"]}
        entries = {"metrics": {"val_accuracy": "maximize"}, "budget": {"trials": 1}, "constraints": limits}
        return parse_spec({"name": "own", "space": space, **entries})

    assert parse_spec(spec({"parameters": {"max": 50_000}}).to_json()) == spec({"parameters": {"max": 50_000.0}})
    with pytest.raises(SpecError, match="the name of a metric is 'size'; expected one of val_accuracy"):
        spec({"size": {"max": 5}})
