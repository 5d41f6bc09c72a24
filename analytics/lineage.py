"""Which evaluation follows from which: survivors, and children with their parents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.evaluations import Points
from analytics.trials import Trials

Ints = NDArray[np.int64]


def links(trials: Trials, found: Points, x: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    """Pairs of evaluations, shape (links, 2), from the earlier to the later, and which of them are mutations.

    A row goes on from rung to rung; from its parent, whose checkpoint it took over (same configuration: it survived,
    another one: it is a mutation); else from the row before of the same configuration, or of the same member with the
    same values.
    """
    within = np.flatnonzero(found.more)
    first, last = _spans(len(trials), found)
    child, parent = _parents(trials)
    config, going_on = _configurations(trials)
    again = _again(going_on, first, x, skip=child)
    mutated = np.concatenate([config[child] != config[parent], np.zeros(len(again), dtype=bool)])
    across = np.concatenate([np.column_stack([parent, child]), again])
    ends = np.column_stack([_before(across[:, 0], first[across[:, 1]], first, last, x), first[across[:, 1]]])
    kept = (ends >= 0).all(axis=1)
    mutation = np.concatenate([np.zeros(len(within), dtype=bool), mutated[kept]])
    return np.concatenate([np.column_stack([within, within + 1]), ends[kept]]).astype(np.int64), mutation


def _before(source: Ints, target: Ints, first: Ints, last: Ints, x: Floats) -> Ints:
    """The last evaluation of each source row that stands before a target evaluation; -1 where there is none."""
    at = np.where(target >= 0, last[source], -1)
    while (late := (at >= 0) & (x[at] >= x[target])).any():
        at = np.where(late, np.where(at > first[source], at - 1, -1), at)
    return at


def _spans(rows: int, found: Points) -> tuple[Ints, Ints]:
    """The first and the last evaluation of each row, -1 where it has none."""
    first, last = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    places = np.arange(len(found), dtype=np.int64)
    first[found.row[::-1]] = places[::-1]
    last[found.row] = places
    return first, last


def _parents(trials: Trials) -> tuple[Ints, Ints]:
    """Rows with a parent among the rows, and the row of it."""
    parent = trials.columns["parent"].values
    child = np.flatnonzero(~np.isnan(parent))
    rows = {number: row for row, number in enumerate(trials.numbers.tolist())}
    found = np.array([rows.get(int(parent[row]), -1) for row in child], dtype=np.int64)
    kept = (found >= 0) & (found != child)
    return child[kept], found[kept]


def _configurations(trials: Trials) -> tuple[Ints, Ints]:
    """A number a row, the same where the configuration is, and where a row goes on with it; each of shape (rows,).

    The column ``config`` tells the one, with the bracket the other; without it the values, with the member.
    """
    config, member = trials.columns["config"], trials.columns["member"]
    own = -1 - np.arange(len(config), dtype=np.int64)
    if not config.missing.all():
        codes = np.where(config.missing, own, np.nan_to_num(config.values)).astype(np.int64)
        bracket = np.nan_to_num(trials.columns["bracket"].values, nan=-np.inf)
        return codes, _codes([codes.astype(np.float64), bracket], len(config))
    values = [np.nan_to_num(trials.columns[name].values, nan=-np.inf) for name in trials.params]
    same = _codes(values, len(config))
    return same, np.where(member.missing, own, _codes([*values, np.nan_to_num(member.values)], len(config)))


def _codes(values: Sequence[Floats], rows: int) -> Ints:
    """A number a row, the same where all values are."""
    if not values:
        return np.zeros(rows, dtype=np.int64)
    found: Ints = np.unique(np.column_stack(values), axis=0, return_inverse=True)[1].astype(np.int64)
    return found.reshape(-1)


def _again(config: Ints, first: Ints, x: Floats, skip: Ints) -> Ints:
    """Pairs of rows that follow each other with one configuration, shape (pairs, 2), but for targets in ``skip``."""
    rows = np.flatnonzero(first >= 0)
    order = rows[np.lexsort([rows, x[first[rows]], config[rows]])]
    same = config[order[1:]] == config[order[:-1]]
    pairs = np.column_stack([order[:-1][same], order[1:][same]])
    return pairs[~np.isin(pairs[:, 1], skip)]
