"""Pruners, each with its settings as data: how poor trials are ended early."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner, SuccessiveHalvingPruner

from analytics.settings import Setting

BRACKET = "trellis:bracket"
GOLDEN = (math.sqrt(5) - 1) / 2

REDUCTION = "Of the trials that reach a rung, one in this many goes on (η)."
BOOTSTRAP = "Trials that a rung has to see before any may pass it."


@dataclass(frozen=True)
class Pruner:
    """A way to end trials early; ``make`` gives Optuna's pruner from checked settings and the steps of a full trial."""

    label: str
    help: str
    make: Callable[[Mapping[str, Any], int | None], BasePruner]
    settings: tuple[Setting, ...] = ()

    @property
    def needs_steps(self) -> bool:
        """Whether it judges what an objective reports while it trains."""
        return bool(self.settings)


class BracketPruner(HyperbandPruner):
    """Optuna's Hyperband, where a trial's bracket is the one that was written into it when it was asked for.

    Optuna's own draws it from the study's name and the trial's number, which an interruption shifts.
    """

    def _get_bracket_id(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> int:
        bracket = trial.user_attrs.get(BRACKET)
        return super()._get_bracket_id(study, trial) if bracket is None else int(bracket)


def brackets(max_resource: int, min_resource: int, reduction_factor: int) -> tuple[int, ...]:
    """Trials of one round of Hyperband by bracket, the one that ends trials soonest first.

    Source: Li et al. 2018, Hyperband, Algorithm 1, in the proportions of Optuna's ``HyperbandPruner``.
    """
    count = 1
    while min_resource * reduction_factor**count <= max_resource:
        count += 1
    return tuple(math.ceil(count * reduction_factor**s / (s + 1)) for s in reversed(range(count)))


def bracket_of(place: int, allocation: tuple[int, ...]) -> int:
    """The bracket of the trial at a place of the study, counted from 0: any stretch of trials is shared out evenly."""
    share = (place * GOLDEN) % 1 * sum(allocation)
    return bisect_right(list(accumulate(allocation)), share)


def allocation(name: str, settings: Mapping[str, Any], steps: int | None) -> tuple[int, ...]:
    """Trials by bracket of a pruner; none if it has no brackets."""
    if name != "hyperband":
        return ()
    return brackets(full_steps(settings, steps), settings["min_resource"], settings["reduction_factor"])


def full_steps(settings: Mapping[str, Any], steps: int | None) -> int:
    """Steps of a trial that is never ended early (R); 0 if nothing says."""
    return int(settings["max_resource"] or steps or 0)


def _hyperband(settings: Mapping[str, Any], steps: int | None) -> BasePruner:
    full = full_steps(settings, steps)
    pruner = BracketPruner(**{**settings, "max_resource": full})
    pruner._n_brackets = len(brackets(full, settings["min_resource"], settings["reduction_factor"]))
    return pruner


PRUNERS: dict[str, Pruner] = {
    "none": Pruner("No pruning", "Every trial runs to its end.", lambda _settings, _steps: NopPruner()),
    "median": Pruner(
        label="Median",
        help="Ends a trial whose best report so far is worse than the median of earlier trials at the same step.",
        make=lambda settings, _steps: MedianPruner(**settings),
        settings=(
            Setting("n_startup_trials", "int", 5, "Trials that finish before any is ended.", low=0, high=100_000),
            Setting("n_warmup_steps", "int", 0, "Steps of each trial without judgement.", low=0, high=10_000_000),
            Setting("interval_steps", "int", 1, "Steps between two judgements.", low=1, high=10_000_000),
            Setting("n_min_trials", "int", 1, "Reports of other trials that a judgement needs.", low=1, high=100_000),
        ),
    ),
    "halving": Pruner(
        label="Successive halving",
        help="Judges trials at rungs, each a multiple of the one before, and lets the best of those seen there go on.",
        make=lambda settings, _steps: SuccessiveHalvingPruner(**settings),
        settings=(
            Setting("min_resource", "int", 1, "Steps before the first rung.", low=1, high=10_000_000),
            Setting("reduction_factor", "int", 4, REDUCTION, low=2, high=100),
            Setting("min_early_stopping_rate", "int", 0, "Rungs that are left out at the start.", low=0, high=20),
            Setting("bootstrap_count", "int", 0, BOOTSTRAP, low=0, high=100_000),
        ),
    ),
    "hyperband": Pruner(
        label="Hyperband",
        help="Runs several successive halvings (brackets) side by side, from one that ends trials soon to one that "
        "ends none, so that slow starters have a chance.",
        make=_hyperband,
        settings=(
            Setting("max_resource", "int", 0, "Steps of a full trial (R); 0: budget.steps.", low=0, high=10_000_000),
            Setting("reduction_factor", "int", 3, REDUCTION, low=2, high=100),
            Setting("min_resource", "int", 1, "Steps before the first rung.", low=1, high=10_000_000),
            Setting("bootstrap_count", "int", 0, BOOTSTRAP, low=0, high=100_000),
        ),
    ),
}
