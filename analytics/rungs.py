"""At which budgets a search judges its configurations: rungs, brackets, intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from analytics.columns import Floats, State
from analytics.trials import Trials

Rungs: TypeAlias = list[tuple[int | None, tuple[float, ...]]]
"""Each bracket (None: the search has none) with the steps at which it judges, ascending."""

TOLERANCE = 0.05
"""How far a step may lie from a power of η, as an exponent."""

DEFAULTS: Mapping[str, Mapping[str, int]] = {
    "halving": {"min_resource": 1, "reduction_factor": 4, "min_early_stopping_rate": 0},
    "hyperband": {"min_resource": 1, "reduction_factor": 3, "max_resource": 0},
}


def rungs(trials: Trials) -> Rungs:
    """The steps at which a study judges, a bracket each; empty where every trial is judged at its end alone.

    Of successive halving bracket b's k-th rung is min_resource · η^(b + k), as in Optuna's pruners; of a search that
    measures configurations at several budgets these are its rungs; of population-based training the ends of intervals.
    Where the settings are unknown, rungs are the steps at which trials were pruned.
    """
    spec = trials.study.spec or {}
    choice = spec.get("algorithm")
    if isinstance(choice, Mapping):
        if choice.get("name") == "pbt":
            return _intervals(trials, choice)
        if choice.get("pruner") in DEFAULTS:
            return _declared(trials, spec, choice)
    if runs_through(trials):
        return _found(trials)
    return _budgets(trials)


def runs_through(trials: Trials) -> bool:
    """Whether a row is a trial that passes rung after rung, rather than one of several rows of a configuration."""
    rung, config = trials.columns["rung"], trials.columns["config"]
    known = ~rung.missing & ~config.missing
    if rung.missing.all():
        return _pruner(trials) in DEFAULTS
    pairs = np.unique(np.column_stack([config.values[known], rung.values[known]]), axis=0)
    return len(pairs) == len(np.unique(pairs[:, 0])) or _pruner(trials) in DEFAULTS


def bracket_numbers(trials: Trials) -> Floats:
    """The bracket of each row, NaN where there is none or it is unknown, shape (rows,).

    Optuna keeps no brackets. They follow from where trials were pruned: one that was pruned at the k-th of all rungs,
    as the r-th it saw, is of bracket k - r; one that was never pruned saw all rungs but its bracket's first ones.
    """
    told = trials.columns["bracket"].values
    ladder = _ladder(trials) if np.isnan(told).all() and not _pruner(trials) else None
    if ladder is None:
        return told
    steps, places = ladder
    rung = trials.columns["rung"].values
    found: Floats = np.where(np.isnan(places), len(steps) - 1, places) - rung
    return np.full(len(rung), np.nan) if np.nanmax(found) <= 0 else np.maximum(found, 0)


def last_steps(trials: Trials) -> Floats:
    """The step at which each row ended: its budget, else the last reported one; shape (rows,), NaN where unknown."""
    budget = trials.columns["budget"].values
    if not np.isnan(budget).all():
        return budget
    history = trials.load_history(None)
    reached = history.groupby("number")["step"].max() if len(history) else pd.Series(dtype=np.float64)
    steps: Floats = reached.reindex(trials.numbers).to_numpy(dtype=np.float64)
    return steps


def _ladder(trials: Trials) -> tuple[tuple[float, ...], Floats] | None:
    """All rungs of successive halving, by where trials were pruned, and which of them pruned each row (NaN: none).

    None where there are none, or where they do not grow by one factor.
    """
    rung = trials.columns["rung"].values
    if np.isnan(rung).all() or not runs_through(trials):
        return None
    ends = np.where(trials.in_state(State.PRUNED) & ~np.isnan(rung), last_steps(trials), np.nan)
    steps = np.unique(ends[ends > 0])
    if not len(steps):
        return None
    factor = round(float((steps[1:] / steps[:-1]).min())) if len(steps) > 1 else 2
    places = np.log(ends / steps[0]) / math.log(max(factor, 2))
    whole = np.round(places)
    if np.nanmax(np.abs(places - whole)) > TOLERANCE:
        return None
    whole += max(0.0, float(np.nanmax(rung - whole)))
    first = steps[0] / factor ** float(np.nanmin(whole))
    count = int(max(np.nanmax(whole), np.nanmax(rung))) + 1
    return tuple(float(first * factor**k) for k in range(count)), whole


def _found(trials: Trials) -> Rungs:
    ladder = _ladder(trials)
    if ladder is None:
        return []
    brackets = bracket_numbers(trials)
    if np.isnan(brackets).all():
        return [(None, ladder[0])]
    return [(bracket, ladder[0][bracket:]) for bracket in range(int(np.nanmax(brackets)) + 1)]


def _pruner(trials: Trials) -> str:
    choice = (trials.study.spec or {}).get("algorithm")
    return str(choice.get("pruner") or "") if isinstance(choice, Mapping) else ""


def _intervals(trials: Trials, choice: Mapping[str, Any]) -> Rungs:
    settings = choice.get("settings") or {}
    interval = float(settings.get("interval") or 1)
    generation = trials.columns["generation"].values
    last = int(settings.get("generations") or 0) - 1
    if not np.isnan(generation).all():
        last = max(last, int(np.nanmax(generation)))
    return [(None, tuple(interval * (g + 1) for g in range(last + 1)))]


def _declared(trials: Trials, spec: Mapping[str, Any], choice: Mapping[str, Any]) -> Rungs:
    kind = str(choice["pruner"])
    settings = {**DEFAULTS[kind], **(choice.get("pruner_settings") or {})}
    low, factor = float(settings["min_resource"]), float(settings["reduction_factor"])
    full = float(settings.get("max_resource") or (spec.get("budget") or {}).get("steps") or 0)
    full = full or float(np.max(last_steps(trials), where=~np.isnan(last_steps(trials)), initial=0.0))
    if kind == "halving":
        return [(None, _powers(low, factor, int(settings["min_early_stopping_rate"]), full))]
    count = len(_powers(low, factor, 0, full))
    return [(bracket, _powers(low, factor, bracket, full)) for bracket in range(max(count, 1))]


def _powers(low: float, factor: float, first: int, full: float) -> tuple[float, ...]:
    """low · factor^first and on, up to the steps of a full trial."""
    found: list[float] = []
    while (step := low * factor ** (first + len(found))) <= full or not found:
        found.append(step)
    return tuple(found)


def _budgets(trials: Trials) -> Rungs:
    """The budgets at which rows measure, where they are several."""
    budget, bracket = trials.columns["budget"].values, trials.columns["bracket"].values
    if len(np.unique(budget[~np.isnan(budget)])) < 2 or trials.columns["config"].missing.all():
        return []
    found: Rungs = []
    for one in np.unique(bracket):
        rows = np.isnan(bracket) if np.isnan(one) else bracket == one
        steps = np.unique(budget[rows & ~np.isnan(budget)])
        found.append((None if np.isnan(one) else int(one), tuple(steps.tolist())))
    return found
