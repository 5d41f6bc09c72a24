"""The few tests that detectors share; each returns an effect from -1 to 1 and a p."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, norm, rankdata, spearmanr

from analytics.columns import Floats

Alternative: TypeAlias = Literal["two-sided", "less", "greater"]

SPEARMAN_ERROR = 1.03
"""Of Fisher's z of a rank correlation, times √(n - 3): √1.06 (Fieller, Hartley, Pearson 1957)."""


def superiority(values: Floats, others: Floats, alternative: Alternative = "greater") -> tuple[float, float]:
    """The rank-biserial correlation (1: every value exceeds every other one) and the p of Mann-Whitney's U."""
    found = mannwhitneyu(values, others, alternative=alternative)
    return 2 * float(found.statistic) / (len(values) * len(others)) - 1, float(found.pvalue)


def rank_correlation(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation, 0 where one of them does not vary."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(spearmanr(a, b).statistic)


def below(correlation: float, n: int, expected: float) -> float:
    """How likely a rank correlation as small as this is, if it truly is the expected one (Fisher's z), one-sided."""
    z = math.atanh(min(max(correlation, -0.999), 0.999)) - math.atanh(expected)
    return float(norm.cdf(z * math.sqrt(n - 3) / SPEARMAN_ERROR))


def superiority_below(effect: float, n: int, m: int, expected: float) -> float:
    """How likely a rank-biserial correlation as small as this is, if it truly is the expected one, one-sided.

    Its variance is that under no difference, which is not less than under one.
    """
    return float(norm.cdf((effect - expected) / math.sqrt((n + m + 1) / (3 * n * m))))


def ranks_within(values: Floats, groups: NDArray[np.int64]) -> Floats:
    """Ranks within groups, from -1 to 1 around 0, shape (rows,); 0 in a group where all are the same."""
    found = np.zeros(len(values))
    for group in np.unique(groups):
        inside = groups == group
        count = int(inside.sum())
        found[inside] = (2 * rankdata(values[inside]) - count - 1) / max(count - 1, 1)
    return found


def at_most_one(p: float) -> float:
    return min(1.0, p)
