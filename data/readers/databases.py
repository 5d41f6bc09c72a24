"""Databases of others behind one small interface: has anything changed, and one read-only snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from data.readers.base import ReadError
from data.readers.files import absolute
from data.readers.sqlite_file import SqliteFile

CONNECT_SECONDS = 5
ISOLATION: Final = "REPEATABLE READ"
POSTGRES = ("postgresql", "postgres")
EXPECTED_URL = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"


class Database(Protocol):
    """Where Optuna's tables stand."""

    address: str
    label: str

    def changed(self) -> bool:
        """Whether anything may have changed since :meth:`mark`."""

    def mark(self) -> None:
        """Take note of the present; call it before reading."""

    def forget(self) -> None:
        """Let :meth:`changed` be true, since reading failed."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A context with a connection in one read-only transaction; raises ReadError."""

    def settled(self) -> bool:
        """Whether what was read since :meth:`mark` is whole."""

    @property
    def identity(self) -> object:
        """Another one if another database stands under the address now."""

    def close(self) -> None:
        """Let go of connections."""


class SqliteDatabase(SqliteFile):
    """A SQLite file."""

    def __init__(self, path: Path, ours: bool = False) -> None:
        super().__init__(path, ours)
        self.address = str(path)
        self.label = path.name

    @property
    def identity(self) -> object:
        return self.watch.inodes[0]

    def changed(self) -> bool:
        return self.watch.changed()

    def mark(self) -> None:
        self.immutable = False
        self.watch.mark()

    def forget(self) -> None:
        self.watch.forget()

    def close(self) -> None:
        """Nothing stays open between reads."""


class PostgresDatabase:
    """A PostgreSQL database; any committed transaction of its server counts as a possible change."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg").update_query_dict(
            {"connect_timeout": str(CONNECT_SECONDS)}
        )
        self._engine = create_engine(self._url, pool_size=2, pool_pre_ping=True, isolation_level=ISOLATION)
        self.address = canonical(url)
        self.label = f"{url.database} on {url.host or 'localhost'}"
        self.identity: object = None
        self._seen: str | None = None

    def changed(self) -> bool:
        try:
            return self._seen is None or self._snapshot() != self._seen
        except ReadError:
            return True

    def mark(self) -> None:
        self._seen = self._snapshot()

    def forget(self) -> None:
        self._seen = None

    def settled(self) -> bool:
        return True

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(postgresql_readonly=True)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            what = "refuses the connection" if "FATAL" in reason else "does not answer"
            raise ReadError(f"{self.address} {what}: {reason.rpartition('FATAL:')[2].strip()}") from error

    def close(self) -> None:
        """Let go of connections; histories that are asked for later open one each."""
        self._engine.dispose()
        self._engine = create_engine(self._url, poolclass=NullPool, isolation_level=ISOLATION)

    def _snapshot(self) -> str:
        """Which transactions are visible now; the same text as long as nobody commits."""
        with self.connect() as connection:
            return str(connection.execute(text("SELECT txid_current_snapshot()::text")).scalar())


def canonical(url: URL) -> str:
    """A URL as it names a source: without the driver and without any password."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    kept = {key: value for key, value in url.query.items() if "pass" not in key}
    return bare.update_query_dict(kept).render_as_string(hide_password=False)


def canonical_address(address: str) -> str:
    """What a path or URL is called as a source; an address that is neither stays as it is."""
    try:
        return database(address).address
    except ReadError:
        return address


def is_url(address: str) -> bool:
    return "://" in address


def database(address: str, ours: bool = False) -> Database:
    """The database at a path, a ``sqlite:///`` URL or a PostgreSQL URL; nothing is opened yet.

    ``ours`` if it is the workspace's, which this process writes.

    Raises:
        ReadError: the address is not a URL, or one of a database of another kind.
    """
    if not is_url(address):
        return SqliteDatabase(absolute(address), ours)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise ReadError(f"{address.rpartition('@')[2]} is not a URL of a database; {EXPECTED_URL}") from error
    if "@" in (url.host or ""):
        raise ReadError(f"{address.rpartition('@')[2]}: a user or password has an @; expected it written as %40")
    kind = url.get_backend_name()
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ReadError(f"{address} names no file; {EXPECTED_URL}")
        return SqliteDatabase(absolute(url.database), ours)
    if kind in POSTGRES:
        return PostgresDatabase(url)
    raise ReadError(f"{canonical(url).replace('postgresql', kind, 1)} is not read; {EXPECTED_URL}")
