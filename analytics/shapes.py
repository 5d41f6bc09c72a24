"""What may change of a hyperparameter beside its range: scale, step, categories, condition, default, values to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level
from analytics.ranges import last_step
from analytics.refinement import RefineError, Refinement, Row
from analytics.space import Hyperparameter, SpaceError, ordered
from analytics.text import level_text, parse_level, split_outside_quotes, typed_text
from analytics.typed import blank, category, fitted, number, plain_number, within
from analytics.valuelists import ValuesError, parse_numbers

FIELDS = ("log", "step", "more", "when", "default", "values")
SCALES = {"linear": False, "log": True}


def reshape(table: Refinement, row: Row, field: str, text: str) -> Row:
    """The row after one of ``FIELDS`` was typed.

    ``log`` is linear or log; ``step`` a number, empty for none; ``more`` categories to add; ``when`` conditions such as
    ``optimizer = sgd, adam; depth = 2``; ``default`` the value that earlier trials had; ``values`` what a grid search
    tries.

    Raises:
        RefineError: it cannot be.
    """
    if field == "values":
        return replace(row, values=typed_values(row, text))
    changed = {"log": _scale, "step": _step, "more": _more, "default": _default}.get(field)
    shape = changed(row, text) if changed else replace(row.kind, when=_conditions(table, row, text))
    new = replace(row.new, choices=(*row.new.choices, *shape.choices[len(row.kind.choices) :]))
    made = fitted(replace(row, shape=shape, new=new))
    for value in row.values if field == "log" else ():
        number(made, "a value of its list", value)
    return made


def typed_values(row: Row, text: str) -> tuple[Level, ...]:
    """The values of a list (see :mod:`analytics.valuelists`); none of an empty text.

    Raises:
        RefineError: a part of the list is no value of the hyperparameter.
    """
    d = row.kind.distribution
    if blank(text):
        return ()
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        named = [category(row, part, "a value of its list") for part in split_outside_quotes(text, ",")]
        return tuple(choice for choice in row.kind.choices if within(choice, named))
    try:
        values = parse_numbers(text, whole=isinstance(d, IntDistribution))
    except ValuesError as error:
        raise RefineError(f"hyperparameter {row.name!r}: {error}") from error
    return tuple(plain_number(row.name, d, "a value of its list", value) for value in values)


def condition_text(h: Hyperparameter) -> str:
    """The conditions of a hyperparameter as they are typed."""
    return "; ".join(f"{typed_text([parent])} = {typed_text(values)}" for parent, values in h.when.items())


def _scale(row: Row, text: str) -> Hyperparameter:
    if text not in SCALES or row.kind.is_category:
        expected = "no scale of a category" if row.kind.is_category else "linear or log"
        raise RefineError(f"hyperparameter {row.name!r}: the scale is {text!r}; expected {expected}")
    return _numeric(row, log=SCALES[text], step=None)


def _step(row: Row, text: str) -> Hyperparameter:
    d = row.kind.distribution
    if blank(text):
        return _numeric(row, log=row.kind.log, step=None)
    if not isinstance(d, (FloatDistribution, IntDistribution)) or d.log:
        why = "it is a category" if row.kind.is_category else "its scale is log"
        raise RefineError(f"hyperparameter {row.name!r}: step is {text.strip()!r}; expected none, since {why}")
    step = plain_number(row.name, d, "step", text)
    if step <= 0:
        raise RefineError(f"hyperparameter {row.name!r}: step is {text.strip()!r}; expected a number above 0")
    return _numeric(row, log=False, step=step)


def _numeric(row: Row, *, log: bool, step: float | None) -> Hyperparameter:
    """The hyperparameter on another scale, its bounds those of now, since the old ones may not be possible on it."""
    low, high = row.new.low, row.new.high
    if low is None or high is None:
        raise RefineError(f"hyperparameter {row.name!r} is a category; expected a number")
    if log and low <= 0:
        raise RefineError(f"hyperparameter {row.name!r}: the scale is log; expected a low above 0, not {low:g}")
    high = high if step is None else last_step(low, high, step)
    if isinstance(row.kind.distribution, IntDistribution):
        whole = IntDistribution(int(low), int(high), log=log, step=1 if step is None else int(step))
        return replace(row.kind, distribution=whole)
    return replace(row.kind, distribution=FloatDistribution(low, high, log=log, step=step))


def _more(row: Row, text: str) -> Hyperparameter:
    if not row.kind.is_category:
        raise RefineError(f"hyperparameter {row.name!r} is a number; expected no categories to add")
    choices = list(row.kind.choices)
    for part in split_outside_quotes(text, ","):
        level = parse_level(part)
        if not part.strip() or within(level, choices):
            there = "nothing" if not part.strip() else f"{part.strip()!r}, which is there already"
            raise RefineError(f"hyperparameter {row.name!r}: the category to add is {there}; expected a new one")
        choices.append(level)
    return replace(row.kind, distribution=CategoricalDistribution(choices))


def _default(row: Row, text: str) -> Hyperparameter:
    d = row.kind.distribution
    if blank(text):
        return replace(row.kind, default=None)
    if isinstance(d, (FloatDistribution, IntDistribution)):
        return replace(row.kind, default=plain_number(row.name, d, "the default", text))
    named = (c for c in row.kind.choices if text.strip() in (level_text(c), c))
    return replace(row.kind, default=next(named, parse_level(text)))


def _conditions(table: Refinement, row: Row, text: str) -> Mapping[str, tuple[Level, ...]]:
    when: dict[str, tuple[Level, ...]] = {}
    for part in split_outside_quotes(text, ";") if not blank(text) else ():
        name, *values = split_outside_quotes(part, "=")
        parent = _parent(table, row, name.strip(), part.strip())
        when[parent.name] = _condition_values(row, parent, "=".join(values), part.strip())
    rest = [replace(r.kind, when=when) if r.name == row.name else r.kind for r in table.rows]
    try:
        ordered(rest)
    except SpaceError as error:
        raise RefineError(f"{error}, and not in a circle") from error
    return when


def _parent(table: Refinement, row: Row, name: str, part: str) -> Row:
    others = {other.name: other for other in table.rows if other.name != row.name and not other.removed}
    for known, other in others.items():
        if name in (known, typed_text([known])):
            return other
    known = ", ".join(others) or "none: there is no other"
    raise RefineError(f"hyperparameter {row.name!r}: the condition is {part!r}; expected NAME = VALUE, NAME of {known}")


def _condition_values(row: Row, parent: Row, text: str, part: str) -> tuple[Level, ...]:
    if blank(text):
        raise RefineError(f"hyperparameter {row.name!r}: the condition is {part!r}; expected NAME = VALUE, VALUE …")
    try:
        if parent.kind.is_category:
            return tuple(category(parent, piece, "the value") for piece in split_outside_quotes(text, ","))
        return tuple(number(parent, "the value", piece.strip()) for piece in split_outside_quotes(text, ","))
    except RefineError as error:
        raise RefineError(f"hyperparameter {row.name!r}: the condition is {part!r}; {error}") from error
