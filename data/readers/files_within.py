"""Files of a folder that others write: read whole, within bounds, and never outside the folder."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from data.readers.base import ReadError

MOST_BYTES = 2**29
"""A larger file is refused: read as JSON it takes about ten times as much memory."""

MOST_YAML, MOST_ALIASES = 2**22, 20
ALIAS = re.compile(rb"[\s,:\[{-]\*\w")

SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def plain_file(path: Path) -> Path:
    """The path of a plain file that may be read.

    Raises:
        ReadError: it is a link, no plain file, or too large.
    """
    _size(path, _status(path))
    return path


def is_plain(path: Path) -> bool:
    """Whether there is a file, which is no link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def open_within(path: Path) -> Iterator[BinaryIO]:
    """A file to be read; a link is not followed, not even one that takes a file's place meanwhile.

    Raises:
        ReadError: it is gone, not readable, no plain file, or too large.
    """
    _status(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            _size(path, os.fstat(file.fileno()))
            yield file
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}; expected a readable file") from error


def read_bytes(path: Path) -> bytes:
    """The content of a file; raises what :func:`open_within` raises."""
    with open_within(path) as file:
        return file.read(MOST_BYTES)


def read_json(path: Path) -> Any:
    """A JSON document; raises ReadError naming the file, line and column of what is wrong."""
    data = read_bytes(path)
    try:
        return _parsed(data)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        writing = ", perhaps still being written" if error.pos >= len(data.rstrip()) - 1 else ""
        raise ReadError(f"{path}: {place}{writing}; expected JSON") from error
    except (RecursionError, ValueError) as error:
        raise ReadError(f"{path}: {str(error)[:80]}; expected JSON in UTF-8") from error


def read_lines(path: Path) -> tuple[list[Any], int]:
    """The JSON values of a file with one a line, and 1 if the last line, still being written, was skipped, else 0.

    Raises:
        ReadError: any other line is damaged; names file and line.
    """
    return parse_lines(path, read_bytes(path))


def parse_lines(path: Path, data: bytes, before: int = 0) -> tuple[list[Any], int]:
    """What :func:`read_lines` gives, of a part of a file that comes after some lines."""
    lines = data.split(b"\n")
    found = []
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_parsed(line))
        except (RecursionError, ValueError) as error:
            if at == len(lines):
                return found, 1
            raise ReadError(f"{path}: line {before + at} is damaged ({str(error)[:80]}); expected JSON") from error
    return found, 0


def read_yaml(path: Path) -> Any:
    """A small YAML document.

    Raises:
        ReadError: it is damaged, larger than 4 MiB, or repeats itself by so many aliases that it would grow.
    """
    data = read_bytes(path)
    if len(data) > MOST_YAML or len(ALIAS.findall(data)) > MOST_ALIASES:
        raise ReadError(f"{path} has {len(data):,} bytes or many aliases; expected at most {MOST_YAML:,} and few")
    try:
        return yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ReadError(f"{path}{line} is damaged ({str(error).splitlines()[0][:80]}); expected YAML") from error


def plain_files(folder: Path) -> list[Path]:
    """The files in a folder and beneath it, by name, links left out; none where there is no folder."""
    if folder.is_symlink():
        return []
    inner = ((Path(place), names) for place, _, names in os.walk(folder))
    return sorted(path for place, names in inner for name in names if is_plain(path := place / name))


def utf8(text: str) -> str:
    """A text that can be written as UTF-8: halves of characters, as in damaged names, become question marks."""
    return text.encode("utf-8", "replace").decode()


def _parsed(data: bytes) -> Any:
    value = json.loads(data)
    if SURROGATE.search(data):
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _status(path: Path) -> os.stat_result:
    try:
        found = path.lstat()
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: {getattr(error, 'strerror', error)}; expected a readable file") from error
    if not stat.S_ISREG(found.st_mode):
        raise ReadError(f"{path} is a link or no file; expected a file in the opened folder")
    return found


def _size(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ReadError(f"{path} is a link or no file; expected a file in the opened folder")
    if found.st_size > MOST_BYTES:
        raise ReadError(f"{path} has {found.st_size:,} bytes; expected at most {MOST_BYTES:,}")
