"""Metrics on a scale on which errors are alike at both ends: an accuracy near its ceiling, a loss that diverges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

from analytics.columns import Floats

TAIL = 0.1


@dataclass(frozen=True, eq=False)
class Scores:
    """Values and their normal scores: the quantiles of a standard normal at their ranks.

    The transform of Salinas, Shen, Perrone: A Quantile-based Approach for Hyperparameter Transfer Learning (ICML 2020).
    Beyond the values seen it goes on as steeply as over their outer tenth, so that a new best may be told.
    ``known`` and ``score`` are of shape (distinct values,), ascending.
    """

    known: Floats
    score: Floats

    def back(self, scores: Floats) -> Floats:
        """Values of the metric at normal scores of any shape."""
        inner = np.interp(scores, self.score, self.known)
        above = self._slope(1 - TAIL, -1) * np.maximum(scores - self.score[-1], 0)
        below = self._slope(TAIL, 0) * np.maximum(self.score[0] - scores, 0)
        return np.asarray(inner + above - below)

    def _slope(self, quantile: float, end: int) -> float:
        """The rise of the values per score from a quantile to the end."""
        at = float(norm.ppf(quantile))
        distance = float(self.score[end]) - at
        return (float(self.known[end]) - float(np.interp(at, self.score, self.known))) / distance if distance else 0.0


def normal_scores(values: Floats) -> tuple[Floats, Scores]:
    """The normal score of each value, shape (rows,), and the way back."""
    scores = np.asarray(norm.ppf((rankdata(values) - 0.5) / len(values)))
    known, first = np.unique(values, return_index=True)
    return scores, Scores(known, scores[first])
