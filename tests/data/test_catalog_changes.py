"""The catalog follows sources and hands out what changed, whatever happens to them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import optuna
import pytest

from data.catalog import Catalog
from tests.data.conftest import contents
from tests.data.following import make, objective, until


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
    expected = {float(i): float(i) for i in range(15)}

    def follow() -> None:
        rows: dict[float, float] = {}
        revision, deadline = None, time.monotonic() + 60
        while not (stop.is_set() and rows == expected) and time.monotonic() < deadline:
            catalog.refresh()
            changes = catalog.changes(key, revision)
            columns = {c.name: c.values.tolist() for c in changes.columns}
            if len({len(values) for values in columns.values()}) != 1:
                wrong.append(columns)
            rows = ({} if changes.reset else rows) | dict(zip(columns["number"], columns["size"], strict=True))
            revision = changes.revision
        if rows != expected:
            wrong.append(rows)

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    study.optimize(objective, n_trials=10)
    stop.set()
    for thread in threads:
        thread.join(90)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


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
