"""Columns as bytes for the browser: a JSON head, then float64 arrays."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from analytics.columns import Column


def pack(head: Mapping[str, Any], columns: Iterable[Column]) -> bytes:
    """The answer of ``/api/columns``.

    Layout, little-endian: uint32 length of the head, the head as UTF-8 JSON padded with spaces so that what follows
    starts at a multiple of 8 bytes, then one float64 array of ``rows`` values for each column of the head, in its
    order, that has no ``constant``. A column of the head is ``{name, kind, role, levels?, constant?}``; a value is NaN
    where missing, an index into ``levels`` for a category, seconds since 1970 in UTC for a time. A column with one and
    the same value in all rows travels as ``constant`` (null: missing in all) without an array.
    """
    described, arrays = [], []
    for column in columns:
        entry: dict[str, Any] = {"name": column.name, "kind": column.kind, "role": column.role}
        if column.levels:
            entry["levels"] = finite_json(column.levels)
        if _is_constant(column):
            entry["constant"] = None if len(column) == 0 or math.isnan(column.values[0]) else float(column.values[0])
        else:
            arrays.append(np.ascontiguousarray(column.values, dtype="<f8").tobytes())
        described.append(entry)
    text = json.dumps({**head, "columns": described}, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join([struct.pack("<I", len(text)), text, *arrays])


def _is_constant(column: Column) -> bool:
    values = column.values
    if len(values) and math.isinf(values[0]):
        return False
    return len(values) == 0 or bool((values == values[0]).all()) or bool(np.isnan(values).all())


def finite_json(value: Any) -> Any:
    """A value with infinities and NaN, which JSON lacks, as {"float": "inf"}; mappings become dicts, tuples lists."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, Mapping):
        return {key: finite_json(part) for key, part in value.items()}
    return [finite_json(part) for part in value] if isinstance(value, (list, tuple)) else value


def pack_arrays(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """The answer of ``/api/traces``: as of :func:`pack`, with arrays of their own types and lengths.

    An array of the head is ``{name, type, length}`` (``type`` as numpy names it: ``<i4``, ``<f4``, ``<f8``, ``|u1``),
    each padded with zeros to a multiple of 8 bytes; one with the same value throughout has ``constant`` and no bytes.
    """
    described, parts = [], []
    for name, array in arrays.items():
        entry: dict[str, Any] = {"name": name, "type": array.dtype.str, "length": len(array)}
        if len(array) == 0 or bool((array == array[0]).all()) or bool((array != array).all()):
            entry["constant"] = array[0].item() if len(array) and array[0] == array[0] else None
        else:
            parts.append(array.tobytes() + bytes(-array.nbytes % 8))
        described.append(entry)
    text = json.dumps({**head, "arrays": described}, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join([struct.pack("<I", len(text)), text, *parts])
