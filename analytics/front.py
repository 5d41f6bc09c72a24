"""The Pareto front of any number of metrics; ``assets/kit/pareto.mjs`` is the twin in the browser.

What a few good rows beat is thrown out first, in whole arrays. The rest is sorted, and one pass finds the front: with
two metrics against the best so far, with three against a staircase (Kung, Luccio and Preparata 1975), with more against
the front so far, block by block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.trials import Direction

ROUNDS = 8
WORTH = 0.9
BLOCK = 256


def pareto_front(values: Floats, directions: Sequence[Direction]) -> NDArray[np.bool_]:
    """Rows that no other row beats: none is as good in every metric and better in one; bool of shape (rows,).

    ``values`` has the shape (rows, metrics). A row with a missing or infinite value is on no front and beats nothing;
    of equal rows all are on the front or none.

    Raises:
        ValueError: there is not one direction a metric.
    """
    found = np.zeros(len(values), dtype=bool)
    costs = losses(values, directions)
    rows = np.flatnonzero(np.isfinite(costs).all(axis=0))
    if len(rows):
        found[rows[_least(costs[:, rows])]] = True
    return found


def losses(values: Floats, directions: Sequence[Direction]) -> Floats:
    """Values of shape (rows, metrics) as what is to be small, of shape (metrics, rows).

    Raises:
        ValueError: there is not one direction a metric.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(directions) or not directions:
        raise ValueError(f"values of shape {table.shape} with {len(directions)} directions; expected one a metric")
    signs = [1.0 if direction == "minimize" else -1.0 for direction in directions]
    return np.ascontiguousarray((table * signs).T)


def _least(costs: Floats) -> NDArray[np.intp]:
    """Columns of ``costs`` (metrics, rows) that no other column beats."""
    kept = _contenders(costs)
    order = kept[np.lexsort(costs[::-1, kept])]
    ordered = costs[:, order]
    fresh = np.ones(len(order), dtype=bool)  # the first of equal rows
    fresh[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    unique = ordered[:, fresh]
    search = {1: _of_one, 2: _of_two, 3: _of_three}.get(len(costs), _of_many)
    least: NDArray[np.intp] = order[search(unique)[np.cumsum(fresh) - 1]]
    return least


def _contenders(costs: Floats) -> NDArray[np.intp]:
    """Columns that a few good ones do not beat: a superset of the front, far smaller where most rows are beaten."""
    rows = np.arange(costs.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):  # only which rows are tried first depends on it
        lowest = costs.min(axis=1, keepdims=True)
        scale = costs.mean(axis=1, keepdims=True) - lowest
        height = ((costs - lowest) / np.where(scale > 0, scale, 1.0)).max(axis=0)
    for _ in range(ROUNDS):
        best = costs[:, rows[np.argmin(height[rows])]]
        better = np.zeros(len(rows), dtype=bool)
        equal = np.ones(len(rows), dtype=bool)
        for cost, bound in zip(costs, best, strict=True):
            better |= cost[rows] < bound
            equal &= cost[rows] == bound
        height[rows[equal]] = np.inf
        left = rows[better | equal]
        if len(left) > WORTH * len(rows):
            return left
        rows = left
    return rows


def _of_one(costs: Floats) -> NDArray[np.bool_]:
    return np.asarray(costs[0] == costs[0].min())


def _of_two(costs: Floats) -> NDArray[np.bool_]:
    """Of lexically sorted, different columns those below all before them in the second metric."""
    lowest = np.minimum.accumulate(costs[1])
    return np.asarray(np.concatenate([[True], costs[1, 1:] < lowest[:-1]]))


def _of_three(costs: Floats) -> NDArray[np.bool_]:
    """Of lexically sorted, different columns those that no step of the staircase of the other metrics lies under."""
    found = np.zeros(costs.shape[1], dtype=bool)
    firsts: list[float] = []
    seconds: list[float] = []  # falls where firsts rise
    for row, (first, second) in enumerate(zip(costs[1].tolist(), costs[2].tolist(), strict=True)):
        at = bisect_right(firsts, first)
        if at and seconds[at - 1] <= second:
            continue
        found[row] = True
        start = at - 1 if at and firsts[at - 1] == first else at
        end = start
        while end < len(seconds) and seconds[end] >= second:
            end += 1
        firsts[start:end] = [first]
        seconds[start:end] = [second]
    return found


def _of_many(costs: Floats) -> NDArray[np.bool_]:
    """Of different columns those that none beats; best sums first, so that no column is beaten by a later one."""
    with np.errstate(over="ignore"):
        order = np.lexsort((*costs[::-1], costs.sum(axis=0)))
    found = np.zeros(costs.shape[1], dtype=bool)
    front: list[Floats] = []
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        for before in front:
            block = block[~_beaten(costs[:, block], before)]
        own = costs[:, block]
        block = block[~_beaten(own, own)]
        found[block] = True
        front.append(costs[:, block])
    return found


def _beaten(costs: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which columns another one beats; equal columns beat each other not."""
    level = np.ones((costs.shape[1], others.shape[1]), dtype=bool)
    equal = level.copy()
    for mine, theirs in zip(costs, others, strict=True):
        level &= theirs <= mine[:, None]
        equal &= theirs == mine[:, None]
    return np.asarray((level & ~equal).any(axis=1))
