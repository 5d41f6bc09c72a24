"""An objective that trains in no time, a study of it that our own trainer ran, and waiting for what it does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

SCRIPT = """
def train(run):
    p = run.params
    score = 1 - abs(p["rate"] - 0.01) - 0.02 * p["layers"] + 0.1 * p.get("momentum", 0.0)
    for step in range(2):
        run.report(step, score=score * (step + 1) / 2)
    return {"score": score}
"""

SPACE: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True, "default": 0.01},
    "layers": {"type": "int", "low": 1, "high": 8},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", "rmsprop"]},
    "momentum": {"type": "float", "low": 0.0, "high": 0.99, "when": {"optimizer": ["sgd"]}},
}


def toy_spec(folder: Path, name: str = "toy", trials: int = 12) -> dict[str, Any]:
    """The spec of a toy study; writes its objective into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy_objective.py").write_text(SCRIPT, encoding="utf-8")
    return {
        "name": name,
        "objective": {"type": "python", "target": "toy_objective:train", "cwd": str(folder)},
        "space": SPACE,
        "metrics": {"score": "maximize"},
        "algorithm": {"name": "random"},
        "budget": {"trials": trials},
        "seed": 3,
    }


def run_toy(workspace: Path, code: Path) -> None:
    """Run the toy study in a workspace, in the foreground."""
    spec = code / "toy.yaml"
    spec.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(yaml.safe_dump(toy_spec(code)), encoding="utf-8")
    command = [sys.executable, "-m", "trainer", "run", str(spec), "--workspace", str(workspace)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


def until(done: Callable[[], Any], seconds: float = 60) -> Any:
    """What ``done`` answers, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found
