"""What a rung would do: which trials would go on from a step, and how well the values there foretell the final ones.

Source: Park et al. 2020, HyperTendril, section 7.1: deep networks dropped before they saturate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from analytics.columns import Floats, State
from analytics.trials import Trials

Ints = NDArray[np.int64]
BEST = 10
FACTORS = {"halving": 4.0, "hyperband": 3.0}
"""How many times fewer trials go on from each rung, by pruner, where the study does not say; 3 for all others."""


@dataclass(frozen=True, eq=False)
class Survival:
    """A rung at ``step``: of the trials ``reached`` (their numbers) the ``survivors`` go on, the best 1/``factor``.

    ``correlation`` is Spearman's between the value at the step and the final one over ``compared`` trials that
    completed, None if these are fewer than three or all alike; of the ``best`` of them (at most ten) ``kept`` go on.
    ``winner`` is the trial that ends best and ``rank`` its place at the step, from 1; None without a completed trial.
    Of population-based training members are followed over generations; the numbers are those of their trials then.
    """

    step: float
    factor: float
    reached: Ints
    survivors: Ints
    correlation: float | None
    compared: int
    best: int
    kept: int
    winner: int | None
    rank: int | None


@dataclass(frozen=True, eq=False)
class Ladder:
    """The history of one metric, ready for any step: one curve after the other, in step order, lower is better.

    A curve is a trial, or a member of a population over its generations; ``numbers`` says the trial of each point,
    ``bounds`` where curves begin and end, ``final`` the last value of each curve that completed, NaN of others.
    """

    numbers: Ints
    bounds: Ints
    steps: Floats
    values: Floats
    final: Floats


def ladder(history: pd.DataFrame, trials: Trials, metric: str, sign: int) -> Ladder:
    """The curves of a metric; ``sign`` is 1 where lower is better, else -1."""
    table = history[(history["metric"] == metric) & np.isfinite(history["step"].astype(float))]
    number, step = table["number"].to_numpy(np.int64), table["step"].to_numpy(np.float64)
    curve, ended = _curves(number, trials)
    order = np.lexsort((step, curve))
    values = np.asarray(sign * table["value"].to_numpy(np.float64))[order]
    values[~np.isfinite(values)] = np.nan
    bounds = np.append(np.unique(curve[order], return_index=True)[1], len(order)).astype(np.int64)
    last = bounds[1:] - 1
    final = np.where(ended[order][last], values[last], np.nan)
    return Ladder(number[order], bounds, step[order], values, final)


def _curves(number: Ints, trials: Trials) -> tuple[Ints, NDArray[np.bool_]]:
    """Of each point the curve it belongs to, and whether what ends with it completed."""
    rows = pd.Index(trials.numbers).get_indexer(pd.Index(number))
    member, generation = trials.columns.get("member"), trials.columns.get("generation")
    if member is None or generation is None or member.missing.any() or generation.missing.any():
        return number, np.isin(number, trials.numbers[trials.comparable()])
    complete = trials.in_state(State.COMPLETE)
    return member.values[rows].astype(np.int64), np.asarray(complete[rows])


def survival(ladder: Ladder, step: float, factor: float) -> Survival:
    """What a rung at a step would do: as a pruner does, it goes by the last value at or before the step.

    A trial whose curve ends before the step does not reach it; one whose value there is no number ends there.
    """
    low, high = ladder.bounds[:-1], ladder.bounds[1:]
    last = ladder.steps[high - 1] if len(high) else np.zeros(0)
    at = np.add.reduceat(ladder.steps <= step, low, dtype=np.int64) if len(low) else low
    places = np.flatnonzero((last >= step) & (at > 0))
    values, trial = ladder.values[low[places] + at[places] - 1], ladder.numbers[low[places] + at[places] - 1]
    ranked = np.where(np.isnan(values), np.inf, values)
    order = np.argsort(ranked, kind="stable")
    keep = order[: max(1, math.floor(len(places) / factor))]
    keep = keep[np.isfinite(ranked[keep])]
    final = ladder.final[places]
    known = np.flatnonzero(np.isfinite(final))
    best = known[np.argsort(final[known], kind="stable")][:BEST]
    ranks = np.empty(len(places), dtype=np.int64)
    ranks[order] = np.arange(1, len(places) + 1)
    return Survival(
        step=step,
        factor=factor,
        reached=np.sort(trial),
        survivors=np.sort(trial[keep]),
        correlation=_correlation(ranked[known], final[known]),
        compared=len(known),
        best=len(best),
        kept=int(np.isin(best, keep).sum()),
        winner=int(trial[best[0]]) if len(best) else None,
        rank=int(ranks[best[0]]) if len(best) else None,
    )


def factor_of(trials: Trials) -> float:
    """The factor by which a study's algorithm thins its trials at a rung: η, or one over PBT's share of survivors."""
    choice = _choice(trials)
    settings = choice.get("settings") or {}
    if choice.get("name") == "pbt":
        return max(1.0, 1 / float(settings.get("survivors") or 0.5))
    pruner = str(choice.get("pruner"))
    return float((choice.get("pruner_settings") or {}).get("reduction_factor") or FACTORS.get(pruner, 3.0))


def proposal(trials: Trials, step: float, factor: float, place: int) -> tuple[str, dict[str, Any]]:
    """What a rung at a step means for a new study, in words and as the ``algorithm`` of a launch to fill in.

    ``place`` is which rung was moved, from 0: the first one of successive halving then lies at step / η^place. Of
    population-based training the step becomes the interval; a study without rungs gets successive halving.
    """
    choice = _choice(trials)
    if choice.get("name") == "pbt":
        interval = max(1, round(step / (place + 1)))
        return f"an interval of {interval} steps", {"name": "pbt", "settings": {"interval": interval}}
    pruner = str(choice.get("pruner")) if choice.get("pruner") in FACTORS else "halving"
    eta = max(2, round(factor))
    first = max(1, round(step / eta**place))
    words = f"min_resource {first} with a reduction factor of {eta}"
    return words, {"pruner": pruner, "pruner_settings": {"min_resource": first, "reduction_factor": eta}}


def _choice(trials: Trials) -> Mapping[str, Any]:
    choice = (trials.study.spec or {}).get("algorithm")
    return choice if isinstance(choice, Mapping) else {}


def _correlation(values: Floats, final: Floats) -> float | None:
    if len(values) < 3 or len(np.unique(values)) < 2 or len(np.unique(final)) < 2:
        return None
    return float(spearmanr(values, final).statistic)
