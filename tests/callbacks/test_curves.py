"""Learning curves of pins and focus, from a real study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash, dcc

from app import create_app
from callbacks import curves
from callbacks.context import trellis
from components.figures.curves import FOCUS
from data.workspace import Workspace


@pytest.fixture
def app(workspace: Workspace, optuna_study: Path) -> Iterator[Dash]:
    app = create_app(workspace, [str(optuna_study)])
    with app.server.app_context():
        yield app


@pytest.fixture
def study(app: Dash) -> str:  # noqa: ARG001
    return str(trellis().catalog.studies()[0]["id"])


def trial(study: str, number: int) -> dict[str, object]:
    return {"study": study, "number": number}


def shown(pins: list[dict[str, object]]) -> curves.Shown:
    return curves.show_curves(list(curves.curves(pins, None)), pins, None, None, "light")


def test_pins_are_labelled_with_their_numbers_and_the_focus_with_its_sign(study: str) -> None:
    found = list(curves.curves([trial(study, 4), trial(study, 2)], trial(study, 1)))
    assert [(curve.label, curve.trial, curve.focus) for curve in found] == [
        ("1", "1 demo #4", False),
        ("2", "2 demo #2", False),
        (FOCUS, f"{FOCUS} demo #1", True),
    ]
    assert found[0].steps == (0, 1, 2, 3, 4)


def test_a_focused_pin_is_drawn_once(study: str) -> None:
    (curve,) = curves.curves([trial(study, 4)], trial(study, 4))
    assert (curve.label, curve.focus) == ("1", True)


def test_a_trial_of_a_study_that_is_not_open_has_no_curve(study: str) -> None:
    assert list(curves.curves([trial("gone", 1), trial(study, 999)], None)) == []


def test_the_graph_is_made_only_when_there_is_a_curve(study: str) -> None:
    nothing, _, _ = shown([])
    failed, _, _ = shown([trial(study, 5)])
    drawn, metrics, no_choice = shown([trial(study, 4)])
    assert nothing.children is None
    assert failed.children[1].children == curves.NO_HISTORY
    assert isinstance(drawn.children[1], dcc.Graph)
    assert (metrics, no_choice) == ([{"label": "value", "value": "value"}], True)


def test_the_objective_of_each_study_concerned_leads(study: str) -> None:
    assert curves.objective_names([trial(study, 1), trial("gone", 1)], None) == ["value"]
