"""The trace of a search over HTTP, as docs/automation.md describes it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from flask.testing import FlaskClient

from app import create_app
from data.workspace import Workspace
from tests.data.run_folders import write

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "digits.db"


def unpack(body: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Head and arrays of an answer."""
    (length,) = struct.unpack_from("<I", body)
    head, at, arrays = json.loads(body[4 : 4 + length]), 4 + length, {}
    for array in head["arrays"]:
        if "constant" in array:
            value = np.nan if array["constant"] is None else array["constant"]
            arrays[array["name"]] = np.full(array["length"], value)
            continue
        arrays[array["name"]] = np.frombuffer(body, array["type"], array["length"], at)
        at += arrays[array["name"]].nbytes + -arrays[array["name"]].nbytes % 8
    assert at == len(body)
    return head, arrays


def nine_steps(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0, 1)
    for step in range(1, 10):
        trial.report(x * step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return x * 9


@pytest.fixture
def halving(tmp_path: Path) -> Path:
    """A study that Optuna itself pruned by successive halving."""
    path = tmp_path / "halving.db"
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    study = optuna.create_study(
        storage=f"sqlite:///{path}", pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=1), direction="maximize"
    )

    study.optimize(nine_steps, n_trials=20)
    return path


@pytest.fixture
def hyperband(tmp_path: Path) -> tuple[Path, list[int]]:
    """A study that Optuna pruned by Hyperband, whose brackets it keeps nowhere, and the bracket of each trial."""
    path = tmp_path / "hyperband.db"
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3)
    sampler = optuna.samplers.RandomSampler(seed=1)
    study = optuna.create_study(
        storage=f"sqlite:///{path}", study_name="banded", pruner=pruner, sampler=sampler, direction="maximize"
    )

    study.optimize(nine_steps, n_trials=30)
    return path, [pruner._get_bracket_id(study, trial) for trial in study.trials]


def ask(client: FlaskClient, query: str = "", **headers: str) -> Any:
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    return client.get(f"/api/traces?study={study}{query}", headers=headers)


def test_the_rungs_of_an_optuna_database_are_evaluations_with_the_values_reported_there(
    workspace: Workspace, halving: Path
) -> None:
    client = create_app(workspace, [str(halving)]).server.test_client()
    head, arrays = unpack(ask(client).data)
    assert head["axis"] == "rung"
    assert [b["label"] for b in head["boundaries"]] == ["1", "3", "9"]
    trial = optuna.load_study(study_name=None, storage=f"sqlite:///{halving}").best_trial
    own = arrays["number"] == trial.number
    assert arrays["step"][own].tolist() == [1, 3, 9]
    assert np.allclose(arrays["value"][own], [trial.params["x"] * step for step in (1, 3, 9)])
    last = np.flatnonzero(own)[-1]
    assert arrays["source"][last] == last - 1
    assert arrays["flags"][own].tolist() == [0, 0, 1]
    pruned = arrays["flags"] & 2 > 0
    assert set(arrays["step"][pruned].tolist()) <= {1.0, 3.0, 9.0}
    assert pruned.any()


def test_the_brackets_of_optunas_hyperband_are_seen_although_it_keeps_none(
    workspace: Workspace, hyperband: tuple[Path, list[int]]
) -> None:
    path, brackets = hyperband
    client = create_app(workspace, [str(path)]).server.test_client()
    head, arrays = unpack(ask(client).data)
    assert [(b["label"], b["level"]) for b in head["boundaries"][:4]] == [("0", 0), ("1", 1), ("3", 1), ("9", 1)]
    for boundary in head["boundaries"]:
        if boundary["level"] == 0:
            inside = (arrays["x"] > boundary["start"]) & (arrays["x"] < boundary["end"])
            found = set(arrays["number"][inside].tolist())
            assert found == {number for number, own in enumerate(brackets) if own == int(boundary["label"])}


def test_a_known_revision_is_not_sent_again_and_another_metric_is_another_answer(workspace: Workspace) -> None:
    client = create_app(workspace, [str(EXAMPLE)]).server.test_client()
    first = ask(client)
    assert ask(client, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    other, arrays = unpack(ask(client, "&metric=val_loss").data)
    assert other["metric"] == "val_loss"
    assert arrays["value"].tolist() != unpack(first.data)[1]["value"].tolist()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [("", 400, "'study' is missing"), ("?study=nope", 404, "'nope'"), ("?study=ID&metric=nope", 400, "'nope'")],
)
def test_a_trace_that_cannot_be_told_is_refused_in_a_sentence(
    workspace: Workspace, query: str, status: int, words: str
) -> None:
    client = create_app(workspace, [str(EXAMPLE)]).server.test_client()
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    answer = client.get(f"/api/traces{query.replace('ID', study)}")
    assert answer.status_code == status
    assert words in answer.get_json()["error"]


def test_members_of_rays_population_follow_their_parents_at_the_steps_where_they_took_over(
    workspace: Workspace, tmp_path: Path
) -> None:
    client = create_app(workspace, [str(write("ray_pbt", tmp_path / "run"))]).server.test_client()
    head, arrays = unpack(ask(client).data)
    assert (head["axis"], head["boundaries"]) == ("step", [])
    child = np.flatnonzero(arrays["flags"] & 4)
    parent = arrays["source"][child]
    links = zip(arrays["number"][parent].tolist(), arrays["number"][child].tolist(), strict=True)
    assert set(links) == {(1, 4), (1, 5), (3, 6)}
    assert list(zip(arrays["x"][parent], arrays["x"][child], strict=True)) == [(3, 6), (6, 9), (6, 9)]
