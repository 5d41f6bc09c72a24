"""The Python in docs/automation.md runs as it stands, against a real study and a real server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.server import app
from bench.study import write_study

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / "automation.md").read_text("utf-8"), re.M | re.S)
TRIALS = 200


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study.db", TRIALS)


def run_block(block: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_one_of_those_below() -> None:
    assert len(BLOCKS) == 4


def test_the_reader_example_prints_the_columns_and_the_best_of_the_selected(study: Path) -> None:
    printed = run_block(BLOCKS[0], study.parent)
    assert "'learning_rate'" in printed
    assert "adam" in printed or "sgd" in printed


def test_the_browser_example_prints_how_many_are_selected(study: Path, tmp_path: Path) -> None:
    with app(tmp_path / "workspace", study) as server:
        printed = run_block(BLOCKS[1].replace("http://127.0.0.1:8050", server.url), study.parent)
    state = re.search(r"'total': (\d+), 'selected': (\d+)", printed)
    assert state, printed
    assert int(state[1]) == TRIALS
    assert 0 < int(state[2]) < TRIALS


def test_the_request_example_prints_the_importance_of_every_hyperparameter(study: Path, tmp_path: Path) -> None:
    with app(tmp_path / "workspace", study) as server:
        printed = run_block(BLOCKS[2].replace("http://127.0.0.1:8050", server.url), study.parent)
    shares = [line.split() for line in printed.splitlines()]
    assert "learning_rate" in {name for name, *_ in shares}
    assert all(float(low) <= float(high) for *_, low, high in shares)


def test_the_findings_example_prints_what_went_wrong(tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "examples" / "paper-scale.db", tmp_path / "study.db")
    assert "learning_rate" in run_block(BLOCKS[3], tmp_path)
