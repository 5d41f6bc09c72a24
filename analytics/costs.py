"""What a study will cost, from what the trials so far have cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Floats, State
from analytics.trials import Trials

SECONDS = ("train_seconds", "training_seconds", "seconds", "duration", "runtime", "time")
"""Metrics that tell how long a trial took, where nothing was recorded while it ran."""


@dataclass(frozen=True)
class Cost:
    """Seconds until the end, seconds of work in all (trials side by side count each), and where that comes from."""

    seconds: float
    work: float
    how: str


def estimate(
    trials: Trials, count: int, *, steps: int | None = None, workers: int = 1, limit: float | None = None
) -> Cost | None:
    """The cost of ``count`` trials of ``steps`` steps each, ``workers`` at a time, ended after ``limit`` seconds.

    Rests on the median duration of the completed trials: per step where their steps are known and the new ones are
    given. None where no trial tells how long it took.
    """
    name, seconds = _seconds(trials)
    budget = trials.columns.get("budget")
    complete = trials.in_state(State.COMPLETE) & np.isfinite(seconds) & (seconds > 0)
    if not complete.any():
        return None
    used, unit = complete, ""
    if budget is not None and steps is not None and (known := complete & (budget.values > 0)).any():
        used, seconds, unit = known, seconds / budget.values, " a step"
    median = float(np.median(seconds[used]))
    each = median * (steps or 1) if unit else median
    work = count * each
    wall = math.ceil(count / max(workers, 1)) * each
    how = f"the median {name} of {int(used.sum()):,} completed trials of {trials.study.name}, {time_text(median)}{unit}"
    if limit is not None and limit < wall:
        return Cost(limit, work * limit / wall, f"{how}; ended by the wall time")
    return Cost(wall, work, how)


def time_text(seconds: float) -> str:
    """A length of time in few characters: ``0.4 s``, ``12 s``, ``3.5 min``, ``2.1 h``, ``4 d``."""
    for unit, size in (("d", 172_800), ("h", 5400), ("min", 90)):
        if seconds >= size:
            return f"{seconds / {'d': 86_400, 'h': 3600, 'min': 60}[unit]:.2g} {unit}"
    return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"


def _seconds(trials: Trials) -> tuple[str, Floats]:
    """What tells how long each trial took, and the seconds, shape (rows,), NaN where unknown."""
    candidates: Sequence[str] = [name for name in trials.metrics if trials.metrics[name].unit == "s"]
    for name in ("duration", *(n for n in SECONDS if n in trials.metrics), *candidates):
        column = trials.columns.get(name)
        if column is not None and np.isfinite(column.values).any():
            return name, column.values
    return "duration", np.full(len(trials), math.nan)
