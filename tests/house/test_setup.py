"""`.ci/setup` installs once, again when a requirement file changes, and names the package of what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "dirname", "id", "mkdir", "sha256sum")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with our set-up script and one requirement file that asks for nothing."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "setup", tmp_path / ".ci" / "setup")
    (tmp_path / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    return tmp_path


def bare_path(folder: Path) -> str:
    """A PATH with the shell's tools and neither Python, apt-get nor a browser."""
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


def script(path: Path, *lines: str) -> Path:
    """An executable shell script."""
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def set_up(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(checkout / ".ci" / "setup"), *arguments]
    inherited = {name: value for name, value in os.environ.items() if name not in ("CHROMIUM", "PYTHON", "PIP_ARGS")}
    return subprocess.run(command, env=inherited | environment, capture_output=True, text=True, check=False)


def test_an_environment_is_installed_once_and_again_when_a_requirement_file_changes(checkout: Path) -> None:
    def install() -> str:
        done = set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=sys.executable)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Installing requirements.txt into .venv" in install()
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert install() == ""
    (checkout / "requirements.txt").write_text("# still nothing\n", encoding="utf-8")
    assert "Installing requirements.txt into .venv" in install()
    assert install() == ""


def test_an_environment_whose_python_is_gone_is_made_again(checkout: Path) -> None:
    def install() -> str:
        return set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=sys.executable).stdout

    assert "Installing" in install()
    left = checkout / ".venv" / "bin" / "python"
    left.unlink()
    left.symlink_to(checkout / "no-python")
    assert "Installing" in install()
    assert subprocess.run([left, "-c", ""], check=True).returncode == 0
    assert install() == ""


def test_a_failed_installation_is_not_taken_for_done(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("no-such-file.whl\n", encoding="utf-8")
    for _ in range(2):
        done = set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=sys.executable)
        assert done.returncode != 0
        assert "no-such-file.whl" in done.stderr


def test_arguments_for_pip_reach_it(checkout: Path) -> None:
    done = set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=sys.executable, PIP_ARGS="--no-such-option")
    assert done.returncode != 0
    assert "no such option: --no-such-option" in done.stderr


def test_a_python_that_is_too_old_is_named_with_the_package_that_helps(checkout: Path) -> None:
    old = script(checkout / "old-python", '[ "$1" = --version ] && echo Python 3.9.2 && exit 0', "exit 1")
    done = set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=str(old))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is Python 3.9.2" in done.stderr
    assert "Debian's package python3" in done.stderr


def test_no_python_at_all_is_named_with_its_package(checkout: Path) -> None:
    done = set_up(checkout, "venv", ".venv", "requirements.txt", PATH=bare_path(checkout / "bin"))
    assert done.returncode == 1
    assert "python3 is not here: install Debian's package python3" in done.stderr


def test_a_python_without_venv_is_named_with_its_package(checkout: Path) -> None:
    refuse = '[ "$2" = "import ensurepip, venv" ] && exit 1'
    without = script(checkout / "python-without-venv", refuse, f'exec {sys.executable} "$@"')
    done = set_up(checkout, "venv", ".venv", "requirements.txt", PYTHON=str(without))
    assert done.returncode == 1
    assert "install Debian's package python3-venv" in done.stderr


@pytest.mark.parametrize(
    ("program", "packages"), [("chromium", "chromium"), ("swig", "swig"), ("compiler", "g++ python3-dev")]
)
def test_a_missing_program_is_named_with_its_packages(checkout: Path, program: str, packages: str) -> None:
    done = set_up(checkout, "program", program, PATH=bare_path(checkout / "bin"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"'apt-get install {packages}'" in done.stderr


def test_a_browser_named_by_the_user_must_be_there(checkout: Path) -> None:
    done = set_up(checkout, "program", "chromium", CHROMIUM="/no/such/browser")
    assert done.returncode == 1
    assert "CHROMIUM names /no/such/browser, which is no program" in done.stderr


def test_where_it_may_it_installs_the_package_after_updating_stale_lists(checkout: Path) -> None:
    tools = Path(bare_path(checkout / "bin"))
    (tools / "id").unlink()
    script(tools / "id", "echo 0")
    script(tools / "a-browser", "")
    script(
        tools / "apt-get",
        f'echo "$@" >> {checkout}/calls',
        f"[ $1 = update ] && : > {checkout}/updated && exit",
        f"[ -e {checkout}/updated ] || exit 100",
        f"mv {tools}/a-browser {tools}/chromium",
    )
    (tools / "mv").symlink_to(str(shutil.which("mv")))
    done = set_up(checkout, "program", "chromium", PATH=str(tools))
    assert done.returncode == 0, done.stderr
    calls = (checkout / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split()[0] for call in calls] == ["install", "update", "install"]
    assert calls[-1].endswith(" chromium")
    assert set_up(checkout, "program", "chromium", PATH=str(tools)).stdout == ""
