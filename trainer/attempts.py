"""Trials that follow from the end of another: a failed one is tried again, a finished one repeated with other seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from trainer.draws import AGAIN, FROM, INTERRUPTED, REASON, REPEAT, SEED, STOPPED
from trainer.spec import StudySpec

Find: TypeAlias = Callable[[int], FrozenTrial]


class FollowUps:
    """What the ends of a study's trials call for that is not enqueued yet; ``trials`` are those that it has so far."""

    def __init__(self, spec: StudySpec, trials: Iterable[FrozenTrial]) -> None:
        self._spec = spec
        self._tried_again: set[int] = set()
        self._repeats: Counter[int] = Counter()
        for trial in trials:
            self.enqueued(trial.user_attrs)

    def enqueued(self, attributes: Mapping[str, Any]) -> None:
        """A trial with these attributes stands in the study."""
        if AGAIN in attributes:
            self._tried_again.add(attributes[AGAIN])
        elif REPEAT in attributes:
            self._repeats[attributes[REPEAT]] += 1

    def of(self, trial: FrozenTrial, find: Find) -> Iterator[dict[str, Any]]:
        """Attributes of the trials that are to run an ended one again; ``find`` gives a trial by its number."""
        number = trial.number
        if trial.state is TrialState.FAIL and number not in self._tried_again:
            if failures(trial, find) <= self._spec.retries:
                yield {AGAIN: number}
        elif trial.state is TrialState.COMPLETE and not {REPEAT, FROM} & trial.user_attrs.keys():
            for repeat in range(self._repeats[number] + 1, self._spec.repeats):
                yield {REPEAT: number, SEED: repeat_seed(trial.user_attrs[SEED], repeat)}


def failures(trial: FrozenTrial, find: Find) -> int:
    """How often a trial has failed by itself: it, and those that it is tried again for."""
    count = 0
    while True:
        count += trial.state is TrialState.FAIL and trial.user_attrs.get(REASON) != INTERRUPTED
        if AGAIN not in trial.user_attrs:
            return count
        trial = find(trial.user_attrs[AGAIN])


def interrupted(trial: FrozenTrial, find: Find) -> Iterator[int]:
    """The trials that were stopped or interrupted and whose training a trial goes on with, the last first."""
    while (again := trial.user_attrs.get(AGAIN)) is not None:
        trial = find(again)
        if not trial.user_attrs.get(STOPPED) and trial.user_attrs.get(REASON) != INTERRUPTED:
            return
        yield trial.number


def repeat_seed(seed: int, repeat: int) -> int:
    """The training seed of a configuration's repeat, counted from 1 (its first trial has ``seed``)."""
    return int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0] >> 1)
