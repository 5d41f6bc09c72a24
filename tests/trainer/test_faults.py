"""What goes wrong with a trial fails that trial alone, which keeps the reason and the end of its log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import TrialState

from data.workspace import Workspace
from tests.trainer.conftest import lives, pids, run_study
from trainer import launch, logs

Spec = Callable[..., dict[str, Any]]

FAULTS = """
    import ctypes, os, pathlib, resource, signal, subprocess, sys, time

    def main(run):
        print("trial", run.number, "says \\x1b[31mhello\\x1b[0m")
        print("and complains", file=sys.stderr)
        run.report(1, score=1.0)
        match run.number:
            case 0: raise ValueError("no such\\nlayer")
            case 1: os.kill(os.getpid(), signal.SIGKILL)
            case 2: sys.exit(3)
            case 3: return float("nan")
            case 4:
                child = subprocess.Popen(["sleep", "600"])
                for pid in (os.getpid(), child.pid):
                    pathlib.Path(f"pid-{pid}").touch()
                time.sleep(600)
            case 5: return "good"
            case 6: return {"loss": 1.0, "score": None}
            case 7: run.report(-1, score=0)
            case 8: os._exit(0)
            case 9: run.report(2, **{"trellis:seed": 1})
            case 10:
                resource.setrlimit(resource.RLIMIT_AS, (2 ** 30, 2 ** 30))
                bytearray(2 ** 33)
            case 11: ctypes.string_at(0)
            case 12: return {}
        return 1.0
"""
REASONS = [
    "ValueError: no such layer",
    "its process was killed (SIGKILL)",
    "its process ended with exit status 3 before the objective returned",
    "'score' is nan; expected a number",
    "it ran past its limit of 8 s",
    "RunError: the objective returned 'good'; expected a number, a dict of metrics or nothing",
    "RunError: the returned metrics: metric 'score' is None; expected a number",
    "RunError: report: step is -1; expected a whole number from 0",
    "its process ended with exit status 0 before the objective returned",
    "RunError: report: metric name is 'trellis:seed'; expected a string that does not begin with 'trellis:'",
    "MemoryError",
    "its process was killed (SIGSEGV)",
    None,
    None,
]


def test_each_fault_fails_its_own_trial_with_its_reason_and_log(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(FAULTS, budget={"trials": len(REASONS)}, workers=3)
    spec["objective"]["timeout"] = 8
    trials = run_study(workspace, spec)
    assert [t.user_attrs.get("trellis:reason") for t in trials] == REASONS
    failed = [number for number, reason in enumerate(REASONS) if reason]
    assert [t.number for t in trials if t.state is TrialState.FAIL] == failed
    assert not any(lives(pid) for pid in pids(Path(spec["objective"]["cwd"])))
    for trial in trials:
        log = launch.trial_log(workspace, "own", trial.number)
        assert log.startswith(f"trial {trial.number} says \x1b[31mhello\x1b[0m\nand complains\n")
        assert log.endswith(trial.user_attrs.get("trellis:log", log))
    for number, said in ((0, 'raise ValueError("no such\\nlayer")'), (11, "Fatal Python error: Segmentation fault")):
        assert said in launch.trial_log(workspace, "own", number)


def test_a_talkative_trial_keeps_the_end_of_its_log(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("""
        def main(run):
            for line in range(200_000):
                print(f"{line:08} of a talkative trial")
            raise RuntimeError("talked itself hoarse")
    """)
    [trial] = run_study(workspace, {**spec, "budget": {"trials": 1}})
    log = launch.trial_log(workspace, "own", 0)
    assert logs.trial_log(workspace, 1, 0).stat().st_size < 2 * logs.KEPT
    assert len(log) <= logs.SHOWN
    assert log.endswith("RuntimeError: talked itself hoarse\n")
    assert "\n00199999 of a talkative trial\n" in log
    assert len(trial.user_attrs["trellis:log"]) <= 2000
    assert log.endswith(trial.user_attrs["trellis:log"])


def test_a_silent_trial_has_no_log_and_an_unknown_study_none_to_show(workspace: Workspace, own_spec: Spec) -> None:
    run_study(workspace, own_spec("def main(run): return 1", budget={"trials": 1}))
    assert launch.trial_log(workspace, "own", 0) == ""
    assert not list((workspace.folder / "runs").rglob("*.log"))
    with pytest.raises(launch.StudyError, match="there is no study 'other' in this workspace; expected one of 'own'"):
        launch.trial_log(workspace, "other", 0)


def test_a_command_that_goes_missing_or_exits_fails_its_trials(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("", budget={"trials": 3})
    folder = Path(spec["objective"]["cwd"])
    program = folder / "train.sh"
    program.write_text('#!/bin/sh\necho score=$1\n[ -e once ] && rm "$0"\ntouch once\n[ -e "$0" ] || exit 3\n')
    program.chmod(0o755)
    spec["objective"] = {"type": "command", "target": "./train.sh {x}", "cwd": str(folder)}
    first, second, third = run_study(workspace, spec)
    assert first.values == [first.params["x"]]
    assert second.user_attrs["trellis:reason"].startswith("the command ended with exit status 3: score=")
    assert "there is no program" in third.user_attrs["trellis:reason"]
    assert launch.trial_log(workspace, "own", 1) == f"score={second.params['x']!r}\n"


def test_a_failed_trial_is_tried_again_and_each_keeps_its_reason(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("""
        import os

        def main(run):
            with open(f"seen-{run.params['x']}-{run.seed}", "a") as file:
                file.write("x")
                times = file.tell()
            if times <= 2 or run.params["x"] == 1.0:
                raise OSError(f"attempt {times}")
            return run.params["x"]
    """)
    spec |= {"retries": 2, "space": {"x": {"type": "categorical", "choices": [0.0, 1.0]}}}
    trials = run_study(workspace, {**spec, "algorithm": {"name": "grid"}, "budget": {}})
    worked = [t for t in trials if t.params["x"] == 0.0]
    hopeless = [t for t in trials if t.params["x"] == 1.0]
    for attempts in (worked, hopeless):
        numbers = [t.number for t in attempts]
        assert [t.user_attrs.get("trellis:again") for t in attempts] == [None, *numbers[:-1]]
        assert len({(t.user_attrs["trellis:seed"], t.user_attrs["trellis:config"]) for t in attempts}) == 1
    reasons = [f"OSError: attempt {i}" for i in (1, 2, 3)]
    assert [t.user_attrs.get("trellis:reason") for t in hopeless] == reasons
    assert [t.user_attrs.get("trellis:reason") for t in worked] == [*reasons[:2], None]
    assert worked[-1].values == [0.0]
