"""Long logs made short: a random sample of fixed size that keeps the ends and the extremes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats

SEED = 1985
FEWEST = 8
"""A sample has room for the points that are always kept."""

Places = NDArray[np.int64]


@lru_cache(maxsize=256)
def reservoir(count: int, size: int, seed: int = SEED) -> Places:
    """``size`` of the places 0 … ``count`` - 1, each as likely, in ascending order; all of them if there are no more.

    Source: Vitter 1985, Random sampling with a reservoir, algorithm R. One pass: what a stream has brought so far is
    always sampled as if it had ended there, so that the sample of a growing log changes by a few points only. The same
    ``seed`` gives logs of one length the same places, which keeps curves comparable.
    """
    kept = np.arange(min(count, size), dtype=np.int64)
    if count > size:
        later = np.arange(size, count, dtype=np.int64)
        drawn = (np.random.default_rng(seed).random(count - size) * (later + 1)).astype(np.int64)
        taken = drawn < size
        kept[drawn[taken]] = later[taken]  # of several that come to one place the last stays
    kept.sort()
    kept.flags.writeable = False
    return kept


def thinned(values: Floats, size: int, seed: int = SEED) -> Places:
    """Places of exactly ``size`` points of a curve, all of them if there are no more, in ascending order.

    Both ends, the lowest and the highest value, and the first that is not a number are always among them; the others
    are a reservoir sample of the rest.

    Raises:
        ValueError: ``size`` has no room for them.
    """
    if size < FEWEST:
        raise ValueError(f"a sample of {size} points is too small; expected at least {FEWEST}")
    if len(values) <= size:
        return np.arange(len(values), dtype=np.int64)
    always = _landmarks(values)
    others = np.delete(np.arange(len(values), dtype=np.int64), always)
    return np.sort(np.concatenate([always, others[reservoir(len(others), size - len(always), seed)]]))


def _landmarks(values: Floats) -> Places:
    finite = np.flatnonzero(np.isfinite(values))
    found = [0, len(values) - 1]
    if len(finite):
        found += [int(finite[values[finite].argmin()]), int(finite[values[finite].argmax()])]
    if len(finite) < len(values):
        found.append(int(np.flatnonzero(~np.isfinite(values))[0]))
    return np.unique(np.array(found, dtype=np.int64))
