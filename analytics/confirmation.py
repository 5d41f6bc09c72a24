"""The best few again with fresh seeds: what they reach on average, and how much the search flattered them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import ttest_1samp

from analytics.axes import Ints
from analytics.bests import CONFIDENCE, Estimate, mean_difference
from analytics.columns import Column, Floats, Kind, Level, State, level_key
from analytics.selection import Mask
from analytics.trials import Metric, Trials

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Confirmed:
    """One configuration: the ``number`` of its trial in the search and what it had there, and what it has now.

    ``values`` are those of the fresh trainings, shape (n,); ``mean`` has the 95 % t interval over them, if there are
    two or more. ``shrinkage`` is by how much the search's value was better than the mean, in the metric's unit; NaN
    without one of them. ``rank`` is by the mean, ``search_rank`` by the search, both from 1. ``tied``: that it is as
    good as the first is not ruled out (Welch's 95 % interval of the difference).
    """

    number: int | None
    searched: float
    values: Floats = field(repr=False)
    failed: int
    mean: Estimate
    shrinkage: float
    rank: int
    search_rank: int
    tied: bool


@dataclass(frozen=True)
class Confirmation:
    """The configurations of a confirming study by their confirmed mean, the best first.

    ``metric`` is what is confirmed, ``searched`` the metric of the search that stands beside it. ``shrinkage`` is the
    mean over the configurations with its t interval: the optimism of the search's best values.
    """

    metric: Metric
    searched: Metric
    rows: tuple[Confirmed, ...]
    shrinkage: Estimate | None

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return -1 if self.metric.direction == "minimize" else 1


def best_trials(trials: Trials, k: int, among: Sequence[int] | None = None) -> list[int]:
    """Numbers of the k best trials with different configurations, the best first; ``among``: of these numbers only."""
    metric = trials.objective
    if metric is None or metric.direction is None:
        return []
    sign = 1 if metric.direction == "maximize" else -1
    values = sign * trials.columns[metric.name].values
    usable = trials.comparable() & np.isfinite(values)
    if among is not None:
        usable &= np.isin(trials.numbers, np.asarray(among, dtype=np.int64))
    rows = np.flatnonzero(usable)
    chosen: dict[Key, int] = {}
    for row in rows[np.argsort(-values[rows], kind="stable")]:
        chosen.setdefault(_key(trials, list(trials.space), int(row)), int(trials.numbers[row]))
        if len(chosen) == k:
            break
    return list(chosen.values())


def configuration(trials: Trials, number: int) -> dict[str, Any]:
    """The hyperparameters of a trial that are active in it, under their public names.

    Raises:
        KeyError: there is no such trial.
    """
    rows = np.flatnonzero(trials.numbers == number)
    if not len(rows):
        raise KeyError(number)
    values = {name: _value(trials.columns[name], int(rows[-1])) for name in trials.space}
    return {name: value for name, value in values.items() if not _missing(value)}


def confirmation(search: Trials, again: Trials, metric: str) -> Confirmation:
    """What the trials of ``again`` say of the configurations of ``search``, by a metric of ``again``.

    The search's value is that of the same metric where it has one, else of its objective. Trials that are still to
    end leave their configuration with fewer values.
    """
    confirmed = again.metrics[metric]
    searched = search.metrics.get(metric) or search.objective or confirmed
    sign = -1 if confirmed.direction == "minimize" else 1
    names = [name for name in again.space if name in search.columns]
    complete, failed, values = (
        again.in_state(State.COMPLETE),
        again.in_state(State.FAILED),
        again.columns[metric].values,
    )
    found: list[tuple[int | None, float, Floats, int]] = []
    for rows in _groups(again, names):
        number, value = _searched(search, searched, {name: _value(again.columns[name], rows[0]) for name in names})
        own = values[rows[complete[rows]]]
        found.append((number, value, own[np.isfinite(own)], int(failed[rows].sum())))
    return Confirmation(confirmed, searched, _ranked(found, sign), _optimism(found, sign))


def mean_estimate(values: Floats) -> Estimate:
    """The mean with its 95 % t interval; no interval of one value, a point where all are equal."""
    if not len(values):
        return Estimate(math.nan)
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean)
    if np.ptp(values) == 0:
        return Estimate(mean, mean, mean)
    interval = ttest_1samp(values, 0.0).confidence_interval(CONFIDENCE)
    return Estimate(mean, float(interval.low), float(interval.high))


def _ranked(found: Sequence[tuple[int | None, float, Floats, int]], sign: int) -> tuple[Confirmed, ...]:
    means = [mean_estimate(values) for _, _, values, _ in found]
    order = sorted(range(len(found)), key=lambda i: (math.isnan(means[i].value), -sign * means[i].value))
    by_search = sorted(range(len(found)), key=lambda i: (math.isnan(found[i][1]), -sign * found[i][1]))
    rows = []
    for rank, i in enumerate(order, start=1):
        number, searched, values, failed = found[i]
        shrinkage = sign * (searched - means[i].value)
        tied = _tied(values, found[order[0]][2])
        rows.append(
            Confirmed(number, searched, values, failed, means[i], shrinkage, rank, by_search.index(i) + 1, tied)
        )
    return tuple(rows)


def _tied(values: Floats, first: Floats) -> bool:
    if values is first:
        return True
    return len(values) > 1 and len(first) > 1 and not mean_difference(values, first).sure


def _optimism(found: Sequence[tuple[int | None, float, Floats, int]], sign: int) -> Estimate | None:
    each = [sign * (searched - values.mean()) for _, searched, values, _ in found if len(values)]
    known = np.array([value for value in each if math.isfinite(value)])
    return mean_estimate(known) if len(known) else None


def _searched(search: Trials, metric: Metric, params: Mapping[str, Level]) -> tuple[int | None, float]:
    """Number and value of the best trial of a configuration in the search."""
    values = search.columns[metric.name].values
    same = search.comparable() & np.isfinite(values)
    for name, value in params.items():
        same &= _equal(search.columns[name], value)
    rows = np.flatnonzero(same)
    if not len(rows):
        return None, math.nan
    row = rows[np.argmin(values[rows]) if metric.direction == "minimize" else np.argmax(values[rows])]
    return int(search.numbers[row]), float(values[row])


def _equal(column: Column, value: Level) -> Mask:
    if _missing(value):
        return column.missing
    if column.kind is Kind.CATEGORY:
        codes = [code for code, level in enumerate(column.levels) if level_key(level) == level_key(value)]
        return np.asarray(np.isin(column.values, codes))
    return np.asarray(column.values == value)


def _groups(trials: Trials, names: Sequence[str]) -> list[Ints]:
    """Rows by configuration, in the order in which the configurations came; those that wait are left out."""
    found: dict[Key, list[int]] = {}
    for row in np.flatnonzero(~trials.in_state(State.WAITING)).tolist():
        found.setdefault(_key(trials, names, row), []).append(row)
    return [np.array(rows) for rows in found.values()]


def _key(trials: Trials, names: Sequence[str], row: int) -> Key:
    values = (_value(trials.columns[name], row) for name in names)
    return tuple("missing" if _missing(value) else level_key(value) for value in values)


def _value(column: Column, row: int) -> Level:
    value = float(column.values[row])
    if math.isnan(value):
        return math.nan
    if column.kind is Kind.CATEGORY:
        return column.levels[int(value)]
    return int(value) if column.kind is Kind.INT and math.isfinite(value) else value


def _missing(value: Level) -> bool:
    return isinstance(value, float) and math.isnan(value)
