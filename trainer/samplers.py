"""Optuna's samplers, made anew for each trial from the study's seed and the trial's place."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, NSGAIISampler, QMCSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, create_trial

from analytics.space import SearchSpace

FEWEST_TOLD = 10


@dataclass(frozen=True)
class Draw:
    """What a sampler is made from: ``seed`` is this trial's, ``study_seed`` the study's, ``place`` counts from 0.

    ``configurations`` are those of an algorithm that runs a list, in the order in which they run; ``told`` are trials
    of an earlier study that the sampler is to know of.
    """

    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    study_seed: int = 0
    place: int = 0
    space: SearchSpace = field(default_factory=SearchSpace)
    configurations: Sequence[Mapping[str, Any]] = ()
    told: Sequence[FrozenTrial] = ()


def trial_seeds(study_seed: int, draw: int) -> tuple[int, int]:
    """The seeds of the sampler and of the training for the ``draw``-th configuration of a study, counted from 0.

    A configuration of random search thus depends on the study's seed and its place alone: not on the number of workers,
    nor on an interruption. Source of the mixing: :class:`numpy.random.SeedSequence`.
    """
    sampler, training = np.random.SeedSequence([study_seed, draw]).generate_state(2).tolist()
    return sampler, training >> 1


def random(draw: Draw) -> BaseSampler:
    return RandomSampler(seed=draw.seed)


def tpe(draw: Draw) -> BaseSampler:
    return TPESampler(seed=draw.seed, **draw.settings)


def gp(draw: Draw) -> BaseSampler:
    return _OneThreadGP(seed=draw.seed, warn_independent_sampling=False, **draw.settings)


def cmaes(draw: Draw) -> BaseSampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return _UnconditionalCma(draw)


def nsga2(draw: Draw) -> BaseSampler:
    settings = {**draw.settings, "mutation_prob": draw.settings["mutation_prob"] or None}
    return NSGAIISampler(seed=draw.seed, **settings)


def qmc(draw: Draw) -> BaseSampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return _PlacedQMC(draw)


def listed(draw: Draw) -> BaseSampler:
    return _Listed(draw.configurations[draw.place])


class _OneThreadGP(GPSampler):
    """Optuna's GP sampler, on one thread: on small problems many threads of torch cost tens of times as much."""

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        if search_space:
            import torch

            torch.set_num_threads(1)
        return super().sample_relative(study, trial, search_space)


class _UnconditionalCma(CmaEsSampler):
    """Optuna's CMA-ES over the numbers that count in every configuration.

    It begins at the best tenth of what it is told, of ten trials or more (Nomura et al. 2021, WS-CMA-ES).
    """

    def __init__(self, draw: Draw) -> None:
        self._space = draw.space
        told = [self._numbers_of(trial) for trial in draw.told] if len(draw.told) >= FEWEST_TOLD else None
        super().__init__(seed=draw.seed, warn_independent_sampling=False, source_trials=told, **draw.settings)

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {n: d for n, d in super().infer_relative_search_space(study, trial).items() if self._counts(n, d)}

    def _counts(self, name: str, d: BaseDistribution) -> bool:
        conditional = name in self._space and bool(self._space[name].when)
        return not (conditional or d.single() or isinstance(d, CategoricalDistribution))

    def _numbers_of(self, trial: FrozenTrial) -> FrozenTrial:
        """The trial with nothing but those numbers, which Optuna asks for."""
        kept = {name: d for name, d in trial.distributions.items() if self._counts(name, d)}
        params = {name: trial.params[name] for name in kept}
        return create_trial(value=trial.value, params=params, distributions=kept)


class _PlacedQMC(QMCSampler):
    """Optuna's QMC sampler, where a trial's point of the sequence is its place in the study.

    It covers the whole space, conditional hyperparameters included, from the first trial on; one that does not count
    in a configuration is left out of it.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(seed=draw.study_seed % 2**32, warn_independent_sampling=False, **draw.settings)
        self._draw = draw

    def infer_relative_search_space(
        self,
        study: optuna.Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        distributions = {name: h.distribution for name, h in self._draw.space.items()}
        return {name: d for name, d in distributions.items() if not d.single()}

    def _find_sample_id(
        self,
        study: optuna.Study,  # noqa: ARG002
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> int:
        return self._draw.place


class _Listed(RandomSampler):
    """One listed configuration; what it does not name is drawn at random."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        super().__init__(seed=0)
        self._configuration = configuration

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        if param_name in self._configuration:
            return self._configuration[param_name]
        return super().sample_independent(study, trial, param_name, param_distribution)
