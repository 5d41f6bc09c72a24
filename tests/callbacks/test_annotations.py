"""Annotations and pins over HTTP: what is kept, and what is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    def send(path: str, **body: Any) -> tuple[int, Any]:
        answer = client.post(path, json=body)
        return answer.status_code, answer.get_json()

    return send


def marks(client: FlaskClient, study: str) -> dict[str, Any]:
    """Head of the columns of marks by name."""
    body = client.get(f"/api/columns?study={study}").data
    head = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    return {column["name"]: column for column in head["columns"] if column["role"] == "mark"}


def test_annotations_become_columns_and_a_count(client: FlaskClient, study: str, post: Post) -> None:
    assert {name: column["constant"] for name, column in marks(client, study).items()} == dict.fromkeys(
        ["star", "tags", "note", "archived"]
    )
    revision = client.get("/api/studies").get_json()["revision"]
    edits = [
        {"study": study, "numbers": [3, 4], "star": True, "tag": " fast "},
        {"study": study, "numbers": [4], "note": "a\x00b\r\n\ud800c", "archived": True},
    ]
    assert post("/api/annotations", edits=edits) == (200, {"changed": 2})
    found = marks(client, study)
    assert (found["tags"]["levels"], found["note"]["levels"]) == (["fast"], ["ab\n?c"])
    answer = client.get("/api/studies").get_json()
    assert answer["revision"] != revision
    assert answer["studies"][0]["archived"] == 1
    assert post("/api/annotations", edits=[{"study": study, "numbers": [3, 4], "untag": "fast"}])[1] == {"changed": 2}
    assert "constant" in marks(client, study)["tags"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"star": 1}, "'star' of an edit is 1; expected true or false"),
        ({}, "the edit changes nothing; expected one of star, archived, tag, untag, note"),
        ({"stars": True}, "the edit has 'stars'; expected study, numbers and one of star, archived, tag, untag, note"),
        ({"tag": "a, b"}, "the tag is 'a, b'; expected 1 to 60 characters without comma and line end"),
        ({"tag": "  "}, "the tag is ''; expected 1 to 60 characters without comma and line end"),
        ({"tag": "x" * 99}, f"the tag is '{'x' * 60}…'; expected 1 to 60 characters without comma and line end"),
        ({"note": 5}, "the edit's 'note' is 5; expected text"),
        ({"note": "x" * 10_001}, "the note has 10,001 characters; expected at most 10,000"),
        (
            {"star": True, "numbers": [True]},
            "the numbers of an edit are no list of trial numbers; expected one such as [1, 2, 3]",
        ),
        ({"star": True, "study": 3}, "the study of an edit is 3; expected an id of /api/studies"),
        (
            {"star": True, "numbers": [0] * 200_001},
            "the request is about 200,001 rows; expected at most 200,000 at a time",
        ),
    ],
)
def test_a_wrong_edit_is_refused_in_a_sentence(study: str, post: Post, edit: dict[str, Any], sentence: str) -> None:
    assert post("/api/annotations", edits=[{"study": study, "numbers": [0], **edit}]) == (400, {"error": sentence})


def test_other_wrong_requests_are_refused_in_a_sentence(client: FlaskClient, post: Post) -> None:
    assert post("/api/annotations", edits="all")[0] == 400
    unknown = [{"study": "0" * 12, "numbers": [0], "star": True}]
    sentence = f"no study '{'0' * 12}' is open; expected an id of /api/studies"
    assert post("/api/annotations", edits=unknown) == (404, {"error": sentence})
    assert client.post("/api/annotations", data="{").status_code == 400
    assert client.post("/api/annotations", data=b" " * 4_000_001).status_code == 413
    there = client.post("/api/annotations", json={"edits": []}, headers={"Origin": "http://elsewhere.example"})
    assert there.status_code == 403


def test_pins_keep_their_order_and_the_changes_of_two_pages_add_up(client: FlaskClient, study: str, post: Post) -> None:
    def kept(answer: Any) -> list[int]:
        return [pin["number"] for pin in answer["pins"]]

    def pin(*numbers: int) -> list[dict[str, Any]]:
        return [{"study": study, "number": number} for number in numbers]

    assert kept(client.get("/api/pins").get_json()) == []
    post("/api/pins", add=pin(7, 3, 7))
    post("/api/pins", add=pin(5), remove=pin(7))
    assert kept(post("/api/pins", add=pin(3, 1, 999))[1]) == [3, 5, 1]
    assert kept(client.get("/api/pins").get_json()) == [3, 5, 1]
    assert post("/api/pins", add=[{"study": study}])[0] == 400
    assert post("/api/pins", pins=[])[0] == 400
    too_many = {"error": "'add' is no list of at most 200 pins; expected one"}
    assert post("/api/pins", add=pin(*range(201))) == (400, too_many)
