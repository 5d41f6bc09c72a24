"""Learning curves out of a study's history: by trial and metric, in step order, reduced where they are long."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.reservoir import thinned
from analytics.trials import HISTORY_COLUMNS, Trials

STEP = "step"
TIME = "time"
Span = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class Curve:
    """One metric of one trial over steps: arrays of one length, ascending in ``x``.

    ``x`` is what the curve is drawn over, in the unit of that; ``value`` is NaN where it was not finite; ``of`` is how
    many points there are within the span that was asked for, before any were left out.
    """

    number: int
    metric: str
    step: Floats
    value: Floats
    x: Floats
    of: int


def curves_of(
    history: pd.DataFrame,
    *,
    metrics: Collection[str] = (),
    along: str = STEP,
    starts: Mapping[int, float] | None = None,
    span: Span = (None, None),
    points: int | None = None,
) -> list[Curve]:
    """The curves in a long table with ``HISTORY_COLUMNS``, by number and metric.

    Args:
        history: rows in any order; where a step has two values of a metric, both stay.
        metrics: those wanted; empty for all.
        along: what x is: the step, the time of the report (seconds since the trial's ``starts``; only of a history with
            a column ``time``), or another metric, by its value at the same step. Points without an x are left out.
        starts: when each trial began, in seconds since 1970.
        span: the lowest and highest x wanted; one point beyond each end is given too, so that lines go on to the edge.
        points: a longer curve is reduced to as many, see :func:`analytics.reservoir.thinned`.
    """
    table = history[history["metric"].isin(list(metrics))] if metrics else history
    if table.empty:
        return []
    number, step = table["number"].to_numpy(np.int64), table["step"].to_numpy(np.float64)
    value = table["value"].to_numpy(np.float64)
    codes, names = pd.factorize(table["metric"], sort=True)
    x = _x_of(history, table, along, starts or {})
    order = np.lexsort((x, codes, number))
    order = order[np.isfinite(x[order]) & np.isfinite(step[order])]
    if not len(order):
        return []
    number, codes, step, x = number[order], codes[order], step[order], x[order]
    value = np.where(np.isfinite(value[order]), value[order], np.nan)
    breaks = np.flatnonzero((np.diff(number) != 0) | (np.diff(codes) != 0)) + 1
    bounds = zip([0, *breaks], [*breaks, len(order)], strict=True)
    found = [
        _curve(int(number[a]), str(names[codes[a]]), step[a:b], value[a:b], x[a:b], span, points) for a, b in bounds
    ]
    return [curve for curve in found if curve.of]


def over_budgets(trials: Trials, numbers: Sequence[int]) -> pd.DataFrame:
    """Metrics of configurations measured at several budgets, as a history with ``HISTORY_COLUMNS``.

    The steps of a trial are the budgets of its configuration (with its seed) up to its own; a configuration with one
    budget has none.
    """
    columns, metrics = trials.columns, list(trials.metrics)
    if not metrics or not {"config", "budget"} <= set(columns):
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
    count = len(trials.numbers)
    config, budget = columns["config"].values, columns["budget"].values
    seed = columns["seed"].values if "seed" in columns else np.zeros(count)
    rows = pd.DataFrame(
        {"config": config, "seed": seed, "step": budget, "number": trials.numbers, "row": np.arange(count)}
    )
    rows = rows[np.isfinite(config) & np.isfinite(budget)]
    met = rows[rows["number"].isin(list(numbers))].merge(rows, on=["config", "seed"], suffixes=("", "_met"))
    met = met[(met["step_met"] < met["step"]) | (met["row_met"] == met["row"])]
    met = met.sort_values("row_met").drop_duplicates(["row", "step_met"], keep="last")
    met = met[met.groupby("row")["row"].transform("size") > 1]
    place = met["row_met"].to_numpy(np.int64)
    return pd.concat(
        pd.DataFrame(
            {"number": met["number"], "step": met["step_met"], "metric": name, "value": columns[name].values[place]}
        )
        for name in metrics
    )


def is_reduced(curve: Curve) -> bool:
    """Whether points of the curve were left out."""
    return len(curve.step) < curve.of


def _curve(number: int, metric: str, step: Floats, value: Floats, x: Floats, span: Span, points: int | None) -> Curve:
    low, high = span
    first = 0 if low is None else max(int(np.searchsorted(x, low)) - 1, 0)
    last = len(x) if high is None else min(int(np.searchsorted(x, high, side="right")) + 1, len(x))
    step, value, x = step[first:last], value[first:last], x[first:last]
    kept: NDArray[np.int64] | slice = slice(None) if points is None else thinned(value, points)
    return Curve(number, metric, step[kept], value[kept], x[kept], len(x))


def _x_of(history: pd.DataFrame, table: pd.DataFrame, along: str, starts: Mapping[int, float]) -> Floats:
    """x of each row of ``table``, whose rows are some of ``history``'s."""
    if along == STEP:
        return table["step"].to_numpy(np.float64)
    if along == TIME and TIME in history.columns:
        began = table["number"].map(lambda number: starts.get(int(number), math.nan)).to_numpy(np.float64)
        reported = table[TIME].to_numpy(np.float64)
        first = table.groupby("number")[TIME].transform("min").to_numpy(np.float64)
        return np.asarray(reported - np.where(np.isfinite(began), began, first))
    other = history[history["metric"] == along].drop_duplicates(["number", "step"], keep="last")
    joined = table[["number", "step"]].merge(other[["number", "step", "value"]], how="left", on=["number", "step"])
    return joined["value"].to_numpy(np.float64)
