"""The kit's pure modules under `node --test`, run by the node that Playwright bundles; a failure shows its report."""

import subprocess
from pathlib import Path

import playwright
import pytest

HERE = Path(__file__).parent
NODE = Path(playwright.__file__).parent / "driver" / "node"
FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))


def test_there_are_javascript_tests() -> None:
    assert FILES


@pytest.mark.parametrize("name", FILES)
def test_node_passes(name: str) -> None:
    command = [str(NODE), "--test", "--test-reporter=tap", str(HERE / name)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "\n# skipped 0\n" in done.stdout, done.stdout
