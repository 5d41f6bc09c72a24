"""Checks of single values in a study spec; each fault is one sentence."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

MAX_NAME = 200


class SpecError(ValueError):
    """A study spec that cannot be; the message names the key, its value and what was expected."""


def mapping(value: Any, where: str, known: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SpecError(f"{where} is {value!r}; expected a mapping of names to values")
    for key in value:
        if known is not None and key not in known:
            raise SpecError(f"{where} has the unknown key {key!r}; expected {', '.join(known)}")
    return value


def text(value: Any, where: str) -> str:
    if not isinstance(value, str) or any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        raise SpecError(f"{where} is {value!r}; expected text without control characters")
    return value


def name(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME:
        raise SpecError(f"{where} is {value!r}; expected text of 1 to {MAX_NAME} characters")
    return text(value, where)


def one_of(value: Any, where: str, choices: Iterable[str]) -> None:
    known = list(choices)
    if not isinstance(value, str) or value not in known:
        expected = " or ".join(known) if len(known) < 4 else "one of " + ", ".join(known)
        raise SpecError(f"{where} is {value!r}; expected {expected}")


def whole(value: Any, where: str, low: int, high: int) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high):
        raise SpecError(f"{where} is {value!r}; expected a whole number from {low} to {high}")
    return value


def seconds(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if not is_number(value) or not (math.isfinite(value) and value > 0):
        raise SpecError(f"{where} is {value!r}; expected a number of seconds above 0")
    return float(value)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
