"""The study spec that trains chosen configurations again, with fresh seeds."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from analytics.confirmation import configuration
from analytics.reruns import earlier
from analytics.settings import Setting
from analytics.space import parse_space
from analytics.specs import free_name, original_name
from analytics.trials import Trials

COUNTS = (
    Setting("k", "int", 5, "How many configurations.", low=1, high=100),
    Setting("repeats", "int", 5, "How many fresh seeds each.", low=1, high=100),
)
NOT_OURS = ("grids", "configurations", "constraints", "start")
"""What a search has and a confirmation does not."""


class ConfirmError(ValueError):
    """Configurations that cannot be trained again; one sentence without its full stop."""


def to_spec(
    trials: Trials, numbers: Sequence[int], repeats: int, name: str, evaluate: str | None = None
) -> dict[str, Any]:
    """The spec of a study ``name`` that trains the configurations of some trials ``repeats`` times each.

    Objective, metrics, steps and workers are the search's, without pruning; ``evaluate`` is the objective's setting of
    that name. The seed is drawn at the start, so that no training has a seed of the search.

    Raises:
        ConfirmError: the study has no objective that we can run, or its configurations change while they train.
        KeyError: there is no such trial.
    """
    spec = trials.study.spec
    if spec is None:
        raise ConfirmError(f"{trials.study.name} has no objective that can be run here; expected a study of ours")
    if spec.get("algorithm", {}).get("name") == "pbt":
        raise ConfirmError(
            f"{trials.study.name} is population-based training, whose members change their hyperparameters while they "
            "train; expected a study whose trials keep one configuration"
        )
    kept = {key: value for key, value in copy.deepcopy(dict(spec)).items() if key not in NOT_OURS}
    objective = dict(kept.get("objective") or {})
    if evaluate is not None:
        objective["settings"] = {**(objective.get("settings") or {}), "evaluate": evaluate}
    configurations = [
        {original_name(trials, public): value for public, value in configuration(trials, number).items()}
        for number in numbers
    ]
    return {
        **kept,
        "name": name,
        "parent": trials.study.id,
        "objective": objective,
        "algorithm": {"name": "given"},
        "configurations": configurations,
        "repeats": repeats,
        "budget": {"steps": (spec.get("budget") or {}).get("steps")},
        "seed": None,
    }


def confirms(again: Trials, search: Trials) -> bool:
    """Whether a study that runs a list trains what a search has tried, and nothing else."""
    spec = again.study.spec or {}
    listed, space = spec.get("configurations") or [], parse_space(spec.get("space") or {})
    return bool(listed) and all(earlier(listed, space, [search]))


def suggest_name(search: str, taken: set[str]) -> str:
    """A free name for the confirmation of a study."""
    return free_name(f"{search}-confirmed", taken)
