"""How a search went: its evaluations in order, which follows from which, and where rungs and generations end.

Source: Park et al. 2020, HyperTendril, section 5.3.1 and Fig. 4b.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats, State
from analytics.evaluations import Points, costs, points
from analytics.iterations import Boundary, Iterations, iterations
from analytics.lineage import links
from analytics.rungs import Rungs, rungs
from analytics.trials import Metric, Trials

__all__ = ["Boundary", "Rungs", "Trace", "remembering", "rungs", "trace"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trace:
    """The evaluations of a study, arrays of shape (evaluations,), in the order of rows, and of steps within a row.

    A row that passes rungs has an evaluation a rung, any other row one; rows that wait have none. ``value`` is the
    metric *at that evaluation*, ``step`` its budget (NaN where unknown). ``x`` is the search's own iteration, counted
    from 0 in whole numbers: what was sampled together has the same; ``axis`` says what it counts. ``time`` is in
    seconds since the study began, ``seconds`` and ``steps`` what training had cost the whole study by then.
    ``last`` marks the last evaluation of a configuration or member, ``stopped`` those ended or discarded there.

    ``links`` holds pairs of evaluations, shape (links, 2), from the earlier to the later; ``mutation`` says, for each,
    that the later one is a child with another configuration; else the same one survived.
    """

    metric: Metric | None
    row: Ints
    number: Ints
    x: Floats
    value: Floats
    step: Floats
    time: Floats
    seconds: Floats
    steps: Floats
    last: Bools
    stopped: Bools
    links: Ints
    mutation: Bools
    boundaries: tuple[Boundary, ...]
    axis: str
    unit: str

    def __len__(self) -> int:
        return len(self.row)


def remembering(trials: Trials) -> Trials:
    """The same trials, whose whole history is loaded at most once."""
    whole = cache(lambda: trials.load_history(None))
    return replace(trials, load_history=lambda numbers: whole() if numbers is None else trials.load_history(numbers))


def trace(trials: Trials, metric: Metric | None = None) -> Trace:
    """The trace of a study by a metric, its first objective unless given."""
    trials, metric = remembering(trials), metric or trials.objective
    found = points(trials, metric)
    where = iterations(trials, found)
    pairs, mutation = links(trials, found, where.x)
    last = np.ones(len(found), dtype=bool)
    last[pairs[~mutation, 0]] = False
    time, seconds, steps = costs(trials, found, where.x, pairs)
    return Trace(
        metric=metric,
        row=found.row,
        number=trials.numbers[found.row],
        x=where.x,
        value=found.value,
        step=found.step,
        time=time,
        seconds=seconds,
        steps=steps,
        last=last,
        stopped=last & _stopped(trials, found, where),
        links=pairs,
        mutation=mutation,
        boundaries=where.boundaries,
        axis=where.axis,
        unit=where.unit,
    )


def _stopped(trials: Trials, found: Points, where: Iterations) -> Bools:
    """Evaluations of rows that were pruned or failed, or after which the search went on without them."""
    ended = trials.in_state(State.PRUNED, State.FAILED)[found.row]
    return ended | (~where.final & trials.in_state(State.COMPLETE)[found.row] & ~found.more)
