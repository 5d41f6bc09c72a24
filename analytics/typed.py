"""What is typed into the cells of a row: a bound, a value to fix it at, the categories to keep."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import Level, same_level
from analytics.ranges import Numeric, last_step, step_of
from analytics.refinement import Origin, Proposal, RefineError, Row
from analytics.text import level_text, levels_text, number_text


def typed_range(row: Row, draft: Mapping[str, Any]) -> Proposal:
    """The range or the categories that a row gets from typed cells: ``low`` and ``high``, or ``fixed``, or ``choices``.

    Raises:
        RefineError: they cannot be.
    """
    d = row.kind.distribution
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        return _choices(row, draft)
    if "choices" in draft:
        raise RefineError(f"hyperparameter {row.name!r} is a number; expected a low and a high bound, not categories")
    if "fixed" in draft:
        if blank(draft["fixed"]):
            return row.offers[Origin.KEPT]
        value = number(row, "the fixed value", draft["fixed"])
        return Proposal(Origin.TYPED, value, value, note="typed")
    low = _bound(row, d, "low", draft)
    high = _bound(row, d, "high", draft)
    if low > high:
        above = f"low {number_text(low)} is above high {number_text(high)}"
        raise RefineError(f"hyperparameter {row.name!r}: {above}; expected low ≤ high")
    return Proposal(Origin.TYPED, low, high, note="typed")


def number(row: Row, what: str, value: Any) -> float:
    """A typed number that the hyperparameter can take.

    Raises:
        RefineError: text, no whole number for an int, at or below 0 on a log scale, or off the grid of the steps.
    """
    d = row.kind.distribution
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        raise RefineError(f"hyperparameter {row.name!r} is a category; expected a category, not a number")
    plain = plain_number(row.name, d, what, value)
    step = None if _own_step(row) else step_of(d)
    steps = 0.0 if step is None else (plain - d.low) / step
    if abs(steps - round(steps)) > 1e-9 * max(1.0, abs(steps)):
        grid = f"{number_text(d.low)} plus a multiple of its step {number_text(step or 0)}"
        raise RefineError(f"hyperparameter {row.name!r}: {what} is {number_text(plain)}; expected {grid}")
    return plain


def fitted(row: Row) -> Row:
    """The row with its range on a scale and a step that were typed: a step counts from the low, and may lower the high.

    Raises:
        RefineError: the range reaches 0 or below, and the scale is log.
    """
    d, low, high = row.kind.distribution, row.new.low, row.new.high
    if not isinstance(d, (FloatDistribution, IntDistribution)) or low is None or high is None:
        return row
    if d.log and low <= 0:
        start = f"the range begins at {number_text(low)}"
        raise RefineError(f"hyperparameter {row.name!r}: {start}; expected one above 0, since its scale is log")
    if not _own_step(row) or d.step is None:
        return row
    return replace(row, new=replace(row.new, high=last_step(type(d.low)(low), high, d.step)))


def _own_step(row: Row) -> bool:
    return getattr(row.kind.distribution, "step", None) != getattr(row.old.distribution, "step", None)


def plain_number(name: str, d: Numeric, what: str, value: Any) -> float:
    """A typed number of the right kind, wherever its steps lie.

    Raises:
        RefineError: text, no whole number for an int, or at or below 0 on a log scale.
    """
    expected = "a whole number" if isinstance(d, IntDistribution) else "a number"
    expected += " above 0, since its scale is log" if d.log else ""
    wrong = RefineError(f"hyperparameter {name!r}: {what} is {str(value).strip()!r}; expected {expected}")
    try:
        read = float(value)
    except (TypeError, ValueError):
        raise wrong from None
    whole = not isinstance(d, IntDistribution) or read == math.floor(read) if math.isfinite(read) else False
    if isinstance(value, bool) or not whole or (d.log and read <= 0):
        raise wrong
    return int(read) if isinstance(d, IntDistribution) else read


def category(row: Row, text: str, what: str) -> Level:
    """The category that a text names.

    Raises:
        RefineError: there is none.
    """
    for choice in row.kind.choices:
        if text.strip() in (level_text(choice), choice, repr(choice)):
            return choice
    known = levels_text(row.kind.choices)
    raise RefineError(f"hyperparameter {row.name!r}: {what} is {text.strip()!r}; expected one of {known}")


def within(level: Level, levels: Iterable[Level]) -> bool:
    """Whether a category is one of several."""
    return any(same_level(level, other) for other in levels)


def blank(value: Any) -> bool:
    """Whether a cell is empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def _choices(row: Row, draft: Mapping[str, Any]) -> Proposal:
    if "low" in draft or "high" in draft:
        raise RefineError(f"hyperparameter {row.name!r} is a category; expected categories, not a bound")
    if "fixed" in draft:
        if blank(draft["fixed"]):
            return row.offers[Origin.KEPT]
        return Proposal(Origin.TYPED, choices=(category(row, str(draft["fixed"]), "the fixed value"),), note="typed")
    known = levels_text(row.kind.choices)
    for value in draft["choices"]:
        if not within(value, row.kind.choices):
            raise RefineError(f"hyperparameter {row.name!r}: category {value!r} is new; expected some of {known}")
    wanted = [c for c in row.kind.choices if within(c, draft["choices"])]
    if not wanted:
        raise RefineError(f"hyperparameter {row.name!r}: no category is left; expected at least one of {known}")
    return Proposal(Origin.TYPED, choices=tuple(wanted), note="typed")


def _bound(row: Row, d: Numeric, field: str, draft: Mapping[str, Any]) -> float:
    old = row.old.bounds or (d.low, d.high)
    if field not in draft:
        bound = row.new.low if field == "low" else row.new.high
        return bound if bound is not None else old[field == "high"]
    return old[field == "high"] if blank(draft[field]) else number(row, field, draft[field])
