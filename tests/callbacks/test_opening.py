"""Opening from the page and taking away over HTTP: what is answered, and in which words it is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from flask.testing import FlaskClient

from callbacks.exporting import file_name
from callbacks.opening import within
from components.opening import FORMATS
from data import export


def test_the_menu_offers_the_formats_that_there_are() -> None:
    assert {key: label for key, (_, label) in export.FORMATS.items()} == FORMATS


def test_a_study_is_sent_as_a_file_and_a_text_with_its_second_file_in_a_zip(client: FlaskClient, study: str) -> None:
    answer = client.get(f"/api/export?study={study}&format=parquet")
    assert (answer.status_code, answer.data[:4]) == (200, b"PAR1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="results.parquet"'
    packed = client.get(f"/api/export?study={study}&format=csv").data
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["results.csv", "results.csv.trellis.json"]


def test_what_cannot_be_sent_is_a_sentence(client: FlaskClient, study: str) -> None:
    answer = client.get(f"/api/export?study={study}&format=xls")
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "the parameter 'format' is 'xls'; expected optuna, parquet, csv, hiplot"
    answer = client.get("/api/export?study=nope&format=csv")
    assert (answer.status_code, answer.get_json()["error"][:24]) == (404, "no study 'nope' is open;")
    foreign = client.get(f"/api/export?study={study}&format=csv", headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_names_of_studies_become_names_of_files() -> None:
    assert file_name("../../etc/passwd") == "etc_passwd"
    assert file_name('a"\r\nX: y') == "a_X_y"
    assert file_name("…") == "study"


def test_what_lies_in_the_folder_typed_so_far_is_offered(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "rows.csv").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    assert within(f"{tmp_path}/r") == [f"{tmp_path}/rows.csv", f"{tmp_path}/runs/"]
    assert within(f"{tmp_path}/") == [f"{tmp_path}/rows.csv", f"{tmp_path}/runs/"]
    assert within("postgresql://me@host/") == []
    assert within("/no\x00where/x") == within(f"{tmp_path}/nothing/") == within("") == []
