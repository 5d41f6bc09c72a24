"""The catalog opens sources, shows the right studies, and keeps what it has whatever is asked of it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import optuna
import pytest
from sqlalchemy import insert, update

from analytics.histories import curves_of
from data import catalog as catalog_module
from data.catalog import Catalog
from data.histories import history_of
from data.readers import ReadError, read
from data.workspace import Workspace, controller_lock, metric_log, open_workspace
from data.workspace import studies as study_table
from tests.data.conftest import contents
from tests.data.following import make, objective, until

SPACE = {"x": {"type": "float", "low": 0.0, "high": 1.0}, "layers": {"type": "int", "low": 1, "high": 3}}


def train(
    workspace: Workspace, name: str, parent: str | None = None, parent_source: str | None = None, project: str = ""
) -> int:
    """What our trainer writes for a study; returns Optuna's id."""
    study = optuna.create_study(storage=f"sqlite:///{workspace.folder / 'hypertrellis.db'}", study_name=name)
    spec = {"name": name, "project": project, "space": SPACE, "metrics": {"loss": "minimize"}}
    spec["algorithm"] = {"name": "tpe", "pruner": "none", "settings": {"seed": 3}}
    with workspace.engine.begin() as connection:
        connection.execute(
            insert(study_table).values(
                study_id=study._study_id,
                spec=json.dumps(spec),
                parent=parent,
                parent_source=parent_source,
                state="running",
                created=datetime.now(UTC),
            )
        )
    study.optimize(objective, n_trials=3)
    return study._study_id


