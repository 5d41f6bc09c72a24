"""What docs/objectives.md shows an analyst runs as it stands there, and its tables name what there is."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.workspace import Workspace
from tests.trainer.conftest import ROOT
from tests.trainer.test_controller import run
from trainer import launch
from trainer.__main__ import main
from trainer.controller import control
from trainer.example import study_trials
from trainer.objectives import BUILTIN
from trainer.run import Run
from trainer.specfile import read_spec

TEXT = (ROOT / "docs" / "objectives.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```\w+\n# (\w+\.(?:py|yaml))\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FEW = 3
"""Trials of each example: as many as the shortest has."""
SECTIONS = {part.partition("\n")[0]: dict(FILE.findall(part)) for part in TEXT.split("\n## ") if "# study.yaml" in part}


@pytest.fixture(autouse=True)
def python_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_example_runs(section: str, workspace: Workspace, tmp_path: Path) -> None:
    for name, content in SECTIONS[section].items():
        (tmp_path / name).write_text(content)
    spec = read_spec(tmp_path / "study.yaml")
    spec = replace(spec, budget=replace(spec.budget, trials=min(FEW, spec.budget.trials or FEW)))
    assert control(workspace, *launch.prepare(spec, workspace)) == "finished"
    trials = study_trials(workspace, spec.name)
    assert [(t.state.name, t.user_attrs.get("trellis:reason")) for t in trials] == [("COMPLETE", None)] * len(trials)
    assert len(trials) == spec.budget.trials


def test_there_is_an_example_of_each_kind() -> None:
    assert len(SECTIONS) == 5


def test_the_tables_name_every_setting_hyperparameter_and_ability() -> None:
    rows = "\n".join(re.findall(r"^\| (.*?) \|", TEXT, re.MULTILINE))
    named = set(re.findall(r"`(\w+)", rows))
    images = BUILTIN["images"]
    assert {setting.name for setting in images.settings} | set(images.limits) <= named
    public = {name for name in vars(Run) if not name.startswith("_")} - {"ask", "cache", "interrupted"}
    assert public <= named


def test_a_trial_is_trained_again_and_its_command_shown(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.py").write_text("import sys; print('step 1 score=0.5'); print('score=' + sys.argv[2])")
    spec = {
        "name": "own",
        "objective": {
            "type": "command",
            "target": "python own.py --x {x} {seed}",
            "cwd": str(tmp_path),
            "env": {"A": "b c"},
        },
        "space": {"x": {"type": "float", "low": 0.25, "high": 0.25}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": 1},
        "seed": 1,
    }
    [trial] = run(workspace, spec)
    place = ["--workspace", str(workspace.folder)]
    assert main(["trial", "own", "0", "--show", *place]) == 0
    seed = trial.user_attrs["trellis:seed"]
    assert capsys.readouterr().out == f"cd {tmp_path} && env 'A=b c' python own.py --x 0.25 {seed}\n"
    assert main(["trial", "own", "0", *place]) == 0
    *printed, last = capsys.readouterr().out.splitlines()
    assert "step 1  score=0.5" in printed
    assert last == "ended  score=0.25"
    assert main(["trial", "own", "7", *place]) == 1
    assert capsys.readouterr().err.endswith("trainer: the study 'own' has no trial 7; expected 0 to 0\n")
