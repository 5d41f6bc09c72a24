"""What a sample of trials says of the best of n of them, of their mean and of their spread, with intervals.

The best of n: Dodge, Gururangan, Card, Schwartz, Smith: Show Your Work (EMNLP 2019), in the unbiased form of Tang et
al.: Showing Your Work Doesn't Always Work (ACL 2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import gammaln
from scipy.stats import bootstrap, levene, ttest_ind

from analytics.columns import Floats

CONFIDENCE = 0.95
RESAMPLES = 2000
MOST_DRAWS = 2_000_000
"""Values drawn by one bootstrap at most; long samples get fewer resamples, 100 at least."""


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; the ends are NaN where there are too few values to tell."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def expected_best(values: Floats, n: int, *, axis: int = -1) -> Any:
    """Expected largest of n values drawn without replacement, over the last axis; unbiased for n independent trials.

    The i-th smallest of N values is the largest of n drawn ones with probability C(i-1, n-1) / C(N, n).

    Raises:
        ValueError: n is not from 1 to the number of values.
    """
    total = values.shape[axis]
    if not 1 <= n <= total:
        raise ValueError(f"n is {n}; expected 1 to {total}, the number of values")
    rank = np.arange(n, total + 1)
    weights = np.exp(_log_choose(rank - 1, n - 1) - _log_choose(np.array(total), n))
    ordered = np.sort(np.moveaxis(values, axis, -1), axis=-1)
    return ordered[..., n - 1 :] @ weights


def best_of(values: Floats, n: int) -> Estimate:
    """Expected largest of n of the values, with a percentile bootstrap interval over the values."""
    return _bootstrapped((values,), partial(_best, n=n))


def gain_of_best(values: Floats, base: Floats, n: int) -> Estimate:
    """By how much the expected largest of n of ``values`` exceeds that of ``base``, likewise."""
    return _bootstrapped((values, base), partial(_gain, n=n))


def mean_difference(values: Floats, base: Floats) -> Estimate:
    """Difference of the means with Welch's interval."""
    value = float(values.mean() - base.mean())
    if min(len(values), len(base)) < 2 or (np.ptp(values) == 0 and np.ptp(base) == 0):
        return Estimate(value)
    interval = ttest_ind(values, base, equal_var=False).confidence_interval(CONFIDENCE)
    return Estimate(value, float(interval.low), float(interval.high))


def spread_test(values: Floats, base: Floats) -> float:
    """How likely a difference of spreads as large as this is if there is none: Brown-Forsythe's p; NaN if untold."""
    if min(len(values), len(base)) < 3 or (np.ptp(values) == 0 and np.ptp(base) == 0):
        return math.nan
    return float(levene(values, base, center="median").pvalue)


def _log_choose(n: Any, k: int) -> Any:
    return gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)


def _best(values: Floats, axis: int = -1, *, n: int) -> Any:
    return expected_best(values, n, axis=axis)


def _gain(values: Floats, base: Floats, axis: int = -1, *, n: int) -> Any:
    return expected_best(values, n, axis=axis) - expected_best(base, n, axis=axis)


def _bootstrapped(samples: tuple[Floats, ...], statistic: Any) -> Estimate:
    value = float(statistic(*samples))
    if min(map(len, samples)) < 3:
        return Estimate(value)
    longest = max(map(len, samples))
    found = bootstrap(
        samples,
        statistic,
        n_resamples=max(100, min(RESAMPLES, MOST_DRAWS // longest)),
        batch=max(1, MOST_DRAWS // longest // 4),
        vectorized=True,
        method="percentile",
        confidence_level=CONFIDENCE,
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Estimate(value, float(found.low), float(found.high))
