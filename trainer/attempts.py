"""Trials that follow from the end of another: a failed one is tried again, a finished one repeated with other seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from trainer.draws import AGAIN, FROM, INTERRUPTED, REASON, REPEAT, SEED, STOPPED
from trainer.spec import StudySpec

FollowUp: TypeAlias = tuple[int, dict[str, Any]]
"""The number of the trial whose configuration is enqueued, and the attributes that say why."""


def follow_ups(trials: Sequence[FrozenTrial], ended: Iterable[int], spec: StudySpec) -> Iterator[FollowUp]:
    """What the ends of trials call for that is not enqueued yet; ``trials`` are all of the study, by number."""
    tried_again = {t.user_attrs[AGAIN] for t in trials if AGAIN in t.user_attrs}
    repeats = Counter(t.user_attrs[REPEAT] for t in trials if REPEAT in t.user_attrs and AGAIN not in t.user_attrs)
    for number in ended:
        trial = trials[number]
        if trial.state is TrialState.FAIL and number not in tried_again:
            if failures(trials, trial) <= spec.retries:
                yield number, {AGAIN: number}
        elif trial.state is TrialState.COMPLETE and not {REPEAT, FROM} & trial.user_attrs.keys():
            for repeat in range(repeats[number] + 1, spec.repeats):
                yield number, {REPEAT: number, SEED: repeat_seed(trial.user_attrs[SEED], repeat)}


def failures(trials: Sequence[FrozenTrial], trial: FrozenTrial) -> int:
    """How often a trial has failed by itself: it, and those that it is tried again for."""
    count = 0
    while True:
        count += trial.state is TrialState.FAIL and trial.user_attrs.get(REASON) != INTERRUPTED
        if AGAIN not in trial.user_attrs:
            return count
        trial = trials[trial.user_attrs[AGAIN]]


def interrupted(trials: Sequence[FrozenTrial], trial: FrozenTrial) -> Iterator[int]:
    """The trials that were stopped or interrupted and whose training a trial goes on with, the last first."""
    while (again := trial.user_attrs.get(AGAIN)) is not None:
        trial = trials[again]
        if not trial.user_attrs.get(STOPPED) and trial.user_attrs.get(REASON) != INTERRUPTED:
            return
        yield trial.number


def repeat_seed(seed: int, repeat: int) -> int:
    """The training seed of a configuration's repeat, counted from 1 (its first trial has ``seed``)."""
    return int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0] >> 1)
