"""Where a hyperparameter is good: the part of its marginal beyond a high quantile of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.columns import Floats, Level
from analytics.evidence import ImportanceError
from analytics.importance import Importance
from analytics.ranges import Range

QUANTILE = 0.75


@dataclass(frozen=True)
class EffectiveRange:
    """``ranges`` of a numeric hyperparameter, or ``values`` of a category, whose mean is at ``threshold`` or better.

    Ranges are closed and on the hyperparameter's scale; ``missing`` says that leaving it inactive is as good.
    """

    name: str
    quantile: float
    threshold: float
    ranges: tuple[Range, ...] = ()
    values: tuple[Level, ...] = ()
    missing: bool = False

    @property
    def brush(self) -> dict[str, Any]:
        """The brush in normal form that selects it."""
        return {
            "ranges": [list(pair) for pair in self.ranges],
            "values": list(self.values),
            "missing": self.missing,
        }


def effective_range(importance: Importance, name: str, quantile: float = QUANTILE) -> EffectiveRange:
    """Where the marginal of a hyperparameter reaches its own ``quantile``, turned round if the metric is minimized.

    The quantile is over the values of the axis, each as likely as the search draws it: 0.75 keeps the best quarter of
    the axis, in one piece or several, and more where the marginal is flat.

    Raises:
        ImportanceError: the metric has no direction.
        ValueError: the quantile is not within 0 and 1.
    """
    if not 0 <= quantile <= 1:
        raise ValueError(f"quantile is {quantile!r}; expected a number from 0 to 1")
    direction = importance.metric.direction
    if direction is None:
        raise ImportanceError(
            f"metric {importance.metric.name!r} has no direction; expected one, to know what is good", "direction"
        )
    sign = 1.0 if direction == "maximize" else -1.0
    domain, axis = importance.domain, importance.domain.axis(name)
    found, cells = domain.model.axes[axis], domain.shown(axis)
    mean = sign * domain.mean(axis).mean(axis=0)
    present = cells < found.cells
    threshold = _quantile(mean[present], domain.measures[axis][cells[present]], quantile)
    good = mean >= threshold - 1e-12 * abs(threshold)
    missing = bool(good[~present].any())
    kept = cells[present & good]
    if found.order is not None:
        values = tuple(found.levels[level] for level in found.order[kept])
        return EffectiveRange(name, quantile, sign * threshold, values=values, missing=missing)
    low, high = domain.spans(axis)
    ranges = tuple(found.ends(*ends) for ends in _runs(low[kept], high[kept]))
    return EffectiveRange(name, quantile, sign * threshold, ranges=ranges, missing=missing)


def _quantile(values: Floats, weights: Floats, quantile: float) -> float:
    """The largest value that at least a share ``1 - quantile`` of the weight reaches."""
    order = np.argsort(-values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(reached, min(1 - quantile, reached[-1]) - 1e-12)])


def _runs(low: Floats, high: Floats) -> list[Range]:
    """Stretches that touch, joined."""
    runs: list[Range] = []
    for start, end in zip(low.tolist(), high.tolist(), strict=True):
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
