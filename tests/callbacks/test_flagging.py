"""Flags over HTTP: found off the request, joined to the columns, followed as trials change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash import Dash

from analytics.selection import mask
from app import create_app
from callbacks.context import EXTENSION, Trellis
from data.workspace import Workspace

PATIENCE = 60


def write(folder: Path, trials: int = 6) -> tuple[Path, Path]:
    """Trials 0, 2, 4 … converge, 1, 3 … overfit; the last one is too short to tell."""
    t = np.arange(30) / 30
    results, curves = folder / "results.csv", folder / "curves.csv"
    rows, lines = ["trial,rate,val_loss"], ["trial,step,val_loss,train_loss"]
    for number in range(trials):
        loss = 0.2 + np.exp(-12 * t) + (number % 2) * np.maximum(t - 0.3, 0)
        rows.append(f"{number},{0.1 + number},{loss[-1]}")
        told = loss[: 4 if number == trials - 1 else None]
        lines += [f"{number},{i + 1},{v},{np.exp(-4 * i / 30)}" for i, v in enumerate(told)]
    results.write_text("\n".join(rows), encoding="utf-8")
    curves.write_text("\n".join(lines), encoding="utf-8")
    return results, curves


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> Dash:
    results, curves = write(tmp_path)
    return create_app(workspace, [str(results)], curves=str(curves))


def context(app: Dash) -> Trellis:
    found: Trellis = app.server.extensions[EXTENSION]
    return found


def until(app: Dash, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask about the flags until the answer is good."""
    client, deadline = app.server.test_client(), time.monotonic() + PATIENCE
    study = context(app).catalog.studies()[0]["id"]
    while True:
        answer: dict[str, Any] = client.get(f"/api/flags?study={study}&trials=0,1,5").get_json()
        if good(answer):
            return answer
        assert time.monotonic() < deadline, answer


def test_flags_are_found_and_become_columns_that_can_be_brushed(app: Dash) -> None:
    answer = until(app, lambda told: told["state"] == "ready" and told["judged"] > 0)
    assert answer["judged"] == 5
    assert answer["counts"]["overfitting"] == 2
    assert [(flag["number"], flag["kind"]) for flag in answer["flags"]] == [(0, "plateau"), (1, "overfitting")]
    assert answer["flags"][1]["sentence"].startswith("val_loss gets worse from 0.2")
    trials = context(app).catalog.trials(answer["study"])
    assert trials.columns["flags"].objects()[:2] == ["plateau", "overfitting"]
    assert trials.numbers[mask(trials, {"overfitting": ["yes"]})].tolist() == [1, 3]
    assert trials.numbers[mask(trials, {"overfitting": {"missing": True}})].tolist() == [5]


def test_a_trial_that_comes_later_is_judged_too(app: Dash, tmp_path: Path) -> None:
    before = until(app, lambda told: told["judged"] == 5)
    write(tmp_path, trials=8)
    after = until(app, lambda told: bool(context(app).catalog.studies()) and told["judged"] == 7)
    assert after["counts"]["overfitting"] == before["counts"]["overfitting"] + 1


def test_a_study_without_curves_gets_no_columns(workspace: Workspace, table: Path) -> None:
    app = create_app(workspace, [str(table)])
    answer = until(app, lambda told: told["state"] == "ready")
    assert (answer["judged"], answer["flags"]) == (0, [])
    assert "flags" not in context(app).catalog.trials(answer["study"]).columns


def test_a_study_that_is_not_open_has_none(app: Dash) -> None:
    answer = app.server.test_client().get("/api/flags?study=nowhere")
    expected = "no study 'nowhere' is open; expected an id of /api/studies"
    assert (answer.status_code, answer.get_json()) == (404, {"error": expected})
