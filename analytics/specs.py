"""The study spec of a refined study, from its parent's, the table old → new and the form."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analytics.columns import MARK_COLUMNS, ROW_COLUMNS, Level, Role
from analytics.grids import grid_values, holding, reaching
from analytics.refinement import Refinement
from analytics.respace import refined_space
from analytics.space import SearchSpace
from analytics.trials import Trials


def to_spec(trials: Trials, refinement: Refinement, part: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The study spec of the refined study; ``part`` is what the form says of it (:mod:`analytics.plans`).

    Project and parent are those of the study it refines. Of a grid search, each hyperparameter has its list of values,
    and a range that holds them; of listed configurations, each range reaches to what they have.

    Raises:
        RefineError: the table still has a problem.
    """
    space = refined_space(refinement)[0]
    grids: dict[str, list[Level]] = {}
    if (part.get("algorithm") or {}).get("name") == "grid":
        grids = {h: list(grid_values(refinement[h], space[h])) for h in space}
        space = SearchSpace(tuple(holding(h, grids[h.name]) for h in space.hyperparameters))
    listed = part.get("configurations") or ()
    if listed:
        given = {h: [one[h] for one in listed if h in one] for h in space}
        space = SearchSpace(tuple(reaching(h, given[h.name]) for h in space.hyperparameters))
    own = original_space(trials, space)
    public = dict(zip(own, space, strict=True))
    names = {name: h for h, name in public.items()}
    spec = {
        **copy.deepcopy(dict(part)),
        "name": name,
        "project": (trials.study.spec or {}).get("project") or "",
        "parent": trials.study.id,
        "space": own.to_json(),
    }
    if listed:
        spec["configurations"] = [{names.get(name, name): value for name, value in one.items()} for one in listed]
    return {**spec, "grids": {h: grids[public[h]] for h in own}} if grids else spec


def original_space(trials: Trials, space: SearchSpace) -> SearchSpace:
    """A space under public names, under the names that the objective knows."""
    names = {public: original_name(trials, public) for public in space}
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
    moved = prefix == Role.PARAM and (rest in (*ROW_COLUMNS, *MARK_COLUMNS) or rest in trials.metrics)
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
