"""What docs/training.md shows an analyst runs as it stands there."""

from __future__ import annotations

import re

import pytest

from tests.trainer.conftest import ROOT
from trainer.__main__ import main

TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


def test_every_documented_command_exists() -> None:
    commands = re.findall(r"python -m trainer (\w+)", TEXT)
    assert {"run", "stop", "resume", "list", "spec", "example"} <= set(commands)
    for command in set(commands):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
