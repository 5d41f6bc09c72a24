"""The study spec: everything that makes a study, checked once, at the edge."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.columns import same_level
from analytics.settings import SettingError, check_settings
from analytics.space import Hyperparameter, SearchSpace, SpaceError, parse_hyperparameter, parse_space
from analytics.trials import Direction
from trainer import checks
from trainer.algorithms import ALGORITHMS, PRUNERS
from trainer.checks import SpecError
from trainer.objectives import BUILTIN

__all__ = ["AlgorithmChoice", "Budget", "Objective", "SpecError", "StudySpec", "parse_spec"]

LATER = ("optuna", "command")


@dataclass(frozen=True)
class Objective:
    """What is trained: ``target`` is the name of a built-in objective, or ``module:function`` found from ``cwd``."""

    type: str = "builtin"
    target: str = "digits"
    cwd: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AlgorithmChoice:
    name: str = "random"
    pruner: str = "none"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """``trials`` in all, ``steps`` (epochs) a trial, ``seconds`` after which no further trial begins; None is open."""

    trials: int | None = None
    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class StudySpec:
    """A checked study spec; ``metrics`` are what the search optimizes; ``seed`` None: drawn at the start."""

    name: str
    space: SearchSpace
    metrics: Mapping[str, Direction]
    budget: Budget
    objective: Objective = Objective()
    algorithm: AlgorithmChoice = AlgorithmChoice()
    project: str = ""
    parent: str | None = None
    workers: int = 1
    seed: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The mapping that :func:`parse_spec` reads."""
        o, a, b = self.objective, self.algorithm, self.budget
        return {
            "name": self.name,
            "project": self.project,
            "parent": self.parent,
            "objective": {"type": o.type, "target": o.target, "cwd": o.cwd, "env": dict(o.env), "timeout": o.timeout},
            "space": self.space.to_json(),
            "metrics": dict(self.metrics),
            "algorithm": {"name": a.name, "pruner": a.pruner, "settings": dict(a.settings)},
            "budget": {"trials": b.trials, "steps": b.steps, "seconds": b.seconds},
            "workers": self.workers,
            "seed": self.seed,
        }


def parse_spec(mapping: Any, base: str | os.PathLike[str] | None = None) -> StudySpec:
    """The spec of a mapping, as read from JSON or YAML; ``base`` is where a relative ``cwd`` begins.

    Raises:
        SpecError: something in it is not possible.
    """
    keys = ("name", "project", "parent", "objective", "space", "metrics", "algorithm", "budget", "workers", "seed")
    entries = checks.mapping(mapping, "the study spec", keys)
    objective = _objective(entries.get("objective"), Path(base or Path.cwd()))
    metrics = _metrics(entries.get("metrics"), objective)
    return StudySpec(
        name=checks.name(entries.get("name"), "name"),
        project=checks.text(entries.get("project") or "", "project"),
        parent=None if entries.get("parent") is None else checks.name(entries["parent"], "parent"),
        objective=objective,
        space=_space(entries.get("space"), objective),
        metrics=metrics,
        algorithm=_algorithm(entries.get("algorithm"), len(metrics)),
        budget=_budget(entries.get("budget")),
        workers=checks.whole(entries.get("workers", 1), "workers", 1, 256) or 1,
        seed=checks.whole(entries.get("seed"), "seed", 0, 2**63 - 1),
    )


