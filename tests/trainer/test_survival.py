"""What a study survives: its controller killed, two at once, a full disk, a clock set back, the server's end."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import TrialState

from data.readers import read
from data.workspace import Workspace, controller_alive
from tests.trainer.conftest import ROOT, lives, pids, state_of, wait_until
from trainer import launch, storage
from trainer.example import study_trials

Spec = Callable[..., dict[str, Any]]

QUICK = """
    import os, pathlib, select

    def main(run):
        pathlib.Path(f"pid-{os.getpid()}").touch()
        for step in range(1, 6):
            run.report(step, score=run.params["x"] * step)
            select.select([], [], [], 0.03)  # time.sleep fails under libfaketime
        with open(f"done-{run.number}", "a") as file:
            file.write("once ")
        return run.params["x"]
"""


@pytest.mark.parametrize(("kills", "trials"), [(2, 6), pytest.param(20, 60, marks=pytest.mark.long)])
def test_a_controller_may_be_killed_at_any_moment(
    workspace: Workspace, own_spec: Spec, kills: int, trials: int
) -> None:
    spec = own_spec(QUICK, workers=2, budget={"trials": trials}, retries=1, repeats=2)
    folder = Path(spec["objective"]["cwd"])
    moments = random.Random(11)
    launch.start(spec, workspace)
    finished: dict[int, Any] = {}
    for _ in range(kills):
        complete = [t for t in finished.values() if t.state is TrialState.COMPLETE]
        wait_until(partial(reached, workspace, len(complete) + 2))
        time.sleep(moments.uniform(0, 0.3))
        os.kill(storage.study_row(workspace, 1)["pid"], signal.SIGKILL)
        wait_until(lambda: not controller_alive(workspace.folder, 1))
        wait_until(lambda: not any(lives(pid) for pid in pids(folder)))
        assert state_of(workspace) == "failed"
        finished |= {t.number: t for t in study_trials(workspace, "own") if t.state.is_finished()}
        launch.resume(workspace, "own")
    wait_until(lambda: state_of(workspace) == "finished")
    after = study_trials(workspace, "own")
    assert {number: after[number] for number in finished} == finished
    assert {t.state for t in after} == {TrialState.COMPLETE, TrialState.FAIL}
    complete = [t for t in after if t.state is TrialState.COMPLETE]
    assert Counter(t.user_attrs["trellis:config"] for t in complete) == dict.fromkeys(range(trials), 2)
    assert len({t.user_attrs["trellis:seed"] for t in complete}) == 2 * trials
    assert all((folder / f"done-{t.number}").read_text() == "once " for t in complete)
    assert all("its configuration is run again" in t.user_attrs["trellis:reason"] for t in after if t not in complete)


def reached(workspace: Workspace, complete: int) -> bool:
    """Whether there is a study, and so many of its trials are complete."""
    return bool(launch.list_studies(workspace)) and counts(workspace)["complete"] >= complete


def counts(workspace: Workspace) -> dict[str, int]:
    """Trials of the only study by state."""
    [study] = launch.list_studies(workspace)
    return dict(study["counts"])


def test_of_two_controllers_for_one_study_one_is_refused(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(QUICK, budget={"trials": 6})
    launch.start(spec, workspace)
    wait_until(lambda: counts(workspace)["complete"])
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")
    command = [sys.executable, "-m", "trainer", "resume", "own", "--workspace", str(workspace.folder)]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate(timeout=120)[1]: process.returncode for process in both}
    assert sorted(said.values()) == [0, 1]
    [refused] = [text for text, status in said.items() if status == 1]
    assert refused.startswith("trainer: the study 'own' is ")
    complete = [t for t in study_trials(workspace, "own") if t.state is TrialState.COMPLETE]
    assert [t.user_attrs["trellis:config"] for t in complete] == list(range(6))


def test_a_full_disk_fails_the_study_and_a_resume_loses_nothing(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(QUICK, workers=2, budget={"trials": 10})
    launch.start(spec, workspace)
    wait_until(lambda: counts(workspace)["complete"] >= 2)
    pid = storage.study_row(workspace, 1)["pid"]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, 4096))  # what the controller writes beyond that is refused
    wait_until(lambda: not controller_alive(workspace.folder, 1))
    assert state_of(workspace) == "failed"
    assert not any(lives(pid) for pid in pids(Path(spec["objective"]["cwd"])))
    finished = {t.number: t for t in study_trials(workspace, "own") if t.state is TrialState.COMPLETE}
    assert len(finished) >= 2
    assert "disk" in launch.log_path(workspace, "own").read_text()
    launch.resume(workspace, "own")
    wait_until(lambda: state_of(workspace) == "finished")
    after = study_trials(workspace, "own")
    assert {number: after[number] for number in finished} == finished
    assert sorted(t.user_attrs["trellis:config"] for t in after if t.values) == list(range(10))


def test_a_clock_set_back_or_forth_stops_nothing(workspace: Workspace, own_spec: Spec, tmp_path: Path) -> None:
    spec = own_spec(QUICK, workers=2, budget={"trials": 8, "seconds": 3000})
    spec["objective"]["timeout"] = 600
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    place = ["--workspace", str(workspace.folder)]
    command = [sys.executable, "-m", "trainer", "run", str(tmp_path / "spec.json"), *place]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **faked}, stderr=subprocess.DEVNULL) as process:
        for complete, shift in ((2, "-2d"), (4, "+3d")):
            wait_until(partial(reached, workspace, complete))
            clock.write_text(shift)
        assert process.wait(timeout=120) == 0
    trials = study_trials(workspace, "own")
    assert [t.state for t in trials] == [TrialState.COMPLETE] * 8
    begun = [t.datetime_start for t in trials if t.datetime_start]
    assert max(begun) - min(begun) > timedelta(days=4)
    assert any(t.duration and t.duration < timedelta(0) for t in trials)
    [shown] = read(workspace.folder / "hypertrellis.db")
    assert not (shown.columns["duration"].values < 0).any()
    assert shown.numbers.tolist() == list(range(8))


SERVER = """
    import sys, time
    from data.workspace import open_workspace
    from trainer import launch
    import json

    launch.start(json.loads(sys.argv[1]), open_workspace(sys.argv[2]))
    print("launched", flush=True)
    time.sleep(600)
"""


def test_the_end_of_the_process_that_launched_it_is_nothing_to_a_study(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(QUICK, budget={"trials": 4})
    command = [sys.executable, "-c", textwrap.dedent(SERVER), json.dumps(spec), str(workspace.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"launched\n"
        os.killpg(server.pid, signal.SIGKILL)
    assert state_of(workspace) == "running"
    wait_until(lambda: state_of(workspace) == "finished")
    assert counts(workspace)["complete"] == 4
