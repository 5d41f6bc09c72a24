"""What trials in a suggested space may turn out to be, told only where the same forecast held in the past.

The backtest holds later trials back, three times: the forest and the suggested space of the earlier ones foretell them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.backtest import Calibration, backtest
from analytics.columns import Floats
from analytics.predictive import LEVEL, fit_predictive
from analytics.suggestion import Suggestion
from analytics.text import number_text, percent_text

TRIALS = 50
"""How many trials a forecast is of at most: the backtest looks at the best of five only."""
SURE = 0.99
CONFIGURATIONS, DRAWS, STUDIES = 2_000, 10, 2_000


@dataclass(frozen=True)
class Interval:
    """A median and the ends between which 80 % lie."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What ``trials`` random ones in the suggested space may give; None for what the backtest does not bear out.

    ``trial`` is of one of them, ``best`` of the best, ``chance`` that the best beats the best so far.
    """

    metric: str
    trials: int
    incumbent: float
    trial: Interval | None
    best: Interval | None
    chance: float | None
    calibration: Calibration

    @property
    def sentences(self) -> tuple[str, ...]:
        """The forecast in words, then how it was checked; without a forecast, why there is none."""
        told = []
        if self.trial is not None:
            told.append(f"A random trial in it is expected to have {self.metric} {_words(self.trial)}.")
        if self.best is not None and self.chance is not None:
            told.append(
                f"The best of {self.trials} is expected at {_words(self.best)}; the chance that it beats "
                f"{number_text(self.incumbent)} is {_chance(self.chance)}."
            )
        return (*told, *self.calibration.sentences)


def forecast(suggestion: Suggestion, trials: int = TRIALS, *, seed: int = 0) -> Forecast:
    """What random trials in a suggested space may give, with a backtest of the same forecast on held-back later trials.

    Of more than 50 trials the first 50 are foretold.

    Raises:
        ValueError: fewer than one trial.
    """
    if trials < 1:
        raise ValueError(f"trials is {trials}; expected at least 1")
    trials = min(trials, TRIALS)
    start = suggestion.start
    metric, incumbent = start.metric, float(start.trials.columns[start.metric.name].values[suggestion.incumbent])
    calibration = backtest(start, seed=seed)
    trial = best = chance = None
    if not calibration.problem:
        drawn = _drawn(suggestion, trials, seed)
        trial = _interval(drawn.ravel())
        if not calibration.best_problem:
            up = metric.direction == "maximize"
            bests = drawn.max(axis=1) if up else drawn.min(axis=1)
            best, chance = _interval(bests), float((bests > incumbent if up else bests < incumbent).mean())
    return Forecast(metric.name, trials, incumbent, trial, best, chance, calibration)


def _drawn(suggestion: Suggestion, trials: int, seed: int) -> Floats:
    """Values of random trials in the suggested space, shape (studies, trials)."""
    start, random = suggestion.start, np.random.default_rng(seed)
    predictive = fit_predictive(start.trials, start.evidence, start.settings)
    own = {name: brush for name, brush in suggestion.brushes.items() if name in start.trials.space}
    codes = predictive.configurations(own, CONFIGURATIONS, random)
    values = predictive.draw(codes, DRAWS, random).ravel()
    return np.asarray(random.choice(values, size=(STUDIES, trials)))


def _interval(values: Floats) -> Interval:
    low, median, high = np.quantile(values, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    return Interval(low, median, high)


def _chance(chance: float) -> str:
    """A share of simulated studies: none of them is no proof that it cannot be."""
    if chance > SURE:
        return f"over {percent_text(SURE)}"
    return f"under {percent_text(1 - SURE)}" if chance < 1 - SURE else percent_text(chance)


def _words(interval: Interval) -> str:
    ends = " … ".join(number_text(end) for end in (interval.low, interval.high))
    return f"{number_text(interval.median)} ({percent_text(LEVEL)}: {ends})"
