"""How far an importance would move with other trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analytics.columns import Floats
from analytics.domain import Domain, restrict
from analytics.evidence import ImportanceError
from analytics.importance import Importance
from analytics.surrogate import Model, fit_model

RESAMPLES = 8


@dataclass(frozen=True)
class Uncertainty:
    """Standard deviation of the shares over ``resamples`` of the trials; names as in `Importance`."""

    single: dict[str, float]
    pairs: dict[tuple[str, str], float]
    resamples: int


def bootstrap(importance: Importance, resamples: int = RESAMPLES, *, seed: int = 0, pairs: bool = True) -> Uncertainty:
    """The spread of an importance over forests on resampled rows (nonparametric bootstrap), within the same brushes.

    Costs as much as ``resamples`` fits, see `refits`. Without ``pairs`` those are left out.

    Raises:
        ValueError: fewer than two resamples.
        ImportanceError: a resample tells no importance.
    """
    return spread(importance, alike(importance, refits(importance, resamples, seed=seed)), pairs=pairs)


def refits(importance: Importance, resamples: int = RESAMPLES, *, seed: int = 0) -> list[Model]:
    """Forests on resampled rows: fitted once, they tell the uncertainty within any brush that needs no other rows.

    Raises:
        ValueError: fewer than two resamples.
        ImportanceError: a resample tells no importance.
    """
    if resamples < 2:
        raise ValueError(f"resamples is {resamples}; expected at least 2")
    return list(each_refit(importance, resamples, seed=seed))


def each_refit(importance: Importance, resamples: int = RESAMPLES, *, seed: int = 0) -> Iterator[Model]:
    """The forests of `refits`, each when it is asked for."""
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        rows = random.integers(importance.rows, size=importance.rows)
        yield fit_model(importance.trials, importance.evidence.take(rows), importance.settings)


def alike(importance: Importance, models: Sequence[Model]) -> list[Domain]:
    """What the `refits` of an importance tell of the part of the space that it looks at.

    Raises:
        ImportanceError: the metric does not vary there in one of them.
        RefitNeeded: that part cannot be told from forests on all rows.
    """
    domains = [restrict(model, importance.domain.brushes, importance.domain.clip) for model in models]
    if not all(domain.varying.any() for domain in domains):
        name = importance.metric.name
        raise ImportanceError(f"{name!r} does not vary within the brush in a resample: too few rows decide", "constant")
    return domains


def spread(importance: Importance, domains: Sequence[Domain], *, pairs: bool = True) -> Uncertainty:
    """The standard deviation of an importance's shares over the resamples that are `alike`."""
    doubles = [domain.pairs.mean(axis=0).tolist() for domain in domains] if pairs else []
    return told([domain.singles.mean(axis=0).tolist() for domain in domains], doubles, list(importance.trials.space))


def expected_spread(domains: Sequence[Domain], *names: str) -> Floats:
    """The standard deviation over resamples of what is expected over one or two hyperparameters.

    Of the shape of `Importance.marginal` or `Importance.surface`; NaN where untold.
    """
    axes = [domains[0].axis(name) for name in names]
    return np.asarray(np.std([domain.mean(*axes).mean(axis=0) for domain in domains], axis=0, ddof=1))


def told(singles: Sequence[Sequence[float]], pairs: Sequence[Sequence[float]], names: Sequence[str]) -> Uncertainty:
    """The standard deviation over resamples of shares by name and of those by pair (none: no pairs)."""
    single = dict(zip(names, np.std(singles, axis=0, ddof=1).tolist(), strict=True))
    double = np.std(pairs, axis=0, ddof=1).tolist() if pairs else []
    return Uncertainty(single, dict(zip(combinations(names, 2), double, strict=bool(pairs))), len(singles))
