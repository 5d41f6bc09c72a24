"""Correcting the roles of a table's columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash, no_update
from playwright.sync_api import expect

from app import create_app
from callbacks import roles
from callbacks.context import trellis
from components import ids
from data.workspace import Workspace
from tests.conftest import AppPage


@pytest.fixture
def app(workspace: Workspace, table: Path) -> Iterator[Dash]:
    app = create_app(workspace, [str(table)])
    with app.server.app_context():
        yield app


@pytest.fixture
def study(app: Dash) -> str:  # noqa: ARG001
    return str(trellis().catalog.studies()[0]["id"])


def test_only_roles_that_differ_are_corrected(study: str) -> None:
    assert roles.changed_roles(study, {"rate": "param", "layers": "metric"}) == {"layers": "metric"}


def test_a_role_is_applied_and_a_wrong_one_is_answered_with_a_sentence(study: str) -> None:
    opened = {"study": study, "opened": 1}
    wires = [ids.column_role("layers")]
    when, message = roles.apply_roles(1, ["ignore"], wires, opened)
    assert when > 0
    assert message == ""
    assert "layers" not in trellis().catalog.trials(study).params
    refused, reason = roles.apply_roles(2, ["metric"], [ids.column_role("optimizer")], opened)
    assert refused is no_update
    assert "optimizer" in reason


def test_roles_are_corrected_in_the_page(app_page: AppPage, table: Path) -> None:
    page = app_page(table)
    page.get_by_role("button", name="Column roles…").click()
    dialog = page.get_by_role("dialog")
    row = dialog.get_by_role("row", name="layers")
    expect(row).to_contain_text("guessed")
    row.get_by_role("button").click()
    row.get_by_text("left out").click()
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog).to_be_hidden()
    page.wait_for_function(
        "() => fetch('/api/studies').then(a => a.json()).then(a => !('layers' in a.studies[0].space))", polling=200
    )
