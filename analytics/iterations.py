"""The search's own time: what was sampled together stands in one column, rungs and brackets beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.evaluations import Points, is_asynchronous_population
from analytics.rungs import Rungs, bracket_numbers, rungs, runs_through
from analytics.trials import Trials

UNKNOWN = 1 << 40


@dataclass(frozen=True)
class Boundary:
    """A stretch of iterations from ``start`` to ``end``: a bracket (``level`` 0), or a rung or generation (1).

    ``shade`` is 0 … 1: deeper with every rung, alternating with generations.
    """

    start: float
    end: float
    label: str
    level: int
    shade: float


@dataclass(frozen=True, eq=False)
class Iterations:
    """Where evaluations stand, shape (evaluations,); ``final`` marks those after which nothing more was to come.

    ``axis`` says what x counts: trials, generation, batch, rung or step; ``unit`` what the labels of rungs are.
    """

    x: Floats
    final: NDArray[np.bool_]
    boundaries: tuple[Boundary, ...] = ()
    axis: str = "trials"
    unit: str = "steps"


def iterations(trials: Trials, found: Points) -> Iterations:
    """The iteration of each evaluation.

    Rungs stand side by side, bracket by bracket; within one, trials stand in the order in which they were sampled,
    unless the search came back to all of them, as synchronous halving does: then they share a column. Generations, and
    trials that were asked for with the same knowledge, share one too. Members that take over from each other at steps
    of their own have no generation: they stand at their steps.
    """
    if is_asynchronous_population(trials):
        return Iterations(np.nan_to_num(found.step), np.ones(len(found), dtype=bool), axis="step")
    known = rungs(trials)
    generation = trials.columns["generation"].values
    through = runs_through(trials)
    if known and (through or not trials.columns["rung"].missing.all()) and np.isnan(generation).all():
        return _by_rung(trials, found, known, through)
    return _by_column(trials, found)


def _by_column(trials: Trials, found: Points) -> Iterations:
    """Generations, batches or single trials, in order of their first trial."""
    generation, batch = trials.columns["generation"].values, trials.columns["batch"].values
    axis = "trials" if np.isnan(batch).all() else "batch"
    if not np.isnan(generation).all():
        axis, batch = "generation", generation
    x = _dense(_first_rows(batch)[found.row])
    if axis == "batch" and len(np.unique(x)) == len(x):
        axis = "trials"
    own = generation[found.row]
    known = ~np.isnan(own)
    latest = own[known].max(initial=-np.inf)
    population = not trials.columns["parent"].missing.all()
    final = ~known | (own == latest) if population else np.ones(len(found), dtype=bool)
    unit = "steps" if runs_through(trials) or population else "budget"
    return Iterations(x, final, tuple(_generations(x[known], own[known])), axis, unit)


def _generations(x: Floats, generation: Floats) -> list[Boundary]:
    found = []
    for one in np.unique(generation):
        places = x[generation == one]
        found.append(Boundary(places.min() - 0.5, places.max() + 0.5, f"{one:g}", 1, float(one % 2)))
    return found


def _by_rung(trials: Trials, found: Points, known: Rungs, through: bool) -> Iterations:
    """Brackets, in them rungs, in them trials."""
    bracket = np.nan_to_num(bracket_numbers(trials), nan=UNKNOWN)[found.row].astype(np.int64)
    own = np.nan_to_num(trials.columns["rung"].values, nan=0)[found.row].astype(np.int64)
    stage = found.stage if through else own
    first = _first_rows(trials.columns["batch"].values)[found.row] if through else np.zeros(len(found), dtype=np.int64)
    x = _dense(bracket, stage, first)
    steps = {UNKNOWN if key is None else key: values for key, values in known}
    boundaries, final = [], np.zeros(len(found), dtype=bool)
    for one in np.unique(bracket):
        inside = bracket == one
        rungs_of = steps.get(int(one), steps.get(UNKNOWN, ()))
        last = max(int(stage[inside].max()), len(rungs_of) - 1)
        final |= inside & (stage == stage[inside].max())
        if len(known) > 1 or known[0][0] is not None:
            boundaries.append(_boundary(x[inside], "?" if one == UNKNOWN else str(one), 0, 0.0))
        for at in np.unique(stage[inside]):
            here = inside & (stage == at)
            step = _label(found.step[here], rungs_of[at] if at < len(rungs_of) else np.nan)
            boundaries.append(_boundary(x[here], step, 1, at / max(last, 1)))
    return Iterations(x, final, tuple(boundaries), "rung", "steps" if through else "budget")


def _boundary(x: Floats, label: str, level: int, shade: float) -> Boundary:
    return Boundary(float(x.min()) - 0.5, float(x.max()) + 0.5, label, level, float(shade))


def _label(steps: Floats, declared: float) -> str:
    """The budget of a rung: as declared, else what most evaluations there have."""
    if declared == declared:
        return f"{declared:g}"
    values, counts = np.unique(steps[~np.isnan(steps)], return_counts=True)
    return f"{values[counts.argmax()]:g}" if len(values) else ""


def _first_rows(groups: Floats) -> NDArray[np.int64]:
    """For each row the first row of its group, itself where it has none; shape (rows,)."""
    rows = np.arange(len(groups), dtype=np.int64)
    if np.isnan(groups).all():
        return rows
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.where(np.isnan(groups), rows, first[inverse.reshape(-1)]).astype(np.int64)


def _dense(*keys: NDArray[np.int64]) -> Floats:
    """The place of each key among the different ones, in ascending order, counted from 0."""
    if not len(keys[0]):
        return np.zeros(0)
    found = np.unique(np.column_stack(keys), axis=0, return_inverse=True)[1]
    return found.reshape(-1).astype(np.float64)
