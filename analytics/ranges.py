"""Ranges of a numeric hyperparameter, on its own scale and its own grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import Floats

Range: TypeAlias = tuple[float, float]
Numeric: TypeAlias = FloatDistribution | IntDistribution

LOWEST_PERCENT, HIGHEST_PERCENT = 5.0, 95.0
WIDENED = 0.1
AROUND = 0.25


def step_of(d: Numeric) -> float | None:
    """Distance of neighbouring values; None where every float is possible."""
    return None if d.step is None else float(d.step)


def snap(d: Numeric, low: float, high: float, *, inwards: bool = True) -> Range:
    """The part of a range that the hyperparameter can take: within its bounds, and on its grid.

    Bounds are rounded inwards, or else to the nearest value of the grid. A range between two values of the grid gives
    the value nearest to its middle.
    """
    low, high = (min(max(bound, d.low), d.high) for bound in (low, high))
    step = step_of(d)
    if step is None:
        return float(low), float(high)
    slack = 1e-9 if inwards else 0.5
    first, last = math.ceil((low - d.low) / step - slack), math.floor((high - d.low) / step + slack)
    if first > last:
        first = last = round(((low + high) / 2 - d.low) / step)
    return on_grid(d, first), on_grid(d, last)


def on_grid(d: Numeric, index: int) -> float:
    """The value ``index`` steps above the lower bound, free of binary rounding."""
    value = Decimal(str(d.low)) + index * Decimal(str(d.step))
    return int(value) if isinstance(d, IntDistribution) else float(value)


def last_step(low: float, high: float, step: float) -> float:
    """The last of ``low``, ``low + step`` … up to ``high``, free of binary rounding, as an int if ``low`` is one."""
    count = math.floor((high - low) / step + 1e-9)
    return type(low)(Decimal(str(low)) + count * Decimal(str(step)))


def merged(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Ranges in ascending order, those that touch joined."""
    result: list[Range] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1]:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


def common(a: Sequence[Range], b: Sequence[Range]) -> tuple[Range, ...]:
    """What lies in a range of ``a`` and in one of ``b``."""
    overlaps = [(max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b]
    return merged([(low, high) for low, high in overlaps if low <= high])


def hull(ranges: Sequence[Range]) -> Range:
    """The smallest range that holds all of them."""
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def extent(d: Numeric, values: Floats) -> Range | None:
    """From the 5th to the 95th percentile of values (shape (rows,)), 10 % wider, within the bounds of ``d``.

    Percentiles and width are taken on the hyperparameter's own scale; a twentieth of the width is added on each side;
    on a grid the ends are rounded to the nearest value. None without a finite value.
    """
    usable = values[np.isfinite(values) & ((values > 0) | (not d.log))]
    if not len(usable):
        return None
    low, high = np.percentile(np.log(usable) if d.log else usable, [LOWEST_PERCENT, HIGHEST_PERCENT]).tolist()
    if low == high:
        return snap(d, float(np.median(usable)), float(np.median(usable)))
    margin = (high - low) * WIDENED / 2
    return snap(d, *_from_scale(d, low - margin, high + margin), inwards=False)


def around(d: Numeric, centre: float) -> Range:
    """A range about ``centre`` of a quarter of the old width on the own scale, clipped; one step a side at least."""
    low, high, middle = (math.log(v) if d.log else float(v) for v in (d.low, d.high, centre))
    half = (high - low) * AROUND / 2
    below, above = _from_scale(d, middle - half, middle + half)
    step = step_of(d)
    if step is not None:
        below, above = min(below, centre - step), max(above, centre + step)
    return snap(d, below, above, inwards=False)


def _from_scale(d: Numeric, low: float, high: float) -> Range:
    return (math.exp(low), math.exp(high)) if d.log else (low, high)
