"""Fields of a form that hold more than a number: times, lists, lines, limits and goals, read and written as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from analytics.columns import Level
from analytics.text import number_text, parse_level, split_outside_quotes, typed_text

_UNITS = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9.e+-]+)\s*([a-z]*)")
_CONSTRAINT = re.compile(r"(.+?)\s*(<=|>=|≤|≥)\s*(\S+)")


class FieldError(ValueError):
    """A field that has no place in a spec as it was typed; the message says what was expected."""


def number(text: str) -> float | str:
    """A typed number, an int if it is whole; the text itself where it is none."""
    for kind in (int, float):
        try:
            return kind(text.strip())
        except ValueError:
            continue
    return text


def names(text: str) -> list[str]:
    """Names, parted by commas."""
    return [part.strip() for part in split_outside_quotes(text, ",") if part.strip()]


def duration(text: str) -> float | str:
    """Seconds of a time such as ``90``, ``90 s``, ``30 min``, ``2 h``.

    Raises:
        FieldError: it is none.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    try:
        return float(found[1]) * _UNITS[found[2]] if found else _no_duration(text)
    except (KeyError, ValueError):
        return _no_duration(text)


def _no_duration(text: str) -> float:
    raise FieldError(f"is {text.strip()!r}; expected seconds, or a time such as 30 min or 2 h")


def duration_text(seconds: float) -> str:
    """Seconds as a time in few characters: ``90 s``, ``30 min``, ``2 h``."""
    unit = next(unit for unit in ("d", "h", "min", "s") if unit == "s" or seconds % _UNITS[unit] == 0)
    return f"{number_text(seconds / _UNITS[unit], digits=12)} {unit}"


def lines(text: str, sign: str, expected: str) -> dict[str, str]:
    """Names and values, one a line, parted by a sign.

    Raises:
        FieldError: a line has no sign, or a name stands twice.
    """
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        name, parted, value = line.partition(sign)
        if not parted or not name.strip() or name.strip() in found:
            what = "stands twice" if name.strip() in found else f"is no {expected}"
            raise FieldError(f"has the line {line.strip()!r}, which {what}; expected {expected} once a line")
        found[name.strip()] = value.strip()
    return found


def constraints(text: str) -> dict[str, dict[str, float]]:
    """Limits of metrics, ``parameters <= 50000``, one a line.

    Raises:
        FieldError: a line is no limit, or a metric has the same limit twice.
    """
    found: dict[str, dict[str, float]] = {}
    for line in filter(str.strip, text.splitlines()):
        limit = _CONSTRAINT.fullmatch(line.strip())
        value = number(limit[3]) if limit else None
        if limit is None or isinstance(value, str) or value is None:
            raise FieldError(f"has the line {line.strip()!r}; expected METRIC <= NUMBER or METRIC >= NUMBER")
        end = "max" if limit[2] in ("<=", "≤") else "min"
        if end in found.setdefault(limit[1], {}):
            raise FieldError(f"has {limit[1]!r} twice; expected one limit of a kind for each metric")
        found[limit[1]][end] = value
    return found


def constraints_text(limits: Mapping[str, Mapping[str, float]]) -> str:
    """Limits of metrics as they are typed."""
    signs = {"max": "<=", "min": ">="}
    return "\n".join(
        f"{name} {signs[end]} {number_text(value, digits=12)}"
        for name, ends in limits.items()
        for end, value in ends.items()
    )


def goals(text: str) -> dict[str, str]:
    """What to optimize: ``maximize NAME``, ``minimize NAME``, with commas.

    Raises:
        FieldError: a part has no direction, or a metric stands twice.
    """
    found: dict[str, str] = {}
    for part in names(text):
        direction, _, name = part.partition(" ")
        if direction not in ("maximize", "minimize") or not name.strip():
            raise FieldError(f"has {part!r}; expected maximize NAME or minimize NAME")
        if name.strip() in found:
            raise FieldError(f"has {name.strip()!r} twice; expected each metric once")
        found[name.strip()] = direction
    return found


def configurations(text: str) -> list[dict[str, Level]]:
    """Configurations, one a line: ``rate = 0.01, optimizer = adam``; names and values with signs in quotes.

    Raises:
        FieldError: a line has a part without a sign, or a name twice.
    """
    return [_configuration(line) for line in text.splitlines() if line.strip()]


def _configuration(line: str) -> dict[str, Level]:
    found: dict[str, Level] = {}
    for part in split_outside_quotes(line, ","):
        name, *value = split_outside_quotes(part, "=")
        known = str(parse_level(name)) if name.strip()[:1] in ("'", '"') else name.strip()
        if not known or len(value) != 1 or known in found:
            what = "stands twice" if known in found else "is no NAME = VALUE"
            raise FieldError(f"has {part.strip()!r}, which {what}; expected NAME = VALUE, NAME = VALUE in each line")
        found[known] = parse_level(value[0])
    return found


def configurations_text(given: Iterable[Mapping[str, Level]]) -> str:
    """Configurations as they are typed."""
    return "\n".join(
        ", ".join(f"{typed_text([name])} = {typed_text([value])}" for name, value in one.items()) for one in given
    )