@contextmanager
def controlled(workspace: Workspace, study: int) -> Iterator[None]:
    """What a controller holds while it runs a study."""
    with controller_lock(workspace.folder, study).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_a_source_opens_with_its_studies(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    make(results / "study.db", "second", trials=0)
    before = contents(results)
    first, second = catalog.open(results / "study.db")
    entries = catalog.studies()
    assert [(e["id"], e["name"], e["rows"], e["shown"]) for e in entries] == [
        (first, "first", 5, True),
        (second, "second", 0, True),
    ]
    assert entries[0]["counts"] == {"complete": 5, "pruned": 0, "failed": 0, "running": 0, "waiting": 0}
    assert (entries[0]["source"], entries[0]["label"]) == (str(results / "study.db"), "study.db")
    assert (entries[0]["state"], entries[0]["runnable"], entries[0]["table"]) == (None, False, False)
    assert json.loads(json.dumps(entries[1]["space"])) == {}
    assert catalog.trials(first).frame["x"].tolist() == [t.params["x"] for t in study.trials]
    assert contents(results) == before


def curves(catalog: Catalog, study: str, *numbers: int) -> list[tuple[Any, ...]]:
    """The curves of some trials: number, metric, steps, values as text."""
    found = curves_of(history_of(catalog.trials(study), numbers))
    return [(c.number, c.metric, c.step.tolist(), list(map(str, c.value.tolist()))) for c in found]


def test_history_is_curves_by_trial(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    trial = study.ask()
    for step, value in ((2, 0.5), (0, float("nan")), (1, float("inf"))):
        trial.report(value, step)
    (key,) = catalog.open(results / "study.db")
    assert curves(catalog, key, 5, 99) == [(5, "value", [0, 1, 2], ["nan", "nan", "0.5"])]
    assert [number for number, *_ in curves(catalog, key, 3, 0)] == [0, 3]


def test_what_cannot_be_read_leaves_everything_as_it_was(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    assert catalog.open(results / "study.db")
    revision, entries = catalog.revision, catalog.studies()
    (results / "bad.db").write_bytes(b"SQLite format 3\x00")
    for bad in ("bad.db", "none.csv", study.study_name):
        with pytest.raises(ReadError):
            catalog.open(results / bad)
    assert (catalog.revision, catalog.studies(), catalog.problems) == (revision, entries, [])


def test_an_unknown_study_is_a_key_error(catalog: Catalog) -> None:
    for ask in (catalog.trials, catalog.roles, lambda key: catalog.changes(key, None)):
        with pytest.raises(KeyError):
            ask("0123456789ab")


def test_without_a_source_the_workspace_is_shown_with_what_it_refined(
    workspace: Workspace, catalog: Catalog, study: optuna.Study, results: Path
) -> None:
    (parent,) = read(results / "study.db")
    assert len(parent) == len(study.trials)
    train(workspace, "refined", parent.study.id, str(results / "study.db"))
    train(workspace, "lost", "0123456789ab", str(results / "gone.db"))
    entries = {entry["name"]: entry for entry in catalog.studies()}
    assert {name: entry["shown"] for name, entry in entries.items()} == {"first": True, "refined": True, "lost": True}
    assert entries["refined"]["parent"] == entries["first"]["id"]
    assert entries["refined"]["changed"] == ["layers 1 … 3 (new)"]
    assert [problem.partition(";")[0] for problem in catalog.problems] == [f"{results / 'gone.db'} does not exist"]


def test_with_a_source_only_it_and_its_refinements_are_shown(
    workspace: Workspace, catalog: Catalog, study: optuna.Study, results: Path
) -> None:
    train(workspace, "unrelated")
    (parent,) = catalog.open(results / "study.db")
    child = train(workspace, "refined", parent, str(results / "study.db"))
    until(catalog, lambda: len(catalog.studies()) == 3)
    mine = next(entry for entry in catalog.studies() if entry["name"] == "refined")
    train(workspace, "again", mine["id"], workspace.url)
    until(catalog, lambda: len(catalog.studies()) == 4)
    shown = {entry["name"]: entry["shown"] for entry in catalog.studies()}
    assert shown == {study.study_name: True, "unrelated": False, "refined": True, "again": True}
    assert child > 0


def test_an_empty_workspace_opens_the_examples_and_shows_the_first(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, results: Path
) -> None:
    for name in ("paper", "digits"):
        make(results / f"{name}.db", name)
    monkeypatch.setattr(catalog_module, "EXAMPLES", results)
    catalog = Catalog(workspace)
    assert [(entry["name"], entry["shown"]) for entry in catalog.studies()] == [("digits", True), ("paper", False)]
    (parent,) = read(results / "paper.db")
    train(workspace, "relaunch", parent.study.id, str(results / "paper.db"))
    until(catalog, lambda: "relaunch" in {entry["name"] for entry in catalog.studies()})
    shown = {entry["name"]: entry["shown"] for entry in catalog.studies()}
    assert shown == {"digits": False, "paper": True, "relaunch": True}, "what the workspace refined, wherever it is"
    catalog.close()


def test_studies_of_several_projects_stand_under_their_names(workspace: Workspace, catalog: Catalog) -> None:
    train(workspace, "one", project="digits")
    assert [entry["group"] for entry in catalog.studies()] == [None]
    train(workspace, "two", project="sums")
    until(catalog, lambda: len(catalog.studies()) == 2)
    assert [entry["group"]["name"] for entry in catalog.studies()] == ["digits", "sums"]


def test_our_own_study_has_its_spec_state_and_history(workspace: Workspace, catalog: Catalog) -> None:
    own_id = train(workspace, "mine")
    log = [(0, 1, "accuracy", 0.5), (0, 2, "accuracy", 0.6), (0, 1, "value", 0.7), (0, 2, "accuracy", None)]
    with workspace.engine.begin() as connection:
        for number, step, metric, value in log:
            connection.execute(
                insert(metric_log).values(
                    study_id=own_id, number=number, step=step, metric=metric, value=value, time=0.0
                )
            )
    with controlled(workspace, own_id):
        (entry,) = catalog.studies()
    assert (entry["state"], entry["algorithm"], entry["settings"]) == ("running", "tpe", {"seed": 3, "pruner": "none"})
    assert entry["runnable"]
    assert entry["ours"]
    assert entry["space"]["layers"] == {"type": "int", "low": 1, "high": 3, "log": False, "step": 1}
    assert catalog.trials(entry["id"]).columns["layers"].missing.all()
    assert curves(catalog, entry["id"], 0) == [
        (0, "accuracy", [1, 2], ["0.5", "nan"]),
        (0, "value", [1], ["0.7"]),
    ]
    with workspace.engine.begin() as connection:
        connection.execute(update(study_table).values(state="failed", message="no memory"))
    until(catalog, lambda: catalog.studies()[0]["state"] == "failed")
    assert catalog.studies()[0]["message"] == "no memory"


def test_a_study_that_nobody_runs_any_more_has_failed_and_says_why(
    workspace: Workspace, catalog: Catalog, results: Path
) -> None:
    own_id = train(workspace, "mine")
    elsewhere = Catalog(open_workspace(results / "another workspace"))
    with controlled(workspace, own_id):
        elsewhere.open(workspace.folder / "hypertrellis.db")
        assert [c.studies()[0]["state"] for c in (catalog, elsewhere)] == ["running", "running"]
    until(catalog, lambda: catalog.studies()[0]["state"] == "failed")  # nothing in the database has changed
    until(elsewhere, lambda: elsewhere.studies()[0]["state"] == "failed")
    assert catalog.studies()[0]["message"].startswith("its controller ended without a word")
    assert read(workspace.folder / "hypertrellis.db")[0].study.state == "failed"
    with controlled(workspace, own_id):
        until(catalog, lambda: catalog.studies()[0]["state"] == "running")
        assert catalog.studies()[0]["message"] is None
    assert [c.studies()[0]["ours"] for c in (catalog, elsewhere)] == [True, False]
    elsewhere.close()


def test_the_workspace_may_be_named_as_a_source(workspace: Workspace, catalog: Catalog) -> None:
    train(workspace, "mine")
    path = workspace.folder / "hypertrellis.db"
    (key,) = catalog.open(path)
    assert catalog.open(f"sqlite:///{path}") == [key]
    assert [entry["id"] for entry in catalog.studies()] == [key]
    assert key == read(path)[0].study.id


def test_corrected_roles_are_kept_for_the_next_time(workspace: Workspace, catalog: Catalog, results: Path) -> None:
    path = results / "table.csv"
    path.write_text("trial,x,time,loss\n" + "".join(f"{i},{i * i},{i + 0.5},{9 - i}\n" for i in range(9)))
    (key,) = catalog.open(path)
    assert catalog.roles(key) == [
        {"column": "trial", "role": "number", "guessed": True},
        {"column": "x", "role": "param", "guessed": True},
        {"column": "time", "role": "param", "guessed": True},
        {"column": "loss", "role": "metric", "guessed": True},
    ]
    assert catalog.studies()[0]["table"]
    before = catalog.changes(key, None).revision
    catalog.set_roles(key, {"time": "minimize"})
    assert catalog.changes(key, before).reset
    assert catalog.roles(key)[2] == {"column": "time", "role": "minimize", "guessed": False}
    for bad in ({"time": "nothing"}, {"none": "param"}):
        with pytest.raises(ReadError):
            catalog.set_roles(key, bad)
    assert list(catalog.trials(key).metrics) == ["time", "loss"]
    again = Catalog(open_workspace(workspace.folder))
    assert again.open(path) == [key]
    assert list(again.trials(key).metrics) == ["time", "loss"]
    assert again.open(path, roles={"time": "param"}) == [key]
    assert list(again.trials(key).metrics) == ["loss"]
    again.close()


def test_roles_of_what_is_no_table_cannot_be_corrected(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    assert study.trials
    (key,) = catalog.open(results / "study.db")
    assert catalog.roles(key) == []
    with pytest.raises(ReadError, match=r"study\.db is not a table; expected a table"):
        catalog.set_roles(key, {"x": "metric"})


def test_a_corrected_role_outlives_the_column_it_belongs_to(
    workspace: Workspace, catalog: Catalog, results: Path
) -> None:
    path = results / "results.csv"
    path.write_text("x,time,loss\n1,7,3\n", encoding="utf-8")
    (key,) = catalog.open(str(path))
    catalog.set_roles(key, {"time": "minimize"})
    path.write_text("x,loss\n1,3\n", encoding="utf-8")
    again = Catalog(workspace)
    assert again.open(str(path)) == [key]
    assert list(again.trials(key).metrics) == ["loss"]
    again.close()
