"""How far an importance would move with other trials."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analytics.domain import restrict
from analytics.importance import Importance
from analytics.surrogate import fit_model

RESAMPLES = 8


@dataclass(frozen=True)
class Uncertainty:
    """Standard deviation of the shares over ``resamples`` of the trials; names as in `Importance`."""

    single: dict[str, float]
    pairs: dict[tuple[str, str], float]
    resamples: int


def bootstrap(importance: Importance, resamples: int = RESAMPLES, *, seed: int = 0, pairs: bool = True) -> Uncertainty:
    """The spread of an importance over forests on resampled rows (nonparametric bootstrap), within the same brushes.

    Costs as much as ``resamples`` fits. Without ``pairs`` those are left out.

    Raises:
        ValueError: fewer than two resamples.
        ImportanceError: a resample tells no importance.
    """
    if resamples < 2:
        raise ValueError(f"resamples is {resamples}; expected at least 2")
    random = np.random.default_rng(seed)
    singles, doubles = [], []
    for _ in range(resamples):
        evidence = importance.evidence.take(random.integers(importance.rows, size=importance.rows))
        model = fit_model(importance.trials, evidence, importance.settings)
        domain = restrict(model, importance.domain.brushes, importance.domain.clip)
        singles.append(domain.singles.mean(axis=0))
        if pairs:
            doubles.append(domain.pairs.mean(axis=0))
    space = importance.trials.space
    single = dict(zip(space, np.std(singles, axis=0, ddof=1).tolist(), strict=True))
    names = combinations(space, 2) if pairs else iter(())
    double = dict(zip(names, np.std(doubles, axis=0, ddof=1).tolist() if pairs else [], strict=True))
    return Uncertainty(single, double, resamples)
