"""The control panel's answers, and studies that are stopped and resumed from it."""

from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, no_update
from playwright.sync_api import expect

from app import create_app
from callbacks import control
from callbacks.context import trellis
from components import ids
from data.workspace import Workspace, open_workspace
from tests.conftest import AppPage
from tests.pages.toy import until
from trainer import launch, storage
from trainer.spec import parse_spec

WAITING = """
    import time

    def main(run):
        step = 0
        while run.report(step, score=step):
            step += 1
            time.sleep(0.02)
"""


@pytest.fixture
def app(workspace: Workspace, optuna_study: Path) -> Iterator[Dash]:
    app = create_app(workspace, [str(optuna_study)])
    with app.server.app_context():
        yield app


@pytest.fixture
def endless_study(workspace: Workspace, tmp_path: Path) -> str:
    """A study of ours, running in its own process until it is stopped."""
    (tmp_path / "waiting.py").write_text(textwrap.dedent(WAITING), encoding="utf-8")
    return launch.start(spec(tmp_path), workspace)


def spec(folder: Path) -> dict[str, Any]:
    return {
        "name": "endless",
        "objective": {"type": "python", "target": "waiting:main", "cwd": str(folder)},
        "space": {"rate": {"type": "float", "low": 0.0, "high": 1.0}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": 2},
        "seed": 5,
    }


def test_before_the_first_answer_the_panel_is_loading() -> None:
    label, running, empty = control.show_studies(None, [])
    assert (label, running) == ("", "")
    assert "Loading" in empty[0].children


def test_a_trial_more_changes_how_a_study_stands_and_leaves_the_list_alone(app: Dash) -> None:  # noqa: ARG001
    answer: dict[str, Any] = {"studies": trellis().catalog.studies()}
    (entry,) = answer["studies"]
    place = ids.study_standing(entry["id"])
    _list, listed, [standing] = control.list_studies(answer, [], None, [place])
    assert standing is no_update
    more = {**entry, "counts": {**entry["counts"], "complete": 99}}
    same, _listed, [standing] = control.list_studies({"studies": [more]}, [], listed, [place])
    assert same is no_update
    assert "99 complete" in standing[0].children
    other, _listed, _standing = control.list_studies({"studies": [{**entry, "name": "renamed"}]}, [], listed, [place])
    assert other is not no_update


def test_objectives_are_those_of_the_shown_studies(app: Dash) -> None:  # noqa: ARG001
    answer = {"studies": trellis().catalog.studies()}
    shown = [entry["id"] for entry in answer["studies"]]
    assert control.offer_objectives(answer, shown)[0]["value"] == "maximize:value"
    assert control.offer_objectives(answer, []) == []


def test_a_study_that_is_not_ours_cannot_be_stopped_and_the_answer_says_so(app: Dash) -> None:  # noqa: ARG001
    study = trellis().catalog.studies()[0]["id"]
    for kind in (ids.study_stop(study)["type"], ids.study_resume(study)["type"]):
        assert control.control(kind, study).startswith("the study 'demo' is in /")
    assert control.control(ids.study_stop("f" * 12)["type"], "f" * 12).startswith("no study 'ffffffffffff' is open")


def test_a_study_elsewhere_with_the_name_of_one_of_ours_does_not_stand_for_it(
    app: Dash,  # noqa: ARG001
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    elsewhere = open_workspace(tmp_path / "elsewhere")
    for place in (workspace, elsewhere):
        launch.prepare(parse_spec(spec(tmp_path)), place)[1].release()
    trellis().catalog.open(elsewhere.folder / "hypertrellis.db")
    trellis().catalog.refresh()
    theirs = next(e for e in trellis().catalog.studies() if e["source"] == str(elsewhere.folder / "hypertrellis.db"))
    assert "expected one of the workspace" in control.control(ids.study_resume(theirs["id"])["type"], theirs["id"])
    assert launch.list_studies(workspace)[0]["message"].startswith("its controller ended without a word")


def test_a_running_study_is_stopped_killed_and_resumed_from_the_panel(
    app_page: AppPage, workspace: Workspace, endless_study: str
) -> None:
    page = app_page()
    panel = page.locator(f"#{ids.PANEL}")
    expect(panel).to_contain_text(endless_study)
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("1 running")
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("endless ends its running trials and stops.")
    panel.get_by_role("button", name="Resume").click()
    expect(panel).to_contain_text("endless goes on.")
    pid = until(lambda: storage.study_row(workspace, 1)["pid"])
    os.kill(pid, signal.SIGKILL)
    expect(panel).to_contain_text("its controller ended without a word")
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("")
    panel.get_by_role("button", name="Resume").click()
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("1 running")
    panel.get_by_role("button", name="Stop").click()
    expect(panel.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("")
