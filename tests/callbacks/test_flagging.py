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


def test_a_rung_is_tried_over_http_and_becomes_a_launch(app: Dash) -> None:
    client, study = app.server.test_client(), context(app).catalog.studies()[0]["id"]
    plain = client.get(f"/api/rung?study={study}").get_json()
    assert plain == {"study": study, "rungs": [], "factor": 3.0}
    told = client.get(f"/api/rung?study={study}&step=20&factor=2&metric=val_loss").get_json()
    assert (told["reached"], told["survivors"], told["metric"]) == (5, [0, 2], "val_loss")
    assert told["algorithm"] == {"pruner": "halving", "pruner_settings": {"min_resource": 20, "reduction_factor": 2}}
    assert told["sentence"].startswith("2 of 5 trials go on from step 20 (the best 1 in 2), 1 more do not reach it; ")


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("study={study}&step=-1", 400, "the parameter 'step' is '-1'; expected a number from 0"),
        ("study={study}&step=3&factor=x", 400, "the parameter 'factor' is 'x'; expected a number from 1 to 1000"),
        ("study=nowhere", 404, "no study 'nowhere' is open; expected an id of /api/studies"),
    ],
)
def test_a_rung_that_cannot_be_tried_is_refused_in_a_sentence(
    app: Dash, query: str, status: int, sentence: str
) -> None:
    study = context(app).catalog.studies()[0]["id"]
    answer = app.server.test_client().get(f"/api/rung?{query.format(study=study)}")
    assert (answer.status_code, answer.get_json()) == (status, {"error": sentence})


def test_curves_without_a_direction_rank_nobody(workspace: Workspace, tmp_path: Path) -> None:
    results, curves = tmp_path / "r.csv", tmp_path / "c.csv"
    results.write_text("trial,rate,accuracy\n1,0.1,0.5\n2,0.2,0.6\n", encoding="utf-8")
    curves.write_text("trial,step,momentum\n1,1,0.5\n1,2,0.5\n", encoding="utf-8")
    app = create_app(workspace, [str(results)], curves=str(curves))
    study = context(app).catalog.studies()[0]["id"]
    answer = app.server.test_client().get(f"/api/rung?study={study}&step=1")
    assert answer.status_code == 400
    assert "no curve of a metric with a direction" in answer.get_json()["error"]
