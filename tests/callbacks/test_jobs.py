"""Jobs that outlast a request: each in a process that knows neither the server nor Dash."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from callbacks.jobs import Jobs
from data.workspace import Workspace
from tests.pages.toy import toy_spec, until
from trainer import jobs, storage
from trainer.launch import list_studies


@pytest.fixture
def order(tmp_path: Path) -> dict[str, Any]:
    spec = toy_spec(tmp_path / "code", trials=2)
    return {"specs": [spec], "parent": None, "source": None}


def answer(manager: Jobs, key: str, pid: int) -> Any:
    """What a job answers, as Dash's polling gets it."""

    def ready() -> Any:
        result = manager.get_result(key, pid)
        return None if result is manager.UNDEFINED else [result]

    return until(ready)[0]


def test_a_job_launches_says_how_far_it_is_and_answers(
    workspace: Workspace, order: dict[str, Any], serve: Callable[..., Any]
) -> None:
    port = int(serve().address.rpartition(":")[2])
    manager = Jobs(workspace)
    pid = manager.call_job_fn("one", jobs.launch_studies, [order], {})
    held = {connection.laddr.port for connection in psutil.Process(pid).net_connections() if connection.laddr}
    assert port not in held
    said = until(lambda: manager.get_progress("one"))
    assert said[0].startswith("toy: ")
    manager.terminate_job(pid)
    assert answer(manager, "one", pid) == {"sentences": ["toy has started, and its first trial runs."], "good": True}
    until(lambda: list_studies(workspace)[0]["state"] == "finished")
    until(lambda: not psutil.pid_exists(pid))


def test_a_second_press_joins_the_job_under_way(workspace: Workspace, order: dict[str, Any]) -> None:
    manager = Jobs(workspace)
    first, second = (manager.call_job_fn("one", jobs.launch_studies, [order], {}) for _ in range(2))
    assert first == second
    assert answer(manager, "one", first)["good"]
    assert answer(manager, "one", second)["good"]
    assert list(storage.names(workspace)) == ["toy"]


def test_a_job_that_is_killed_is_said_to_be(workspace: Workspace, order: dict[str, Any]) -> None:
    manager = Jobs(workspace)
    pid = manager.call_job_fn("one", jobs.launch_studies, [order], {})
    os.kill(pid, signal.SIGKILL)
    error = answer(manager, "one", pid)["background_callback_error"]
    assert error["msg"].startswith("its process ended without a word")


def test_a_job_that_cannot_be_done_answers_in_a_sentence(workspace: Workspace, order: dict[str, Any]) -> None:
    manager = Jobs(workspace)
    broken = {**order, "specs": [{**order["specs"][0], "workers": 0}]}
    pid = manager.call_job_fn("one", jobs.launch_studies, [broken], {})
    assert answer(manager, "one", pid) == {
        "sentences": ["Not launched: workers is 0; expected a whole number from 1 to 256."],
        "good": False,
    }
    assert list_studies(workspace) == []


def test_a_page_that_just_loaded_asks_for_nothing(workspace: Workspace) -> None:
    manager = Jobs(workspace)
    pid = manager.call_job_fn("none", jobs.launch_studies, [None], {})
    assert answer(manager, "none", pid) == {"_dash_no_update": "_dash_no_update"}
    assert list_studies(workspace) == []
