"""When a hyperparameter counts, read off the trials in which it is present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from optuna.distributions import IntDistribution

from analytics.columns import Column, Kind, Level
from analytics.space import Hyperparameter

Mask = NDArray[np.bool_]
When = dict[str, tuple[Level, ...]]

MOST_VALUES = 20
"""A hyperparameter with more distinct values than this is not tried as a condition."""


MOST_PAIRS, MOST_PARENTS = 40_000, 50
"""Where there are more pairs of a hyperparameter and a possible condition, none is looked for; with more conditions
possible, no pair of them is tried."""


@dataclass(frozen=True)
class _Parent:
    """A hyperparameter that others may depend on: ``codes`` (rows,) index ``values``; -1 where it is missing."""

    hyperparameter: Hyperparameter
    codes: NDArray[np.int64]
    values: tuple[Level, ...]


def infer_conditions(params: Mapping[str, tuple[Hyperparameter, Column]], rows: Mask) -> dict[str, When]:
    """For each hyperparameter that is missing in some of the rows: the values of others for which it is present.

    ``rows`` are those in which everything that counts is present (completed trials). A condition must hold without
    exception and have more than two rows for each value of the parent; where one parent does not explain it, two are
    tried. Parents are categories and whole numbers with at most 20 distinct values. What nothing explains is left out.
    """
    present = {name: ~column.missing[rows] for name, (_, column) in params.items()}
    partial = {name: mask for name, mask in present.items() if mask.any() and not mask.all()}
    if not partial:
        return {}
    parents = [parent for h, column in params.values() if (parent := _parent(h, column, rows)) is not None]
    if len(partial) * len(parents) > MOST_PAIRS:
        return {}
    everywhere = np.ones(int(rows.sum()), dtype=bool)
    found = {}
    for name, mask in partial.items():
        others = [p for p in parents if p.hyperparameter.name != name]
        if when := next(_explanations(mask, others, everywhere), None):
            found[name] = when
    return found


def _explanations(mask: Mask, parents: list[_Parent], everywhere: Mask) -> Iterator[When]:
    """Conditions that explain a presence, simplest first."""
    ranked = sorted(parents, key=lambda p: (not p.hyperparameter.is_category, len(p.values)))
    for parent in ranked:
        if (when := _exact(mask, parent, everywhere)) is not None:
            yield when
    for first in ranked if len(ranked) <= MOST_PARENTS else ():
        codes = np.unique(first.codes[mask])
        if codes[0] < 0 or len(codes) == len(np.unique(first.codes)):
            continue
        within = np.isin(first.codes, codes)
        for second in ranked:
            if second is not first and (when := _exact(mask, second, within)) is not None:
                yield {first.hyperparameter.name: _active(first, codes)} | when


def _exact(mask: Mask, parent: _Parent, within: Mask) -> When | None:
    """The values of a parent for which ``mask`` holds, if it holds exactly for those ``within`` the given rows."""
    codes, present = parent.codes[within], mask[within]
    if present[codes < 0].any() or len(codes) <= 2 * len(parent.values):
        return None
    counts = np.bincount(codes + 1, minlength=len(parent.values) + 1)[1:]
    hits = np.bincount(codes + 1, weights=present, minlength=len(parent.values) + 1)[1:]
    if ((hits > 0) & (hits < counts)).any():
        return None
    active = np.flatnonzero(hits)
    if len(active) == 0 or len(active) == int((counts > 0).sum()):
        return None
    return {parent.hyperparameter.name: _active(parent, active)}


def _active(parent: _Parent, codes: NDArray[np.int64]) -> tuple[Level, ...]:
    """The values at ``codes``; of whole numbers a block at one end is filled up to the bound of the space."""
    values = tuple(parent.values[int(code)] for code in codes)
    d = parent.hyperparameter.distribution
    if not isinstance(d, IntDistribution) or d.high - d.low > MOST_VALUES:
        return values
    numbers = [int(v) for v in values if v is not None]
    rest = [int(v) for v in parent.values if v is not None and int(v) not in numbers]
    if rest and max(rest) < min(numbers):
        return tuple(range(min(numbers), d.high + 1, d.step))
    if rest and max(numbers) < min(rest):
        return tuple(range(d.low, max(numbers) + 1, d.step))
    return values


def _parent(h: Hyperparameter, column: Column, rows: Mask) -> _Parent | None:
    values = column.values[rows]
    known = np.unique(values[~np.isnan(values)])
    if column.kind not in (Kind.CATEGORY, Kind.INT) or not 2 <= len(known) <= MOST_VALUES or np.isinf(known).any():
        return None
    codes = np.where(np.isnan(values), -1, np.searchsorted(known, values)).astype(np.int64)
    levels = tuple(column.levels[int(v)] if column.kind is Kind.CATEGORY else int(v) for v in known)
    return _Parent(h, codes, levels)
