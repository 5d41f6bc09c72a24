"""The catalog follows sources and hands out what changed, whatever happens to them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import optuna
import pytest
from sqlalchemy import insert, update

from data import catalog as catalog_module
from data.catalog import Catalog
from data.readers import ReadError, read
from data.workspace import Workspace, metric_log, open_workspace
from data.workspace import studies as study_table
from tests.data.conftest import contents

SPACE = {"x": {"type": "float", "low": 0.0, "high": 1.0}, "layers": {"type": "int", "low": 1, "high": 3}}


@pytest.fixture
def catalog(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Catalog]:
    """A catalog without the example project."""
    monkeypatch.setattr(catalog_module, "EXAMPLES", tmp_path)
    opened = Catalog(workspace)
    yield opened
    opened.close()


@pytest.fixture
def study(results: Path) -> optuna.Study:
    return make(results / "study.db")


def make(path: Path, name: str = "first", trials: int = 5) -> optuna.Study:
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name=name)
    study.optimize(objective, n_trials=trials)
    return study


def objective(trial: optuna.Trial) -> float:
    trial.set_user_attr("size", trial.number)
    trial.report(0.5, 1)
    return trial.suggest_float("x", 0, 1)


def until(catalog: Catalog, true: Callable[[], object]) -> None:
    """Refresh until something holds."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        catalog.refresh()
        time.sleep(0.02)


def train(workspace: Workspace, name: str, parent: str | None = None, parent_source: str | None = None) -> int:
    """What our trainer writes for a study; returns Optuna's id."""
    study = optuna.create_study(storage=f"sqlite:///{workspace.folder / 'hypertrellis.db'}", study_name=name)
    spec = {"name": name, "space": SPACE, "metrics": {"loss": "minimize"}}
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


