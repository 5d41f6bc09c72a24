"""How far a running study is: trials of its budget, best so far against the target, time left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.columns import Floats, State
from analytics.trials import Metric, Trials

RECENT = 20
"""The median duration of this many trials, those that ended last, tells how long the next ones take."""
ENDED = (State.COMPLETE, State.PRUNED, State.FAILED)


@dataclass(frozen=True)
class Budget:
    """What ends a study: ``trials`` in all, ``seconds`` after which none begins; ``workers`` train at the
    same time, each for ``steps`` at most."""

    trials: int | None = None
    seconds: float | None = None
    workers: int = 1
    steps: int | None = None


@dataclass(frozen=True)
class TimeLeft:
    """Seconds until the budget is spent; ``trials`` of them are still to begin, ``median`` seconds each.

    ``recent`` is how many ended trials the median is of. ``by_clock``: the budget of seconds ends it first.
    """

    seconds: float
    trials: int | None
    median: float
    recent: int
    by_clock: bool = False


@dataclass(frozen=True)
class Standing:
    """One objective: ``best`` so far in the trial ``number``; ``reached`` is the first trial at the target or beyond.

    All are None as long as there is none; ``target`` is the analyst's.
    """

    metric: Metric
    best: float | None = None
    number: int | None = None
    target: float | None = None
    reached: int | None = None


@dataclass(frozen=True)
class RunningTrial:
    """A trial under way: ``seconds`` since its start, the last ``step`` reported (of ``steps``) and what was there."""

    number: int
    seconds: float | None = None
    step: float | None = None
    steps: int | None = None
    metric: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Run:
    """How a study of ours stands: trials by state, of ``planned``; why trials failed, with their numbers."""

    counts: Mapping[str, int]
    planned: int | None
    standings: tuple[Standing, ...]
    left: TimeLeft | None
    running: tuple[RunningTrial, ...]
    reasons: tuple[tuple[str, list[int]], ...] = ()

    @property
    def failed(self) -> int:
        return self.counts.get(State.FAILED, 0)

    @property
    def done(self) -> int:
        """Trials that ended, however."""
        return sum(self.counts.get(state, 0) for state in ENDED)


def read_run(
    trials: Trials,
    *,
    targets: Mapping[str, float],
    reasons: Mapping[int, str],
    now: float,
    going: bool,
    repeated: int = 0,
    spent: float | None = None,
) -> Run:
    """How a study stands at ``now`` (seconds since 1970, UTC); ``going`` says whether its controller runs.

    ``repeated`` trials only run a configuration once more: they come on top of the budget. ``spent`` are the seconds
    that controllers have run the study.
    """
    budget = budget_of(trials)
    if budget.trials is not None:
        budget = replace(budget, trials=budget.trials + repeated)
    by_state = {str(state): int(trials.in_state(state).sum()) for state in State}
    return Run(
        counts=by_state,
        planned=budget.trials,
        standings=tuple(standing(trials, m, targets.get(m.name)) for m in trials.metrics.values() if m.objective),
        left=time_left(trials, budget, now, spent) if going else None,
        running=running_trials(trials, now) if going else (),
        reasons=tuple(by_reason(reasons)),
    )


def budget_of(trials: Trials) -> Budget:
    """The budget in a study's spec."""
    spec = trials.study.spec or {}
    given = spec.get("budget") or {}
    return Budget(planned_trials(spec), given.get("seconds"), spec.get("workers") or 1, given.get("steps"))


def planned_trials(spec: Mapping[str, Any]) -> int | None:
    """How many trials a study is to have: its budget or its list of configurations, each as often as it is repeated."""
    bounds = [(spec.get("budget") or {}).get("trials"), len(spec.get("configurations") or ())]
    known = [bound for bound in bounds if bound]
    return min(known) * int(spec.get("repeats") or 1) if known else None


def running_trials(trials: Trials, now: float) -> tuple[RunningTrial, ...]:
    """The trials under way, with their last report of the objective."""
    rows = np.flatnonzero(trials.in_state(State.RUNNING))
    if not len(rows):
        return ()
    numbers = [int(n) for n in trials.numbers[rows]]
    name, steps = trials.objective.name if trials.objective else "", budget_of(trials).steps
    history = trials.load_history(numbers)
    found = []
    for row, number in zip(rows, numbers, strict=True):
        started = float(trials.columns["start"].values[row])
        seconds = max(0.0, now - started) if math.isfinite(started) else None
        own = history[history["number"] == number]
        reported = own[own["metric"] == name].sort_values("step")
        step = float(own["step"].max()) if len(own) else None
        value = float(reported["value"].iloc[-1]) if len(reported) else None
        found.append(RunningTrial(number, seconds, step, steps, name, value))
    return tuple(found)


def standing(trials: Trials, metric: Metric, target: float | None = None) -> Standing:
    """Best so far of an objective, each configuration at its highest budget, against its target."""
    place = trials.best(metric)
    if place is None:
        return Standing(metric, target=target)
    values, numbers = trials.columns[metric.name].values, trials.numbers
    reached = None
    if target is not None:
        there = values >= target if metric.direction == "maximize" else values <= target
        found = numbers[there & trials.comparable()]
        reached = int(found.min()) if len(found) else None
    return Standing(metric, float(values[place]), int(numbers[place]), target, reached)


def time_left(trials: Trials, budget: Budget, now: float, spent: float | None = None) -> TimeLeft | None:
    """How long the rest of the budget takes at the pace of the last trials; None if nothing tells.

    Each of the running trials is taken to need the median too, less what it has run already. ``now`` is in seconds
    since 1970, UTC. Of a budget of seconds ``spent`` are gone; None: those since the first trial's start.
    """
    start, end = trials.columns["start"].values, trials.columns["end"].values
    last = _last_durations(trials, start, end)
    if not len(last):
        return None
    median = float(np.median(last))
    gone = now - float(np.nanmin(start)) if spent is None else spent
    clock = budget.seconds - gone if budget.seconds is not None else math.inf
    running = np.maximum(0.0, median - (now - start[trials.in_state(State.RUNNING)]))
    rest = float(np.nansum(running))
    if budget.trials is None:
        return TimeLeft(max(0.0, clock), None, median, len(last), by_clock=True) if math.isfinite(clock) else None
    begun = int(trials.in_state(*ENDED, State.RUNNING).sum())
    to_begin = max(0, budget.trials - begun)
    seconds = (to_begin * median + rest) / max(1, budget.workers)
    by_clock = clock < seconds
    return TimeLeft(max(0.0, min(seconds, clock)), to_begin, median, len(last), by_clock)


def by_reason(reasons: Mapping[int, str]) -> list[tuple[str, list[int]]]:
    """Failures by reason, the most frequent first, each with the numbers of its trials."""
    groups: dict[str, list[int]] = {}
    for number in sorted(reasons):
        groups.setdefault(reasons[number], []).append(number)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _last_durations(trials: Trials, start: Floats, end: Floats) -> Floats:
    """Durations of the trials that ended last, shape (at most RECENT,)."""
    ended = trials.in_state(State.COMPLETE, State.PRUNED) & np.isfinite(start) & np.isfinite(end)
    rows = np.flatnonzero(ended)
    rows = rows[np.argsort(end[rows], kind="stable")][-RECENT:]
    return np.asarray(end[rows] - start[rows])
