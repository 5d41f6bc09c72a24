"""The seam between algorithm and controller: what comes next, whether a trial goes on, how it ended."""

from __future__ import annotations

import copy
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from analytics.space import SearchSpace
from trainer.algorithms import ALGORITHMS, Algorithm
from trainer.attempts import FollowUps
from trainer.draws import (
    BUDGET,
    CONFIG,
    FROM,
    LOG,
    REASON,
    RUNG,
    SEED,
    STOPPED,
    Draws,
    enqueue_again,
    objective_values,
    suggest,
)
from trainer.keeping import Needed
from trainer.listing import Configuration
from trainer.samplers import Draw, trial_seeds
from trainer.spec import Budget, StudySpec

RUNGED = ("halving", "hyperband")
COMPLETED_RUNG = "completed_rung_"


@dataclass
class Asked:
    """A trial that was asked for.

    It trains from the step after ``after`` to ``steps`` (None: as far as its objective goes), from the checkpoint of
    trial ``checkpoint_from`` where that is given; ``hands_on``: others may go on from its own; ``needed`` are the
    checkpoints that stay, where others can go now. ``cut`` says in a word why it was told to end early, ``reason`` in a
    sentence; ``last`` is what it reported last, ``step`` where.
    """

    trial: optuna.Trial
    params: dict[str, Any]
    seed: int
    steps: int | None = None
    after: int = 0
    checkpoint_from: int | None = None
    hands_on: bool = False
    needed: Needed | None = None
    cut: str | None = None
    reason: str | None = None
    step: int | None = None
    last: dict[str, float] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.trial.number

    def end(self, cut: str, reason: str | None = None) -> None:
        """Let the trial end early; the first cause counts."""
        if self.cut is None:
            self.cut, self.reason = cut, reason


def drawn_at_once(spec: StudySpec) -> SearchSpace:
    """What is drawn when a trial is asked for: of an Optuna objective nothing, since it asks itself while it runs."""
    return SearchSpace() if spec.objective.type == "optuna" else spec.space


@dataclass(frozen=True)
class Outcome:
    """How a trial's process ended: its final metrics, those reported last among them, or why it failed; ``log`` is the
    end of what it printed."""

    metrics: Mapping[str, float]
    failed: str | None = None
    log: str = ""


