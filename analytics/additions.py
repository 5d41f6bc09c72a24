"""Hyperparameters that come into a refined space, and those that leave it (HyperTuner, section 5.2, phase 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from analytics import shapes
from analytics.refinement import Origin, Proposal, RefineError, Refinement, Row
from analytics.space import Hyperparameter
from analytics.text import parse_level, split_outside_quotes
from analytics.typed import blank, plain_number

KINDS: dict[str, CategoricalDistribution | FloatDistribution | IntDistribution] = {
    "float": FloatDistribution(0.0, 1.0),
    "float, log": FloatDistribution(1e-3, 1.0, log=True),
    "int": IntDistribution(1, 8),
    "int, log": IntDistribution(1, 8, log=True),
    "category": CategoricalDistribution(("",)),
}
"""What a new hyperparameter may be, by the words for it; only kind and scale count."""

_BETWEEN = re.compile(r"…|\.\.+|:|,|\bto\b")


class AdditionError(ValueError):
    """A hyperparameter that cannot be added; ``problems`` has a sentence for each field that cannot be."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Addition:
    """A hyperparameter as typed: ``kind`` is one of ``KINDS``, ``range`` is LOW : HIGH or categories with commas,
    ``default`` what earlier trials had, ``when`` its conditions (see :mod:`analytics.shapes`); these two may be empty.
    """

    name: str
    kind: str
    range: str
    default: str = ""
    when: str = ""


def add(refinement: Refinement, addition: Addition) -> Refinement:
    """The table with one row more, at its end.

    Raises:
        AdditionError: a field is empty or cannot be.
    """
    problems: dict[str, str] = {}
    name = addition.name.strip()
    if not name or any(row.name == name for row in refinement.rows):
        what = f"{name!r} is in the table already" if name else "the name is empty"
        problems["name"] = f"{what}; expected a new name"
    row = None
    try:
        row = _row(name or "new", addition)
    except RefineError as error:
        problems["range"] = str(error)
    table = replace(refinement, rows=(*refinement.rows, *([row] if row else [])))
    for field in ("default", "when") if row else ():
        try:
            row = shapes.reshape(table, row, field, getattr(addition, field)) if row else None
        except RefineError as error:
            problems[field] = str(error)
    if problems or row is None:
        raise AdditionError(problems)
    return replace(refinement, rows=(*refinement.rows, replace(row, old=row.kind, shape=None)))


def remove(refinement: Refinement, name: str) -> Refinement:
    """The table without a hyperparameter: an added row goes, another stays, marked, and can be put back."""
    if refinement[name].added:
        return replace(refinement, rows=tuple(row for row in refinement.rows if row.name != name))
    return refinement.with_row(replace(refinement[name], removed=True))


def restore(refinement: Refinement, name: str) -> Refinement:
    """The table with a removed hyperparameter in it again."""
    return refinement.with_row(replace(refinement[name], removed=False))


def carried(before: Refinement, made: Refinement) -> Refinement:
    """A new table of the same study that keeps what was added, removed and reshaped in the one before it."""
    if before.study != made.study:
        return made
    old = {row.name: row for row in before.rows}
    rows = tuple(_as_before(old[row.name], row) if row.name in old else row for row in made.rows)
    return replace(made, rows=(*rows, *(row for row in before.rows if row.added)))


def _as_before(before: Row, made: Row) -> Row:
    kept = replace(made, values=before.values, removed=before.removed)
    shape = before.shape
    if shape is None:
        return kept
    low = made.new.low if made.new.low is not None else 1.0
    return replace(kept, new=before.new, shape=shape) if shape.log and low <= 0 else replace(kept, shape=shape)


def _row(name: str, addition: Addition) -> Row:
    d = _distribution(name, addition)
    low, high = (d.low, d.high) if isinstance(d, (FloatDistribution, IntDistribution)) else (None, None)
    choices = tuple(d.choices) if isinstance(d, CategoricalDistribution) else ()
    kept = Proposal(Origin.KEPT, low, high, choices, "added")
    return Row(Hyperparameter(name, d), kept, {Origin.KEPT: kept}, added=True)


def _distribution(name: str, addition: Addition) -> BaseDistribution:
    d = KINDS.get(addition.kind)
    if d is None:
        raise RefineError(f"the kind is {addition.kind!r}; expected one of {'; '.join(KINDS)}")
    if isinstance(d, CategoricalDistribution):
        choices = [parse_level(part) for part in split_outside_quotes(addition.range, ",")]
        if blank(addition.range) or len(set(map(repr, choices))) < len(choices):
            raise RefineError(
                f"the categories are {addition.range.strip()!r}; expected different ones, as in relu, tanh"
            )
        return CategoricalDistribution(choices)
    ends = _BETWEEN.split(addition.range)
    if len(ends) != 2:
        raise RefineError(f"the range is {addition.range.strip()!r}; expected LOW : HIGH, as in 0 : 0.5")
    low, high = (plain_number(name, d, what, end) for what, end in zip(("low", "high"), ends, strict=True))
    if low > high:
        raise RefineError(f"the range is {addition.range.strip()!r}; expected the lower bound first")
    if isinstance(d, IntDistribution):
        return IntDistribution(int(low), int(high), log=d.log)
    return FloatDistribution(low, high, log=d.log)
