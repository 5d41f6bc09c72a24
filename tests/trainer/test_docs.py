"""What docs/training.md shows an analyst runs as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.trainer.conftest import ROOT, run_trainer
from trainer.__main__ import main

TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


def test_the_documented_function_and_spec_run(tmp_path: Path) -> None:
    for name, content in re.findall(r"```\w+\n# (train\.py|study\.yaml)\n(.*?)```", TEXT, re.DOTALL):
        (tmp_path / name).write_text(content)
    run = run_trainer("run", tmp_path / "study.yaml", "--workspace", tmp_path / "workspace")
    assert run.returncode == 0, run.stderr
    [study] = json.loads(run_trainer("list", "--json", "--workspace", tmp_path / "workspace").stdout)
    assert (study["name"], study["counts"]["complete"]) == ("mine", 6)


def test_every_documented_command_exists() -> None:
    commands = re.findall(r"python -m trainer (\w+)", TEXT)
    assert {"run", "stop", "resume", "list", "spec", "example"} <= set(commands)
    for command in set(commands):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
