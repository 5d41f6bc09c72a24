"""Readers: every way in which results come in.

A reader is a module with ``can_read(address) -> bool`` and a source (:class:`data.readers.base.Source`); ``READERS``
lists them in the order in which they are asked.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analytics.trials import Trials
from data.readers import folder, journal, mlflow_db, optuna_rdb, pickled, table
from data.readers.base import ConsentError, FolderSource, ReadError, Source
from data.readers.databases import is_url
from data.readers.files import absolute, file_at, is_folder

__all__ = ["READERS", "ConsentError", "ReadError", "Reader", "Source", "open_source", "read"]


@dataclass(frozen=True)
class Reader:
    """``open`` takes the address, corrected roles of columns, and the address of a table of curves."""

    name: str
    can_read: Callable[[str], bool]
    open: Callable[[str, Mapping[str, str] | None, str | None], Source]


READERS = (
    Reader("MLflow database", mlflow_db.can_read, lambda address, _roles, _curves: mlflow_db.Tracking(address)),
    Reader("Optuna database", optuna_rdb.can_read, lambda address, _roles, _curves: optuna_rdb.OptunaRdb(address)),
    Reader("Optuna journal", journal.can_read, lambda address, _roles, _curves: journal.Journal(address)),
    Reader("CSV, Parquet or JSON table", table.can_read, table.Table),
    Reader("folder of runs", folder.can_read, lambda address, _roles, _curves: folder.Folder(address)),
)


def open_source(
    address: str | os.PathLike[str],
    *,
    roles: Mapping[str, str] | None = None,
    curves: str | None = None,
    allow_pickle: bool = False,
) -> Source:
    """The source at a path or URL, by its content; nothing is read yet.

    ``roles`` correct guessed roles of a table's columns, ``curves`` is a second table with values over steps.
    ``allow_pickle`` lets a pickled study run its code, in a process of its own.

    Raises:
        ConsentError: it is a pickle, and nobody said that it may run.
        ReadError: there is nothing at the address, or no reader knows it.
    """
    text = os.fspath(address)
    expected = f"one of: {', '.join(reader.name for reader in READERS)}"
    if not is_url(text):
        text = str(absolute(text))
        text = text if is_folder(text) else str(file_at(text, expected))
    if pickled.can_read(text):
        if not allow_pickle:
            raise ConsentError(text, pickled.RISK)
        return pickled.Pickled(text)
    for reader in READERS:
        if reader.can_read(text):
            return reader.open(text, roles, curves)
    raise ReadError(_why_not(Path(text), expected))


def read(
    path_or_url: str | os.PathLike[str],
    *,
    roles: Mapping[str, str] | None = None,
    curves: str | None = None,
    allow_pickle: bool = False,
) -> list[Trials]:
    """The trials at a path or URL, one :class:`Trials` a study; see :func:`open_source`.

    Of a folder with damaged runs among others it gives the others, with a warning for each that is left out.

    Raises:
        ReadError: it cannot be read; the message names what stands where, and what was expected.
    """
    source = open_source(path_or_url, roles=roles, curves=curves, allow_pickle=allow_pickle)
    try:
        found = source.trials()
        for problem in source.problems if isinstance(source, FolderSource) else ():
            warnings.warn(problem, stacklevel=2)
        return found
    finally:
        source.close()


def _why_not(path: Path, expected: str) -> str:
    """Why no reader knows a file or folder."""
    if is_folder(str(path)):
        return f"{path} is a folder without a run; expected {folder.RUNS}"
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        return f"{path}: {error.strerror}; expected {expected}"
    return f"{path} begins with {head!r}; expected {expected}" if head else f"{path} is empty; expected {expected}"
