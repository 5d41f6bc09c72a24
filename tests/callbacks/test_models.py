"""What a single model's routes answer: lineage, log, files, and how it is trained again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from data.workspace import open_workspace
from tests.pages.toy import ROOT, run_toy


@pytest.fixture(scope="module")
def workspace_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the toy study has run, and its trial 2 kept files."""
    folder = tmp_path_factory.mktemp("models")
    run_toy(folder / "workspace", folder / "code")
    kept = folder / "workspace" / "runs" / "1" / "artifacts" / "2"
    (kept / "deep").mkdir(parents=True)
    (kept / "model.pt").write_bytes(b"weights")
    (kept / "deep" / "a b.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    (kept / "outside").symlink_to(folder / "code" / "toy_objective.py")
    (folder / "workspace" / "runs" / "1" / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "workspace" / "runs" / "1" / "logs" / "2.log").write_text("it trained\n", encoding="utf-8")
    return folder / "workspace"


@pytest.fixture
def client(workspace_folder: Path) -> FlaskClient:
    made: FlaskClient = create_app(open_workspace(workspace_folder)).server.test_client()
    return made


@pytest.fixture
def study(client: FlaskClient) -> str:
    return str(client.get("/api/studies").get_json()["studies"][0]["id"])


def test_a_model_tells_its_log_its_files_and_how_it_is_trained_again(
    client: FlaskClient, study: str, workspace_folder: Path
) -> None:
    told: dict[str, Any] = client.get(f"/api/model?study={study}&number=2").get_json()
    assert (told["ours"], told["log"], told["reason"]) == (True, "it trained\n", None)
    assert told["artifacts"] == [{"name": "deep/a b.html", "bytes": 25}, {"name": "model.pt", "bytes": 7}]
    assert told["lineage"] == {"parents": [], "children": []}
    snippets = {snippet["label"]: snippet["code"] for snippet in told["reproduce"]}
    assert list(snippets) == ["Python", "Optuna, this trial", "Optuna, a study", "Study spec", "Command line"]
    command = snippets["Command line"].split()
    assert command[:6] == ["python", "-m", "trainer", "trial", "toy", "2"]
    done = subprocess.run(
        [sys.executable, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert "ended" in done.stdout
    assert str(workspace_folder) in snippets["Command line"]


def test_files_are_saved_not_shown_and_only_those_of_the_trial(client: FlaskClient, study: str) -> None:
    page = client.get(f"/api/artifact?study={study}&number=2&name=deep/a b.html")
    assert (page.status_code, page.data) == (200, b"<script>alert(1)</script>")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["Content-Type"] == "application/octet-stream"
    for name in ("../2/model.pt", "/etc/passwd", "outside", "deep", "../../../hypertrellis.db", "deep/../model.pt"):
        assert client.get(f"/api/artifact?study={study}&number=2&name={name}").status_code == 404


def test_the_code_of_several_models_enqueues_them(client: FlaskClient, study: str) -> None:
    trials = [{"study": study, "number": number} for number in (4, 2)]
    code = client.post("/api/models/code", json={"trials": trials}).get_json()["code"]
    assert code.index("'trial': 4") < code.index("'trial': 2")
    assert code.count("study.enqueue_trial(") == 2
    compile(code, "models.py", "exec")


@pytest.mark.parametrize(
    ("query", "status"),
    [("number=2", 400), ("study={study}", 400), ("study={study}&number=x", 400), ("study={study}&number=1,2", 400),
     ("study={study}&number=99", 404), ("study=nowhere&number=2", 404)],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_a_sentence(client: FlaskClient, study: str, query: str, status: int) -> None:
    answer = client.get(f"/api/model?{query.format(study=study)}")
    assert answer.status_code == status
    assert "expected" in answer.get_json()["error"]
