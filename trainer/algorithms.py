"""Search algorithms and pruners, each with its settings as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

from analytics.settings import Setting


@dataclass(frozen=True)
class Algorithm:
    """A way to choose configurations; ``sampler`` makes Optuna's sampler from checked settings and a seed."""

    label: str
    help: str
    sampler: Callable[[Mapping[str, Any], int], BaseSampler]
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Pruner:
    """A way to end trials early."""

    label: str
    help: str
    pruner: Callable[[], BasePruner]


ALGORITHMS: dict[str, Algorithm] = {
    "random": Algorithm(
        label="Random search",
        help="Draws every configuration independently from the whole space; the fairest basis for importance.",
        sampler=lambda _settings, seed: RandomSampler(seed=seed),
    ),
    "tpe": Algorithm(
        label="TPE",
        help="Draws where good configurations are denser than the others (tree-structured Parzen estimator).",
        sampler=lambda settings, seed: TPESampler(seed=seed, **settings),
        settings=(
            Setting("n_startup_trials", "int", 10, "Random trials before the first estimate.", low=1, high=10_000),
            Setting("n_ei_candidates", "int", 24, "Candidates drawn for each new trial.", low=1, high=10_000),
            Setting("constant_liar", "bool", True, "Keep away from configurations that are still running."),
        ),
    ),
}

PRUNERS: dict[str, Pruner] = {
    "none": Pruner("No pruning", "Every trial runs to its end.", NopPruner),
    "median": Pruner("Median", "Ends a trial that is worse than the median of earlier ones at a step.", MedianPruner),
}


def trial_seeds(study_seed: int, draw: int) -> tuple[int, int]:
    """The seeds of the sampler and of the training for the ``draw``-th configuration of a study, counted from 0.

    A configuration of random search thus depends on the study's seed and its place alone: not on the number of workers,
    nor on an interruption. Source of the mixing: :class:`numpy.random.SeedSequence`.
    """
    sampler, training = np.random.SeedSequence([study_seed, draw]).generate_state(2).tolist()
    return sampler, training >> 1
