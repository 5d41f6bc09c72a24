"""The control panel's answers, and studies that are stopped and resumed from it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from playwright.sync_api import expect

from app import create_app
from callbacks import control
from callbacks.context import trellis
from components import ids
from data.workspace import Workspace
from tests.conftest import AppPage
from trainer import launch

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
    spec = {
        "name": "endless",
        "objective": {"type": "python", "target": "waiting:main", "cwd": str(tmp_path)},
        "space": {"rate": {"type": "float", "low": 0.0, "high": 1.0}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": 2},
        "seed": 5,
    }
    return launch.start(spec, workspace)


def test_before_the_first_answer_the_panel_is_loading() -> None:
    _listed, label, running, empty = control.show_studies(None, [])
    assert (label, running) == ("", "")
    assert "Loading" in empty[0].children


def test_objectives_are_those_of_the_shown_studies(app: Dash) -> None:  # noqa: ARG001
    answer = {"studies": trellis().catalog.studies()}
    shown = [entry["id"] for entry in answer["studies"]]
    assert control.offer_objectives(answer, shown)[0]["value"] == "maximize:value"
    assert control.offer_objectives(answer, []) == []


def test_a_study_that_is_not_ours_cannot_be_stopped_and_the_answer_says_so(app: Dash) -> None:  # noqa: ARG001
    study = trellis().catalog.studies()[0]["id"]
    assert "'demo'" in control.control(ids.study_stop(study)["type"], study)


def test_a_running_study_is_stopped_and_resumed_from_the_panel(app_page: AppPage, endless_study: str) -> None:
    page = app_page()
    panel = page.locator(f"#{ids.PANEL}")
    expect(panel).to_contain_text(endless_study)
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("1 running")
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("endless ends its running trials and stops.")
    panel.get_by_role("button", name="Resume").click()
    expect(panel).to_contain_text("endless goes on.")
    panel.get_by_role("button", name="Stop").click()
    expect(panel.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("")
