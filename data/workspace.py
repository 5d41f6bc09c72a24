"""The workspace: one folder with one SQLite database (or a PostgreSQL URL plus a folder) that holds what we write.

Optuna's own tables live in the same database, so any Optuna tool reads our studies; the tables here stand beside them.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

SCHEMA_VERSION = 1
DATABASE = "hypertrellis.db"
BUSY_SECONDS = 60
URL_VARIABLE = "TRELLIS_WORKSPACE_URL"
"""Environment variable with the URL of a workspace's database that is not in its folder; it may hold a password."""

tables = MetaData()

meta = Table("trellis_meta", tables, Column("key", String(64), primary_key=True), Column("value", Text))

studies = Table(
    "trellis_study",
    tables,
    Column("study_id", Integer, primary_key=True, autoincrement=False, doc="Optuna's id of the study"),
    Column("spec", Text, nullable=False, doc="study spec as JSON"),
    Column("metrics", Text, nullable=False, default="{}", doc="JSON {name: {direction, unit}} of known metrics"),
    Column("parent", String(12), doc="id of the study it refined"),
    Column("parent_source", Text, doc="address of the parent's source"),
    Column("state", String(16), nullable=False, doc="running, finished, stopped or failed"),
    Column("message", Text, doc="why it failed"),
    Column("pid", Integer, doc="process of the controller"),
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("created", DateTime(timezone=True), nullable=False, doc="UTC"),
)

metric_log = Table(
    "trellis_metric_log",
    tables,
    Column("id", Integer, primary_key=True),
    Column("study_id", Integer, nullable=False, index=True),
    Column("number", Integer, nullable=False, doc="trial number"),
    Column("step", Float, nullable=False),
    Column("metric", String(256), nullable=False),
    Column("value", Float, doc="null: not a number"),
    Column("time", Float, nullable=False, doc="seconds since 1970, UTC"),
)

cancels = Table(
    "trellis_cancel",
    tables,
    Column("study_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, doc="trial that its controller is to end"),
)

clocks = Table(
    "trellis_clock",
    tables,
    Column("study_id", Integer, primary_key=True, autoincrement=False),
    Column("seconds", Float, nullable=False, doc="that controllers have run the study, all together"),
)

roles = Table(
    "trellis_role",
    tables,
    Column("source", String(512), primary_key=True, doc="canonical address of a table"),
    Column("column", String(256), primary_key=True),
    Column("role", String(64), nullable=False),
)

targets = Table(
    "trellis_target",
    tables,
    Column("project", String(200), primary_key=True, doc="as the study specs name it; empty: none"),
    Column("metric", String(200), primary_key=True),
    Column("value", Float, nullable=False),
)

marks = Table(
    "trellis_annotation",
    tables,
    Column("study", String(12), primary_key=True, doc="public id of a study of any source"),
    Column("key", String(64), primary_key=True, doc="key of a row, see analytics/rowkeys.py"),
    Column("basis", Text, nullable=False, default="[]", doc="JSON list of the columns that the key was made from"),
    Column("star", Boolean, nullable=False, default=False),
    Column("archived", Boolean, nullable=False, default=False),
    Column("tags", Text, nullable=False, default="[]", doc="JSON list"),
    Column("note", Text, nullable=False, default=""),
)

pins = Table(
    "trellis_pin",
    tables,
    Column("study", String(12), primary_key=True, doc="public id of a study of any source"),
    Column("key", String(64), primary_key=True, doc="key of a row, see analytics/rowkeys.py"),
    Column("basis", Text, nullable=False, default="[]", doc="JSON list of the columns that the key was made from"),
    Column("position", Integer, nullable=False, doc="orders the pins"),
)


class WorkspaceError(Exception):
    """The workspace cannot be used; the message names the path or URL and what was expected."""


def make_engine(url: str | URL) -> Engine:
    """The one place where connections to databases that we write come from.

    SQLite runs in WAL mode, waits up to 60 s for a lock, and begins transactions that write with BEGIN IMMEDIATE.
    """
    url = make_url(url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)
    use_wal(engine)
    return engine


def use_wal(engine: Engine) -> None:
    """Make an engine on SQLite behave as :func:`make_engine` says; for engines that a library creates."""

    @event.listens_for(engine, "connect")
    def _connect(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(frozen=True)
class Workspace:
    """``folder`` holds checkpoints, logs and locks (and the database, unless ``url`` is elsewhere)."""

    folder: Path
    url: str
    engine: Engine

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"


def controller_lock(folder: Path, study_id: int) -> Path:
    """The file that the controller of a study (Optuna's id) keeps locked while it runs, in a workspace folder."""
    return folder / "locks" / f"study-{study_id}.lock"


def controller_alive(folder: Path, study_id: int) -> bool:
    """Whether a controller owns the study, or nobody may tell; costs one open and one flock, and changes nothing."""
    try:
        with controller_lock(folder, study_id).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):
        return True
    return False


LOST = "its controller ended without a word (killed, or the machine went down); it can be resumed"
"""Why a study failed that runs by its row, though nobody runs it. A controller writes how its study ended and then
frees the lock: whoever finds the lock free must ask the row again before saying so."""


def open_workspace(folder: str | os.PathLike[str], url: str | None = None) -> Workspace:
    """Open a workspace, creating folder, database and tables that are missing.

    Raises:
        WorkspaceError: the folder cannot be written, the URL does not answer, or a newer version wrote it.
    """
    if not os.fspath(folder):
        raise WorkspaceError("the workspace is ''; expected a folder")
    path = Path(folder).resolve()
    try:
        for name in ("logs", "locks"):
            (path / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"workspace folder {path}: {error.strerror}; expected a writable folder") from error
    for place in (path, path / "logs", path / "locks", path / DATABASE):
        if place.exists() and not os.access(place, os.W_OK):
            raise WorkspaceError(f"workspace: no permission to write {place}; expected a writable folder")
    url = url or URL.create("sqlite", database=str(path / DATABASE)).render_as_string()
    try:
        engine = make_engine(url)
        _create_tables(engine)
    except (SQLAlchemyError, ArgumentError) as error:
        shown = make_url(url).render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise WorkspaceError(f"workspace database {shown}: {reason}") from error
    return Workspace(path, url, engine)


def _create_tables(engine: Engine) -> None:
    tables.create_all(engine)
    with engine.begin() as connection:
        found = connection.execute(select(meta.c.value).where(meta.c.key == "schema_version")).scalar()
        if found is None:
            connection.execute(insert(meta).values(key="schema_version", value=str(SCHEMA_VERSION)))
        elif int(found) > SCHEMA_VERSION:
            raise WorkspaceError(
                f"workspace database {engine.url.database} has schema version {found}; "
                f"expected at most {SCHEMA_VERSION}: update HyperTrellis"
            )
