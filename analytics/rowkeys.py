"""What a row goes by across reloads, re-sorting and growth: its own number, or a hash of what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import EXTRA_ROLES, Column, Kind, Level
from analytics.trials import Trials

DERIVED = ("number", "study", "state", "duration", "final")
"""Our columns that say nothing of a row's own: they follow from the others, or from the order of the file."""

Hashes: TypeAlias = NDArray[np.uint64]

MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class RowKey(NamedTuple):
    """``text`` is ``#12`` for a row with a number of its own, else ``0123456789abcdef-0``: a hash of its values in the
    columns of ``basis``, and which of the rows with that hash it is. A column that comes later changes no key."""

    text: str
    basis: tuple[str, ...] = ()


def basis_of(trials: Trials) -> tuple[str, ...]:
    """The columns that a row's hash is made from, in alphabetic order."""
    own = (c for c in trials.columns.values() if c.name not in DERIVED and c.role not in EXTRA_ROLES)
    return tuple(sorted(c.name for c in own if not c.missing.all()))


def keys_of(trials: Trials, numbers: Collection[int]) -> dict[int, RowKey]:
    """The keys of some rows by their numbers; a number that no row has is left out."""
    if trials.study.numbered:
        return {number: RowKey(f"#{number}") for number in set(numbers) & set(trials.numbers.tolist())}
    basis = basis_of(trials)
    marks = fingerprints(trials, basis)
    rows = np.flatnonzero(np.isin(trials.numbers, list(numbers))).tolist()
    return {int(trials.numbers[row]): RowKey("{:016x}-{}".format(*marks[row]), basis) for row in rows}


def numbers_of(trials: Trials, keys: Iterable[RowKey]) -> dict[RowKey, int]:
    """The numbers of the rows with these keys; a key that no row has is left out."""
    if trials.study.numbered:
        known = set(trials.numbers.tolist())
        numbers = {key: int(key.text[1:]) for key in keys if key.text.startswith("#")}
        return {key: number for key, number in numbers.items() if number in known}
    by_basis: dict[tuple[str, ...], list[RowKey]] = {}
    for key in keys:
        by_basis.setdefault(key.basis, []).append(key)
    found: dict[RowKey, int] = {}
    for basis, wanted in by_basis.items():
        if basis and set(basis) <= set(trials.columns):
            rows = dict(zip(fingerprints(trials, basis), trials.numbers.tolist(), strict=True))
            places = ((key, rows.get(_parsed(key.text))) for key in wanted)
            found |= {key: number for key, number in places if number is not None}
    return found


def fingerprints(trials: Trials, basis: Sequence[str]) -> list[tuple[int, int]]:
    """Of each row the hash of its values in some columns, and which of the rows with that hash it is."""
    hashes = row_hashes(trials.columns, basis)
    places = pd.Series(hashes).groupby(hashes).cumcount()
    return list(zip(hashes.tolist(), places.tolist(), strict=True))


def _parsed(text: str) -> tuple[int, int]:
    left, _, right = text.partition("-")
    return int(left, 16), int(right)


def row_hashes(columns: Mapping[str, Column], basis: Sequence[str]) -> Hashes:
    """A 64-bit hash of each row's values in some columns, shape (rows,); the same in every process and at every time.

    The order of the columns counts for nothing, and a number is the same number whether its column is one of numbers or
    of categories. The finalizer is that of splitmix64 (Steele, Lea and Flood 2014).
    """
    total = np.zeros(len(next(iter(columns.values()))), dtype=np.uint64)
    for name in basis:
        total += _mixed(_bits(columns[name]) ^ _text_bits(name))
    return _mixed(total)


def _bits(column: Column) -> Hashes:
    """The values of a column as 64 bits each."""
    if column.kind is not Kind.CATEGORY:
        return _float_bits(column.values)
    levels = np.array([_level_bits(level) for level in column.levels] + [_float_bits(np.array([np.nan]))[0]])
    codes = np.where(column.missing, len(column.levels), column.values).astype(np.int64)
    bits: Hashes = levels[codes]
    return bits


def _level_bits(level: Level) -> np.uint64:
    try:
        return np.uint64(_float_bits(np.array([float(str(level))]))[0])
    except ValueError:
        return _text_bits(str(level))


def _float_bits(values: NDArray[np.float64]) -> Hashes:
    one_zero = np.where(np.isnan(values), np.nan, values) + 0.0  # one NaN of all, and 0 for -0
    return np.ascontiguousarray(one_zero, dtype=np.float64).view(np.uint64)


def _text_bits(text: str) -> np.uint64:
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    return np.uint64(int.from_bytes(digest[:8], "little"))


def _mixed(bits: Hashes) -> Hashes:
    bits = (bits ^ (bits >> np.uint64(30))) * MIX[0]
    bits = (bits ^ (bits >> np.uint64(27))) * MIX[1]
    mixed: Hashes = bits ^ (bits >> np.uint64(31))
    return mixed
