"""A client that asks about the example's importance, of the one process that all tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from analytics.trials import Trials
from app import create_app
from callbacks.context import EXTENSION, attach
from callbacks.importance_process import Forests
from data.readers import read
from data.workspace import Workspace

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "digits.db"
METRIC = "val_accuracy"
Asking = Callable[..., FlaskClient]
Ask = Callable[..., Any]


@pytest.fixture
def client(workspace: Workspace, table: Path) -> FlaskClient:
    """A client of an app over the table."""
    made: FlaskClient = create_app(workspace, [str(table)]).server.test_client()
    return made


@pytest.fixture
def study(client: FlaskClient) -> str:
    """The id of the table's study."""
    return str(client.get("/api/studies").get_json()["studies"][0]["id"])


@pytest.fixture
def asking(workspace: Workspace, forests: Forests) -> Asking:
    """``asking(source)``: a client of an app over a source."""

    def open_source(source: Path) -> FlaskClient:
        app = create_app(workspace, [str(source)])
        attach(app.server, replace(app.server.extensions[EXTENSION], forests=forests))
        made: FlaskClient = app.server.test_client()
        return made

    return open_source


@pytest.fixture
def ask(asking: Asking) -> Ask:
    """``ask(study=name, path=…, **request)``: status and answer."""
    client = asking(EXAMPLE)
    ids = {entry["name"]: entry["id"] for entry in client.get("/api/studies").get_json()["studies"]}

    def send(study: str = "digits-random", path: str = "/api/importance", **request: Any) -> Any:
        answer = client.post(path, json={"study": ids.get(study, study), "metric": METRIC, **request})
        return answer.status_code, answer.get_json()

    return send


@pytest.fixture(scope="session")
def example() -> Trials:
    return next(trials for trials in read(str(EXAMPLE)) if trials.study.name == "digits-random")
