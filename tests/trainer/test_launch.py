"""Detached studies: started, stopped, killed and resumed as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import select

from data.workspace import Workspace, controller_alive, metric_log
from tests.trainer.conftest import ROOT, lives, pids, run_study, run_trainer, state_of, wait_until
from trainer import launch, storage
from trainer.__main__ import main
from trainer.controller import control
from trainer.example import study_trials
from trainer.launch import StudyError
from trainer.spec import parse_spec
from trainer.specfile import read_spec

Spec = Callable[..., dict[str, Any]]

ENDLESS = """
    import os, pathlib, subprocess, time

    def main(run):
        pathlib.Path(f"pid-{os.getpid()}").touch()
        step = 0
        while not os.path.exists("go"):
            step += 1
            if not run.report(step, score=step):
                return None
            time.sleep(0.01)
        return run.params["x"]
"""


def running(workspace: Workspace, trials: int, name: str = "own") -> bool:
    """Whether so many trials of a study have reported."""
    studies = {study["name"]: study["counts"]["running"] for study in launch.list_studies(workspace)}
    with workspace.engine.connect() as connection:
        reported = connection.execute(select(metric_log.c.number).distinct()).all()
    return studies[name] >= trials and len(reported) >= trials


def test_stop_ends_running_trials_cleanly_and_resume_runs_their_configurations(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec(ENDLESS, workers=2)
    assert launch.start(spec, workspace) == "own"
    assert state_of(workspace) == "running"
    wait_until(lambda: running(workspace, 2))
    with pytest.raises(StudyError, match="the study 'own' is running already; expected one that was stopped"):
        launch.resume(workspace, "own")
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")
    stopped = study_trials(workspace, "own")
    assert [(t.state, t.user_attrs["trellis:stopped"]) for t in stopped] == [(TrialState.PRUNED, True)] * 2
    with pytest.raises(StudyError, match="the study 'own' is not running; expected a running study to stop"):
        launch.stop(workspace, "own")

    (Path(spec["objective"]["cwd"]) / "go").touch()
    launch.resume(workspace, "own")
    wait_until(lambda: state_of(workspace) == "finished")
    trials = study_trials(workspace, "own")
    assert trials[:2] == stopped
    assert [t.user_attrs.get("trellis:again") for t in trials] == [None, None, 0, 1, None, None]
    assert [t.params for t in trials[2:4]] == [t.params for t in stopped]
    assert [t.user_attrs["trellis:seed"] for t in trials[2:4]] == [t.user_attrs["trellis:seed"] for t in stopped]
    assert all(t.values == [t.params["x"]] for t in trials[2:])
    with pytest.raises(StudyError, match="the study 'own' is finished"):
        launch.resume(workspace, "own")


def test_a_trial_that_does_not_listen_is_ended_by_stop_too(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(ENDLESS.replace("if not run.report(step, score=step)", "if step < 0"))
    launch.start(spec, workspace)
    [pid] = wait_until(lambda: pids(Path(spec["objective"]["cwd"])))
    launch.stop(workspace, "own")
    wait_until(lambda: state_of(workspace) == "stopped")
    assert not lives(pid)
    assert study_trials(workspace, "own")[0].user_attrs["trellis:stopped"] is True


def test_all_that_a_killed_controller_had_running_dies_with_it(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(
        ENDLESS.replace(
            "step = 0",
            'step = 0; child = subprocess.Popen(["sleep", "600"]); pathlib.Path(f"pid-{child.pid}").touch()',
        ),
        workers=2,
    )
    launch.start(spec, workspace)
    started = wait_until(lambda: len(found := pids(Path(spec["objective"]["cwd"]))) == 4 and found)
    assert all(lives(pid) for pid in started)
    row = wait_until(lambda: (r := storage.study_row(workspace, 1))["pid"] and r)
    os.kill(row["pid"], signal.SIGKILL)
    wait_until(lambda: not any(lives(pid) for pid in started))
    [entry] = launch.list_studies(workspace)
    assert entry["state"] == "failed"
    assert entry["message"].startswith("its controller ended without a word")


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.long)])
def test_real_trainings_survive_kills_of_their_controller(workspace: Workspace, kills: int) -> None:
    trials = 2 + 4 * kills
    spec = {
        "name": "digits",
        "space": {
            "learning_rate": {"type": "float", "low": 1e-3, "high": 0.1, "log": True},
            "optimizer": {"type": "categorical", "choices": ["sgd", "adam"]},
            "momentum": {"type": "float", "low": 0.5, "high": 0.9, "when": {"optimizer": ["sgd"]}},
        },
        "metrics": {"val_accuracy": "maximize"},
        "budget": {"trials": trials, "steps": 2},
        "workers": 2,
        "seed": 3,
    }
    launch.start(spec, workspace)
    done: dict[int, FrozenTrial] = {}
    interrupted: list[int] = []
    for _ in range(kills):
        kill_controller_after(workspace, len(done) + 2)
        before = study_trials(workspace, "digits")
        done |= {t.number: t for t in before if t.state is TrialState.COMPLETE}
        interrupted += [t.number for t in before if t.state is TrialState.RUNNING]
        launch.resume(workspace, "digits")
    assert interrupted

    wait_until(lambda: state_of(workspace, "digits") == "finished")
    after = study_trials(workspace, "digits")
    assert {number: after[number] for number in done} == done
    failed = [t for t in after if t.state is TrialState.FAIL]
    assert [t.number for t in failed] == interrupted
    assert all("its configuration is run again" in t.user_attrs["trellis:reason"] for t in failed)
    complete = [t for t in after if t.state is TrialState.COMPLETE]
    assert (len(complete), len(after)) == (trials, trials + len(failed))

    whole = run_study(workspace, {**spec, "name": "whole"})
    assert sorted(map(outcome, whole)) == sorted(map(outcome, complete))


def kill_controller_after(workspace: Workspace, complete: int) -> None:
    """Kill the controller of the first study once so many of its trials are complete."""
    wait_until(lambda: launch.list_studies(workspace)[0]["counts"]["complete"] >= complete)
    os.kill(storage.study_row(workspace, 1)["pid"], signal.SIGKILL)
    wait_until(lambda: not controller_alive(workspace.folder, 1))


def outcome(trial: FrozenTrial) -> tuple[str, float, int]:
    """Configuration, accuracy and size of a trial."""
    return repr(trial.params), trial.values[0], trial.user_attrs["parameters"]


def test_a_controller_killed_between_asking_and_suggesting_loses_no_configuration(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec("def main(run): return run.params['x']")
    study_id, lock = launch.prepare(parse_spec(spec), workspace)
    lock.release()
    with storage.optuna_storage(workspace) as backend:
        backend.create_new_trial(study_id)  # what stands there after `ask`
    assert control(workspace, *launch.reopen(workspace, "own")) == "finished"
    complete = [t.params for t in study_trials(workspace, "own") if t.state is TrialState.COMPLETE]
    assert complete == [t.params for t in run_study(workspace, {**spec, "name": "whole"})]


@pytest.mark.parametrize("name", ["../../escape", "-v; rm -rf ~ %s {0}/名前" + "a" * 170])
def test_any_name_is_a_study_and_never_a_path(workspace: Workspace, own_spec: Spec, name: str) -> None:
    spec = own_spec("def main(run): import sys; return 'torch' in sys.modules", name=name, budget={"trials": 1})
    launch.start(spec, workspace)
    wait_until(lambda: state_of(workspace, name) == "finished")
    log = launch.log_path(workspace, name)
    assert log.parent == workspace.folder / "logs"
    wait_until(lambda: f"study {name!r} finished" in log.read_text())
    assert study_trials(workspace, name)[0].values == [0.0], "own code does not pay for PyTorch"
    with pytest.raises(StudyError, match="is taken in this workspace; expected another one"):
        launch.start(spec, workspace)


def test_different_names_have_different_logs(workspace: Workspace) -> None:
    names = ["a/b", "a_b", "a:b", "a" * 100, "a" * 101, ".", "..", "", "plain-name_1"]
    paths = [launch.log_path(workspace, name) for name in names]
    assert len(set(paths)) == len(names)
    assert all(path.resolve().parent == workspace.logs for path in paths)
    assert launch.log_path(workspace, "plain-name_1").name == "plain-name_1.log"


def test_a_refined_study_knows_its_parent_by_name_here_and_by_id_elsewhere(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec("def main(run): return 1", budget={"trials": 1})

    def prepare(name: str, **lineage: str | None) -> None:
        parsed = parse_spec({**spec, "name": name, "parent": lineage.pop("named", None)})
        launch.prepare(parsed, workspace, **lineage)[1].release()

    prepare("own")
    [first] = launch.list_studies(workspace)
    prepare("by id", parent=first["study"])
    prepare("by name", named="own")
    prepare("by source", parent=first["study"], parent_source=str(workspace.folder / "hypertrellis.db"))
    prepare("foreign", parent="0123456789ab", parent_source="/elsewhere.db")
    with pytest.raises(StudyError, match="parent is 'nobody'; expected the id or name of a study in this workspace"):
        prepare("orphan", named="nobody")
    rows = {name: storage.study_row(workspace, i) for name, i in storage.names(workspace).items()}
    assert list(rows) == ["own", "by id", "by name", "by source", "foreign"]
    for name in ("by id", "by name", "by source"):
        assert json.loads(rows[name]["spec"])["parent"] == "own"
        assert (rows[name]["parent"], rows[name]["parent_source"]) == (None, None)
    assert json.loads(rows["foreign"]["spec"])["parent"] is None
    assert (rows["foreign"]["parent"], rows["foreign"]["parent_source"]) == ("0123456789ab", "/elsewhere.db")


def test_the_command_line_runs_and_lists(
    workspace: Workspace, own_spec: Spec, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--workspace", str(workspace.folder)]

    def listed(*how: str) -> str:
        assert main(["list", *how, *place]) == 0
        return capsys.readouterr().out

    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(own_spec("def main(run): return 1", budget={"trials": 2})))
    assert json.loads(listed("--json")) == []
    assert run_trainer("run", spec, *place).returncode == 0
    [entry] = json.loads(listed("--json"))
    counts = {"complete": 2, "pruned": 0, "failed": 0, "running": 0, "waiting": 0}
    assert entry == {"study": entry["study"], "name": "own", "state": "finished", "counts": counts}
    assert listed().endswith("finished  own: 2 complete\n")


def test_what_cannot_be_done_is_one_sentence_and_exit_status_1(
    workspace: Workspace, own_spec: Spec, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(workspace.folder)
    (tmp_path / "spec.json").write_text(json.dumps(own_spec("def main(run): return 1")))
    launch.prepare(parse_spec(own_spec("def main(run): return 1")), workspace)[1].release()
    refusals = [
        (
            ["run", str(tmp_path / "spec.json"), "--workspace", folder],
            "the study name 'own' is taken in this workspace",
        ),
        (["run", str(tmp_path / "none.yaml"), "--workspace", folder], "none.yaml: No such file or directory"),
        (["stop", "own", "--workspace", folder], "the study 'own' is not running"),
        (["resume", "other", "--workspace", folder], "there is no study 'other' in this workspace; expected one of"),
        (["list", "--workspace", str(tmp_path / "nowhere")], "it holds no hypertrellis.db; expected the folder of a"),
    ]
    for arguments, sentence in refusals:
        assert main(arguments) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith("trainer: ")
        assert sentence in line
    assert not (tmp_path / "nowhere").exists()


def test_interrupting_the_foreground_stops_the_study_cleanly(
    workspace: Workspace, own_spec: Spec, tmp_path: Path
) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(own_spec(ENDLESS)))
    command = [
        sys.executable,
        "-m",
        "trainer",
        "run",
        str(tmp_path / "spec.json"),
        "--workspace",
        str(workspace.folder),
    ]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: launch.list_studies(workspace) and running(workspace, 1))
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "Traceback" not in log
    assert state_of(workspace) == "stopped"
    assert study_trials(workspace, "own")[0].user_attrs["trellis:stopped"] is True


def test_the_printed_spec_is_an_example_that_parses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec"]) == 0
    (tmp_path / "example.yaml").write_text(capsys.readouterr().out)
    assert read_spec(tmp_path / "example.yaml").name == "digits-example"


def test_launching_costs_neither_torch_nor_pandas() -> None:
    code = "import sys, trainer.__main__, trainer.worker; sys.exit(bool({'torch', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