class Search(ABC):
    """One study's algorithm over its storage. All methods are called from the controller's thread.

    ``limit`` is how many configurations run in all, None if the algorithm or the time ends the study; it may be raised
    on the way.
    """

    def __init__(self, spec: StudySpec, study: optuna.Study) -> None:
        self.spec, self.study = spec, study
        self.limit = spec.budget.trials
        trials = study.get_trials(deepcopy=False)
        self._draws = Draws(trials)
        self._follow_ups = FollowUps(spec, trials)
        self._warming = [trial for trial in trials if FROM in trial.user_attrs]
        self._configurations: Sequence[Configuration] = ()

    @property
    def algorithm(self) -> Algorithm:
        return ALGORITHMS[self.spec.algorithm.name]

    @property
    def learns(self) -> bool:
        """Whether ended trials are looked at to draw others, or to judge them."""
        return self.algorithm.learns or self.spec.algorithm.pruner != "none"

    @abstractmethod
    def ready(self) -> bool:
        """Whether a trial can be asked for now."""

    @abstractmethod
    def done(self) -> bool:
        """Whether no trial will be asked for any more, however those under way end."""

    def ask(self) -> Asked:
        """The next trial; only while :meth:`ready`.

        An Optuna objective says itself, while it runs, what it wants suggested: there ``params`` is empty.
        """
        if not self._draws.waiting:
            self._enqueue()
        place = self._draws.next
        sampler_seed, seed = trial_seeds(self.spec.seed or 0, place)
        study = copy.copy(self.study)  # an Optuna objective draws while it runs, when others have been asked for
        study.sampler = self.algorithm.sampler(self._draw(place, sampler_seed))
        trial = study.ask()
        self._draws.begun(trial.number)
        params = suggest(trial, drawn_at_once(self.spec))
        known = trial.user_attrs
        for key, value in ((SEED, seed), (CONFIG, place)):
            if key not in known:
                trial.set_user_attr(key, value)
        return Asked(trial, params, known.get(SEED, seed), self.spec.budget.steps)

    @abstractmethod
    def _enqueue(self) -> None:
        """Enqueue what comes next; only while nothing is enqueued."""

    def needed(self) -> Needed | None:
        """Which checkpoints of ended trials may be needed; None where a study takes care of its own."""
        return None

    def extend(self, budget: Budget) -> None:
        """Go on to another budget."""
        self.limit = budget.trials

    def report(self, asked: Asked, step: int, metrics: Mapping[str, float]) -> bool:
        """Take a report in; whether the trial may go on."""
        asked.last.update(metrics)
        asked.step = step
        if step == 0 and (broken := self._broken(metrics)):
            asked.end("violated", broken)
        objective = next(iter(self.spec.metrics))
        if len(self.spec.metrics) == 1 and objective in metrics:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a step reported twice keeps its first value
                asked.trial.report(metrics[objective], step)
            if self.spec.algorithm.pruner != "none" and asked.trial.should_prune():
                asked.end("pruned")
        return asked.cut is None

    def tell(self, asked: Asked, outcome: Outcome) -> str:
        """Write how a trial ended, its state last; returns it in words."""
        trial, values = asked.trial, list[float]()
        failed = outcome.failed
        if failed is None and asked.cut is None:
            values, failed = objective_values(outcome.metrics, [*self.spec.metrics, *self._limited()])
        self._write(asked, outcome.metrics)
        if asked.cut == "stopped":
            trial.set_user_attr(STOPPED, True)
        elif reason := failed or asked.reason:
            trial.set_user_attr(REASON, reason)
        if asked.cut:
            self.study.tell(trial, state=TrialState.PRUNED)
            return f"{asked.cut}: {asked.reason}" if asked.reason else asked.cut
        if failed is not None:
            trial.set_user_attr(LOG, outcome.log)
            self.study.tell(trial, state=TrialState.FAIL)
            self._follow_up([self.find(asked.number)])
            return f"failed: {failed}"
        values = values[: len(self.spec.metrics)]
        self.study.tell(trial, values)
        self._follow_up([self.find(asked.number)])
        return " ".join(f"{name}={value:g}" for name, value in zip(self.spec.metrics, values, strict=True))

    def catch_up(self) -> None:
        """Enqueue what a controller that was killed did not come to."""
        self._follow_up(self.study.get_trials(deepcopy=False))

    def _follow_up(self, ended: Iterable[FrozenTrial]) -> None:
        """Enqueue what the ends of trials call for: a retry after a failure, repeats after a first result."""
        if not self.spec.retries and self.spec.repeats == 1:
            return
        for trial in ended:
            for attributes in self._follow_ups.of(trial, self.find):
                enqueue_again(self.study, trial, drawn_at_once(self.spec), attributes)
                self._follow_ups.enqueued(attributes)
                self._draws.enqueued(trial.number)

    def _write(self, asked: Asked, metrics: Mapping[str, float]) -> None:
        """The trial's metrics, constraints and lineage, as far as they are known at its end."""
        if asked.step is not None:
            asked.trial.set_user_attr(BUDGET, asked.step)
        for name, value in metrics.items():
            if name not in self.spec.metrics and value == value:
                asked.trial.set_user_attr(name, value)
        for limit in self.spec.constraints:
            value = metrics.get(limit.metric, math.nan)
            for name, excess in limit.excesses(value).items() if value == value else ():
                asked.trial.set_constraint(name, excess)
        if self.spec.algorithm.pruner in RUNGED:
            rungs = [key for key in self.find(asked.number).system_attrs if key.startswith(COMPLETED_RUNG)]
            if rungs:
                asked.trial.set_user_attr(RUNG, len(rungs) - 1)

    def _broken(self, metrics: Mapping[str, float]) -> str | None:
        """Which constraint metrics break that are known before training, in words."""
        found = [limit.broken(metrics[limit.metric]) for limit in self.spec.constraints if limit.metric in metrics]
        return next((sentence for sentence in found if sentence), None)

    def _limited(self) -> list[str]:
        """Metrics beside the objectives that a constraint limits: a trial that lacks one has failed."""
        return [limit.metric for limit in self.spec.constraints if limit.metric not in self.spec.metrics]

    def find(self, number: int) -> FrozenTrial:
        """A trial of the study as it is stored."""
        storage = self.study._storage
        return storage.get_trial(storage.get_trial_id_from_study_id_trial_number(self.study._study_id, number))

    def _draw(self, place: int, seed: int) -> Draw:
        algorithm, study_seed = self.spec.algorithm, self.spec.seed or 0
        return Draw(seed, algorithm.settings, study_seed, place, self.spec.space, self._configurations, self._warming)
