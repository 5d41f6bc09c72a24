"""The lineage of one trial: what it went on from, what went on from it, and what changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.confirmation import configuration
from analytics.traces import trace
from analytics.trials import Trials

MOST_RELATIVES = 50


class Relative(NamedTuple):
    """A trial that comes right before or after another; ``changed`` has (name, before, after), None where inactive."""

    number: int
    mutation: bool
    changed: tuple[tuple[str, Any, Any], ...]


class Kin(NamedTuple):
    """Parents and children of a trial, at most ``MOST_RELATIVES`` of each."""

    parents: tuple[Relative, ...]
    children: tuple[Relative, ...]


def kin(trials: Trials, number: int) -> Kin:
    """The lineage of a trial, a step back and a step on.

    Raises:
        KeyError: there is no such trial.
    """
    own = configuration(trials, number)
    if all(trials.columns[name].missing.all() for name in ("parent", "config", "member")):
        return Kin((), ())
    found = trace(trials)
    ends = found.number[found.links]
    apart = ends[:, 0] != ends[:, 1]
    up, down = apart & (ends[:, 1] == number), apart & (ends[:, 0] == number)
    before, after = _pairs(ends[up, 0], found.mutation[up]), _pairs(ends[down, 1], found.mutation[down])
    parents = (Relative(n, m, _changed(configuration(trials, n), own)) for n, m in before)
    children = (Relative(n, m, _changed(own, configuration(trials, n))) for n, m in after)
    return Kin(tuple(parents), tuple(children))


def _pairs(numbers: NDArray[np.int64], mutation: NDArray[np.bool_]) -> list[tuple[int, bool]]:
    pairs = dict(zip(numbers.tolist(), mutation.tolist(), strict=True))
    return sorted(pairs.items())[:MOST_RELATIVES]


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    names = dict.fromkeys([*before, *after])
    return tuple((n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))
