"""Workspaces, objectives of an analyst's own, and real processes to run them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import FrozenTrial

from data.workspace import Workspace, open_workspace
from trainer import launch
from trainer.controller import control
from trainer.example import study_trials
from trainer.executor import LocalExecutor
from trainer.objectives import BUILTIN
from trainer.spec import parse_spec

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> None:
    """The forkserver of this process, which its first executor starts, has PyTorch: no trial has to load it."""
    LocalExecutor(BUILTIN["images"].preload)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace, in a folder whose name no URL takes as it is."""
    workspace = open_workspace(tmp_path / "work #1 {x}?%20")
    yield workspace
    workspace.engine.dispose()


@pytest.fixture
def own_spec(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Writes the source of an analyst's ``main(run)`` and gives a spec that runs it."""

    def make(source: str, **changes: Any) -> dict[str, Any]:
        folder = tmp_path / "own code"
        folder.mkdir(exist_ok=True)
        (folder / "own.py").write_text(textwrap.dedent(source))
        return {
            "name": "own",
            "objective": {"type": "python", "target": "own:main", "cwd": str(folder)},
            "space": {"x": {"type": "float", "low": 0.0, "high": 1.0}},
            "metrics": {"score": "maximize"},
            "budget": {"trials": 4},
            "seed": 5,
            **changes,
        }

    return make


def run_study(workspace: Workspace, spec: dict[str, Any]) -> list[FrozenTrial]:
    """Run a study in this process to its end; its trials."""
    assert control(workspace, *launch.prepare(parse_spec(spec), workspace)) == "finished"
    return study_trials(workspace, spec["name"])


def state_of(workspace: Workspace, name: str = "own") -> str:
    """The state of a study as it is shown."""
    return next(str(study["state"]) for study in launch.list_studies(workspace) if study["name"] == name)


def run_trainer(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``python -m trainer`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "trainer", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def wait_until(holds: Callable[[], Any], seconds: float = 120) -> Any:
    """What ``holds`` returns once it is true; fails after a deadline."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def lives(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def pids(folder: Path) -> list[int]:
    """The numbers of processes that wrote a file ``pid-NUMBER`` into a folder."""
    return [int(path.name.removeprefix("pid-")) for path in folder.glob("pid-*")]
