"""Findings over HTTP, as docs/automation.md describes them."""

from __future__ import annotations

from analytics.diagnosis import DETECTORS, diagnose
from data.readers import read
from tests.callbacks.conftest import EXAMPLE, Asking
from tests.real.findings.specs import BUILT


def test_it_tells_what_a_diagnosis_finds_with_evidence_and_change(asking: Asking) -> None:
    client = asking(BUILT)
    ids = {entry["name"]: entry["id"] for entry in client.get("/api/studies").get_json()["studies"]}
    told = client.get("/api/findings", query_string={"study": ids["low rates"]}).get_json()
    [trials] = [one for one in read(str(BUILT)) if one.study.name == "low rates"]
    [expected] = diagnose(trials)
    [finding] = told["findings"]
    assert told["study"] == ids["low rates"]
    assert finding["kind"] == "bound"
    assert finding["sentence"] == expected.sentence
    assert finding["trials"] == list(expected.trials)
    assert finding["evidence"] == dict(expected.evidence)
    assert finding["change"]["space"]["learning_rate"]["high"] > 5e-4
    asked = {part["kind"] for some in ("findings", "quiet", "unasked") for part in told[some]}
    assert asked < set(DETECTORS)


def test_an_unchanged_study_is_answered_alike_and_a_wrong_one_is_refused(asking: Asking) -> None:
    client = asking(EXAMPLE)
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    first, second = (client.get("/api/findings", query_string={"study": study}).get_json() for _ in range(2))
    assert first == second
    assert first["revision"]
    wrong = client.get("/api/findings?study=none")
    assert (wrong.status_code, wrong.get_json()["error"]) == (
        404,
        "no study 'none' is open; expected an id of /api/studies",
    )
    assert client.get("/api/findings").status_code == 400
