"""The HTTP routes, asked as a script would ask them."""

from __future__ import annotations

import gzip
import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from flask.testing import FlaskClient

from app import create_app
from data.workspace import Workspace, open_workspace


def unpack(body: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Head and columns of an answer, as docs/automation.md describes it."""
    (length,) = struct.unpack_from("<I", body)
    head = json.loads(body[4 : 4 + length])
    at, columns = 4 + length, {}
    for column in head["columns"]:
        if "constant" in column:
            value = np.nan if column["constant"] is None else column["constant"]
            columns[column["name"]] = np.full(head["rows"], value)
        else:
            columns[column["name"]] = np.frombuffer(body, "<f8", head["rows"], at)
            at += 8 * head["rows"]
    assert at == len(body)
    return head, columns


def test_health_says_version_and_that_the_storage_answers(client: FlaskClient) -> None:
    answer = client.get("/health").get_json()
    assert answer["status"] == "ok"
    assert answer["storage"] == "ok"
    assert answer["version"]


def test_health_says_when_the_storage_is_broken(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    client = create_app(workspace).server.test_client()
    for file in workspace.folder.glob("*.db*"):
        file.unlink()
    (workspace.folder / "hypertrellis.db").write_bytes(b"no database")
    assert "does not answer" in client.get("/health").get_json()["storage"]


def test_studies_are_described(client: FlaskClient) -> None:
    answer = client.get("/api/studies").get_json()
    (study,) = answer["studies"]
    assert study["rows"] == 60
    assert study["shown"] is True
    assert study["counts"]["complete"] == 60
    assert set(study["space"]) == {"rate", "layers", "optimizer"}
    assert [metric["name"] for metric in study["metrics"]] == ["accuracy"]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_an_unchanged_list_of_studies_is_not_sent_again(client: FlaskClient, encoding: str) -> None:
    first = client.get("/api/studies", headers={"Accept-Encoding": encoding})
    headers = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    second = client.get("/api/studies", headers=headers)
    assert (first.status_code, second.status_code) == (200, 304)
    assert second.data == b""


def test_an_outdated_revision_gets_the_list_again(client: FlaskClient) -> None:
    assert client.get("/api/studies", headers={"If-None-Match": 'W/"older"'}).status_code == 200


def test_columns_travel_as_float64(client: FlaskClient, study: str, table: Path) -> None:
    answer = client.get(f"/api/columns?study={study}")
    head, columns = unpack(answer.data)
    assert answer.mimetype == "application/octet-stream"
    assert (head["rows"], head["reset"]) == (60, True)
    written = np.loadtxt(table, delimiter=",", skiprows=1, usecols=(1, 4))
    assert np.array_equal(columns["rate"], written[:, 0])
    assert np.array_equal(columns["accuracy"], written[:, 1])


def test_columns_travel_compressed(client: FlaskClient, study: str) -> None:
    plain = client.get(f"/api/columns?study={study}")
    packed = client.get(f"/api/columns?study={study}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)


def test_since_the_last_revision_there_is_nothing(client: FlaskClient, study: str) -> None:
    head, _ = unpack(client.get(f"/api/columns?study={study}").data)
    again, _ = unpack(client.get("/api/columns", query_string={"study": study, "since": head["revision"]}).data)
    assert (again["rows"], again["reset"]) == (0, False)


def test_an_unknown_revision_starts_anew(client: FlaskClient, study: str) -> None:
    head, _ = unpack(client.get(f"/api/columns?study={study}&since=unknown").data)
    assert (head["rows"], head["reset"]) == (60, True)


def test_a_study_without_history_has_no_curves(client: FlaskClient, study: str) -> None:
    answer = client.get(f"/api/history?study={study}&trials=1,2").get_json()
    assert answer == {"study": study, "metrics": [], "single": [], "timed": False, "curves": []}


def test_long_curves_travel_reduced_and_as_arrays(workspace: Workspace, tmp_path: Path) -> None:
    results, told = tmp_path / "results.csv", tmp_path / "curves.csv"
    results.write_text("trial,rate,accuracy\n1,0.1,0.6\n2,0.2,0.8\n", encoding="utf-8")
    lines = [f"{trial},{step},{step % 97},{step / 10}" for trial in (1, 2) for step in range(3_000)]
    told.write_text("\n".join(["trial,step,accuracy,epoch", *lines]), encoding="utf-8")
    client = create_app(workspace, [str(results)], curves=str(told)).server.test_client()
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    query = {"study": study, "trials": "1,2", "metric": "accuracy", "points": 200}
    answer = client.get("/api/history", query_string=query).get_json()
    assert answer["metrics"] == ["accuracy", "epoch"]
    assert [(c["number"], len(c["step"]), c["of"]) for c in answer["curves"]] == [(1, 200, 3_000), (2, 200, 3_000)]
    packed = client.get("/api/history", query_string={**query, "format": "binary", "x": "epoch", "from": 10, "to": 11})
    head, columns = unpack(packed.data)
    assert [(c["number"], c["points"], c["of"]) for c in head["curves"]] == [(1, 13, 13), (2, 13, 13)]
    assert columns["x"][:3].tolist() == [9.9, 10.0, 10.1]
    assert columns["step"][:13].tolist() == list(range(99, 112))
    assert (columns["value"][:13] == columns["step"][:13] % 97).all()


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("/api/columns", 400, "the parameter 'study' is missing; expected ?study=…"),
        ("/api/columns?study=nowhere", 404, "no study 'nowhere' is open; expected an id of /api/studies"),
        ("/api/history?study=nowhere&trials=1", 404, "no study 'nowhere' is open; expected an id of /api/studies"),
        ("/api/history?study=nowhere", 400, "the parameter 'trials' is missing; expected ?trials=…"),
        (
            "/api/history?study=x&trials=1,b",
            400,
            "the parameter 'trials' has 'b'; expected trial numbers such as 1,2,3",
        ),
        (
            "/api/history?study=x&trials=-1",
            400,
            "the parameter 'trials' has '-1'; expected trial numbers such as 1,2,3",
        ),
        (
            "/api/history?study={study}&trials=1&points=3",
            400,
            "the parameter 'points' is '3'; expected a whole number from 8 to 100,000",
        ),
        ("/api/history?study={study}&trials=1&from=nan", 400, "the parameter 'from' is 'nan'; expected a number"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    client: FlaskClient, study: str, query: str, status: int, sentence: str
) -> None:
    answer = client.get(query.format(study=study))
    assert (answer.status_code, answer.get_json()) == (status, {"error": sentence})


def test_too_many_curves_at_once_are_refused(client: FlaskClient, study: str) -> None:
    numbers = ",".join(map(str, range(501)))
    answer = client.get(f"/api/history?study={study}&trials={numbers}")
    assert answer.status_code == 400
    assert "501 numbers; expected at most 500" in answer.get_json()["error"]


def test_names_with_markup_arrive_as_they_are(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "<b>results.csv"
    path.write_text("trial,<img src=x>,accuracy\n1,0.5,0.6\n2,0.7,0.8\n", encoding="utf-8")
    answer = create_app(workspace, [str(path)]).server.test_client().get("/api/studies")
    assert answer.mimetype == "application/json"
    assert list(answer.get_json()["studies"][0]["space"]) == ["<img src=x>"]


def test_infinite_choices_travel_in_json_that_browsers_read(workspace: Workspace, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wide.db'}"
    study = optuna.create_study(storage=url)
    study.optimize(lambda trial: trial.suggest_categorical("order", [1, math.inf, -math.inf]) and 1.0, n_trials=1)
    answer = create_app(workspace, [url]).server.test_client().get("/api/studies").get_data(as_text=True)
    found = json.loads(answer, parse_constant=pytest.fail)["studies"][0]["space"]["order"]
    assert found["choices"] == [1, {"float": "inf"}, {"float": "-inf"}]
