"""The files that sources are."""

from __future__ import annotations

import stat
from pathlib import Path

from data.readers.base import ReadError


def file_at(address: str, expected: str) -> Path:
    """The file at a path, which need not be readable; nothing is opened, since opening a pipe waits for its writer.

    Raises:
        ReadError: there is none, or it is a folder, a pipe, a socket or a device.
    """
    path = absolute(address)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise ReadError(f"{path} does not exist; expected {expected}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"{str(path)!r}: {reason}; expected {expected}") from error
    if stat.S_ISDIR(mode):
        raise ReadError(f"{path} is a folder; expected {expected}")
    if not stat.S_ISREG(mode):
        raise ReadError(f"{path} is a pipe, a socket or a device; expected {expected}")
    return path


def absolute(address: str) -> Path:
    """A path with its links followed and ``~`` written out, whether there is something or not.

    Raises:
        ReadError: no path can be written so.
    """
    try:
        return Path(address).expanduser().resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise ReadError(f"{address!r} is no path: {error}") from error


def is_folder(address: str) -> bool:
    """Whether there is a folder at a path; an impossible path is none."""
    try:
        return Path(address).is_dir()
    except (OSError, ValueError):
        return False
