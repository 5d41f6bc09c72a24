"""Budgets, repeats, threads; trials cancelled and budgets extended while a study runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import TrialState

from data.workspace import Workspace, cancels, clocks, controller_alive, open_workspace
from tests.trainer.conftest import lives, pids, run_study, run_trainer, state_of, wait_until
from trainer import launch, requests
from trainer.example import study_trials
from trainer.launch import StudyError
from trainer.spec import SpecError, parse_spec

Spec = Callable[..., dict[str, Any]]

PATIENT = """
    import os, pathlib, time

    def main(run):
        pathlib.Path(f"pid-{os.getpid()}").touch()
        pathlib.Path(f"begun-{run.number}").touch()
        while not os.path.exists(f"go-{run.number}"):
            if not run.report(1, score=0.5):
                return None
            time.sleep(0.02)
        return run.params["x"]
"""


def test_each_configuration_is_repeated_with_other_seeds(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("""
        def main(run):
            if run.params["x"] > 0.8:
                raise RuntimeError("hopeless")
            return run.seed
    """)
    spec |= {"budget": {"trials": 6}, "repeats": 3}
    trials = run_study(workspace, {**spec, "name": "many", "workers": 3})
    configurations: dict[int, list[Any]] = {}
    for trial in trials:
        configurations.setdefault(trial.user_attrs["trellis:config"], []).append(trial)
    assert len(configurations) == 6
    for first, *repeats in configurations.values():
        assert len(repeats) == (0 if first.state is TrialState.FAIL else 2)
        assert all(t.params == first.params for t in repeats)
        assert all(t.user_attrs["trellis:repeat"] == first.number for t in repeats)
        assert len({t.user_attrs["trellis:seed"] for t in (first, *repeats)}) == 1 + len(repeats)
    assert any(first.state is TrialState.FAIL for first, *_ in configurations.values())
    alone = run_study(workspace, {**spec, "name": "alone", "workers": 1})
    outcomes = [sorted((repr(t.params), t.user_attrs["trellis:seed"]) for t in each) for each in (trials, alone)]
    assert outcomes[0] == outcomes[1]


def test_a_worker_gets_the_threads_that_it_is_given(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("import os\n\ndef main(run): return int(os.environ['OMP_NUM_THREADS'])", budget={"trials": 1})
    [trial] = run_study(workspace, {**spec, "threads": 5})
    assert trial.values == [5]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"threads": 0}, "threads is 0; expected a whole number from 1 to 1024"),
        ({"retries": -1}, "retries is -1; expected a whole number from 0 to 100"),
        ({"repeats": 2.5}, "repeats is 2.5; expected a whole number from 1 to 1000"),
        ({"start": {"study": "a"}}, "start has neither enqueue nor warm; expected at least one of them"),
        ({"start": {"study": "", "warm": True}}, "start.warm is true with 'random', which does not learn"),
        ({"start": {"study": 7, "enqueue": 1}}, "start.study is 7; expected text of 1 to 200 characters"),
        ({"start": {"study": "a", "enqueue": "all"}}, "start.enqueue is 'all'; expected a whole number from 0"),
        ({"start": {"study": "a", "best": 1}}, "start has the unknown key 'best'; expected study, source, enqueue, wa"),
    ],
)
def test_settings_that_cannot_be_are_named(own_spec: Spec, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse_spec(own_spec("", **changes))
    assert str(refused.value).startswith(sentence)


def test_settings_survive_the_way_through_json(own_spec: Spec) -> None:
    spec = own_spec("", threads=2, retries=1, repeats=3, start={"study": "a", "source": "b.db", "enqueue": 2})
    parsed = parse_spec(spec)
    assert parse_spec(json.loads(json.dumps(parsed.to_json()))) == parsed


def test_a_cancelled_trial_ends_pruned_and_the_others_go_on(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(PATIENT, workers=2, budget={"trials": 3})
    folder = Path(spec["objective"]["cwd"])
    launch.start(spec, workspace)
    wait_until(lambda: (folder / "begun-1").exists())
    for number, sentence in ((7, "there is no trial 7"), (-1, "there is no trial -1")):
        with pytest.raises(StudyError, match=f"{sentence} in the study 'own'; expected the number of a running trial"):
            launch.cancel(workspace, "own", number)
    done = run_trainer("cancel", "own", "0", "--workspace", workspace.folder)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: study_trials(workspace, "own")[0].state is TrialState.PRUNED)
    for number in (1, 2):
        (folder / f"go-{number}").touch()
    wait_until(lambda: state_of(workspace) == "finished")
    cancelled, *others = study_trials(workspace, "own")
    assert cancelled.user_attrs["trellis:reason"] == "cancelled by the analyst"
    assert [t.state for t in others] == [TrialState.COMPLETE] * 2
    wait_until(lambda: not controller_alive(workspace.folder, 1))
    with pytest.raises(StudyError, match="the study 'own' is not running; expected a running study to cancel a trial"):
        launch.cancel(workspace, "own", 0)


def test_a_cancelled_trial_that_does_not_listen_is_killed(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(PATIENT.replace("if not run.report(1, score=0.5)", "if False"), budget={"trials": 1})
    launch.start(spec, workspace)
    [pid] = wait_until(lambda: pids(Path(spec["objective"]["cwd"])))
    launch.cancel(workspace, "own", 0)
    wait_until(lambda: state_of(workspace) == "finished")
    assert not lives(pid)
    [trial] = study_trials(workspace, "own")
    assert (trial.state, trial.user_attrs["trellis:reason"]) == (TrialState.PRUNED, "cancelled by the analyst")


def test_a_running_a_finished_and_a_stopped_study_are_extended(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(PATIENT, budget={"trials": 1})
    folder = Path(spec["objective"]["cwd"])
    launch.start(spec, workspace)
    wait_until(lambda: (folder / "begun-0").exists())
    launch.extend(workspace, "own", trials=1)
    for number in (0, 1):
        (folder / f"go-{number}").touch()
    wait_until(lambda: state_of(workspace) == "finished")
    assert len(study_trials(workspace, "own")) == 2

    launch.extend(workspace, "own", trials=1)
    wait_until(lambda: (folder / "begun-2").exists())
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")
    for number in (3, 4):
        (folder / f"go-{number}").touch()
    done = run_trainer("extend", "own", "--trials", "1", "--workspace", workspace.folder)
    assert done.returncode == 0, done.stderr
    trials = study_trials(workspace, "own")
    assert [t.state.name for t in trials] == ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE", "COMPLETE"]
    assert [t.user_attrs["trellis:config"] for t in trials] == [0, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "neither trials nor seconds are given; expected at least one of them"),
        ({"trials": 0}, "trials is 0; expected a whole number from 1 to 10000000"),
        ({"seconds": float("nan")}, "seconds is nan; expected a number of seconds above 0"),
        ({"seconds": 5}, "its budget has no seconds; expected a study that ends after a number of seconds"),
        ({"trials": 10_000_000}, "budget.trials is 10000004; expected a whole number from 1 to 10000000"),
    ],
)
def test_a_budget_that_cannot_be_extended_says_why(
    workspace: Workspace, own_spec: Spec, more: dict[str, Any], sentence: str
) -> None:
    launch.prepare(parse_spec(own_spec("def main(run): return 1")), workspace)[1].release()
    with pytest.raises(StudyError) as refused:
        launch.extend(workspace, "own", **more)
    assert str(refused.value) == f"the study 'own' cannot be extended: {sentence}"


def test_the_clock_of_a_study_goes_on_after_a_resume(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(PATIENT, budget={"seconds": 3})
    folder = Path(spec["objective"]["cwd"])
    launch.start(spec, workspace)
    wait_until(lambda: (folder / "begun-0").exists())
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")
    before = requests.spent(workspace, 1)
    assert before > 0
    requests.spend(workspace, 1, 3.0)
    begun = time.monotonic()
    launch.resume(workspace, "own")
    wait_until(lambda: state_of(workspace) == "finished")
    assert len(study_trials(workspace, "own")) == 2
    assert 3.0 <= requests.spent(workspace, 1) <= 3.0 + time.monotonic() - begun
    launch.extend(workspace, "own", seconds=600)
    wait_until(lambda: any((folder / f"begun-{number}").exists() for number in (1, 2)))
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")


def test_a_workspace_of_an_earlier_version_opens_and_gets_what_it_lacks(workspace: Workspace, own_spec: Spec) -> None:
    run_study(workspace, own_spec("def main(run): return 1", budget={"trials": 1}))
    with workspace.engine.begin() as connection:
        for table in (cancels, clocks):
            table.drop(connection)
    again = open_workspace(workspace.folder)
    launch.extend(again, "own", trials=1)
    wait_until(lambda: state_of(again) == "finished")
    assert len(study_trials(again, "own")) == 2
    assert requests.spent(again, 1) > 0
    again.engine.dispose()
