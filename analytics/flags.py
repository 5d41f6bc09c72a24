"""Flags with evidence: what a learning curve shows that an analyst should know before taking the model.

Source of the first: Li et al. 2018, HyperTuner, section 7: validation loss rises while training loss falls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.columns import Floats, State
from analytics.curvebatches import Batch, batches
from analytics.curveparts import main_metric, sign_of, training_pairs
from analytics.curveshape import Bools, Ints, Shapes
from analytics.text import number_text as short
from analytics.trials import Trials

OVERFITTING, DIVERGENCE, PLATEAU, NOISE, IMPROVING = KINDS = (
    "overfitting",
    "divergence",
    "plateau",
    "noise",
    "still improving",
)
HELP = {
    OVERFITTING: "the validation metric gets worse while the training metric still gets better",
    DIVERGENCE: "it ends clearly worse than it began, or without a number",
    PLATEAU: "nothing was gained in the last two fifths of the steps or more",
    NOISE: "it jumps from step to step by more than an eighth of what it covers",
    IMPROVING: "it still got better by at least 3 % of the whole gain when it was stopped",
}
FEWEST = 8
"""Steps that a curve needs for its shape to tell anything."""


@dataclass(frozen=True)
class Flag:
    """What was found in a curve: ``step`` is where, ``sentence`` says it with its numbers."""

    number: int
    kind: str
    metric: str
    step: float
    sentence: str


def find_flags(history: pd.DataFrame, trials: Trials) -> dict[int, list[Flag]]:
    """The flags of the trials in a history with ``HISTORY_COLUMNS``, by trial number; empty lists where nothing shows.

    ``trials`` gives directions, states, and how far the study's metrics spread. Trials without enough steps of any
    metric with a direction are left out. A trial that is still running is never flagged as still improving.
    """
    running = set(trials.numbers[trials.in_state(State.RUNNING)].tolist())
    found: dict[int, list[Flag]] = {}
    for batch in batches(history):
        judged = _Judged(batch, trials, running)
        found |= {int(number): [] for number in batch.numbers[judged.able]}
        for flag in judged.flags():
            found.setdefault(flag.number, []).append(flag)
    return found


class _Judged:
    """The flags of one batch."""

    def __init__(self, batch: Batch, trials: Trials, running: set[int]) -> None:
        self.batch = batch
        self.trials = trials
        self.ended = ~np.isin(batch.numbers, list(running))
        logged = {name: values for name, values in batch.raw.items() if np.isfinite(values).any()}
        self.pairs = training_pairs(logged, trials)
        self.metric = main_metric(logged, trials)
        self.able: Bools = np.zeros(len(batch.numbers), dtype=bool)
        self.diverged: Bools = np.zeros(len(batch.numbers), dtype=bool)
        if self.metric is not None:
            known = np.isfinite(batch.raw[self.metric]).any(axis=1)
            self.able = np.asarray(known & (len(batch.steps) >= FEWEST))

    def flags(self) -> Iterator[Flag]:
        if self.metric is None:
            return
        yield from self._divergence(next((pair[0] for pair in self.pairs), self.metric))
        if len(self.batch.steps) < FEWEST:
            return
        for pair in self.pairs[:1]:
            yield from self._overfitting(*pair)
        where, shapes, sign = self._shapes(self.metric)
        if len(where):
            yield from self._plateau(where, shapes, sign)
            yield from self._noise(where, shapes)
            yield from self._improving(where, shapes, sign)

    def _shapes(self, metric: str, *others: str) -> tuple[Ints, Shapes, int]:
        """Trials whose curves are whole and did not diverge, as places in the batch, and the first metric's shapes."""
        names = (metric, *others)
        whole = np.all([np.isfinite(self.batch.raw[name]).all(axis=1) for name in names], axis=0) & ~self.diverged
        where = np.flatnonzero(whole)
        sign = sign_of(metric, self.trials)
        return where, Shapes(sign * self.batch.raw[metric][where]), sign

    def _tell(
        self, kind: str, metric: str, where: Ints, flagged: Bools, step: Ints, sentence: Callable[[int], str]
    ) -> Iterator[Flag]:
        """A flag for each of the flagged curves; ``sentence`` gets its place among the ``where``."""
        for i in np.flatnonzero(flagged):
            number, at = int(self.batch.numbers[where[i]]), float(self.batch.steps[step[i]])
            yield Flag(number, kind, metric, at, sentence(int(i)))

    def _divergence(self, metric: str) -> Iterator[Flag]:
        yield from self._lost(metric)
        where, shapes, sign = self._shapes(metric)
        if not len(where) or shapes.length < FEWEST:
            return
        first, worse = shapes.values[:, 0], shapes.end - shapes.values[:, 0]
        margin = np.maximum(
            6 * np.hypot(shapes.noise, shapes.error(shapes.window)), 0.25 * _spread(metric, self.trials)
        )
        blown = worse > np.maximum(margin, np.maximum(0.1 * np.abs(first), shapes.gained))
        last_good = shapes.length - 1 - (shapes.values <= first[:, None])[:, ::-1].argmax(axis=1)
        self.diverged[where[blown]] = True
        yield from self._tell(
            DIVERGENCE,
            metric,
            where,
            blown,
            np.minimum(last_good + 1, shapes.length - 1),
            lambda i: (
                f"{metric} ends at {short(sign * shapes.end[i])}, worse than the {short(sign * first[i])} it began with"
            ),
        )

    def _lost(self, metric: str) -> Iterator[Flag]:
        """Curves that end without a number."""
        values, steps = self.batch.raw[metric], self.batch.steps
        finite = np.isfinite(values)
        lost = finite.any(axis=1) & ~finite[:, -1] & (len(steps) > 1)
        last = values.shape[1] - 1 - finite[:, ::-1].argmax(axis=1)
        self.diverged |= lost
        yield from self._tell(
            DIVERGENCE,
            metric,
            np.arange(len(values)),
            lost,
            last,
            lambda i: (
                f"{metric} is no number after step {short(steps[last[i]])}, where it was {short(values[i, last[i]])}"
            ),
        )

    def _overfitting(self, training: str, metric: str) -> Iterator[Flag]:
        where, shapes, sign = self._shapes(metric, training)
        if not len(where):
            return
        other = Shapes(sign * self.batch.raw[training][where])
        best, after = shapes.best, shapes.length - 1 - shapes.best
        low, half = shapes.around(best), best + np.maximum(after // 2, 1)
        rise = shapes.end - low
        middle = shapes.around(np.minimum(half, shapes.length - 1)) - low
        error = np.sqrt(2) * shapes.error(shapes.window)
        rising = (
            (rise > 4 * error) & (rise > np.maximum(0.05 * shapes.gained, 0.02 * np.abs(low))) & (middle > 0.1 * rise)
        )
        before = other.around(best)
        fall = before - other.end
        falling = (fall > 3 * np.sqrt(2) * other.error(other.window)) & (fall > 0.01 * other.gained)
        flagged = rising & falling & (after >= max(2, 0.1 * shapes.length))
        yield from self._tell(
            OVERFITTING,
            metric,
            where,
            flagged,
            best,
            lambda i: (
                f"{metric} gets worse from {short(sign * low[i])} at step {short(self.batch.steps[best[i]])} to "
                f"{short(sign * shapes.end[i])} at the end, while {training} improves from "
                f"{short(sign * before[i])} to {short(sign * other.end[i])}"
            ),
        )

    def _plateau(self, where: Ints, shapes: Shapes, sign: int) -> Iterator[Flag]:
        metric = str(self.metric)
        band = np.maximum(0.03 * shapes.gained, 4 * shapes.noise)
        since = shapes.settled(np.maximum(band, 1e-9 * np.abs(shapes.end)))
        before, after, error = shapes.tail(0.4)
        change, never = np.abs(before - after), shapes.gained <= 5 * shapes.noise
        still = change <= np.maximum(0.02 * shapes.gained, 3 * error)
        plain = (change <= 0.05 * shapes.gained) & (band <= 0.15 * shapes.gained)
        flagged = (since <= 0.6 * shapes.length) & still & (plain | never) & (shapes.length >= 10)
        last = shapes.length - 1
        yield from self._tell(
            PLATEAU,
            metric,
            where,
            flagged,
            np.minimum(since, last),
            lambda i: (
                f"{metric} stays within {short(band[i])} of {short(sign * shapes.end[i])} from step "
                f"{short(self.batch.steps[since[i]])} on, for {shapes.length - since[i]} of {shapes.length} steps"
            ),
        )

    def _noise(self, where: Ints, shapes: Shapes) -> Iterator[Flag]:
        metric = str(self.metric)
        scale = _spread(metric, self.trials) or np.abs(shapes.end)
        ratio = shapes.noise / np.maximum(shapes.reach, 1e-300)
        flagged = (ratio >= 0.125) & (shapes.noise >= 0.03 * scale) & (shapes.noise > 0)
        widest = np.abs(shapes.values - shapes.smooth).argmax(axis=1)
        yield from self._tell(
            NOISE,
            metric,
            where,
            flagged,
            widest,
            lambda i: (
                f"{metric} jumps by {short(shapes.noise[i])} from step to step (standard deviation around its trend), "
                f"{100 * ratio[i]:.0f} % of what it covers"
            ),
        )

    def _improving(self, where: Ints, shapes: Shapes, sign: int) -> Iterator[Flag]:
        metric = str(self.metric)
        before, after, error = shapes.tail(0.25)
        gain = before - after
        best = after <= shapes.smooth.min(axis=1) + np.maximum(gain, 2 * error)
        flagged = (gain > 4 * error) & (gain >= 0.03 * shapes.gained) & best & self.ended[where]
        points = min(shapes.length, max(4, round(0.25 * shapes.length)))
        share = 100 * gain / np.maximum(shapes.gained, 1e-300)
        at = np.full(len(where), shapes.length - 1, dtype=np.int64)
        yield from self._tell(
            IMPROVING,
            metric,
            where,
            flagged,
            at,
            lambda i: (
                f"{metric} still went from {short(sign * before[i])} to {short(sign * after[i])} in its last {points} "
                f"steps, {share[i]:.0f} % of the whole gain, when it was stopped at step {short(self.batch.steps[-1])}"
            ),
        )


def _spread(metric: str, trials: Trials) -> float:
    """How far a study's completed trials lie apart in a metric: from the 10th to the 90th percentile; 0: unknown."""
    column = trials.columns.get(metric)
    values: Sequence[float] | Floats = () if column is None else column.values[trials.in_state(State.COMPLETE)]
    finite = np.asarray(values)[np.isfinite(values)] if len(values) else np.zeros(0)
    return float(np.diff(np.percentile(finite, [10, 90]))[0]) if len(finite) >= 5 else 0.0
