"""The process that tells importance: killed, superseded, ended with the server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from analytics.inquiry import Inquiry
from analytics.trials import Trials
from callbacks.importance_process import Forests
from data.workspace import open_workspace
from tests.callbacks.conftest import EXAMPLE, METRIC, Ask

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_process_is_started_again_and_the_request_answered(ask: Ask, forests: Forests) -> None:
    assert ask()[0] == 200
    before = forests.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    status, told = ask()
    assert status == 200
    assert told["single"]
    assert forests.pid not in (None, before)


def test_killed_while_it_computes_it_answers_all_the_same(example: Trials) -> None:
    forests = Forests()
    asked = threading.Event()

    def snapshot(_inquiry: Inquiry) -> tuple[str, Trials]:
        asked.set()
        return "1", portable(example)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(forests.ask, inquiry(intervals=True), snapshot)
        assert asked.wait(PATIENCE)
        pid = forests.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        found = answer.result(PATIENCE)
    forests.close()
    assert found is not None
    assert found["single"]


def test_the_newest_question_of_a_client_drops_its_older_ones(example: Trials, forests: Forests) -> None:
    def newer(_inquiry: Inquiry) -> tuple[str, Trials]:
        return "newer", portable(example)

    def older(_inquiry: Inquiry) -> tuple[str, Trials]:
        told.append(forests.ask(inquiry(client="page"), newer))
        return "older", portable(example)

    told: list[Any] = []
    dropped = forests.ask(inquiry(client="page"), older)
    other = forests.ask(inquiry(client="another page"), newer)
    assert dropped is None
    assert told[0]["revision"] == "newer"
    assert other is not None


def test_a_known_revision_is_answered_although_the_study_went_on(ask: Ask, forests: Forests) -> None:
    _, told = ask()
    found = forests.ask(replace(inquiry(), study=told["study"], revision=told["revision"]), fail)
    assert found is not None
    assert found["single"] == told["single"]


def fail(_inquiry: Inquiry) -> tuple[str, Trials]:
    raise AssertionError("the process knows these trials")


def inquiry(**options: Any) -> Inquiry:
    return Inquiry("made here", METRIC, **options)


def portable(trials: Trials) -> Trials:
    return replace(trials, load_history=dict)  # type: ignore[arg-type]  # anything that can be sent


def test_the_process_ends_with_the_server_and_holds_neither_port_nor_database(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    workspace = open_workspace(tmp_path / "w")
    server = subprocess.Popen(
        [sys.executable, "app.py", str(EXAMPLE), "--workspace", str(workspace.folder), "--port", str(port)], cwd=ROOT
    )
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(url))
        study = json.load(urlopen(f"{url}/api/studies"))["studies"][0]["id"]
        body = json.dumps({"study": study, "metric": METRIC}).encode()
        assert json.load(urlopen(Request(f"{url}/api/importance", body)))["study"] == study
        (child,) = children(server.pid)
        targets = [str(fd.readlink()) for fd in Path(f"/proc/{child}/fd").iterdir()]
        assert not [target for target in targets if target.startswith("socket:") or ".db" in target]
        assert "libtorch" not in Path(f"/proc/{child}/maps").read_text(encoding="utf-8")
    finally:
        server.kill()
        server.wait()
    until(lambda: not Path(f"/proc/{child}").exists())
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))


def answers(url: str) -> bool:
    try:
        return bool(urlopen(f"{url}/health").status == 200)
    except OSError:
        return False


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text(encoding="utf-8").split()]
