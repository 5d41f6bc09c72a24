"""Whether forecasts held in the past: what earlier trials foretold of later ones, against what those gave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.axes import Ints
from analytics.columns import Floats
from analytics.evidence import ImportanceError
from analytics.importance import Importance
from analytics.predictive import LEVEL, encode, fit_predictive
from analytics.selection import TRIALS, mask
from analytics.suggestion import suggest
from analytics.text import percent_text

CUTS = (1 / 2, 2 / 3, 5 / 6, 1.0)
MOST_ROWS = 3_000
DRAWS = 400
LOT = 5
FEWEST_LATER, FEWEST_LOTS = 20, 12
COVERED, LOTS_COVERED = 0.7, 0.6
"""The least share of 80 % intervals that must hold: two standard deviations below 80 % with 60 and 16 checks."""


@dataclass(frozen=True)
class Calibration:
    """How many later trials were checked, and how many of them lay ``within`` their 80 % interval.

    ``suggested`` says that only trials in the space suggested at the time were checked, not all later ones. Of ``lots``
    of five trials in a row the best is checked. ``problem`` and ``best_problem`` say why there is no forecast.
    """

    later: int
    within: int
    suggested: bool
    lots: int
    lots_within: int
    problem: str = ""
    best_problem: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """How the forecast was checked, in words."""
        if not self.later:
            return (self.problem,)
        where = " in the space suggested at the time" if self.suggested else ""
        share = percent_text(self.within / self.later)
        checked = (
            f"Backtest: of {self.later:,} later trials{where}, {self.within:,} ({share}) "
            f"lay within the {percent_text(LEVEL)} interval that the earlier ones foretold"
        )
        lots = f"; of {self.lots} lots of {LOT} in a row, the best of {self.lots_within} did" if self.lots else ""
        return (*filter(None, (self.problem or self.best_problem,)), f"{checked}{lots}.")


@dataclass(frozen=True, eq=False)
class _Held:
    """Later trials: their ``values``, what was foretold (trials, draws), and which lay in the space suggested then."""

    values: Floats
    foretold: Floats
    suggested: NDArray[np.bool_]

    def within(self, which: Any) -> int:
        return int(_covered(self.values[which], self.foretold[which]).sum())


def backtest(importance: Importance, *, seed: int = 0) -> Calibration:
    """Forecasts by the first half, two thirds and five sixths of the trials of those up to the next cut.

    Of more than 3,000 rows, as many are taken at random. Later trials in the space suggested at the time are checked
    where there are 20 or more of them, else all later ones.
    """
    held = _held_back(importance, seed)
    count = 0 if held is None else len(held.values)
    if held is None or count < FEWEST_LATER:
        sentence = (
            f"No forecast: a backtest needs {FEWEST_LATER} later trials, and the study has {count} that can be told."
        )
        return Calibration(0, 0, False, 0, 0, sentence, sentence)
    suggested = int(held.suggested.sum()) >= FEWEST_LATER
    which = held.suggested if suggested else np.ones(count, dtype=bool)
    lots = _lots(held, which, importance.metric.direction == "maximize")
    found = Calibration(int(which.sum()), held.within(which), suggested, len(lots), int(lots.sum()))
    return replace(found, problem=_problem(found), best_problem=_best_problem(found))


def _problem(found: Calibration) -> str:
    if found.within >= COVERED * found.later:
        return ""
    return (
        f"No forecast: it did not hold in the past, where fewer than {percent_text(COVERED)} of the later trials lay "
        f"within their {percent_text(LEVEL)} intervals."
    )


def _best_problem(found: Calibration) -> str:
    if found.lots < FEWEST_LOTS:
        return f"No forecast of the best: a backtest of it needs {FEWEST_LOTS} lots of {LOT} later trials."
    if found.lots_within >= LOTS_COVERED * found.lots:
        return ""
    return (
        f"No forecast of the best: in the past, the best of {LOT} lay within its {percent_text(LEVEL)} interval in "
        f"fewer than {percent_text(LOTS_COVERED)} of the lots."
    )


def _held_back(importance: Importance, seed: int) -> _Held | None:
    """What each part of the trials foretold of the next; None where no part tells anything."""
    random = np.random.default_rng(seed)
    rows = importance.evidence.rows
    chosen = np.arange(len(rows))
    if len(rows) > MOST_ROWS:
        chosen = np.sort(random.choice(len(rows), MOST_ROWS, replace=False))
    chosen = chosen[np.argsort(importance.trials.numbers[rows[chosen]], kind="stable")]
    ends = [round(cut * len(chosen)) for cut in CUTS]
    parts = [_foretold(importance, chosen[:end], chosen[end:stop], random) for end, stop in pairwise(ends)]
    told = [part for part in parts if part is not None]
    if not told:
        return None
    values, foretold, suggested = zip(*told, strict=True)
    return _Held(np.concatenate(values), np.concatenate(foretold), np.concatenate(suggested))


def _foretold(
    importance: Importance, earlier: Ints, later: Ints, random: np.random.Generator
) -> tuple[Floats, Floats, NDArray[np.bool_]] | None:
    """The values of later rows, what the earlier ones foretell of them, and which lie in what those suggest."""
    trials, evidence = importance.trials, importance.evidence.take(later)
    try:
        predictive = fit_predictive(trials, importance.evidence.take(earlier), importance.settings)
    except ImportanceError:
        return None
    foretold = predictive.draw(encode(predictive, trials, evidence.rows), DRAWS, random)
    numbers = trials.numbers[importance.evidence.rows[earlier]].tolist()
    brushes = {**importance.brushes, TRIALS: {trials.study.id: numbers}}
    try:
        box = suggest(importance.within(brushes), resamples=2).box
        suggested = mask(trials, box)[evidence.rows]
    except ImportanceError:
        suggested = np.zeros(len(later), dtype=bool)
    return evidence.values, foretold, suggested


def _lots(held: _Held, which: NDArray[np.bool_], up: bool) -> NDArray[np.bool_]:
    """Whether the best of each five trials in a row lay within its interval; of all later ones where those are few."""
    if which.sum() < FEWEST_LOTS * LOT:
        which = np.ones_like(which)
    lots = which.sum() // LOT
    if not lots:
        return np.zeros(0, dtype=bool)
    values = held.values[which][: lots * LOT].reshape(lots, LOT)
    foretold = held.foretold[which][: lots * LOT].reshape(lots, LOT, -1)
    return _covered(values.max(1), foretold.max(1)) if up else _covered(values.min(1), foretold.min(1))


def _covered(values: Floats, foretold: Floats) -> NDArray[np.bool_]:
    low, high = np.quantile(foretold, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return np.asarray((values >= low) & (values <= high))
