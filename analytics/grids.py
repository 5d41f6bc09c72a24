"""The values that a grid search tries of each hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level, same_level
from analytics.ranges import on_grid
from analytics.refinement import Row
from analytics.respace import distribution
from analytics.space import Hyperparameter
from analytics.text import typed_text
from analytics.valuelists import numbers_text

LEVELS = 5
"""Values of a range for which none were typed."""


def grid_values(row: Row, h: Hyperparameter | None = None) -> tuple[Level, ...]:
    """The list typed in a row, else its categories, or up to five values evenly over its new range on its own scale."""
    d = h.distribution if h is not None else distribution(row)
    if row.values:
        return row.values
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        return tuple(d.choices) if isinstance(d, CategoricalDistribution) else ()
    if d.step is not None and not d.log:
        last = round((d.high - d.low) / d.step)
        places = np.linspace(0, last, min(LEVELS, last + 1)).tolist()
        return tuple(dict.fromkeys(on_grid(d, round(place)) for place in places))
    low, high = (math.log(end) if d.log else float(end) for end in (d.low, d.high))
    inner = [float(f"{math.exp(v) if d.log else v:.4g}") for v in np.linspace(low, high, LEVELS)[1:-1].tolist()]
    whole = isinstance(d, IntDistribution)
    return tuple(dict.fromkeys((d.low, *(round(v) if whole else v for v in inner if d.low < v < d.high), d.high)))


def values_text(row: Row) -> str:
    """The values of a row as they would be typed."""
    values = grid_values(row)
    return (
        typed_text(values) if row.kind.is_category else numbers_text(v for v in values if isinstance(v, (int, float)))
    )


def holding(h: Hyperparameter, values: Sequence[Level]) -> Hyperparameter:
    """The hyperparameter with a space that holds exactly the ends of a list, and no step that a value could miss."""
    d = h.distribution
    if isinstance(d, IntDistribution):
        whole = [int(v) for v in values if isinstance(v, (int, float))]
        return replace(h, distribution=IntDistribution(min(whole), max(whole), log=d.log))
    if isinstance(d, FloatDistribution):
        plain = [float(v) for v in values if isinstance(v, (int, float))]
        return replace(h, distribution=FloatDistribution(min(plain), max(plain), log=d.log))
    return replace(h, distribution=CategoricalDistribution(tuple(values)))


def reaching(h: Hyperparameter, values: Sequence[Level]) -> Hyperparameter:
    """The hyperparameter with a space that holds values too; what cannot be a value of it is left out."""
    if h.is_category:
        more = [v for v in values if not any(same_level(v, choice) for choice in h.choices)]
        return replace(h, distribution=CategoricalDistribution((*h.choices, *more))) if more else h
    d, plain = h.distribution, [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if not isinstance(d, (FloatDistribution, IntDistribution)) or all(d._contains(float(v)) for v in plain):
        return h
    whole = isinstance(d, IntDistribution)
    fits = [v for v in plain if math.isfinite(v) and (not whole or v == int(v)) and (not d.log or v > 0)]
    return holding(h, [d.low, d.high, *fits])
