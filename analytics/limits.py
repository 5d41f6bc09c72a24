"""Limits of metrics that brushes ask for: the constraints that a refined study begins with."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.columns import Floats, Kind, Role
from analytics.selection import Brushes, normalize
from analytics.trials import Metric, Trials


def limits(trials: Trials, brushes: Brushes) -> dict[str, dict[str, float]]:
    """``{metric: {"max": x}}`` or ``{"min": x}`` for each brush on a metric that is not optimized.

    Several ranges count as their hull. Where the better direction is known, only the worse end is a limit, else every
    end that leaves trials out. Names are those that the objective reports.
    """
    found: dict[str, dict[str, float]] = {}
    for name, brush in normalize(brushes).items():
        metric = trials.metrics.get(name)
        if metric is None or metric.objective or trials.columns[name].kind is Kind.CATEGORY or not brush["ranges"]:
            continue
        if bounds := _bounds(metric, trials.columns[name].values, brush["ranges"]):
            found[name.removeprefix(f"{Role.METRIC}:")] = bounds
    return found


def _bounds(metric: Metric, values: Floats, ranges: list[Any]) -> dict[str, float]:
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    low = None if None in lows else float(min(lows))
    high = None if None in highs else float(max(highs))
    seen = values[np.isfinite(values)]
    bounds = {}
    if low is not None and metric.direction != "minimize" and (seen < low).any():
        bounds["min"] = low
    if high is not None and metric.direction != "maximize" and (seen > high).any():
        bounds["max"] = high
    return bounds
