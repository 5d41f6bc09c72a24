"""The evaluations of a study: each row at every rung that it passed, or once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Floats, State
from analytics.rungs import bracket_numbers, last_steps, rungs, runs_through
from analytics.trials import Metric, Trials

MOST_STEPS = 100
"""A population without generations is looked at after at most this many steps."""


@dataclass(frozen=True, eq=False)
class Points:
    """Evaluations, arrays of shape (evaluations,), in the order of rows, and of steps within a row.

    ``stage`` counts the evaluations of a row from 0; ``more`` says that another one of the same row follows.
    """

    row: NDArray[np.int64]
    stage: NDArray[np.int64]
    step: Floats
    value: Floats
    more: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.row)


def points(trials: Trials, metric: Metric | None) -> Points:
    """What was evaluated at which step; a metric is read there from what the trial reported."""
    count = len(trials)
    value = np.full(count, np.nan) if metric is None else trials.columns[metric.name].values
    rows = np.flatnonzero(~trials.in_state(State.WAITING))
    ends = trials.columns["budget"].values
    judged = judged_steps(trials)
    if judged is None:
        return _points(rows, np.zeros(len(rows)), ends[rows], value[rows])
    ends = last_steps(trials)
    curves = _curves(trials, metric)
    complete = trials.in_state(State.COMPLETE)
    found = [
        (row, stage, *evaluation)
        for row in rows.tolist()
        for stage, evaluation in enumerate(
            _evaluations(judged.get(row, ()), ends[row], value[row], curves.get(row), bool(complete[row]))
        )
    ]
    row, stage, step, values = np.array(found, dtype=np.float64).reshape(-1, 4).T
    return _points(row, stage, step, values)


def judged_steps(trials: Trials) -> Mapping[int, Sequence[float]] | None:
    """At which steps each row (not number) was judged; None where every row is judged at its end alone."""
    if is_asynchronous_population(trials):
        return _looked_at(trials)
    known = dict(rungs(trials)) if runs_through(trials) else {}
    if not known:
        return None
    bracket = bracket_numbers(trials)
    return {row: known.get(None if np.isnan(at) else int(at)) or known.get(None, ()) for row, at in enumerate(bracket)}


def is_asynchronous_population(trials: Trials) -> bool:
    """Whether members take over from each other at steps of their own, not generation by generation."""
    columns = trials.columns
    known = {name: not columns[name].missing.all() for name in ("parent", "generation", "budget")}
    return known["parent"] and known["budget"] and not known["generation"]


def _looked_at(trials: Trials) -> Mapping[int, Sequence[float]]:
    """The steps at which any member of the population ended or was replaced."""
    budget = trials.columns["budget"].values
    steps = np.unique(budget[~np.isnan(budget)])[:MOST_STEPS].tolist()
    return dict.fromkeys(range(len(trials)), steps)


def _points(row: NDArray[Any], stage: Floats, step: Floats, value: Floats) -> Points:
    rows = row.astype(np.int64)
    more = np.zeros(len(rows), dtype=bool)
    more[:-1] = rows[1:] == rows[:-1]
    return Points(rows, stage.astype(np.int64), step, value, more)


def _curves(trials: Trials, metric: Metric | None) -> dict[int, tuple[Floats, Floats]]:
    """Steps and values that each row reported of a metric, by row."""
    history = trials.load_history(None)
    if metric is None or not len(history):
        return {}
    history = history[history["metric"] == metric.name].sort_values(["number", "step"], kind="stable")
    rows = pd.Index(trials.numbers).get_indexer(pd.Index(history["number"]))
    steps, values = history["step"].to_numpy(np.float64), history["value"].to_numpy(np.float64)
    borders = np.flatnonzero(np.diff(rows)) + 1
    starts = np.concatenate([[0], borders]) if len(rows) else np.zeros(0, dtype=np.int64)
    pieces = zip(np.split(steps, borders), np.split(values, borders), strict=True)
    return {int(rows[at]): piece for at, piece in zip(starts, pieces, strict=True) if rows[at] >= 0}


def _evaluations(
    judged: Sequence[float], end: float, value: float, curve: tuple[Floats, Floats] | None, complete: bool
) -> Iterator[tuple[float, float]]:
    """Step and value of each evaluation of a row: where it was judged, and where it ended."""
    steps, values = curve if curve is not None else (np.zeros(0), np.zeros(0))
    begin = steps[0] if len(steps) else -np.inf
    passed = [step for step in judged if begin <= step < end]
    for step in passed:
        at = int(np.searchsorted(steps, step))
        yield step, float(values[at]) if at < len(steps) else np.nan
    last = float(values[-1]) if len(values) and not (complete and value == value) else value
    yield end, last


def costs(trials: Trials, found: Points, x: Floats, pairs: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """When each evaluation was made, in seconds since the study began, and what training the study had had by then.

    Within a row seconds are shared out by steps. A row that goes on from a parent's checkpoint costs what it adds.

    Returns:
        time, cumulated seconds, cumulated steps; each of shape (evaluations,), all NaN where unknown.
    """
    start, end = (trials.columns[name].values[found.row] for name in ("start", "end"))
    duration = trials.columns["duration"].values[found.row]
    ends = np.zeros(len(trials))
    ends[found.row] = found.step
    before = np.zeros(len(found))
    inside = np.flatnonzero(found.more)
    before[inside + 1] = found.step[inside]
    share = np.divide(found.step, ends[found.row], out=np.ones(len(found)), where=found.more & (ends[found.row] > 0))
    added = np.divide(found.step - before, ends[found.row], out=np.ones(len(found)), where=ends[found.row] > 0)
    time = np.where(np.isnan(end), start, start + share * (end - start))
    time -= np.min(start, where=np.isfinite(start), initial=np.inf)
    goes_on = ~np.isnan(trials.columns["parent"].values[found.row])
    taken = pairs[goes_on[pairs[:, 1]] & (found.row[pairs[:, 0]] != found.row[pairs[:, 1]])]
    before[taken[:, 1]] = found.step[taken[:, 0]]
    order = np.lexsort([x, np.where(np.isnan(time), np.inf, time)])
    return time, _cumulated(duration * added, order), _cumulated(found.step - before, order)


def _cumulated(amounts: Floats, order: NDArray[np.int64]) -> Floats:
    found = np.full(len(amounts), np.nan)
    if not np.isnan(amounts).all():
        found[order] = np.nancumsum(np.maximum(amounts[order], 0))
    return found
