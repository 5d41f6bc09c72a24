"""SQLite files of others, read without leaving anything beside them.

A file in WAL mode without a ``-wal`` has no writer: it is opened ``immutable=1``, since ``mode=ro`` would create
``-wal`` and ``-shm`` and leave them behind. With a ``-wal`` and a ``-shm`` it is opened ``mode=ro``, like any file that
is not in WAL mode. A ``-wal`` without a ``-shm`` was copied here or left by a crash, a ``-journal`` may have been left
by one: both files are read from a copy.
Connections are short, so that a writer that ends in the meantime can clean up after itself.

The header is read only where neither ``-wal`` nor ``-journal`` tells the mode: closing a file that this process also
writes through SQLite would drop the locks of that connection.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from data.readers.base import ReadError
from data.readers.watch import Watch

MAGIC = b"SQLite format 3\x00"
BUSY_SECONDS = 3


class SqliteFile:
    """A SQLite file that other processes may write; ``ours`` if this process does, and files beside it are welcome."""

    def __init__(self, path: Path, ours: bool = False) -> None:
        self.path = path
        self._ours = ours
        self._wal, self._shm, self._journal = beside(path)
        self.immutable = False
        self.watch = Watch((path, self._wal))

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection in one read transaction.

        Raises:
            ReadError: the file is missing, locked, damaged, or not a SQLite database.
        """
        with TemporaryDirectory(prefix="hypertrellis-") as folder:
            try:
                path, option = self._how(Path(folder))
                self.immutable |= option == "immutable=1"
                engine = create_engine("sqlite://", creator=lambda: _open(path, option), poolclass=NullPool)
                event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
                with engine.connect() as connection:
                    _refuse_part_of_page(connection, path)
                    yield connection
            except (SQLAlchemyError, sqlite3.Error, OSError) as error:
                raise ReadError(_sentence(self.path, error)) from error

    def settled(self) -> bool:
        """Whether what was read since the watch was marked is whole: nobody wrote into the file itself meanwhile."""
        return not self.immutable or self.watch.untouched()

    def _how(self, folder: Path) -> tuple[Path, str]:
        """Which file to open, and with which option."""
        if self._ours:
            return self.path, "mode=rw"
        if self._journal.exists():
            return self._copied(folder, self._journal) if needs_rollback(self.path) else (self.path, "mode=ro")
        if self._wal.exists() and self._shm.exists():
            return self.path, "mode=ro"
        if self._wal.exists() and self._wal.stat().st_size > 0:
            return self._copied(folder, self._wal)
        return self.path, "immutable=1" if in_wal_mode(self.path) else "mode=ro"

    def _copied(self, folder: Path, log: Path) -> tuple[Path, str]:
        for source in (self.path, log):
            shutil.copy(source, folder / source.name)
        return folder / self.path.name, "mode=rw"


def needs_rollback(path: Path) -> bool:
    """Whether a writer died in the middle of a transaction, so that SQLite would write before it reads."""
    with closing(_open(path, "mode=ro")) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return "readonly" in str(error)
    return False


def beside(path: Path) -> tuple[Path, Path, Path]:
    """Where SQLite keeps ``-wal``, ``-shm`` and ``-journal`` of a file."""
    wal, shm, journal = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
    return wal, shm, journal


def is_sqlite(path: Path) -> bool:
    """Whether a file is a SQLite database, by its first bytes or by what stands beside it."""
    wal, _, journal = beside(path)
    if path.is_file() and (wal.exists() or journal.exists()):
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def in_wal_mode(path: Path) -> bool:
    """Whether a file is a SQLite database in WAL mode.

    Raises:
        ReadError: there is no such file, it cannot be read, is empty, or is not a SQLite database.
    """
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}; expected a readable file") from error
    if not head:
        raise ReadError(f"{path} is empty; expected an Optuna database")
    if not head.startswith(MAGIC):
        raise ReadError(f"{path} is not a SQLite database: it begins with {head[:16]!r}")
    return head[18:20] == b"\x02\x02"


def _refuse_part_of_page(connection: Connection, path: Path) -> None:
    """Refuse a file that ends in the middle of a page, of which SQLite would take the rest to be zeros."""
    connection.exec_driver_sql("PRAGMA page_count")  # takes the lock without which the size may be in the making
    size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    if path.stat().st_size % size:
        raise sqlite3.DatabaseError("its last page is not whole")


def _open(path: Path, option: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?{option}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _sentence(path: Path, error: Exception) -> str:
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    if "locked" in reason or "busy" in reason:
        return f"{path} is locked: another process holds it for longer than {BUSY_SECONDS} s; expected to read it"
    if (missing := _missing_bytes(path)) > 0:
        return f"{path} is cut off: {missing:,} bytes are missing at its end; expected a whole SQLite database"
    if "malformed" in reason or "not a database" in reason:
        return f"{path} is damaged ({reason}); expected a whole SQLite database"
    return f"{path} cannot be read: {reason}"


def _missing_bytes(path: Path) -> int:
    """How much shorter a file is than its header says."""
    with path.open("rb") as file:
        head = file.read(100)
    page = int.from_bytes(head[16:18], "big")
    return int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page) - path.stat().st_size
