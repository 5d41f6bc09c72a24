"""How much of what is attainable a search has reached: the hypervolume that its trials dominate, trial by trial.

The volume (Zitzler and Thiele 1998) is told as a share of the box between a reference point and the ideal point, so
that no unit of a metric weighs more than another. Up to three metrics it is exact (Optuna's implementation); above, and
with fronts too large for that, it is the share of points spread over the box (Sobol, fixed seed) that trials dominate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from optuna._hypervolume import compute_hypervolume
from scipy.stats import qmc

from analytics.columns import Floats
from analytics.front import pareto_front
from analytics.trials import Direction

EXACT_UP_TO = {1: 20_000, 2: 20_000, 3: 600}
"""Rows on a front whose volume is exact, by metrics: beyond it takes too long."""
POINTS = 2**14
SEED = 0
STEPS = 200
"""Most points of a curve; between two of them the volume is that of the first."""
BEYOND = 0.1


@dataclass(frozen=True, eq=False)
class Box:
    """From the ``ideal`` to the ``reference`` point, both in the metrics' own units, shape (metrics,).

    ``source`` names the reference point.
    """

    directions: tuple[Direction, ...]
    ideal: Floats
    reference: Floats
    source: str

    @property
    def size(self) -> float:
        """The volume of the box, in the product of the metrics' units."""
        return float(np.prod(np.abs(self.reference - self.ideal)))

    def scaled(self, values: Floats) -> Floats:
        """Rows of values as costs of shape (rows, metrics): 0 is ideal, 1 the reference; better than ideal is 0."""
        return np.maximum(0.0, (values - self.ideal) / (self.reference - self.ideal))


@dataclass(frozen=True, eq=False)
class Growth:
    """The volume so far: from row ``rows[i]`` on it is ``shares[i]`` of the box. ``front`` are the rows on the front.

    ``error`` is the standard error of the last share where it is not ``exact``.
    """

    rows: NDArray[np.intp]
    shares: Floats
    front: NDArray[np.intp]
    exact: bool
    error: float


def box_of(
    values: Floats, metrics: Mapping[str, Direction], reference: Mapping[str, float] | None = None
) -> Box | None:
    """The box of rows of values, shape (rows, metrics); None where no row has all metrics.

    The ideal point is the best of each metric. Unless given, the reference point is the worst of each metric on the
    front, and a tenth of the front's extent beyond it (of the value, where it has none): outliers far from the front
    play no part.
    """
    directions = tuple(metrics.values())
    front = values[pareto_front(values, directions)]
    if not len(front):
        return None
    signs = np.array([1.0 if direction == "minimize" else -1.0 for direction in directions])
    costs = front * signs
    ideal, worst = costs.min(axis=0), costs.max(axis=0)
    extent = np.where(worst > ideal, worst - ideal, np.maximum(np.abs(worst), 1.0))
    point = worst + BEYOND * extent
    for i, name in enumerate(metrics):
        if reference and name in reference:
            point[i] = reference[name] * signs[i]
    if (point <= ideal).any():
        return None
    source = "typed" if reference else "the worst of each metric on the front, and a tenth of the front's extent beyond"
    return Box(directions, ideal * signs, point * signs, source)


def growth(values: Floats, box: Box) -> Growth:
    """How the volume grew over rows of values, shape (rows, metrics), in the order in which they came."""
    came = np.arange(len(values), dtype=float)[:, None]
    new = pareto_front(np.hstack([values, came]), [*box.directions, "minimize"])  # what nothing earlier beats
    events = np.flatnonzero(new)
    front = np.flatnonzero(pareto_front(values, box.directions))
    costs = box.scaled(values[events])
    inside = (costs < 1.0).all(axis=1)
    events, costs = events[inside], costs[inside]
    ends = (
        np.unique(np.linspace(1, len(events), min(len(events), STEPS)).astype(int)) if len(events) else np.empty(0, int)
    )
    exact = _exact(costs, ends)
    shares = _sampled(costs, ends) if exact is None else exact
    final = float(shares[-1]) if len(shares) else 0.0
    error = math.sqrt(final * (1.0 - final) / POINTS) if exact is None else 0.0
    return Growth(events[ends - 1], shares, front, exact is not None, error)


def _exact(costs: Floats, ends: Sequence[int] | NDArray[np.int_]) -> Floats | None:
    """The shares at the ends; None where a front on the way has too many rows."""
    metrics = costs.shape[1]
    kept = np.empty((0, metrics))
    start, shares = 0, []
    for end in ends:
        kept = np.vstack([kept, costs[start:end]])
        kept = kept[pareto_front(kept, ["minimize"] * metrics)]
        if len(kept) > EXACT_UP_TO.get(metrics, 0):
            return None
        shares.append(compute_hypervolume(kept, np.ones(metrics)))
        start = end
    return np.array(shares)


def _sampled(costs: Floats, ends: Sequence[int] | NDArray[np.int_]) -> Floats:
    left = qmc.Sobol(costs.shape[1], rng=SEED).random(POINTS)
    start, shares = 0, []
    for end in ends:
        for cost in costs[start:end]:
            left = left[(left < cost).any(axis=1)]
        shares.append(1.0 - len(left) / POINTS)
        start = end
    return np.array(shares)
