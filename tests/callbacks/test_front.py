"""The hypervolume over HTTP: one box for all studies, within brushes, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from data.workspace import Workspace

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "digits.db"
METRICS = {"val_accuracy": "maximize", "parameters": "minimize", "inference_ms": "minimize"}


@pytest.fixture
def client(workspace: Workspace) -> FlaskClient:
    made: FlaskClient = create_app(workspace, [str(EXAMPLE)]).server.test_client()
    return made


@pytest.fixture
def studies(client: FlaskClient) -> list[str]:
    return [entry["id"] for entry in client.get("/api/studies").get_json()["studies"]]


def test_every_study_has_its_curve_within_one_box(client: FlaskClient, studies: list[str]) -> None:
    told: dict[str, Any] = client.post("/api/front", json={"studies": studies, "metrics": METRICS}).get_json()
    assert [study["study"] for study in told["studies"]] == studies
    assert told["exact"] is True
    assert told["ideal"]["val_accuracy"] > told["reference"]["val_accuracy"]
    assert told["ideal"]["parameters"] < told["reference"]["parameters"]
    for study in told["studies"]:
        assert study["numbers"] == sorted(study["numbers"])
        assert 0 < study["shares"][0] < study["shares"][-1] < 1
        assert study["front"]


def test_brushes_narrow_the_rows_and_leave_the_box(client: FlaskClient, studies: list[str]) -> None:
    request: dict[str, Any] = {"studies": studies, "metrics": METRICS}
    whole = client.post("/api/front", json=request).get_json()
    brushed = client.post(
        "/api/front", json={**request, "brushes": {"number": [[0, 20]], "width": [[0, 1]]}}
    ).get_json()
    assert brushed["reference"] == whole["reference"]
    assert [study["rows"] for study in brushed["studies"]] == [0, 0]
    few = client.post("/api/front", json={**request, "brushes": {"number": [[0, 20]]}}).get_json()
    assert [study["rows"] for study in few["studies"]] == [21, 21]
    assert few["studies"][0]["shares"][-1] < whole["studies"][0]["shares"][-1]


def test_a_budget_and_a_reference_point_can_be_given(client: FlaskClient, studies: list[str]) -> None:
    request = {"studies": studies, "metrics": METRICS, "budget": "all", "reference": {"val_accuracy": 0.5}}
    told = client.post("/api/front", json=request).get_json()
    assert told["reference"]["val_accuracy"] == 0.5
    assert told["source"] == "typed"


def test_archived_rows_are_on_no_front(client: FlaskClient, studies: list[str]) -> None:
    request = {"studies": studies[:1], "metrics": METRICS}
    (whole,) = client.post("/api/front", json=request).get_json()["studies"]
    best = whole["front"][0]
    client.post("/api/annotations", json={"edits": [{"study": studies[0], "numbers": [best], "archived": True}]})
    (rest,) = client.post("/api/front", json=request).get_json()["studies"]
    assert best not in rest["front"]
    assert rest["rows"] == whole["rows"] - 1


def test_without_a_row_that_has_all_metrics_it_says_so(client: FlaskClient, studies: list[str]) -> None:
    told = client.post("/api/front", json={"studies": studies, "metrics": {"gone": "minimize"}}).get_json()
    assert "no completed trial has all of these metrics" in told["refused"]


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ([], "the request is no object of"),
        ({"metrics": METRICS}, "'studies' is None"),
        ({"studies": ["x"], "metrics": {}}, "'metrics' is {}; expected directions of 1 to 8"),
        ({"studies": ["x"], "metrics": {"a": "up"}}, "'metrics' has the direction 'up'"),
        ({"studies": ["x"], "metrics": METRICS, "budget": "low"}, "'budget' is 'low'"),
        ({"studies": ["x"], "metrics": METRICS, "brushes": {"a": 3}}, "brush 'a' is 3"),
        ({"studies": ["x"], "metrics": METRICS, "reference": {"b": 1}}, "'reference' is {'b': 1}"),
        ({"studies": ["x"], "metrics": METRICS, "reference": {"parameters": 10**400}}, "'reference' is"),
    ],
)
def test_what_cannot_be_is_refused_with_one_sentence(client: FlaskClient, request_: Any, sentence: str) -> None:
    answer = client.post("/api/front", json=request_)
    assert answer.status_code == 400
    assert sentence in answer.get_json()["error"]


def test_an_unknown_study_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/front", json={"studies": ["nothere"], "metrics": METRICS})
    assert answer.status_code == 404
    assert "no study 'nothere' is open" in answer.get_json()["error"]
