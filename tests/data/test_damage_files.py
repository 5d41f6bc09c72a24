"""Damaged databases, journals and tables, written by the real tools: one sentence or the rows that are left."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import optuna
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.export import write
from data.readers import read
from tests.data.run_folders import write as write_run
from tests.data.test_damage import HURTS, QUIET, TOKENS, damaged, opened


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("lr", 1e-4, 1.0, log=True)
    if trial.suggest_categorical("kind", ["a", "b"]) == "a":
        trial.suggest_int("depth", 1, 8)
    trial.report(rate, 1)
    trial.set_user_attr("size", trial.number)
    return rate


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each kind."""
    folder = tmp_path_factory.mktemp("sources")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal = optuna.storages.journal.JournalFileBackend(str(folder / "study.journal"))
    sampler = optuna.samplers.RandomSampler(seed=1)
    optuna.create_study(storage=optuna.storages.JournalStorage(journal), sampler=sampler).optimize(
        objective, n_trials=8
    )
    (folder / "study.journal.lock").unlink(missing_ok=True)
    (run,) = read(write_run("bohb", folder.parent / f"{folder.name}-run"))
    for name in ("study.db", "study.parquet", "study.csv"):
        write(run, folder / name)
    frame = pd.DataFrame({"trial": range(8), "lr": [0.1 * i for i in range(8)], "kind": list("abababab"), "loss": 0.5})
    frame.to_parquet(folder / "plain.parquet")
    frame.to_csv(folder / "plain.csv", index=False, sep=";")
    (folder / "plain.csv.gz").write_bytes(gzip.compress((folder / "plain.csv").read_bytes()))
    frame.to_json(folder / "lines.jsonl", orient="records", lines=True)
    return folder


FILES = ["study.journal", "study.parquet", "study.csv", "plain.parquet", "plain.csv", "plain.csv.gz", "lines.jsonl"]


@pytest.mark.parametrize("name", ["study.db", *FILES])
def test_bytes_that_changed_are_a_sentence_or_fewer_rows(name: str, sources: Path, tmp_path: Path) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    @given(HURTS)
    def holds(hurts: list[tuple[float, float, int, bytes]]) -> None:
        folder = tmp_path / "damaged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in sources.glob(f"{name}*"):
            shutil.copy(path, folder)
        damaged(folder, hurts)
        opened(folder / name)

    holds()


CELLS = st.one_of(
    *(st.none(), st.integers(-(2**62), 2**62), st.floats(), st.text(max_size=4), st.binary(max_size=4)),
    st.sampled_from([token.decode("latin-1") for token in TOKENS if len(token) < 100]),
)


def cells(path: Path) -> list[tuple[str, str]]:
    """Every column of every table of Optuna's."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = ((table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})"))
        return [(table, column) for table, column in columns if not table.startswith("sqlite_")]


def test_cells_of_a_database_that_hold_anything_are_a_sentence_or_fewer_rows(sources: Path, tmp_path: Path) -> None:
    known = cells(sources / "study.db")

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    @given(st.lists(st.tuples(st.sampled_from(known), st.floats(0, 1), CELLS), min_size=1, max_size=3))
    def holds(changes: list[tuple[tuple[str, str], float, object]]) -> None:
        path = tmp_path / "study.db"
        shutil.copy(sources / "study.db", path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            for (table, column), where, value in changes:
                rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table}")]
                if rows:
                    change = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?"
                    with suppress(sqlite3.IntegrityError):
                        connection.execute(change, (value, rows[int(where * (len(rows) - 1))]))
            connection.commit()
        opened(path)

    holds()


def test_operations_of_a_journal_that_hold_anything_are_a_sentence_or_fewer_rows(sources: Path, tmp_path: Path) -> None:
    operations = [json.loads(line) for line in (sources / "study.journal").read_text().splitlines()]
    values = st.one_of(st.none(), st.booleans(), st.integers(-3, 99), st.floats(), st.text(max_size=3), st.just([]))

    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(operations) - 1))
        key = data.draw(st.sampled_from(sorted(operations[at])))
        changed = {**operations[at], key: data.draw(values)}
        path = tmp_path / "study.journal"
        lines = [json.dumps(changed if i == at else operation) + "\n" for i, operation in enumerate(operations)]
        path.write_text("".join(lines))
        opened(path)

    holds()
