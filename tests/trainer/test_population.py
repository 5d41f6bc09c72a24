"""Population-based training: who survives, what is handed on, and that an interruption changes nothing."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, TrialState

from analytics.settings import check_settings
from analytics.space import parse_space
from data.workspace import Workspace
from tests.trainer.conftest import wait_until
from tests.trainer.searching import SPACE, a_spec, conduct, loss
from trainer import launch, storage
from trainer.algorithms import ALGORITHMS
from trainer.controller import control
from trainer.example import study_trials
from trainer.launch import StudyError
from trainer.perturb import draw
from trainer.population import Member, PopulationError, next_generation
from trainer.search import Outcome
from trainer.searches import begin
from trainer.spec import SpecError, parse_spec

Spec = Callable[..., dict[str, Any]]
SMALL = {"population": 4, "interval": 2, "generations": 3}

TRAINED = """
    import json, os, time

    def main(run):
        weights = json.loads((run.checkpoint_in / "weights.json").read_text()) if run.checkpoint_in else []
        for step in range(len(weights) + 1, run.steps + 1):
            weights.append(run.params["x"])
            while step == 3 and os.path.exists("hold"):
                time.sleep(0.01)
            if not run.report(step, score=sum(weights)):
                return None
        (run.checkpoint_out / "weights.json").write_text(json.dumps(weights))
        with open("ran.txt", "a") as file:
            file.write(f"{run.number}\\n")
        return {"score": sum(weights), "trained": len(weights)}
