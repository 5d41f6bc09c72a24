"""``python -m trainer`` in a terminal and out of one."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.workspace import Workspace
from tests.trainer.conftest import ROOT, run_trainer, state_of
from trainer.__main__ import main
from trainer.progress import Progress, bar, duration

Spec = Callable[..., dict[str, Any]]

SOMETIMES = """
    def main(run):
        if run.number == 1:
            raise ValueError("no luck")
        return run.number
"""


def test_out_of_a_terminal_lines_tell_how_a_study_goes(workspace: Workspace, own_spec: Spec, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(own_spec(SOMETIMES, budget={"trials": 3})))
    done = run_trainer("run", tmp_path / "spec.json", "--workspace", workspace.folder)
    assert done.returncode == 0
    assert "trial 1 failed: ValueError: no luck\n" in done.stderr
    assert done.stderr.endswith("\n3 of 3 trials, 1 failed, best score 2 (trial 2)\n")
    assert "\x1b" not in done.stderr
    assert done.stdout == ""


def test_in_a_terminal_a_bar_is_drawn_over_and_over(workspace: Workspace, own_spec: Spec, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(own_spec(SOMETIMES, budget={"trials": 3})))
    command = [sys.executable, "-m", "trainer", "run", str(tmp_path / "spec.json")]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*command, "--workspace", str(workspace.folder)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = read_all(ours)
    assert process.returncode == 0
    assert "trial 1 failed" not in re.split(r"\r\x1b\[K", shown)[-1]
    assert re.split(r"\r\x1b\[K", shown)[-1] == "█" * 30 + " 3 of 3 trials, 1 failed, best score 2 (trial 2)\r\n"


def read_all(terminal: int) -> str:
    """What a program wrote into a terminal until it ended."""
    found = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux says so where the other end is closed
            chunk = b""
        if not chunk:
            os.close(terminal)
            return found.decode()
        found += chunk


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (40, "███████░░░░░░░ 5 of 10 trials, 1 failed"),
        (28, "5 of 10 trials, 1 failed"),
        (10, "5 of 10 tr"),
    ],
)
def test_a_bar_takes_what_room_there_is(width: int, line: str) -> None:
    assert bar(Progress(done=5, total=10, failed=1, running=2, best=None), width) == line


def test_times_left_are_told_in_a_unit_that_fits() -> None:
    assert [duration(s) for s in (0.4, 89, 90, 3600, 7200)] == ["0 s", "89 s", "2 min", "60 min", "2.0 h"]
    known = Progress(done=1, total=None, failed=0, running=1, best=("loss", 0.25, 0), left=120)
    assert bar(known, 80) == "1 trial, best loss 0.25 (trial 0), about 2 min left"


def test_a_name_that_begins_with_a_dash_comes_last(
    workspace: Workspace, own_spec: Spec, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = own_spec("def main(run): return 1", name="-x", budget={"trials": 1})
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    place = ("--workspace", workspace.folder)
    assert run_trainer("run", tmp_path / "spec.json", *place).returncode == 0
    done = run_trainer("extend", "--trials", "1", *place, "--", "-x")
    assert done.returncode == 0, done.stderr
    assert state_of(workspace, "-x") == "finished"
    assert main(["resume", *map(str, place), "--", "-x"]) == 1
    assert capsys.readouterr().err.startswith(
        "trainer: the study '-x' is finished; expected one that was stopped or killed"
    )
