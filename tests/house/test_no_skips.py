"""A skip is seen in continuous integration: it fails the run there, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPING_TEST = "import pytest\n\ndef test_it():\n    pytest.skip('no browser')\n"
SKIPPING_MODULE = "import pytest\n\npytest.importorskip('a_module_that_is_not_there')\n"
FAILING_AS_EXPECTED = "import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    assert 1 == 2\n"


def run_pytest(folder: Path, source: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(source, encoding="utf-8")
    command = f"{sys.executable} -m pytest -p tests.no_skips -q -c {os.devnull} --rootdir {folder} {folder}".split()
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("source", [SKIPPING_TEST, SKIPPING_MODULE], ids=["test", "module"])
def test_a_skip_fails_the_run_in_ci_and_says_why(tmp_path: Path, source: str) -> None:
    done = run_pytest(tmp_path, source, ci="true")
    assert done.returncode in (1, 2), done.stdout
    assert "skipped, and in CI nothing may be" in done.stdout


@pytest.mark.parametrize(("source", "exit_status"), [(SKIPPING_TEST, 0), (SKIPPING_MODULE, 5)], ids=["test", "module"])
def test_a_skip_is_allowed_elsewhere(tmp_path: Path, source: str, exit_status: int) -> None:
    done = run_pytest(tmp_path, source, ci="")
    assert done.returncode == exit_status, done.stdout
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_not_a_skip(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, FAILING_AS_EXPECTED, ci="true")
    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout
