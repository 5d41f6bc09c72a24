"""The study spec: everything that makes a study, checked once, at the edge."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.space import SearchSpace, SpaceError, parse_space
from analytics.trials import Direction
from trainer import checks
from trainer.algorithms import ALGORITHMS
from trainer.checks import SpecError
from trainer.choice import AlgorithmChoice, Limit, check_population, parse_algorithm, parse_constraints, parse_lists
from trainer.earlier import Start, parse_start
from trainer.objectives.spec import Objective, check_metrics, check_space, parse_objective

__all__ = ["AlgorithmChoice", "Budget", "Objective", "SpecError", "StudySpec", "parse_spec"]

KEYS = (
    "name",
    "project",
    "parent",
    "objective",
    "space",
    "metrics",
    "algorithm",
    "grids",
    "configurations",
    "constraints",
    "budget",
    "workers",
    "threads",
    "retries",
    "repeats",
    "seed",
    "start",
)


@dataclass(frozen=True)
class Budget:
    """``trials`` in all, ``steps`` (epochs) a trial, ``seconds`` after which no further trial begins; None is open."""

    trials: int | None = None
    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class StudySpec:
    """A checked study spec; ``metrics`` are what the search optimizes; ``seed`` None: drawn at the start.

    ``workers`` is how many trials run at a time, ``threads`` how many threads each may use (None: the cores, shared
    out); ``retries`` how often a failed trial is tried again, ``repeats`` how often a configuration is trained in all.
    """

    name: str
    space: SearchSpace
    metrics: Mapping[str, Direction]
    budget: Budget
    objective: Objective = field(default_factory=Objective)
    algorithm: AlgorithmChoice = field(default_factory=AlgorithmChoice)
    project: str = ""
    parent: str | None = None
    workers: int = 1
    seed: int | None = None
    grids: Mapping[str, list[Any]] = field(default_factory=dict)
    configurations: tuple[Mapping[str, Any], ...] = ()
    constraints: tuple[Limit, ...] = ()
    threads: int | None = None
    retries: int = 0
    repeats: int = 1
    start: Start | None = None

    def to_json(self) -> dict[str, Any]:
        """The mapping that :func:`parse_spec` reads."""
        b = self.budget
        return {
            "name": self.name,
            "project": self.project,
            "parent": self.parent,
            "objective": self.objective.to_json(),
            "space": self.space.to_json(),
            "metrics": dict(self.metrics),
            "algorithm": self.algorithm.to_json(),
            "grids": {name: list(values) for name, values in self.grids.items()},
            "configurations": [dict(configuration) for configuration in self.configurations],
            "constraints": {limit.metric: limit.to_json() for limit in self.constraints},
            "budget": {"trials": b.trials, "steps": b.steps, "seconds": b.seconds},
            "workers": self.workers,
            "threads": self.threads,
            "retries": self.retries,
            "repeats": self.repeats,
            "seed": self.seed,
            "start": self.start and self.start.to_json(),
        }


def parse_spec(mapping: Any, base: str | os.PathLike[str] | None = None) -> StudySpec:
    """The spec of a mapping, as read from JSON or YAML; ``base`` is where a relative ``cwd`` begins.

    Raises:
        SpecError: something in it is not possible.
    """
    entries = checks.mapping(mapping, "the study spec", KEYS)
    objective = parse_objective(entries.get("objective"), Path(base or Path.cwd()))
    metrics = _metrics(entries.get("metrics"), objective)
    space = _space(entries.get("space"), objective)
    steps = checks.mapping(entries.get("budget") or {}, "budget").get("steps")
    algorithm = parse_algorithm(entries.get("algorithm"), len(metrics), steps if isinstance(steps, int) else None)
    algorithm = check_population(algorithm, space, objective, steps)
    grids, configurations = parse_lists(entries, algorithm, space)
    return StudySpec(
        name=checks.name(entries.get("name"), "name"),
        project=checks.text(entries.get("project") or "", "project"),
        parent=None if entries.get("parent") is None else checks.name(entries["parent"], "parent"),
        objective=objective,
        space=space,
        metrics=metrics,
        algorithm=algorithm,
        grids=grids,
        configurations=tuple(configurations),
        constraints=_constraints(entries.get("constraints"), objective),
        budget=_budget(entries.get("budget"), ALGORITHMS[algorithm.name].finite),
        workers=checks.whole(entries.get("workers", 1), "workers", 1, 256) or 1,
        threads=checks.whole(entries.get("threads"), "threads", 1, 1024),
        retries=checks.whole(entries.get("retries"), "retries", 0, 100) or 0,
        repeats=_repeats(entries.get("repeats"), algorithm),
        start=parse_start(entries.get("start"), algorithm),
        seed=checks.whole(entries.get("seed"), "seed", 0, 2**63 - 1),
    )


def _space(value: Any, objective: Objective) -> SearchSpace:
    entries = checks.mapping(value, "space")
    if not entries:
        raise SpecError("space is empty; expected at least one hyperparameter")
    try:
        for name in entries:
            checks.name(name, "the name of a hyperparameter")
            _check_numbers(name, entries[name])
        space = parse_space(entries)
    except SpaceError as error:
        raise SpecError(str(error)) from error
    check_space(objective, space)
    return space


def _check_numbers(name: str, entry: Any) -> None:
    """What parse_space takes for granted of an entry: finite numbers, conditions by name, plain choices."""
    if not isinstance(entry, Mapping):
        return
    for key in ("low", "high", "step"):
        if isinstance(entry.get(key), float) and not math.isfinite(entry[key]):
            raise SpecError(f"hyperparameter {name!r}: {key} is {entry[key]!r}; expected a finite number")
    if entry.get("step") is not None and not (checks.is_number(entry["step"]) and entry["step"] > 0):
        raise SpecError(f"hyperparameter {name!r}: step is {entry['step']!r}; expected a number above 0")
    checks.mapping(entry.get("when") or {}, f"hyperparameter {name!r}: when")
    for choice in entry["choices"] if isinstance(entry.get("choices"), list) else ():
        if choice is not None and not isinstance(choice, (str, bool, int, float)):
            raise SpecError(f"hyperparameter {name!r}: choice {choice!r}; expected text, a number, true, false or null")


def _metrics(value: Any, objective: Objective) -> dict[str, Direction]:
    entries = checks.mapping(value, "metrics")
    if not entries:
        raise SpecError("metrics is empty; expected at least one, as in val_accuracy: maximize")
    for name, direction in entries.items():
        checks.name(name, "the name of a metric")
        checks.one_of(direction, f"metrics.{name}", ("minimize", "maximize"))
    check_metrics(objective, list(entries))
    return dict(entries)


def _constraints(value: Any, objective: Objective) -> tuple[Limit, ...]:
    limits = parse_constraints(value)
    check_metrics(objective, [limit.metric for limit in limits])
    return limits


def _budget(value: Any, finite: bool) -> Budget:
    entries = checks.mapping(value or {}, "budget", ("trials", "steps", "seconds"))
    trials = checks.whole(entries.get("trials"), "budget.trials", 1, 10_000_000)
    seconds = checks.seconds(entries.get("seconds"), "budget.seconds")
    if trials is None and seconds is None and not finite:
        raise SpecError("budget has neither trials nor seconds; expected at least one of them")
    return Budget(trials, checks.whole(entries.get("steps"), "budget.steps", 1, 10_000_000), seconds)


def _repeats(value: Any, algorithm: AlgorithmChoice) -> int:
    repeats = checks.whole(value, "repeats", 1, 1000) or 1
    if repeats > 1 and algorithm.name == "pbt":
        raise SpecError(f"repeats is {repeats} with pbt, which trains each member once an interval; expected 1")
    return repeats
