"""The algorithm's part of a study spec: algorithm and pruner with their settings, lists of values, constraints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.settings import SettingError, check_settings
from analytics.space import SearchSpace
from trainer import checks, listing, pruners
from trainer.algorithms import ALGORITHMS, Algorithm
from trainer.checks import SpecError
from trainer.objectives import BUILTIN
from trainer.objectives.spec import Objective
from trainer.pruners import PRUNERS

LISTS = {"grids": "grid", "configurations": "given"}


@dataclass(frozen=True)
class AlgorithmChoice:
    name: str = "random"
    pruner: str = "none"
    settings: Mapping[str, Any] = field(default_factory=dict)
    pruner_settings: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "pruner": self.pruner,
            "settings": dict(self.settings),
            "pruner_settings": dict(self.pruner_settings),
        }


@dataclass(frozen=True)
class Limit:
    """What a constraint asks of a metric; bounds are included, None is open."""

    metric: str
    low: float | None = None
    high: float | None = None

    def excesses(self, value: float) -> dict[str, float]:
        """How far a value lies beyond each bound, by the name of the constraint; 0 or less is within, as in Optuna."""
        found = {}
        if self.high is not None:
            found[f"{self.metric}<={self.high:g}"] = value - self.high
        if self.low is not None:
            found[f"{self.metric}>={self.low:g}"] = self.low - value
        return found

    def broken(self, value: float) -> str | None:
        """How a value breaks the constraint, in words; None if it does not."""
        for name, excess in self.excesses(value).items():
            if excess > 0:
                return f"{self.metric} is {value:g}; the constraint is {name}"
        return None

    def to_json(self) -> dict[str, float]:
        return {key: value for key, value in (("min", self.low), ("max", self.high)) if value is not None}


def parse_algorithm(value: Any, objectives: int, steps: int | None) -> AlgorithmChoice:
    """Algorithm and pruner, their settings complete.

    ``objectives`` is how many metrics the study optimizes, ``steps`` the budget of a trial.

    Raises:
        SpecError: something in it is not possible, or does not go together.
    """
    entries = checks.mapping(value or {}, "algorithm", ("name", "settings", "pruner", "pruner_settings"))
    name = entries.get("name", "random")
    checks.one_of(name, "algorithm.name", ALGORITHMS)
    algorithm = ALGORITHMS[name]
    if not algorithm.optimizes(objectives):
        raise SpecError(f"algorithm.name is {name!r} with {objectives} metrics; expected one metric")
    pruner = _pruner(entries.get("pruner") or algorithm.pruners[0], name, algorithm, objectives)
    settings = _settings(algorithm.settings, entries.get("settings"), f"algorithm {name!r}", "algorithm.settings")
    judged = _settings(
        PRUNERS[pruner].settings, entries.get("pruner_settings"), f"pruner {pruner!r}", "algorithm.pruner_settings"
    )
    if pruner == "hyperband" and pruners.full_steps(judged, steps) < judged["min_resource"]:
        raise SpecError(
            f"algorithm.pruner is 'hyperband' without the steps of a full trial (at least {judged['min_resource']}); "
            "expected budget.steps or the setting 'max_resource'"
        )
    return AlgorithmChoice(name, pruner, settings, judged)


def _pruner(pruner: Any, name: str, algorithm: Algorithm, objectives: int) -> str:
    checks.one_of(pruner, "algorithm.pruner", PRUNERS)
    if pruner != "none" and objectives > 1:
        raise SpecError(f"algorithm.pruner is {pruner!r} with {objectives} metrics; expected none")
    if pruner not in algorithm.pruners:
        expected = " or ".join(algorithm.pruners)
        raise SpecError(f"algorithm.pruner is {pruner!r} with the algorithm {name!r}; expected {expected}")
    return str(pruner)


def _settings(declared: Sequence[Any], value: Any, owner: str, where: str) -> dict[str, Any]:
    try:
        return check_settings(declared, checks.mapping(value or {}, where), owner)
    except SettingError as error:
        raise SpecError(str(error)) from error


def parse_lists(
    entries: Mapping[str, Any], algorithm: AlgorithmChoice, space: SearchSpace
) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """The ``grids`` and the ``configurations`` of a spec.

    Raises:
        SpecError: the algorithm needs one and it is not there, has no use for it, or a value in it is not possible.
    """
    for key, owner in LISTS.items():
        if entries.get(key) and algorithm.name != owner:
            raise SpecError(f"{key} is given with the algorithm {algorithm.name!r}; expected it with {owner!r} only")
    grids = checks.mapping(entries.get("grids") or {}, "grids")
    try:
        if algorithm.name == "grid":
            listing.combinations(space, grids)
        configurations = listing.checked(space, entries.get("configurations") or [])
    except listing.ListError as error:
        raise SpecError(str(error)) from error
    if algorithm.name == "given" and not configurations:
        raise SpecError("configurations is empty; expected at least one for the algorithm 'given'")
    return {name: list(values) for name, values in grids.items()}, configurations


def parse_constraints(value: Any) -> tuple[Limit, ...]:
    """The constraints of a spec, ``{metric: {max: x, min: y}}``.

    Raises:
        SpecError: a bound is not a number, or there is none.
    """
    limits = []
    for metric, bounds in checks.mapping(value or {}, "constraints").items():
        checks.name(metric, "the name of a metric in constraints")
        where = f"constraints.{metric}"
        entry = checks.mapping(bounds, where, ("min", "max"))
        for key, bound in entry.items():
            if not checks.is_number(bound) or not math.isfinite(bound):
                raise SpecError(f"{where}.{key} is {bound!r}; expected a number")
        low, high = entry.get("min"), entry.get("max")
        if not entry or (low is not None and high is not None and low > high):
            raise SpecError(f"{where} is {dict(entry)!r}; expected max, min, or both with min below max")
        limits.append(Limit(metric, low, high))
    return tuple(limits)


def check_population(
    algorithm: AlgorithmChoice, space: SearchSpace, objective: Objective, steps: int | None
) -> AlgorithmChoice:
    """The algorithm, if it is a population with what a child must take over filled in.

    Raises:
        SpecError: its objective cannot go on from a checkpoint, a name to inherit is unknown, or ``steps`` is not what
            it trains.
    """
    if algorithm.name != "pbt":
        return algorithm
    if not objective.checkpoints:
        raise SpecError("algorithm.name is 'pbt', but the objective has no checkpoints; expected one that can go on")
    settings = algorithm.settings
    if not settings["inherit"]:
        settings = {**settings, "inherit": ", ".join(name for name in _shapes(objective) if name in space)}
    for name in inherited(settings):
        if name not in space:
            raise SpecError(f"setting 'inherit' names {name!r}; expected names from the space ({', '.join(space)})")
    trained = settings["interval"] * settings["generations"]
    if steps not in (None, trained):
        raise SpecError(f"budget.steps is {steps!r} with 'pbt'; expected {trained} (interval × generations), or none")
    return replace(algorithm, settings=settings)


def _shapes(objective: Objective) -> tuple[str, ...]:
    return BUILTIN[objective.target].shapes if objective.type == "builtin" else ()


def inherited(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The hyperparameters that the setting ``inherit`` names."""
    return tuple(name.strip() for name in settings["inherit"].split(",") if name.strip())
