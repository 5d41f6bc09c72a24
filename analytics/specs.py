"""The study spec of a refined study, from its parent's."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.columns import ROW_COLUMNS, Role
from analytics.refinement import RefineError, Refinement
from analytics.respace import refined_space
from analytics.space import SearchSpace
from analytics.trials import Trials


@dataclass(frozen=True)
class Plan:
    """How the refined study is to be searched: algorithm by name with its settings, how many trials, how many at once.

    ``seed`` None lets the trainer draw one.
    """

    name: str
    algorithm: str = "tpe"
    settings: Mapping[str, Any] = field(default_factory=dict)
    trials: int = 50
    workers: int = 1
    seed: int | None = None


def to_spec(trials: Trials, refinement: Refinement, plan: Plan) -> dict[str, Any]:
    """The study spec of the refined study: objective, metrics, pruner and project of its parent, the new space.

    Raises:
        RefineError: the parent has no spec (we did not write it), or the table still has a problem.
    """
    spec = trials.study.spec
    if spec is None:
        name = trials.study.name
        raise RefineError(f"the study {name!r} has no objective that we can run; expected a study that we launched")
    algorithm = {**spec.get("algorithm", {}), "name": plan.algorithm, "settings": dict(plan.settings)}
    return {
        **copy.deepcopy(dict(spec)),
        "name": plan.name,
        "parent": trials.study.id,
        "space": original_space(trials, refined_space(refinement)[0]).to_json(),
        "algorithm": algorithm,
        "budget": {**spec.get("budget", {}), "trials": plan.trials},
        "workers": plan.workers,
        "seed": plan.seed,
    }


def original_space(trials: Trials, space: SearchSpace) -> SearchSpace:
    """A space under public names, under the names that the objective knows."""
    names = {public: original_name(trials, public) for public in trials.space}
    return SearchSpace(
        tuple(
            replace(h, name=names[h.name], when={names[parent]: values for parent, values in h.when.items()})
            for h in space.hyperparameters
        )
    )


def original_name(trials: Trials, public: str) -> str:
    """The name of a hyperparameter before ``param:`` kept it out of the way of our columns and the metrics."""
    own = (trials.study.spec or {}).get("space", {})
    prefix, _, rest = public.partition(":")
    moved = prefix == Role.PARAM and (rest in ROW_COLUMNS or rest in trials.metrics)
    return rest if moved and public not in own else public


def suggest_name(parent: str, taken: Iterable[str]) -> str:
    """A free name for the refinement of a study, or for several: ``digits-refined``, then ``digits-refined-2`` …"""
    stem = re.sub(r"-refined(-\d+)?(-[a-z])?$", "", parent)
    names = set(taken)
    return free_name(f"{stem}-refined", names | {re.sub(r"-[a-z]$", "", name) for name in names})


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name itself or, where it is taken, the name with the first free number."""
    names = set(taken)
    if name not in names:
        return name
    return next(f"{name}-{i}" for i in range(2, len(names) + 3) if f"{name}-{i}" not in names)


def variant_names(name: str, count: int) -> Sequence[str]:
    """The names of the studies that one plan makes: its own name, or that with letters behind it."""
    return [name] if count == 1 else [f"{name}-{chr(ord('a') + i)}" for i in range(count)]
