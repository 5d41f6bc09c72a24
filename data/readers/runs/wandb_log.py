"""The binary log of a run of Weights & Biases (``run-ID.wandb``): LevelDB's log format, a protobuf message a record.

Only what this reader shows is taken from it: configuration, history, summary, begin and exit code. A log that is still
being written ends in the middle of a record, which is left out.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from data.readers.base import ReadError
from data.readers.files_within import read_bytes

MAGIC = b":W&B"
HEAD, BLOCK = 7, 32768
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
Fields: TypeAlias = list[tuple[int, Any]]


@dataclass
class RunLog:
    """What a log tells of its run; ``history`` by step, ``exit`` None while it runs."""

    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    history: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    start: float | None = None
    exit: int | None = None


def read_log(path: Path) -> RunLog:
    """The log of a run.

    Raises:
        ReadError: it is damaged, names where.
    """
    data = read_bytes(path)
    if not data.startswith(MAGIC):
        raise ReadError(f"{path} begins with {data[:4]!r}; expected a log of Weights & Biases")
    found = RunLog()
    for at, record in _records(path, data):
        try:
            for number, value in _fields(record):
                _take(found, number, value)
        except (ValueError, TypeError, IndexError, struct.error, RecursionError) as error:
            reason = str(error)[:60]
            raise ReadError(f"{path}: the record at byte {at} is damaged ({reason}); expected a message") from error
    return found


def _records(path: Path, data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each record begins, and the record; parts are put together, a last one that is not whole is left out."""
    at, began, parts = HEAD, 0, b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
            continue
        check, length, kind = struct.unpack_from("<IHB", data, at)
        part = data[at + 7 : at + 7 + length]
        if len(part) < length or (check, length, kind) == (0, 0, 0):
            return
        if zlib.crc32(part, zlib.crc32(bytes([kind]))) != check:
            raise ReadError(f"{path}: the record at byte {at} is damaged; expected its checksum to fit")
        if kind in (FULL, FIRST):
            began, parts = at, b""
        parts += part
        if kind in (FULL, LAST):
            yield began, parts
        at += 7 + length


def _fields(message: bytes) -> Fields:
    """The fields of a protobuf message: numbers, or bytes of texts and inner messages."""
    at = 0
    value: Any
    found: Fields = []
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                value, at = _varint(message, at)
            case 1:
                value, at = message[at : at + 8], at + 8
            case 2:
                length, at = _varint(message, at)
                value, at = message[at : at + length], at + length
            case 5:
                value, at = message[at : at + 4], at + 4
            case kind:
                raise ValueError(f"wire type {kind}")
        if at > len(message):
            raise ValueError("it ends within a field")
        found.append((key >> 3, value))
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("a number is too long")


def _take(found: RunLog, number: int, value: Any) -> None:
    """Take in a field of a record, numbered as in ``wandb_internal.proto``."""
    if number == 2:
        fields = _fields(value)
        told = (n for key, inner in fields if key == 2 for k, n in _fields(inner) if k == 1)
        found.history.append((float(next(told, len(found.history))), _items(fields)))
    elif number == 3:
        found.summary |= _items(_fields(value))
    elif number == 5:
        found.config |= _items(_fields(value))
    elif number == 17:
        run = dict(_fields(value))
        found.config |= _items(_fields(run.get(4, b"")))
        began = dict(_fields(run.get(17, b"")))
        found.start = began.get(1, 0) + began.get(2, 0) / 1e9 or None
    elif number == 18:
        found.exit = int(dict(_fields(value)).get(1, 0))


def _items(fields: Fields) -> dict[str, Any]:
    """Keys, nested ones joined, with values that are told as JSON."""
    found = {}
    for number, inner in fields:
        parts: Mapping[int, list[Any]] = {}
        if number == 1:
            parts = {key: [v for k, v in _fields(inner) if k == key] for key in (1, 2, 16)}
        if parts.get(16):
            name = "/".join(text.decode() for text in (parts[2] or parts[1]))
            found[name] = json.loads(parts[16][0])
    return found
