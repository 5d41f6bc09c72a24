"""Numbers, categories and ranges in the words that every page and sentence uses."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable

from analytics.columns import Level


def number_text(value: float, *, log: bool = False, digits: int = 4) -> str:
    """A number in few characters: ``1e-4``, ``0.25``, ``128``; on a log axis ``1e-2`` rather than ``0.01``."""
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    plain = f"{value:.{digits}g}"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    short = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"
    small = abs(value) < 1 and (log or abs(value) < 1e-3) and len(short) <= len(plain)
    return short if small or "e" in plain else plain


def percent_text(share: float) -> str:
    """A share as a percentage of at most two digits: ``0.4 %``, ``34 %``, ``100 %``."""
    return f"{number_text(float(f'{100 * share:.2g}'))} %"


def level_text(level: Level) -> str:
    """A category as text; quoted where the text alone would read as a number, true, false, null or nothing."""
    if not isinstance(level, str):
        return "null" if level is None else str(level).lower() if isinstance(level, bool) else _numeric_text(level)
    bare = level.strip()
    return repr(level) if bare != level or not bare or bare.lower() in _WORDS or _is_number(bare) else level


def levels_text(levels: Iterable[Level]) -> str:
    """Categories in their order, separated by commas."""
    return ", ".join(level_text(level) for level in levels)


def typed_text(levels: Iterable[Level]) -> str:
    """Categories as a list that can be typed and read back: whole, and in quotes where signs would part them."""
    return ", ".join(_typed(level) for level in levels)


def parse_level(text: str) -> Level:
    """The category that :func:`level_text` writes as this text: a number, true, false, null, else the text itself."""
    bare = text.strip()
    if bare.lower() in _WORDS:
        return {"null": None, "true": True, "false": False}[bare.lower()]
    if _QUOTED.fullmatch(bare):
        try:
            return str(ast.literal_eval(bare))
        except (SyntaxError, ValueError):
            return bare
    if not _is_number(bare):
        return bare
    return int(bare) if re.fullmatch(r"[+-]?[0-9]{1,15}", bare) else float(bare)


def split_outside_quotes(text: str, separator: str) -> list[str]:
    """The parts of a text between separators; what stands in quotes at the beginning of a word stays whole."""
    parts, quote, start, i = [], "", 0, 0
    while i < len(text):
        if quote and text[i] == "\\":
            i += 1
        elif quote:
            quote = "" if text[i] == quote else quote
        elif text[i] in "'\"" and text[:i].rstrip()[-1:] in ("", "=", ",", ";"):
            quote = text[i]
        elif text.startswith(separator, i):
            parts.append(text[start:i])
            start = i + len(separator)
            i = start - 1
        i += 1
    return [*parts, text[start:]]


def range_text(low: float, high: float, *, log: bool = False) -> str:
    """``low … high``, or the one value that is left."""
    ends = [number_text(bound, log=log) for bound in (low, high)]
    return ends[0] if low == high else " … ".join(ends)


def duration_text(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
    if seconds < 10:
        return f"{number_text(seconds, digits=2)} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 36:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h"


_WORDS = {"null", "true", "false"}
_SIGNS = re.compile(r"[,;='\"]")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'" + r'|"(?:[^"\\]|\\.)*"')


def _typed(level: Level) -> str:
    text = repr(level) if isinstance(level, float) else level_text(level)
    return repr(level) if isinstance(level, str) and _SIGNS.search(text) else text


def _numeric_text(level: float) -> str:
    return str(level) if isinstance(level, int) else number_text(level, digits=12)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
