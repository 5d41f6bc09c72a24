"""The search space that an edited table stands for, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level, same_level
from analytics.ranges import Range
from analytics.refinement import RefineError, Refinement, Row
from analytics.space import Hyperparameter, SearchSpace, ordered
from analytics.text import levels_text, range_text

MOST_VALUES = 1000


def refined_space(refinement: Refinement) -> tuple[SearchSpace, dict[str, str]]:
    """The new space, and a sentence for each hyperparameter that drops out of it.

    A hyperparameter drops out if a parent can no longer have a value that activates it; a condition that always holds
    is taken off (a parent that is itself conditional hands its own condition on). A fixed number is a range of one.

    Raises:
        RefineError: a row still has a problem.
    """
    if refinement.problems:
        raise RefineError(refinement.problems[0])
    known: dict[str, Hyperparameter] = {}
    dropped: dict[str, str] = {}
    for row in _parents_first(refinement):
        h = replace(row.kind, distribution=distribution(row), inferred=row.old.inferred and row.new.origin == "kept")
        when: dict[str, tuple[Level, ...]] | None = {}
        for parent, values in row.kind.when.items():
            extra = _condition(known.get(parent), parent, values)
            when = None if when is None or extra is None else _both(when, extra)
            if when is None:
                dropped[h.name] = _dropped(parent, values, known)
                break
        if when is not None:
            said = row.added or h.default != row.old.default
            known[h.name] = replace(h, when=when, default=h.default if said else _default(h))
    return ordered(known.values()), dropped


def _parents_first(refinement: Refinement) -> list[Row]:
    order = ordered(row.kind for row in refinement.rows)
    return [row for row in map(refinement.__getitem__, order) if not row.removed]


def distribution(row: Row) -> BaseDistribution:
    """The distribution of the new range; kind, log scale and step are those of the row."""
    d, new = row.kind.distribution, row.new
    if isinstance(d, (FloatDistribution, IntDistribution)):
        if new.low is None or new.high is None:
            raise RefineError(f"hyperparameter {row.name!r} has no range; expected a low and a high bound")
        if isinstance(d, IntDistribution):
            return IntDistribution(int(new.low), int(new.high), log=d.log, step=d.step)
        return FloatDistribution(float(new.low), float(new.high), log=d.log, step=d.step)
    return CategoricalDistribution(new.choices)


def values_of(h: Hyperparameter) -> Sequence[Level] | None:
    """Every value that a hyperparameter can take; None where they are too many to list."""
    d = h.distribution
    if isinstance(d, IntDistribution):
        return range(d.low, d.high + 1, d.step) if (d.high - d.low) // d.step < MOST_VALUES else None
    return [d.low] if isinstance(d, FloatDistribution) and d.low == d.high else h.choices or None


def _condition(
    parent: Hyperparameter | None, name: str, values: Sequence[Level]
) -> dict[str, tuple[Level, ...]] | None:
    """What is left of 'name is one of values': conditions that must hold, empty if it always does, None if never."""
    if parent is None:
        return None
    possible = values_of(parent)
    if possible is None:
        low, high = parent.bounds or (0.0, 0.0)
        inside = tuple(v for v in values if isinstance(v, (int, float)) and low <= v <= high)
        return {name: inside} if inside else None
    left = tuple(v for v in values if any(same_level(v, p) for p in possible))
    always = all(any(same_level(p, v) for v in left) for p in possible)
    return dict(parent.when) if left and always else {name: left} if left else None


def _both(
    a: Mapping[str, tuple[Level, ...]], b: Mapping[str, tuple[Level, ...]]
) -> dict[str, tuple[Level, ...]] | None:
    both = dict(a)
    for name, values in b.items():
        both[name] = tuple(v for v in values if any(same_level(v, w) for w in a[name])) if name in a else values
    return both if all(both.values()) else None


def _dropped(parent: str, values: Sequence[Level], known: Mapping[str, Hyperparameter]) -> str:
    wanted = f"it needs {parent} = {levels_text(values)}"
    if parent not in known:
        return f"drops out: {wanted}, and {parent} drops out"
    left = known[parent]
    return f"drops out: {wanted}, and {parent} is {describe(left)}"


def _default(h: Hyperparameter) -> Level:
    """The declared default while the new range still holds it."""
    if h.bounds is not None:
        low, high = h.bounds
        return h.default if isinstance(h.default, (int, float)) and low <= h.default <= high else None
    return h.default if any(same_level(h.default, c) for c in h.choices) else None


def describe(h: Hyperparameter) -> str:
    """The values of a hyperparameter in words."""
    bounds: Range | None = h.bounds
    return levels_text(h.choices) if bounds is None else range_text(*bounds, log=h.log)


def changes(old: Mapping[str, Hyperparameter], new: Mapping[str, Hyperparameter]) -> list[str]:
    """What a study changed of its parent's space, a sentence each: ``lr 1e-4 … 1e-2 (was 1e-5 … 1)``."""
    sentences = []
    for name, h in old.items():
        if name not in new:
            sentences.append(f"{name} dropped (was {describe(h)})")
        elif (text := _change(h, new[name])) is not None:
            sentences.append(f"{name} {text}")
    return sentences + [f"{name} {describe(h)} (new)" for name, h in new.items() if name not in old]


def _change(old: Hyperparameter, new: Hyperparameter) -> str | None:
    before, after = describe(old), describe(new)
    if _kind(old) != _kind(new):
        before, after = f"{before} {_kind(old)}", f"{after} {_kind(new)}"
    if before == after:
        return "always active" if old.when and not new.when else None
    single = (new.bounds is not None and new.bounds[0] == new.bounds[1]) or len(new.choices) == 1
    return f"fixed at {describe(new)} (was {before})" if single else f"{after} (was {before})"


def _kind(h: Hyperparameter) -> str:
    d = h.distribution
    kind = "int" if isinstance(d, IntDistribution) else "float" if isinstance(d, FloatDistribution) else "categorical"
    return f"{kind}, log" if h.log else kind
