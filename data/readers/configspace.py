"""Search spaces as ConfigSpace writes them to JSON (its formats 0.2 to 1.x), with their conditions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level
from analytics.space import Hyperparameter, SpaceError, ordered
from data.readers.evaluations import level

MOST_VALUES = 1000
"""A condition on more values of an integer than this is not written out."""

COMPARES = {
    "EQ": lambda value, bound: value == bound,
    "NEQ": lambda value, bound: value != bound,
    "GT": lambda value, bound: value > bound,
    "LT": lambda value, bound: value < bound,
}


class ConfigSpaceError(ValueError):
    """The JSON is not that of a ConfigSpace; the message names what stands where, and what was expected."""


def hyperparameters(document: Any) -> tuple[list[Hyperparameter], list[str]]:
    """The hyperparameters of a ConfigSpace's JSON, and a sentence for each condition that could not be kept.

    Raises:
        ConfigSpaceError: the document does not describe a space.
    """
    entries = document.get("hyperparameters") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise ConfigSpaceError("it has no list of hyperparameters; expected the JSON of a ConfigSpace")
    space = {h.name: h for h in map(_hyperparameter, entries)}
    notes = []
    for condition in _conditions(document.get("conditions")):
        child = str(condition.get("child"))
        when = _when(condition, space)
        if when is None:
            notes.append(f"The condition of {child!r} ({condition.get('type')}) is not shown.")
            continue
        space[child] = replace(space[child], when={**space[child].when, **when})
    try:
        return list(ordered(space.values()).values()), notes
    except SpaceError as error:
        raise ConfigSpaceError(str(error)) from error


def _conditions(entries: Any) -> Iterable[Mapping[str, Any]]:
    """Single conditions; those of an AND one by one."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and entry.get("type") == "AND":
            yield from _conditions(entry.get("conditions"))
        elif isinstance(entry, Mapping):
            yield entry


def _when(condition: Mapping[str, Any], space: Mapping[str, Hyperparameter]) -> dict[str, tuple[Level, ...]] | None:
    child, parent = condition.get("child"), space.get(str(condition.get("parent")))
    if child not in space or parent is None:
        return None
    if condition.get("type") == "IN":
        values = condition.get("values")
        return {parent.name: tuple(map(level, values))} if isinstance(values, list) else None
    compare = COMPARES.get(str(condition.get("type")))
    known = _values(parent)
    if compare is None or "value" not in condition or (known is None and condition["type"] != "EQ"):
        return None
    bound = level(condition["value"])
    if known is None:
        return {parent.name: (bound,)}
    if isinstance(parent.distribution, CategoricalDistribution) and condition["type"] in ("GT", "LT"):
        if bound not in known:
            return None
        at = known.index(bound)
        return {parent.name: tuple(known[at + 1 :] if condition["type"] == "GT" else known[:at])}
    try:
        return {parent.name: tuple(value for value in known if compare(value, bound))}
    except TypeError:
        return None


def _values(h: Hyperparameter) -> list[Level] | None:
    """All values of a category or a small integer."""
    if h.is_category:
        return list(h.choices)
    if isinstance(h.distribution, IntDistribution) and h.distribution.high - h.distribution.low < MOST_VALUES:
        return list(range(h.distribution.low, h.distribution.high + 1))
    return None


def _hyperparameter(entry: Any) -> Hyperparameter:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise ConfigSpaceError(f"{str(entry)[:80]!r} stands among the hyperparameters; expected an entry with a name")
    name, kind = entry["name"], str(entry.get("type"))
    try:
        distribution = _distribution(entry, kind)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise ConfigSpaceError(f"hyperparameter {name!r} of type {kind!r} cannot be read: {reason}") from error
    return Hyperparameter(name, distribution, default=level(entry.get("default_value", entry.get("default"))))


def _distribution(entry: Mapping[str, Any], kind: str) -> BaseDistribution:
    """Normal and beta distributions keep their bounds; an unbounded normal gets four deviations to each side."""
    if kind in ("categorical", "ordinal"):
        choices = entry["choices"] if kind == "categorical" else entry["sequence"]
        if not isinstance(choices, list):
            raise ValueError("expected a list of choices")
        return CategoricalDistribution(list(map(level, choices)))
    if kind in ("constant", "unparametrized"):
        return CategoricalDistribution([level(entry["value"])])
    whole = kind.endswith("int") or kind == "integer"
    if not whole and not kind.endswith("float"):
        raise ValueError("expected a float, an int, a category, an ordinal or a constant")
    low, high = entry.get("lower"), entry.get("upper")
    if low is None or high is None:
        low, high = (entry["mu"] + sign * 4 * entry["sigma"] for sign in (-1, 1))
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError(f"its bounds are {low!r} and {high!r}; expected finite numbers")
    log = bool(entry.get("log"))
    if whole:
        return IntDistribution(int(low), int(high), log=log)
    return FloatDistribution(float(low), float(high), log=log)
