"""Files of a folder that others write: read whole, within bounds, and never outside the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.readers.base import ReadError

MOST_BYTES = 2 * 2**30
"""A larger file is refused."""


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        ReadError: it is gone, not readable, no plain file, or larger than 2 GiB.
    """
    try:
        if path.is_symlink() or not path.is_file():
            raise ReadError(f"{path} is a link or no file; expected a file in the opened folder")
        if (size := path.stat().st_size) > MOST_BYTES:
            raise ReadError(f"{path} has {size:,} bytes; expected at most {MOST_BYTES:,}")
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}; expected a readable file") from error


def read_json(path: Path) -> Any:
    """A JSON document; raises ReadError naming the file, line and column of what is wrong."""
    try:
        return json.loads(read_bytes(path))
    except json.JSONDecodeError as error:
        what = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise ReadError(f"{path}: {what}; expected JSON") from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ReadError(f"{path}: {error}; expected JSON in UTF-8") from error


def read_lines(path: Path) -> tuple[list[Any], int]:
    """The JSON values of a file with one a line, and 1 if the last line, still being written, was skipped, else 0.

    Raises:
        ReadError: any other line is damaged; names file and line.
    """
    lines = read_bytes(path).splitlines(keepends=True)
    found = []
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            if at == len(lines) and not line.endswith(b"\n"):
                return found, 1
            raise ReadError(f"{path}: line {at} is damaged ({str(error)[:80]}); expected JSON") from error
    return found, 0