def _objective(value: Any, base: Path) -> Objective:
    entries = checks.mapping(value or {}, "objective", ("type", "target", "cwd", "env", "timeout"))
    kind = entries.get("type", "builtin")
    if kind in LATER:
        raise SpecError(f"objective.type is {kind!r}, which this version cannot run yet; expected builtin or python")
    checks.one_of(kind, "objective.type", ("builtin", "python"))
    target, cwd = entries.get("target", "digits" if kind == "builtin" else None), entries.get("cwd")
    if kind == "builtin":
        checks.one_of(target, "objective.target", BUILTIN)
    elif not isinstance(target, str) or not all(p.isidentifier() for p in target.replace(":", ".", 1).split(".")):
        raise SpecError(f"objective.target is {target!r}; expected module:function")
    elif ":" not in target:
        raise SpecError(f"objective.target is {target!r}; expected module:function, with a colon")
    if kind == "python":
        cwd = str((base / checks.text(cwd or ".", "objective.cwd")).resolve())
        if not Path(cwd).is_dir():
            raise SpecError(f"objective.cwd is {cwd!r}; expected a folder that exists")
    env = checks.mapping(entries.get("env") or {}, "objective.env")
    for key, item in env.items():
        if not isinstance(key, str) or not isinstance(item, str) or "=" in key or "\0" in key + item:
            raise SpecError(f"objective.env: {key!r} is {item!r}; expected text (in quotes)")
    return Objective(kind, target, cwd, dict(env), checks.seconds(entries.get("timeout"), "objective.timeout"))


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
    if objective.type == "builtin":
        for h in space.values():
            _within_limits(h, objective.target)
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


def _within_limits(h: Hyperparameter, target: str) -> None:
    """Refuse a hyperparameter that a built-in objective does not know or cannot take."""
    limits = BUILTIN[target].limits
    if h.name not in limits:
        raise SpecError(
            f"hyperparameter {h.name!r} is unknown to the objective {target!r}; expected {', '.join(limits)}"
        )
    limit = parse_hyperparameter(h.name, limits[h.name])
    values: Iterable[Any] = h.choices if h.is_category else h.bounds or ()
    for v in values:
        if limit.is_category and not any(same_level(v, choice) for choice in limit.choices):
            raise SpecError(f"hyperparameter {h.name!r}: {v!r}; expected one of {', '.join(map(str, limit.choices))}")
        if limit.bounds and not (checks.is_number(v) and limit.bounds[0] <= v <= limit.bounds[1]):
            low, high = limit.bounds
            raise SpecError(f"hyperparameter {h.name!r}: {v!r}; expected values from {low:g} to {high:g}")
        if limits[h.name]["type"] == "int" and (isinstance(v, float) or limit.bounds is None):
            raise SpecError(f"hyperparameter {h.name!r}: {v!r}; expected whole numbers (type int)")


def _metrics(value: Any, objective: Objective) -> dict[str, Direction]:
    entries = checks.mapping(value, "metrics")
    if not entries:
        raise SpecError("metrics is empty; expected at least one, as in val_accuracy: maximize")
    for name, direction in entries.items():
        checks.name(name, "the name of a metric")
        checks.one_of(direction, f"metrics.{name}", ("minimize", "maximize"))
        if objective.type == "builtin":
            checks.one_of(name, "the name of a metric", BUILTIN[objective.target].metrics)
    return dict(entries)


def _algorithm(value: Any, objectives: int) -> AlgorithmChoice:
    entries = checks.mapping(value or {}, "algorithm", ("name", "pruner", "settings"))
    name, pruner = entries.get("name", "random"), entries.get("pruner") or "none"
    checks.one_of(name, "algorithm.name", ALGORITHMS)
    checks.one_of(pruner, "algorithm.pruner", PRUNERS)
    if pruner != "none" and objectives > 1:
        raise SpecError(f"algorithm.pruner is {pruner!r} with {objectives} metrics; expected none")
    given = checks.mapping(entries.get("settings") or {}, "algorithm.settings")
    try:
        return AlgorithmChoice(name, pruner, check_settings(ALGORITHMS[name].settings, given, f"algorithm {name!r}"))
    except SettingError as error:
        raise SpecError(str(error)) from error


def _budget(value: Any) -> Budget:
    entries = checks.mapping(value or {}, "budget", ("trials", "steps", "seconds"))
    trials = checks.whole(entries.get("trials"), "budget.trials", 1, 10_000_000)
    seconds = checks.seconds(entries.get("seconds"), "budget.seconds")
    if trials is None and seconds is None:
        raise SpecError("budget has neither trials nor seconds; expected at least one of them")
    return Budget(trials, checks.whole(entries.get("steps"), "budget.steps", 1, 10_000_000), seconds)