"""


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def members(scores: list[float | None]) -> list[Member]:
    rng = np.random.default_rng(0)
    space = parse_space(SPACE)
    configs = [{n: draw(h, rng) for n, h in space.items() if not h.when} | {"optimizer": "adam"} for _ in scores]
    return [Member(10 + i, i, config, score) for i, (config, score) in enumerate(zip(configs, scores, strict=True))]


def settings(**changes: Any) -> dict[str, Any]:
    return check_settings(ALGORITHMS["pbt"].settings, changes, "pbt")


def test_the_best_go_on_and_the_others_take_over_a_survivor_failed_ones_included() -> None:
    population = members([0.1, None, 0.9, 0.5, 0.2, 0.8])
    children = next_generation(population, parse_space(SPACE), settings(), np.random.default_rng(1))
    assert [c.kind == "continue" for c in children] == [False, False, True, True, False, True]
    for child, member in zip(children, population, strict=True):
        if child.kind == "continue":
            assert (child.parent, child.config, child.params) == (member.trial, member.config, member.params)
        else:
            assert child.parent in (12, 13, 15)
            assert child.config is None
            assert child.params != population[child.parent - 10].params


@pytest.mark.parametrize(("share", "survive"), [(0.0, 1), (0.2, 1), (0.25, 2), (0.5, 3), (1.0, 6)])
def test_the_survivor_rate_is_the_share_that_goes_on_at_least_one(share: float, survive: int) -> None:
    scores: list[float | None] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    rng = np.random.default_rng(1)
    children = next_generation(members(scores), parse_space(SPACE), settings(survivors=share), rng)
    assert sum(c.kind == "continue" for c in children) == survive


def test_a_population_without_any_result_cannot_go_on() -> None:
    with pytest.raises(PopulationError, match="no member of the population ended with a result"):
        next_generation(members([None, None]), parse_space(SPACE), settings(), np.random.default_rng(1))


def test_generations_are_synchronous_and_every_trial_says_member_parent_generation_and_kind() -> None:
    trials = conduct(a_spec("pbt", settings=SMALL, budget={}))
    attrs = [{k.removeprefix("trellis:"): v for k, v in t.user_attrs.items()} for t in trials]
    assert [(a["generation"], a["member"]) for a in attrs] == [(g, m) for g in range(3) for m in range(4)]
    assert [a["batch"] for a in attrs] == [a["generation"] for a in attrs]
    assert [a["budget"] for a in attrs] == [2] * 4 + [4] * 4 + [6] * 4
    assert {a["kind"] for a in attrs[:4]} == {"start"}
    for trial, a in zip(trials[4:], attrs[4:], strict=True):
        parent = trials[a["parent"]]
        assert parent.user_attrs["trellis:generation"] == a["generation"] - 1
        same = trial.params == parent.params
        assert same == (a["config"] == parent.user_attrs["trellis:config"]) == (a["kind"] == "continue")
    for generation in (0, 1):
        ended = [t for t in trials if t.user_attrs["trellis:generation"] == generation]
        best = sorted(ended, key=lambda t: t.value or 0)[:2]
        kept = {a["parent"] for a in attrs if a["generation"] == generation + 1}
        assert kept <= {t.number for t in best}


def test_a_failed_or_pruned_member_is_replaced_by_a_child_of_a_survivor() -> None:
    spec = a_spec("pbt", settings=SMALL, budget={})
    backend = InMemoryStorage()
    optuna.create_study(storage=backend, study_name=spec.name)
    search = begin(spec, backend)
    for _ in range(4):
        asked = search.ask()
        if asked.number == 1:
            search.tell(asked, Outcome({}, "ValueError: diverged"))
            continue
        if asked.number == 2:
            asked.end("cancelled", "cancelled by the analyst")
        search.tell(asked, Outcome({"loss": loss(asked.params, 2)}))
    assert search.ready()
    following = [search.ask() for _ in range(4)]
    assert {asked.checkpoint_from for asked in following} <= {0, 3}
    assert [asked.trial.user_attrs["trellis:kind"] != "continue" for asked in following[1:3]] == [True, True]
    assert not search.ready(), "the next generation waits for all of this one"
    assert not search.done()


def test_only_checkpoints_that_can_still_be_needed_are_kept() -> None:
    for trials, before, kept in ((8, 4, 1), (6, 0, 0), (None, 8, 1)):
        spec = a_spec("pbt", settings=SMALL, budget={} if trials is None else {"trials": trials})
        backend = InMemoryStorage()
        ended = conduct(spec, backend)
        best = min(ended, key=value).number
        found = begin(spec, backend).needed()
        assert found is not None
        assert (found.before, set(found.numbers)) == (before, {best} if kept else set(found.numbers)), trials


def test_more_trials_than_the_generations_have_are_more_generations_and_fewer_cut_the_last() -> None:
    assert len(conduct(a_spec("pbt", settings=SMALL, budget={"trials": 6}))) == 6
    longer = conduct(a_spec("pbt", settings=SMALL, budget={"trials": 18}))
    assert Counter(t.user_attrs["trellis:generation"] for t in longer) == {0: 4, 1: 4, 2: 4, 3: 4, 4: 2}
    assert [t.params for t in longer[:12]] == [t.params for t in conduct(a_spec("pbt", settings=SMALL, budget={}))]


def test_a_population_is_resumed_wherever_it_was_interrupted() -> None:
    spec = a_spec("pbt", settings=SMALL, budget={})
    whole = {key(t): t.params for t in conduct(spec)}
    for asks in range(1, 12):
        backend = InMemoryStorage()
        conduct(spec, backend, asks=asks)
        trials = conduct(spec, backend)
        complete = [t for t in trials if t.state is TrialState.COMPLETE]
        assert {key(t): t.params for t in complete} == whole
        assert len(complete) == 12
        assert len(trials) == 13


def key(trial: FrozenTrial) -> tuple[int, int]:
    return trial.user_attrs["trellis:generation"], trial.user_attrs["trellis:member"]


def chained(trials: list[FrozenTrial], trial: FrozenTrial, interval: int) -> list[float]:
    """The values that a member and its ancestors trained with, step by step."""
    parent = trial.user_attrs.get("trellis:parent")
    before = [] if parent is None else chained(trials, trials[parent], interval)
    return [*before, *[trial.params["x"]] * interval]


def weights(workspace: Workspace) -> dict[int, list[float]]:
    """The checkpoints that are kept, by trial."""
    kept = (workspace.folder / "runs" / "1" / "checkpoints").glob("*/weights.json")
    return {int(path.parent.name): json.loads(path.read_text()) for path in kept}


def needed(trials: list[FrozenTrial], generation: int) -> set[int]:
    """The members of a generation, and the best trial."""
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    best = max(complete, key=value)
    return {best.number, *(t.number for t in complete if t.user_attrs["trellis:generation"] == generation)}


def test_a_child_goes_on_from_the_weights_of_its_parent(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(TRAINED, algorithm={"name": "pbt", "settings": SMALL}, budget={}, workers=2)
    assert control(workspace, *launch.prepare(parse_spec(spec), workspace)) == "finished"
    trials = study_trials(workspace, "own")
    assert len(trials) == 12
    kept = weights(workspace)
    assert set(kept) == needed(trials, 2), "others cannot be gone on from any more"
    for trial in trials:
        assert kept.get(trial.number, chained(trials, trial, 2)) == chained(trials, trial, 2)
        assert trial.values == [sum(chained(trials, trial, 2))]
        assert trial.user_attrs["trained"] == trial.user_attrs["trellis:budget"]


def test_killed_in_the_middle_of_a_generation_a_population_goes_on_and_no_member_trains_an_interval_twice(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec(TRAINED, algorithm={"name": "pbt", "settings": SMALL}, budget={}, workers=2)
    own = Path(spec["objective"]["cwd"])
    (own / "hold").touch()
    launch.start(spec, workspace)
    wait_until(lambda: second_generation_runs(workspace))
    begun = study_trials(workspace, "own")
    parents = {t.user_attrs["trellis:parent"] for t in begun if "trellis:parent" in t.user_attrs}
    assert set(weights(workspace)) == parents | {max(begun, key=value).number}
    os.kill(storage.study_row(workspace, storage.find(workspace, "own"))["pid"], signal.SIGKILL)
    wait_until(lambda: launch.list_studies(workspace)[0]["state"] == "failed")
    (own / "hold").unlink()
    wait_until(lambda: resumed(workspace))
    wait_until(lambda: launch.list_studies(workspace)[0]["state"] == "finished")
    trials = study_trials(workspace, "own")
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    assert Counter(map(key, complete)) == {(g, m): 1 for g in range(3) for m in range(4)}
    assert sorted(map(int, (own / "ran.txt").read_text().split())) == [t.number for t in complete]
    kept = weights(workspace)
    assert set(kept) == needed(trials, 2)
    assert all(kept[number] == chained(trials, trials[number], 2) for number in kept)


def value(trial: FrozenTrial) -> float:
    return trial.value or 0.0


def second_generation_runs(workspace: Workspace) -> bool:
    """Whether two members of the second generation are under way; they hold at its first step."""
    running = [t for t in study_trials(workspace, "own") if t.state is TrialState.RUNNING]
    return [t.user_attrs.get("trellis:generation") for t in running] == [1, 1]


def resumed(workspace: Workspace) -> bool:
    try:
        launch.resume(workspace, "own")
    except StudyError:
        return False
    return True


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"objective": {"type": "optuna", "target": "own:main"}},
            "algorithm.name is 'pbt', but the objective has no checkpoints; expected one that can go on",
        ),
        (
            {"algorithm": {"settings": {"inherit": "width, deepness"}}},
            "setting 'inherit' names 'deepness'; expected names from the space (rate, width, ",
        ),
        ({"budget": {"steps": 9}}, "budget.steps is 9 with 'pbt'; expected 10 (interval × generations), or none"),
        ({"metrics": {"loss": "minimize", "size": "minimize"}}, "algorithm.name is 'pbt' with 2 metrics; expected one"),
        ({"pruner": "median"}, "algorithm.pruner is 'median' with the algorithm 'pbt'; expected none"),
        ({"algorithm": {"settings": {"survivors": 2}}}, "setting 'survivors' is 2; expected a number from 0 to 1"),
    ],
)
def test_a_population_that_cannot_be_is_refused_in_a_sentence(changes: Mapping[str, Any], sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        a_spec("pbt", **changes)
    assert str(caught.value).startswith(sentence)


def test_a_built_in_objective_inherits_what_shapes_its_checkpoints() -> None:
    space = {"learning_rate": SPACE["rate"], "width": {"type": "int", "low": 8, "high": 64}}
    spec = a_spec(
        "pbt", objective={"type": "builtin", "target": "images"}, space=space, metrics={"val_accuracy": "maximize"}
    )
    assert spec.algorithm.settings["inherit"] == "width"