def test_only_new_and_changed_rows_are_handed_out(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    first = catalog.changes(key, None)
    assert first.reset
    assert [len(c) for c in first.columns] == [5] * len(catalog.trials(key).columns)
    trial = study.ask()
    until(catalog, lambda: len(catalog.trials(key)) == 6)
    second = catalog.changes(key, first.revision)
    assert not second.reset
    assert second.columns[0].values.tolist() == [5]
    trial.suggest_float("x", 0, 1)
    study.tell(trial, 0.25)
    study.optimize(objective, n_trials=1)
    until(catalog, lambda: catalog.studies()[0]["counts"]["complete"] == 7)
    third = catalog.changes(key, second.revision)
    assert {c.name: c.values.tolist() for c in third.columns if c.name in ("number", "value")} == {
        "number": [5, 6],
        "value": [0.25, study.trials[6].value],
    }
    assert catalog.changes(key, first.revision).columns[0].values.tolist() == [5, 6]
    assert catalog.changes(key, third.revision).columns[0].values.tolist() == []


@pytest.mark.parametrize("since", ["", "nonsense", "0-1", "-", "{epoch}-99", "{epoch}-x"])
def test_an_unknown_revision_gives_everything(catalog: Catalog, study: optuna.Study, results: Path, since: str) -> None:
    (key,) = catalog.open(results / "study.db")
    epoch = catalog.changes(key, None).revision.partition("-")[0]
    changes = catalog.changes(key, since.format(epoch=epoch))
    assert changes.reset
    assert len(changes.columns[0]) == len(study.trials)


def test_a_new_column_gives_everything(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    before = catalog.changes(key, None).revision
    trial = study.ask()
    trial.set_user_attr("late", 1)
    study.tell(trial, 1.0)
    until(catalog, lambda: "late" in catalog.trials(key).columns)
    assert catalog.changes(key, before).reset


def test_a_replaced_source_gives_everything(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    before = catalog.changes(key, None).revision
    other = make(results / "other.db", trials=len(study.trials))
    (results / "other.db").replace(results / "study.db")
    until(catalog, lambda: catalog.trials(key).frame["x"].tolist() == [t.params["x"] for t in other.trials])
    assert catalog.changes(key, before).reset


def test_the_revision_changes_only_when_something_did(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    catalog.open(results / "study.db")
    revision = catalog.revision
    trials = catalog.trials(catalog.studies()[0]["id"])
    for _ in range(3):
        catalog._next = 0.0
        catalog.refresh()
    assert catalog.revision == revision
    assert catalog.trials(trials.study.id) is trials
    study.optimize(objective, n_trials=1)
    until(catalog, lambda: catalog.revision != revision)


def test_history_is_curves_by_trial(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    trial = study.ask()
    for step, value in ((2, 0.5), (0, float("nan")), (1, float("inf"))):
        trial.report(value, step)
    (key,) = catalog.open(results / "study.db")
    assert catalog.history(key, [5, 99]) == [
        {"number": 5, "metric": "value", "step": [0, 1, 2], "value": [None, None, 0.5]}
    ]
    assert catalog.history(key, [5], "size") == []
    assert [curve["number"] for curve in catalog.history(key, [3, 0], "value")] == [0, 3]


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
    with pytest.raises(KeyError):
        catalog.history("0123456789ab", [1])


def test_a_study_deleted_while_open_is_reported_and_the_rest_goes_on(
    catalog: Catalog, study: optuna.Study, results: Path
) -> None:
    make(results / "study.db", "second")
    first, second = catalog.open(results / "study.db")
    url = f"sqlite:///{results / 'study.db'}"
    optuna.delete_study(storage=url, study_name=study.study_name)
    until(catalog, lambda: catalog.problems)
    assert catalog.problems == [f"The study 'first' is no longer in {results / 'study.db'}."]
    assert [entry["id"] for entry in catalog.studies()] == [second]
    with pytest.raises(KeyError):
        catalog.trials(first)


def test_a_source_that_breaks_keeps_its_rows_and_its_problem_goes_when_it_works_again(
    catalog: Catalog, study: optuna.Study, results: Path
) -> None:
    make(results / "other.db", "other")
    (key,) = catalog.open(results / "study.db")
    (other,) = catalog.open(results / "other.db")
    (results / "study.db").rename(results / "away.db")
    until(catalog, lambda: catalog.problems)
    assert catalog.problems == [f"{results / 'study.db'}: No such file or directory; expected a readable file"]
    assert len(catalog.trials(key)) == len(study.trials)
    optuna.load_study(study_name="other", storage=f"sqlite:///{results / 'other.db'}").optimize(objective, n_trials=1)
    until(catalog, lambda: len(catalog.trials(other)) == 6)
    (results / "away.db").rename(results / "study.db")
    until(catalog, lambda: not catalog.problems)
    assert len(catalog.trials(key)) == len(study.trials)


def test_a_database_without_a_study_says_so_until_there_is_one(catalog: Catalog, results: Path) -> None:
    path = results / "empty.db"
    optuna.storages.RDBStorage(f"sqlite:///{path}")
    assert catalog.open(path) == []
    assert catalog.problems == [f"{path} holds no study yet."]
    make(path)
    until(catalog, lambda: not catalog.problems)
    assert [entry["shown"] for entry in catalog.studies()] == [True]


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


def test_an_empty_workspace_shows_the_examples(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, results: Path
) -> None:
    make(results / "example.db", "example")
    monkeypatch.setattr(catalog_module, "EXAMPLES", results)
    catalog = Catalog(workspace)
    assert [(entry["name"], entry["shown"]) for entry in catalog.studies()] == [("example", True)]
    catalog.close()


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
    (entry,) = catalog.studies()
    assert (entry["state"], entry["algorithm"], entry["settings"]) == ("running", "tpe", {"seed": 3, "pruner": "none"})
    assert entry["runnable"]
    assert entry["space"]["layers"] == {"type": "int", "low": 1, "high": 3, "log": False, "step": 1}
    assert catalog.trials(entry["id"]).columns["layers"].missing.all()
    assert catalog.history(entry["id"], [0]) == [
        {"number": 0, "metric": "accuracy", "step": [1, 2], "value": [0.5, None]},
        {"number": 0, "metric": "value", "step": [1], "value": [0.7]},
    ]
    with workspace.engine.begin() as connection:
        connection.execute(update(study_table).values(state="failed", message="no memory"))
    until(catalog, lambda: catalog.studies()[0]["state"] == "failed")
    assert catalog.studies()[0]["message"] == "no memory"


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


LIVE = """
import sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(storage=sys.argv[1], study_name="live")
for line in sys.stdin:
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=int(line))
    print("done", flush=True)
"""


def test_a_study_that_another_process_writes_is_followed(catalog: Catalog, results: Path) -> None:
    path = results / "live.db"
    command = [sys.executable, "-c", LIVE, f"sqlite:///{path}"]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None

        def more(trials: int) -> None:
            print(trials, file=writer.stdin, flush=True)

        more(3)
        assert writer.stdout.readline() == "done\n"
        (key,) = catalog.open(path)
        assert len(catalog.trials(key)) == 3
        revision = catalog.changes(key, None).revision
        more(20)
        until(catalog, lambda: len(catalog.trials(key)) == 23 and catalog.studies()[0]["counts"]["complete"] == 23)
        changes = catalog.changes(key, revision)
        assert changes.columns[0].values.tolist() == list(range(3, 23))
        writer.stdin.close()
    assert set(contents(results)) == {"live.db"}
    np.testing.assert_array_equal(
        catalog.trials(key).columns["x"].values,
        [t.params["x"] for t in optuna.load_study(study_name="live", storage=f"sqlite:///{path}").trials],
    )


def test_many_threads_may_ask_while_a_study_grows(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    stop = threading.Event()
    wrong: list[object] = []

    def follow() -> None:
        rows: dict[float, float] = {}
        revision = None
        while not (stop.is_set() and len(rows) == 15):
            catalog.refresh()
            changes = catalog.changes(key, revision)
            columns = {c.name: c.values.tolist() for c in changes.columns}
            if len({len(values) for values in columns.values()}) != 1:
                wrong.append(columns)
            rows = ({} if changes.reset else rows) | dict(zip(columns["number"], columns["size"], strict=True))
            revision = changes.revision
        if rows != {float(i): float(i) for i in range(15)}:
            wrong.append(rows)

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    study.optimize(objective, n_trials=10)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
