"""Lists of values as an analyst types them (HyperTuner, sections 5.2 and 5.5).

A list is values and ranges, separated by commas: ``16, 32, 64``; ``0.1:0.5:0.1`` in steps; ``16:256:*2`` by a factor;
``1e-5:1e-1:log5``, as many values evenly apart on a log scale, in four digits if they lie far enough apart. Both
ends of a range belong to it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from analytics.text import split_outside_quotes

MOST_VALUES = 1000

_LOG = re.compile(r"log\s*(.*)")


class ValuesError(ValueError):
    """A list of values that cannot be; the message names the part and what was expected."""


def parse_numbers(text: str, *, whole: bool = False) -> tuple[float, ...]:
    """The numbers of a list, each once, in the order typed; ``whole`` reads a list of ints.

    Steps and factors are exact decimals: ``0.1:0.5:0.1`` ends with 0.5. Log-spaced whole numbers are rounded.

    Raises:
        ValuesError: a part is no value and no range, a value is no whole number where one is expected, or there are
            more than 1,000.
    """
    found: dict[float, None] = {}
    for part in split_outside_quotes(text, ","):
        for value in _part(part.strip(), whole):
            found[value] = None
            if len(found) > MOST_VALUES:
                raise _too_many(text.strip())
    return tuple(found)


def numbers_text(values: Iterable[float]) -> str:
    """A list that :func:`parse_numbers` reads as these values."""
    texts = (re.sub(r"e(-?)\+?0*", r"e\1", repr(value)) for value in values)
    return ", ".join(text.removesuffix(".0") for text in texts)


def _part(part: str, whole: bool) -> list[float]:
    pieces = [piece.strip() for piece in part.split(":")]
    if len(pieces) == 1:
        return [_plain(_number(part, "a number" if part else "a value between the commas", part), part, whole)]
    if len(pieces) != 3:
        raise ValuesError(f"{part!r} has {len(pieces)} parts; expected FROM:TO:STEP, as in 0.1:0.5:0.1")
    low, high = (_number(piece, "a number", part) for piece in pieces[:2])
    if low > high:
        raise ValuesError(f"{part!r} goes from {pieces[0]} down to {pieces[1]}; expected the lower value first")
    log = _LOG.fullmatch(pieces[2])
    if log or pieces[2].startswith("*"):
        if low <= 0:
            raise ValuesError(f"{part!r} begins at {pieces[0]}; expected a value above 0 for a factor or a log scale")
        return _even(low, high, log[1], part, whole) if log else _factor(low, high, pieces[2][1:], part, whole)
    return _steps(low, high, pieces[2], part, whole)


def _steps(low: Decimal, high: Decimal, text: str, part: str, whole: bool) -> list[float]:
    step = _number(text, "a step such as 2, a factor such as *2, or log5", part)
    if step <= 0:
        raise ValuesError(f"{part!r} has the step {text}; expected one above 0")
    count = (high - low) / step
    if count >= MOST_VALUES:
        raise _too_many(part)
    return [_plain(low + i * step, part, whole) for i in range(int(count) + 1)]


def _factor(low: Decimal, high: Decimal, text: str, part: str, whole: bool) -> list[float]:
    factor = _number(text, "a factor such as *2", part)
    if factor <= 1:
        raise ValuesError(f"{part!r} has the factor {text.strip()}; expected one above 1")
    values = []
    while low <= high:
        values.append(_plain(low, part, whole))
        low *= factor
        if len(values) > MOST_VALUES:
            raise _too_many(part)
    return values


def _even(low: Decimal, high: Decimal, text: str, part: str, whole: bool) -> list[float]:
    if not text.isascii() or not text.isdecimal() or not 2 <= int(text[:6]) <= MOST_VALUES:
        raise ValuesError(f"{part!r} has log{text}; expected log2 to log{MOST_VALUES}, the number of values")
    first, last = (_plain(end, part, whole) for end in (low, high))
    start, width = math.log(first), math.log(last) - math.log(first)
    inner = [math.exp(start + width * i / (int(text) - 1)) for i in range(1, int(text) - 1)]
    return [first, *(map(round, inner) if whole else _short(inner, width / (int(text) - 1))), last]


def _short(values: list[float], apart: float) -> list[float]:
    """Values in as few digits, four at least, as move none by a hundredth of the logarithm by which they are apart."""
    for digits in range(4, 16):
        short = [float(f"{value:.{digits}g}") for value in values]
        if all(abs(math.log(a / b)) < apart / 100 for a, b in zip(short, values, strict=True)):
            return short
    return values


def _number(text: str, expected: str, part: str) -> Decimal:
    where = "" if text == part else f" in {part!r}"
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValuesError(f"{text!r}{where} is no number; expected {expected}") from None
    if not value.is_finite() or not math.isfinite(float(value)) or (value and not float(value)):
        raise ValuesError(f"{text!r}{where} is too large, too small or no number; expected {expected}")
    return value


def _plain(value: Decimal, part: str, whole: bool) -> float:
    if not whole:
        return float(value)
    if value != value.to_integral_value():
        where = "" if "log" in part or ":" not in part else f" of {part!r}"
        raise ValuesError(f"{value.normalize():f}{where} is no whole number; expected whole numbers")
    return int(value)


def _too_many(part: str) -> ValuesError:
    return ValuesError(f"{part!r} has more than {MOST_VALUES:,} values; expected at most {MOST_VALUES:,}")
