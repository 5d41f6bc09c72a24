"""The command line in processes of its own: one clear sentence for what cannot be, an address for what can."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pytest

from data.workspace import open_workspace

ROOT = Path(__file__).parents[2]
WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Lets root meet permissions as everybody does."""
Start = Callable[..., subprocess.Popen[str]]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, str(ROOT / "app.py"), *map(str, arguments)]


def run(*arguments: str | Path, cwd: Path, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *command(*arguments)], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """``start(*arguments)``: the app on a free port, in a folder of the test; ended with the test."""
    with ExitStack() as stack:

        def launch(*arguments: str | Path) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                command(*arguments, "--port", "0"),
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield launch


def address(process: subprocess.Popen[str]) -> str:
    """The address an app prints when it is ready."""
    assert process.stdout is not None
    words = process.stdout.readline().split()
    return next(word for word in words if word.startswith("http://"))


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def read(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.read()


def test_it_prints_the_address_and_answers_there(start: Start, table: Path) -> None:
    url = address(start(table))
    assert get(f"{url}/health")["status"] == "ok"
    assert [study["rows"] for study in get(f"{url}/api/studies")["studies"]] == [60]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_without_noise(start: Start, how: signal.Signals) -> None:
    process = start()
    address(process)
    process.send_signal(how)
    assert process.wait(timeout=60) == 0
    assert read(process.stderr) == ""


def test_requests_are_not_logged(start: Start) -> None:
    process = start()
    get(f"{address(process)}/health")
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert read(process.stderr) == ""


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port), cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    expected = "expected a free one: give it with --port (make run: PORT=…)"
    assert ended.stderr == f"port {port} on 127.0.0.1 is in use; {expected}\n"


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_cannot_be_is_one_sentence(tmp_path: Path, port: str) -> None:
    ended = run("--port", port, cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == f"port {port} is not possible; expected 0 to 65535\n"


def test_a_host_that_is_not_this_machine_is_one_sentence(tmp_path: Path) -> None:
    ended = run("--host", "192.0.2.1", cwd=tmp_path)
    assert ended.returncode == 2
    assert "192.0.2.1" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_source_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    ended = run(tmp_path / "missing.csv", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "missing.csv" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_with_one_good_source_it_goes_on_and_says_what_is_wrong_with_the_other(
    start: Start, table: Path, tmp_path: Path
) -> None:
    process = start(tmp_path / "missing.csv", table)
    answer = get(f"{address(process)}/api/studies")
    process.terminate()
    assert read(process.stderr).splitlines() == answer["problems"]
    assert "missing.csv" in answer["problems"][0]
    assert len(answer["studies"]) == 1


def test_a_workspace_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ended = run("--workspace", "taken", cwd=tmp_path)
    assert ended.returncode == 2
    assert str(tmp_path / "taken") in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_workspace_without_permission_is_one_sentence(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    ended = run(
        "--workspace", locked / "workspace", cwd=tmp_path, before=WITHOUT_PRIVILEGE if os.geteuid() == 0 else []
    )
    assert ended.returncode == 2
    assert "Permission denied" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_database_that_may_only_be_read_is_no_workspace(tmp_path: Path) -> None:
    database = open_workspace(tmp_path / "workspace").folder / "hypertrellis.db"
    database.chmod(0o400)
    ended = run("--workspace", "workspace", cwd=tmp_path, before=WITHOUT_PRIVILEGE if os.geteuid() == 0 else [])
    assert ended.returncode == 2
    assert ended.stderr == f"workspace: no permission to write {database}; expected a writable folder\n"


def test_a_workspace_without_a_name_is_refused(tmp_path: Path) -> None:
    ended = run("--workspace", "", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (2, "the workspace is ''; expected a folder\n")
    assert list(tmp_path.iterdir()) == []


def test_roles_and_curves_go_to_the_tables_they_belong_to(start: Start, table: Path, optuna_study: Path) -> None:
    other = table.with_name("other.csv")
    other.write_text("trial,size,f1\n0,3,0.5\n", encoding="utf-8")
    process = start(optuna_study, table, other, "--role", "f1=maximize", "--role", "layers=ignore")
    answer = get(f"{address(process)}/api/studies")
    found = {study["name"]: study for study in answer["studies"]}
    assert answer["problems"] == []
    assert [metric["name"] for metric in found["other"]["metrics"]] == ["f1"]
    assert list(found["results"]["space"]) == ["rate", "optimizer"]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--role", "depth=param"], "role of 'depth': no table has such a column; expected one of a table's columns"),
        (["results.csv", "--curves", "curves.csv"], "curves curves.csv belong to one table; the sources given have 2"),
    ],
)
def test_roles_and_curves_that_belong_to_no_table_are_one_sentence(
    table: Path, tmp_path: Path, flags: list[str], sentence: str
) -> None:
    ended = run(table, *flags, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (2, f"{sentence}\n")


def test_a_role_without_a_column_is_refused(tmp_path: Path) -> None:
    ended = run("--role", "accuracy", cwd=tmp_path)
    assert ended.returncode == 2
    assert "'accuracy' is no role; expected COLUMN=ROLE" in ended.stderr


def test_nothing_is_written_beside_a_source(start: Start, table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    table = table.rename(folder / table.name)
    get(f"{address(start(table))}/api/studies")
    assert list(folder.iterdir()) == [table]


def test_looking_at_results_does_not_pay_for_torch_or_scikit_learn() -> None:
    program = "import sys, app; print(*sorted({'torch', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""
