"""The seam between algorithm and controller: what comes next, whether a trial goes on, how it ended."""

from __future__ import annotations

import logging
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.storages import BaseStorage
from optuna.trial import TrialState

from trainer.algorithms import ALGORITHMS, PRUNERS, trial_seeds
from trainer.draws import BUDGET, REASON, SEED, STOPPED, Draws, enqueue_interrupted, objective_values, suggest
from trainer.spec import StudySpec

log = logging.getLogger(__name__)


@dataclass
class Asked:
    """A trial that was asked for.

    It trains from the step after ``after`` to ``steps`` (None: as far as its objective goes), from the checkpoint of
    trial ``checkpoint_from`` where that is given. ``cut`` says why it was told to end early, ``last`` is what it
    reported last, ``step`` where.
    """

    trial: optuna.Trial
    params: dict[str, Any]
    seed: int
    steps: int | None = None
    after: int = 0
    checkpoint_from: int | None = None
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


@dataclass(frozen=True)
class Outcome:
    """How a trial's process ended: its final metrics, those reported last among them, or why it failed."""

    metrics: Mapping[str, float]
    failed: str | None = None


class Search(ABC):
    """One study's algorithm over its storage. All methods are called from the controller's thread."""

    def __init__(self, spec: StudySpec, study: optuna.Study) -> None:
        self.spec, self.study = spec, study
        self.limit = spec.budget.trials

    @abstractmethod
    def ready(self) -> bool:
        """Whether a trial can be asked for now."""

    @abstractmethod
    def done(self) -> bool:
        """Whether no trial will be asked for any more, however those under way end."""

    @abstractmethod
    def ask(self) -> Asked:
        """The next trial; only while :meth:`ready`."""

    def report(self, asked: Asked, step: int, metrics: Mapping[str, float]) -> bool:
        """Take a report in; whether the trial may go on."""
        asked.last.update(metrics)
        asked.step = step
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
        trial, metrics = asked.trial, outcome.metrics
        if asked.step is not None:
            trial.set_user_attr(BUDGET, asked.step)
        for name, value in metrics.items():
            if name not in self.spec.metrics and value == value:
                trial.set_user_attr(name, value)
        values: list[float] = []
        failed = outcome.failed
        if failed is None and asked.cut is None:
            values, failed = objective_values(metrics, list(self.spec.metrics))
        if asked.cut == "stopped":
            trial.set_user_attr(STOPPED, True)
        elif reason := failed or asked.reason:
            trial.set_user_attr(REASON, reason)
        if asked.cut:
            self.study.tell(trial, state=TrialState.PRUNED)
            return asked.cut
        if failed is not None:
            self.study.tell(trial, state=TrialState.FAIL)
            return f"failed: {failed}"
        self.study.tell(trial, values)
        return " ".join(f"{name}={value:g}" for name, value in zip(self.spec.metrics, values, strict=False))


class OptunaSearch(Search):
    """A search by one of Optuna's samplers and pruners."""

    def __init__(self, spec: StudySpec, study: optuna.Study) -> None:
        super().__init__(spec, study)
        self._draws = Draws(study.get_trials(deepcopy=False))

    def ready(self) -> bool:
        return not self.done()

    def done(self) -> bool:
        return not self._draws.waiting and self.limit is not None and self._draws.fresh >= self.limit

    def ask(self) -> Asked:
        sampler_seed, seed = trial_seeds(self.spec.seed or 0, self._draws.next())
        algorithm = self.spec.algorithm
        self.study.sampler = ALGORITHMS[algorithm.name].sampler(algorithm.settings, sampler_seed)
        trial = self.study.ask()
        params = suggest(trial, self.spec.space)
        trial.set_user_attr(SEED, seed)
        return Asked(trial, params, seed, self.spec.budget.steps)


def begin(spec: StudySpec, backend: BaseStorage) -> Search:
    """The search of a study that begins or goes on: what an interruption cut short is enqueued again."""
    pruner = PRUNERS[spec.algorithm.pruner].pruner()
    study = optuna.load_study(study_name=spec.name, storage=backend, pruner=pruner)
    again = enqueue_interrupted(study, spec.space)
    if again:
        log.info("study %r: %d interrupted trials run again", spec.name, again)
    return OptunaSearch(spec, study)
