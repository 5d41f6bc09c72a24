"""What the trace of a search says of its iterations, its rungs and its lineage."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from analytics.columns import State
from analytics.traces import Trace, rungs, trace
from tests.analytics.tracing import traced

HALVING = {"name": "random", "pruner": "halving", "pruner_settings": {"min_resource": 1, "reduction_factor": 3}}
HYPERBAND = {"name": "random", "pruner": "hyperband", "pruner_settings": {"max_resource": 9, "reduction_factor": 3}}
PBT = {"name": "pbt", "settings": {"population": 2, "interval": 5, "generations": 3}}
PRUNED = State.PRUNED


def curve(number: int, steps: int) -> list[tuple[int, float, float]]:
    return [(number, float(step), 0.1 * number + 0.01 * step) for step in range(1, steps + 1)]


def pairs(found: Trace) -> list[tuple[int, int, bool]]:
    """Links as trial numbers, with whether they are mutations."""
    ends = found.number[found.links].tolist()
    return [(a, b, bool(m)) for (a, b), m in zip(ends, found.mutation, strict=True)]


def test_trials_of_random_search_stand_in_the_order_of_sampling_each_evaluated_once() -> None:
    found = trace(traced([{"accuracy": 0.5}, {"accuracy": 0.7}, {"state": State.FAILED}]))
    assert found.x.tolist() == [0, 1, 2]
    assert found.last.all()
    assert len(found.links) == len(found.boundaries) == 0
    assert found.stopped.tolist() == [False, False, True]
    assert found.axis == "trials"


def test_a_trial_that_waits_has_no_evaluation() -> None:
    found = trace(traced([{"accuracy": 0.5}, {"state": State.WAITING}, {"accuracy": 0.7}]))
    assert found.number.tolist() == [0, 2]
    assert found.x.tolist() == [0, 1]


def test_trials_that_were_sampled_together_share_a_column() -> None:
    found = trace(traced([{"batch": 0}, {"batch": 0}, {"batch": 1}, {}, {"batch": 1}]))
    assert found.x.tolist() == [0, 0, 1, 2, 1]
    assert found.axis == "batch"


def test_a_trial_of_successive_halving_is_evaluated_at_each_rung_it_passes_with_the_value_it_had_there() -> None:
    rows: list[Mapping[str, Any]] = [
        {"budget": 1, "rung": 0, "state": PRUNED},
        {"budget": 9, "rung": 2, "accuracy": 0.5},
        {"budget": 3, "rung": 1, "state": PRUNED},
    ]
    study = traced(rows, algorithm=HALVING, history=[*curve(0, 1), *curve(1, 9), *curve(2, 3)])
    found = trace(study)
    assert found.number.tolist() == [0, 1, 1, 1, 2, 2]
    assert found.step.tolist() == [1, 1, 3, 9, 1, 3]
    assert np.allclose(found.value, [0.01, 0.11, 0.13, 0.5, 0.21, 0.23])
    assert found.last.tolist() == [True, False, False, True, False, True]
    assert found.stopped.tolist() == [True, False, False, False, False, True]


def test_rungs_stand_side_by_side_and_in_each_the_trials_as_they_were_sampled() -> None:
    rows: list[Mapping[str, Any]] = [
        {"budget": 1, "rung": 0, "state": PRUNED},
        {"budget": 9, "rung": 2},
        {"budget": 3, "rung": 1},
    ]
    found = trace(traced(rows, algorithm=HALVING, history=[*curve(0, 1), *curve(1, 9), *curve(2, 3)]))
    assert found.x.tolist() == [0, 1, 3, 5, 2, 4]
    assert [(b.label, b.start, b.end) for b in found.boundaries] == [("1", -0.5, 2.5), ("3", 2.5, 4.5), ("9", 4.5, 5.5)]
    assert [b.shade for b in found.boundaries] == sorted(b.shade for b in found.boundaries)


def test_brackets_of_hyperband_come_one_after_the_other_each_with_its_own_rungs() -> None:
    rows: list[Mapping[str, Any]] = [
        {"budget": 3, "rung": 0, "bracket": 1, "state": PRUNED},
        {"budget": 1, "rung": 0, "bracket": 0, "state": PRUNED},
        {"budget": 9, "rung": 0, "bracket": 2, "accuracy": 0.9},
    ]
    study = traced(rows, algorithm=HYPERBAND, history=[*curve(0, 3), *curve(1, 1), *curve(2, 9)])
    assert rungs(study) == [(0, (1, 3, 9)), (1, (3, 9)), (2, (9,))]
    found = trace(study)
    assert found.x.tolist() == [1, 0, 2]
    assert [(b.level, b.label) for b in found.boundaries] == [
        (0, "0"),
        (1, "1"),
        (0, "1"),
        (1, "3"),
        (0, "2"),
        (1, "9"),
    ]


def test_brackets_that_optuna_did_not_keep_follow_from_where_trials_were_pruned() -> None:
    rows: list[Mapping[str, Any]] = [
        {"rung": 0, "state": PRUNED},
        {"rung": 1, "state": PRUNED},
        {"rung": 0, "state": PRUNED},
        {"rung": 2, "accuracy": 0.9},
        {"rung": 0, "accuracy": 0.9},
    ]
    steps = [1, 3, 3, 9, 9]
    study = traced(rows, history=[point for number, step in enumerate(steps) for point in curve(number, step)])
    assert rungs(study) == [(0, (1, 3, 9)), (1, (3, 9)), (2, (9,))]
    brackets = [b.label for b in trace(study).boundaries if b.level == 0]
    assert brackets == ["0", "1", "2"]


def test_a_configuration_measured_at_several_budgets_is_a_survivor_and_its_rung_one_column() -> None:
    rows: list[Mapping[str, Any]] = [
        {"config": "a", "budget": 1, "rung": 0, "bracket": 4, "accuracy": 0.4},
        {"config": "b", "budget": 1, "rung": 0, "bracket": 4, "accuracy": 0.6},
        {"config": "b", "budget": 3, "rung": 1, "bracket": 4, "accuracy": 0.8},
    ]
    found = trace(traced(rows))
    assert found.x.tolist() == [0, 0, 1]
    assert pairs(found) == [(1, 2, False)]
    assert found.last.tolist() == [True, False, True]
    assert found.stopped.tolist() == [True, False, False]


def test_a_configuration_that_another_bracket_measures_again_is_no_survivor_of_the_first() -> None:
    rows: list[Mapping[str, Any]] = [
        {"config": "a", "budget": 1, "rung": 0, "bracket": 0},
        {"config": "a", "budget": 9, "rung": 1, "bracket": 0},
        {"config": "a", "budget": 1, "rung": 0, "bracket": 1},
    ]
    assert pairs(trace(traced(rows))) == [(0, 1, False)]


def population() -> Trace:
    rows: list[Mapping[str, Any]] = [
        {"config": 0, "member": 0, "generation": 0, "budget": 5, "lr": 0.1},
        {"config": 1, "member": 1, "generation": 0, "budget": 5, "lr": 0.2},
        {"config": 0, "member": 0, "generation": 1, "parent": 0, "budget": 10, "lr": 0.1},
        {"config": 2, "member": 1, "generation": 1, "parent": 0, "budget": 10, "lr": 0.12},
        {"config": 3, "member": 0, "generation": 2, "parent": 3, "budget": 15, "lr": 0.14},
        {"config": 2, "member": 1, "generation": 2, "parent": 3, "budget": 15, "lr": 0.12},
    ]
    return trace(traced(rows, algorithm=PBT))


def test_members_of_a_population_stand_at_their_generation_survivors_and_mutations_told_apart() -> None:
    found = population()
    assert found.x.tolist() == [0, 0, 1, 1, 2, 2]
    assert sorted(pairs(found)) == [(0, 2, False), (0, 3, True), (3, 4, True), (3, 5, False)]
    assert found.last.tolist() == [False, True, True, False, True, True]
    assert found.stopped.tolist() == [False, True, True, False, False, False]
    assert [b.label for b in found.boundaries] == ["0", "1", "2"]


def test_steps_of_a_population_count_once_what_a_child_took_over() -> None:
    assert population().steps.max() == 6 * 5


def test_the_intervals_of_a_population_end_at_multiples_of_its_setting() -> None:
    assert rungs(traced([{"generation": 0}], algorithm=PBT)) == [(None, (5, 10, 15))]


def test_an_asynchronous_population_has_no_generation_and_stands_at_its_steps() -> None:
    rows: list[Mapping[str, Any]] = [
        {"member": "x", "budget": 8, "lr": 0.1, "accuracy": 0.5},
        {"member": "y", "budget": 4, "lr": 0.3, "accuracy": 0.2},
        {"member": "y", "budget": 8, "lr": 0.13, "parent": 0, "accuracy": 0.6},
    ]
    history = [*curve(0, 8), *curve(1, 4), *[(2, float(step), 0.5) for step in range(5, 9)]]
    found = trace(traced(rows, history=history))
    assert (found.axis, found.boundaries) == ("step", ())
    assert list(zip(found.number.tolist(), found.x.tolist(), strict=True)) == [(0, 4), (0, 8), (1, 4), (2, 8)]
    assert pairs(found) == [(0, 0, False), (0, 2, True)]


def test_links_always_lead_onwards_whatever_the_lineage_claims() -> None:
    rows: list[Mapping[str, Any]] = [
        {"parent": 1, "generation": 0},
        {"parent": 0, "generation": 1},
        {"parent": 2},
        {"parent": 99},
    ]
    found = trace(traced(rows))
    assert pairs(found) == [(0, 1, False)]
    assert all(found.x[a] < found.x[b] for a, b in found.links)


def test_time_and_cost_of_an_evaluation_are_shared_out_by_steps() -> None:
    rows: list[Mapping[str, Any]] = [
        {"budget": 9, "rung": 2, "start": 100.0, "end": 190.0, "accuracy": 0.5},
        {"budget": 1, "rung": 0, "start": 150.0, "end": 160.0, "state": PRUNED},
    ]
    found = trace(traced(rows, algorithm=HALVING, history=[*curve(0, 9), *curve(1, 1)]))
    assert np.allclose(found.time, [10, 30, 90, 60])
    assert np.allclose(found.seconds, [10, 30, 100, 40])
    assert np.allclose(found.steps, [1, 3, 10, 4])


def test_the_trace_of_a_study_without_trials_is_empty() -> None:
    found = trace(traced([{"state": State.WAITING}], algorithm=HYPERBAND))
    assert len(found) == len(found.links) == 0


def test_a_search_that_judges_only_ends_has_no_rungs() -> None:
    assert rungs(traced([{"accuracy": 0.5}])) == []
    assert rungs(traced([{"accuracy": 0.5}], algorithm=HALVING)) == [(None, (1,))]
    steps = rungs(traced([{}], algorithm=HYPERBAND))[0][1]
    assert all(b == 3 * a for a, b in pairwise(steps))
