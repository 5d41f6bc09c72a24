"""Configurations to run next: the ones of a refined space that a forest on the trials so far expects most of.

HyperTuner, section 5.5: "automatically recommend the ones with the highest potential success".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level
from analytics.predictions import best_first, predict
from analytics.reruns import earlier
from analytics.space import Hyperparameter, SearchSpace
from analytics.specs import original_name, original_space
from analytics.trials import Trials

DRAWN = 2_000
DIGITS = 4
"""Digits of a drawn float: what is shown is what runs."""


@dataclass(frozen=True)
class Recommendation:
    """``configurations`` (public names), the best first, of ``drawn`` ones none of which has been run."""

    configurations: Sequence[dict[str, Level]]
    drawn: int


def recommend(trials: Trials, space: SearchSpace, count: int, *, seed: int = 0) -> Recommendation:
    """The ``count`` configurations of which most is expected, among 2,000 drawn at random from a space (public names).

    No two share the values of all hyperparameters, none has been run in the study.

    Raises:
        ImportanceError: the completed trials are too few.
    """
    random = np.random.default_rng(seed)
    drawn = {tuple(sorted(one.items(), key=str)): one for one in (_drawn(space, random) for _ in range(DRAWN))}
    own = [{original_name(trials, name): value for name, value in one.items()} for one in drawn.values()]
    known = earlier(own, original_space(trials, space), [trials])
    fresh = [one for one, before in zip(drawn.values(), known, strict=True) if not before]
    direction = trials.objective.direction if trials.objective else None
    places = best_first(predict(trials, fresh), direction)[:count].tolist()
    return Recommendation([fresh[place] for place in places], len(fresh))


def _drawn(space: SearchSpace, random: np.random.Generator) -> dict[str, Level]:
    configuration: dict[str, Level] = {}
    for name, h in space.items():
        if h.active(configuration):
            configuration[name] = _value(h, float(random.random()))
    return configuration


def _value(h: Hyperparameter, share: float) -> Level:
    """The value at a share, from 0 to 1, of a hyperparameter's range on its own scale."""
    d = h.distribution
    if isinstance(d, CategoricalDistribution):
        return d.choices[int(share * len(d.choices))]
    assert isinstance(d, (FloatDistribution, IntDistribution))
    if d.step is not None and not d.log:
        return d.low + d.step * int(share * (round((d.high - d.low) / d.step) + 1))
    value = d.low * (d.high / d.low) ** share if d.log else d.low + share * (d.high - d.low)
    if isinstance(d, IntDistribution):
        return min(d.high, round(value))
    return min(d.high, max(d.low, float(f"{value:.{DIGITS}g}")))
