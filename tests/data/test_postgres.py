"""Studies in PostgreSQL, read and followed as those in files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import optuna
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from analytics.marks import Edit
from data.catalog import Catalog
from data.pins import change_pins, stored_pins
from data.readers import ReadError, open_source, read
from data.readers.databases import PostgresDatabase, database
from data.workspace import URL_VARIABLE, open_workspace
from tests.data.following import until
from tests.data.test_optuna_rdb import everything

ROOT = Path(__file__).resolve().parents[2]
Storage: TypeAlias = optuna.storages.RDBStorage


@pytest.fixture
def url(cluster: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"test_{uuid4().hex}"
    engine = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{cluster}/{name}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    """Optuna's way into that database."""
    storage = optuna.storages.RDBStorage(url)
    yield storage
    storage.remove_session()
    storage.engine.dispose()


def test_a_study_reads_as_the_same_study_in_a_file(url: str, storage: Storage, tmp_path: Path) -> None:
    frames = []
    for place, kept in ((url, storage), (f"sqlite:///{tmp_path}/study.db", f"sqlite:///{tmp_path}/study.db")):
        sampler = optuna.samplers.RandomSampler(seed=3)
        study = optuna.create_study(storage=kept, study_name="everything", sampler=sampler)
        study.optimize(everything, n_trials=30, catch=(RuntimeError,))
        study.enqueue_trial({"rate": 0.02})
        (trials,) = read(place)
        frames.append(trials.frame.drop(columns=["study", "start", "end", "duration"]))
        assert trials.space["leaves"].when == {"booster": ("tree",)}
        assert trials.load_history([1])["value"].isna().all()
        assert trials.frame["start"].notna().sum() == 30
    assert frames[0].equals(frames[1])


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_the_url_names_one_source(url: str, storage: Storage, scheme: str) -> None:
    optuna.create_study(storage=storage, study_name="s").optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=2)
    source = open_source(url.replace("postgresql+psycopg", scheme).replace("trellis@", "trellis:secret@"))
    assert source.address == url.replace("+psycopg", "")
    assert len(source.trials()[0]) == 2
    assert "secret" not in source.address + source.label + repr(source.trials()[0].study)
    source.close()


def test_a_change_is_noticed_and_quiet_is_too(url: str, storage: Storage) -> None:
    study = optuna.create_study(storage=storage, study_name="s")
    source = open_source(url)
    assert source.changed()
    assert len(source.trials()[0]) == 0
    assert not source.changed()
    trial = study.ask()
    assert source.changed()
    assert source.trials()[0].frame["state"].tolist() == ["running"]
    assert not source.changed()
    trial.set_user_attr("size", 3)
    assert source.changed()
    assert source.trials()[0].frame["size"].tolist() == [3]
    study.tell(trial, 0.5)
    assert source.trials()[0].frame["value"].tolist() == [0.5]
    source.close()


def test_nothing_can_be_written_through_a_source(url: str, storage: Storage) -> None:
    optuna.create_study(storage=storage, study_name="s")
    opened = database(url)
    assert isinstance(opened, PostgresDatabase)
    with pytest.raises(ReadError, match="read-only transaction"), opened.connect() as connection:
        connection.execute(text("DELETE FROM studies"))
    opened.close()
    assert optuna.get_all_study_names(storage) == ["s"]


def test_a_server_that_does_not_answer_is_refused_in_a_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ReadError) as refused:
            read(f"postgresql://me:secret@127.0.0.1:{port}/runs")
    sentence = str(refused.value)
    assert sentence.startswith(f"postgresql://me@127.0.0.1:{port}/runs does not answer: ")
    assert "secret" not in sentence
    assert "\n" not in sentence


def test_a_database_that_does_not_exist_is_named(url: str) -> None:
    with pytest.raises(ReadError, match=r'/nowhere refuses the connection: database "nowhere" does not exist'):
        read(url.rpartition("/")[0] + "/nowhere")


def test_the_cluster_is_the_tests_own(cluster: str) -> None:
    with pytest.raises(DBAPIError), create_engine(cluster.replace("127.0.0.1", "127.0.0.2") + "/postgres").connect():
        pass


OWN = """
def main(run):
    for step in (1, 2, 3):
        run.report(step, score=run.params["x"] * step, loss=float("nan"))
    if run.number == 1:
        raise ValueError("no luck")
    return run.params["x"]
"""


def test_a_study_is_trained_in_a_workspace_in_postgresql(url: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    spec = {
        "name": "own",
        "objective": {"type": "python", "target": "own:main", "cwd": str(tmp_path)},
        "space": {"x": {"type": "float", "low": 0, "high": 1}, "kind": {"type": "categorical", "choices": ["a", "b"]}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": 4},
        "workers": 2,
        "retries": 1,
    }
    warm = {"study": "own", "warm": True, "enqueue": 1}
    (tmp_path / "first.json").write_text(json.dumps(spec))
    (tmp_path / "second.json").write_text(
        json.dumps({**spec, "name": "warm", "algorithm": {"name": "tpe"}, "start": warm})
    )
    for arguments in (["run", "first.json"], ["run", "second.json"], ["extend", "own", "--trials", "1"]):
        command = [sys.executable, "-m", "trainer", arguments[0], *arguments[1:], "--workspace", "work"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), URL_VARIABLE: url},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    own, second = read(url)
    assert own.study.state == "finished"
    assert [own.state_of(number) == "failed" for number in range(6)] == [False, True, False, False, False, False]
    assert own.load_history([0]).query("metric == 'score'")["step"].tolist() == [1, 2, 3]
    assert second.numbers.tolist() == [4, 5, 6, 7]
    assert not (tmp_path / "work" / "hypertrellis.db").exists()


def test_annotations_and_pins_of_two_servers_on_one_workspace_add_up(url: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("rate,accuracy\n0.1,0.5\n0.2,0.75\n", encoding="utf-8")
    workspaces = [open_workspace(tmp_path / "workspace", url) for _ in range(2)]
    servers = [Catalog(workspace) for workspace in workspaces]
    (key,) = {server.open(table)[0] for server in servers}

    def tag(server: Catalog, name: str) -> None:
        for i in range(10):
            server.annotate([Edit(key, (1,), tag=f"{name}{i}")])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tag, servers, "ab"))

    def has_all(server: Catalog) -> bool:
        return len(str(server.trials(key).frame["tags"][1]).split(", ")) == 20

    for server in servers:
        until(server, partial(has_all, server))
    for number, workspace, server in zip((1, 0), workspaces, servers, strict=True):
        change_pins(workspace, server.trials, [(key, number)], [])
    assert stored_pins(workspaces[0], servers[0].trials) == [(key, 1), (key, 0)]
    for server, workspace in zip(servers, workspaces, strict=True):
        server.close()
        workspace.engine.dispose()
