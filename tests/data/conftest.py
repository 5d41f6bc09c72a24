"""Databases of the tests' own: old Optuna's, and a PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import optuna
import pandas as pd
import pytest

from data import catalog as catalog_module
from data.catalog import Catalog
from data.readers import Source
from data.readers.watch import CLOCK_NS
from data.workspace import Workspace
from tests.data.following import make
from tests.data.tables import make_frame

FIXTURES = Path(__file__).parent / "fixtures"
USER = "nobody"


@pytest.fixture(autouse=True)
def quiet_optuna() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder of the analyst's own."""
    (tmp_path / "results").mkdir()
    return tmp_path / "results"


@pytest.fixture
def study(results: Path) -> optuna.Study:
    return make(results / "study.db")


@pytest.fixture
def catalog(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Catalog]:
    """A catalog without the example project."""
    monkeypatch.setattr(catalog_module, "EXAMPLES", tmp_path)
    opened = Catalog(workspace)
    yield opened
    opened.close()


@pytest.fixture
def frame() -> pd.DataFrame:
    return make_frame()


@pytest.fixture
def written_by(results: Path) -> Callable[[str], Path]:
    """``written_by("optuna_3_0")``: the database that this Optuna wrote."""

    def restore(name: str) -> Path:
        path = results / f"{name}.db"
        connection = sqlite3.connect(path)
        connection.executescript((FIXTURES / f"{name}.sql").read_text(encoding="utf-8"))
        connection.close()
        return path

    return restore


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with what is in it."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def settle(source: Source) -> None:
    """Read a source until its files are old enough to tell that they did not change."""
    deadline = time.monotonic() + 20
    while source.changed():
        assert time.monotonic() < deadline, f"{source.address} keeps changing"
        source.trials()
        time.sleep(CLOCK_NS / 1e9 / 5)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL cluster on a free port of loopback; yields its URL without a database."""
    folder = Path(tempfile.mkdtemp(prefix="hypertrellis-pg-"))
    user = USER if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(tool: str, *arguments: str) -> None:
        command = [str(_postgres() / tool), *arguments]
        environment = {**os.environ, "LC_ALL": "C"}
        subprocess.run(command, user=user, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    place = str(folder / "cluster")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("initdb", "-D", place, "-U", "trellis", "-A", "trust", "-E", "UTF8")
    run("pg_ctl", "-D", place, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://trellis@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-D", place, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def _postgres() -> Path:
    """Where initdb and pg_ctl are: Debian's package, or the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if found or on_path:
        return found[-1] if found else Path(str(on_path)).parent
    pytest.fail("no PostgreSQL: install Debian's package postgresql", pytrace=False)
