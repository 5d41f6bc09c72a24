"""What a study will run, as far as it is known before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import optuna

from trainer.algorithms import ALGORITHMS
from trainer.listing import Configuration
from trainer.search import Search
from trainer.searches import configurations, search_of
from trainer.spec import StudySpec


@dataclass(frozen=True)
class Ahead:
    """What will run: ``total`` trials (None: until the time is over), ``configs`` the first of them.

    ``known``: these are all, whatever comes out of any. ``fixed`` is how many of the first trials follow from the spec
    alone (None: all of them); those after it depend on results.
    """

    total: int | None
    configs: Sequence[Configuration]
    known: bool
    fixed: int | None = None


def ahead(spec: StudySpec, count: int = 20) -> Ahead:
    """What the study of a spec will run: all configurations of a list or grid, the first ``count`` of the others.

    They are exactly those that run, unless others are enqueued: the search itself is asked for them, on a study in
    memory. What depends on results is left out, and without a seed, which is drawn at the start, so is all but a list.
    """
    listed = configurations(spec)
    limit = spec.budget.trials
    if listed:
        total = min(limit or len(listed), len(listed))
        return Ahead(total, listed[:total], True)
    choice = spec.algorithm
    algorithm = ALGORITHMS[choice.name]
    fixed = algorithm.ahead(choice.settings) if algorithm.ahead else None
    if choice.name == "pbt" and limit is None:
        limit = choice.settings["population"] * choice.settings["generations"]
    first = min(n for n in (count, limit, fixed) if n is not None)
    configs = [] if spec.seed is None else _first(spec, first)
    return Ahead(limit, configs, spec.seed is not None and first == limit, fixed)


def _first(spec: StudySpec, count: int) -> list[Configuration]:
    """The first configurations that the search asks for while no result is known."""
    directions = list(spec.metrics.values())
    study = optuna.create_study(study_name=spec.name, directions=directions, pruner=optuna.pruners.NopPruner())
    objective = replace(spec.objective, type="python")  # an Optuna objective would ask for its values itself
    search: Search = search_of(replace(spec, objective=objective), study)
    return [dict(search.ask().params) for _ in range(count) if search.ready()]
