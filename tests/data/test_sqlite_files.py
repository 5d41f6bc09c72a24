"""SQLite files are read as they are, and nothing is ever left beside them."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import optuna
import pytest

from data.readers import ReadError, open_source, read
from tests.data.conftest import contents


@pytest.fixture
def database(results: Path) -> Path:
    """A finished study in a file of the usual kind."""
    path = results / "study.db"
    write(path)
    return path


@pytest.fixture
def wal(database: Path) -> Path:
    """The same in WAL mode, closed by its writer."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return database


@pytest.fixture
def writer(wal: Path) -> Iterator[sqlite3.Connection]:
    """A connection that holds the WAL open, with one more study in it."""
    with closing(sqlite3.connect(wal)) as connection:
        connection.execute("INSERT INTO studies (study_id, study_name) VALUES (2, 'second')")
        connection.execute("INSERT INTO study_directions (direction, study_id, objective) VALUES ('MINIMIZE', 2, 0)")
        connection.commit()
        yield connection


def write(path: Path, trials: int = 3) -> None:
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="first", load_if_exists=True)
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=trials)


def test_a_finished_database_stays_byte_for_byte(database: Path) -> None:
    before = contents(database.parent)
    assert len(read(database)[0]) == 3
    assert contents(database.parent) == before


def test_a_finished_wal_database_stays_byte_for_byte(wal: Path) -> None:
    before = contents(wal.parent)
    assert list(before) == ["study.db"]
    assert len(read(wal)[0]) == 3
    assert contents(wal.parent) == before


def test_a_wal_that_a_writer_holds_open_is_read_and_the_writer_can_clean_up(
    wal: Path, writer: sqlite3.Connection
) -> None:
    assert [t.study.name for t in read(wal)] == ["first", "second"]
    assert set(contents(wal.parent)) == {"study.db", "study.db-shm", "study.db-wal"}
    writer.close()
    assert list(contents(wal.parent)) == ["study.db"]


@pytest.mark.usefixtures("writer")
def test_a_copied_wal_without_its_index_is_read_and_nothing_is_added(wal: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("study.db", "study.db-wal"):
        shutil.copy(wal.with_name(name), copy / name)
    before = contents(copy)
    assert [t.study.name for t in read(copy / "study.db")] == ["first", "second"]
    assert contents(copy) == before


DIES = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN")
numbers = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 9999) SELECT * FROM n"
connection.execute("CREATE TABLE half AS " + numbers)
connection.execute("UPDATE trial_params SET param_value = -1")
connection.execute("DELETE FROM half")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_transaction_that_a_killed_writer_left_is_not_read_and_not_undone(database: Path) -> None:
    expected = read(database)[0].frame["x"].tolist()
    subprocess.run([sys.executable, "-c", DIES, str(database)], check=False)
    before = contents(database.parent)
    assert set(before) == {"study.db", "study.db-journal"}
    assert read(database)[0].frame["x"].tolist() == expected
    assert contents(database.parent) == before


def test_an_empty_wal_left_behind_is_no_obstacle(wal: Path) -> None:
    wal.with_name("study.db-wal").touch()
    before = contents(wal.parent)
    assert len(read(wal)[0]) == 3
    assert contents(wal.parent) == before


def test_a_folder_without_permission_to_write_is_enough(wal: Path) -> None:
    wal.chmod(0o444)
    wal.parent.chmod(0o555)
    assert len(read(wal)[0]) == 3
    wal.parent.chmod(0o755)


@pytest.mark.parametrize("name", ["my results #1?.db", "50 % & more.sqlite3", "größe.db"])
def test_names_with_special_characters_open(results: Path, name: str) -> None:
    path = results / name
    write(results / "plain.db")
    (results / "plain.db").rename(path)
    assert len(read(path)[0]) == 3
    assert list(contents(results)) == [name]


def test_a_path_and_its_url_are_the_same_source(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    by_path, by_url, relative = (open_source(a) for a in (database, f"sqlite:///{database}", "study.db"))
    assert by_path.address == by_url.address == relative.address == str(database)
    assert {source.trials()[0].study.id for source in (by_path, by_url, relative)} == {by_path.trials()[0].study.id}


def hold(path: str, ready: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    ready.set()
    done.wait(60)


def test_a_locked_database_is_refused_in_a_sentence(database: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(str(database), ready, done))
    holder.start()
    try:
        assert ready.wait(60)
        with pytest.raises(ReadError, match=r"study\.db is locked: another process holds it"):
            read(database)
    finally:
        done.set()
        holder.join()
    assert len(read(database)[0]) == 3


def cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 65536)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (Path.unlink, r"study\.db does not exist; expected one of: "),
        (empty, r"study\.db is empty; expected one of"),
        (cut_off, r"study\.db is cut off: [\d,]+ bytes are missing at its end; expected a whole SQLite database"),
        (overwrite, r"study\.db is damaged \(database disk image is malformed\)"),
        (header_only, r"study\.db is damaged|study\.db is cut off"),
        (other_database, r"study\.db has no table 'studies'; expected a database that Optuna wrote"),
        (picture, r"study\.db begins with b'\\x89PNG.*; expected one of"),
    ],
    ids=["missing", "empty", "cut off", "damaged", "header only", "of another program", "a picture"],
)
def test_what_is_no_optuna_database_is_refused_in_one_sentence(
    database: Path, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(database)
    before = contents(database.parent)
    with pytest.raises(ReadError, match=sentence) as refused:
        read(database)
    assert "\n" not in str(refused.value)
    assert contents(database.parent) == before


def test_a_folder_is_refused_in_one_sentence(results: Path) -> None:
    with pytest.raises(ReadError, match="results is a folder without a run; expected one of"):
        read(results)
