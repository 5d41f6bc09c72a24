"""The ``objective`` of a study spec: what is trained, checked once, at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.columns import same_level
from analytics.settings import SettingError, check_settings
from analytics.space import Hyperparameter, SearchSpace, parse_hyperparameter
from trainer import checks
from trainer.checks import SpecError
from trainer.objectives import BUILTIN
from trainer.objectives.commandline import check_command
from trainer.objectives.imagesets import DataError, check_files

TYPES = ("builtin", "python", "optuna", "command")


@dataclass(frozen=True)
class Objective:
    """What is trained. ``target`` is the name of a built-in objective, ``module:function`` found from ``cwd`` (types
    python and optuna), or a command line that runs in ``cwd``; ``settings`` are those of the type."""

    type: str = "builtin"
    target: str = "digits"
    cwd: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The mapping that :func:`parse_objective` reads."""
        return {
            "type": self.type,
            "target": self.target,
            "cwd": self.cwd,
            "env": dict(self.env),
            "timeout": self.timeout,
            "settings": dict(self.settings),
        }

    @property
    def checkpoints(self) -> bool:
        """Whether a trial can go on from the checkpoint of another, as population-based training asks."""
        if self.type == "builtin":
            return BUILTIN[self.target].checkpoints
        return self.type == "python" or bool(self.settings.get("checkpoints"))

    @property
    def preload(self) -> tuple[str, ...]:
        """Modules that the processes of all trials share: each is forked from one that has them."""
        if self.type == "builtin":
            return BUILTIN[self.target].preload
        return ("trainer.objectives.optuna_trial",) if self.type == "optuna" else ()


def parse_objective(value: Any, base: Path) -> Objective:
    """The objective of a mapping; relative paths in it begin at ``base``.

    Raises:
        SpecError: something in it is not possible.
    """
    entries = checks.mapping(value or {}, "objective", ("type", "target", "cwd", "env", "timeout", "settings"))
    kind = entries.get("type", "builtin")
    checks.one_of(kind, "objective.type", TYPES)
    cwd = None if kind == "builtin" else _folder(entries.get("cwd"), base)
    env = _env(entries.get("env"))
    target = _target(kind, entries.get("target"), cwd, env)
    given = checks.mapping(entries.get("settings") or {}, "objective.settings")
    settings = _builtin_settings(target, given, base) if kind == "builtin" else _settings(kind, given)
    return Objective(kind, target, cwd, env, checks.seconds(entries.get("timeout"), "objective.timeout"), settings)


def check_space(objective: Objective, space: SearchSpace) -> None:
    """Refuse hyperparameters that the objective does not know or cannot take.

    Raises:
        SpecError: a hyperparameter is not the objective's.
    """
    if objective.type == "builtin":
        for h in space.values():
            _within_limits(h, objective.target)
    elif objective.type == "command":
        check_command(objective.target, list(space))


def check_metrics(objective: Objective, names: list[str]) -> None:
    """Refuse metrics to optimize that the objective does not measure.

    Raises:
        SpecError: a metric is not the objective's.
    """
    if objective.type == "builtin":
        builtin = BUILTIN[objective.target]
        for name in names:
            checks.one_of(name, "the name of a metric", builtin.metrics)
            if name in builtin.unseen.values() and objective.settings.get("evaluate") != "test":
                raise SpecError(f"metrics has {name!r}, which is measured only with objective.settings.evaluate: test")
    if logged := objective.settings.get("metrics"):
        for name in names:
            checks.one_of(name, "the name of a metric", logged)


def _folder(cwd: Any, base: Path) -> str:
    folder = (base / checks.text(cwd or ".", "objective.cwd")).resolve()
    if not folder.is_dir():
        raise SpecError(f"objective.cwd is {str(folder)!r}; expected a folder that exists")
    return str(folder)


def _env(value: Any) -> dict[str, str]:
    env = checks.mapping(value or {}, "objective.env")
    for key, item in env.items():
        if not isinstance(key, str) or not isinstance(item, str) or "=" in key or "\0" in key + item or not key:
            raise SpecError(f"objective.env: {key!r} is {item!r}; expected text (in quotes)")
    return dict(env)


def _target(kind: str, target: Any, cwd: str | None, env: Mapping[str, str]) -> str:
    if kind == "builtin":
        checks.one_of(target or "digits", "objective.target", BUILTIN)
        return target or "digits"
    if kind == "command":
        check_command(target, None, cwd, env)
        return str(target)
    if not isinstance(target, str) or not all(p.isidentifier() for p in target.replace(":", ".", 1).split(".")):
        raise SpecError(f"objective.target is {target!r}; expected module:function")
    if ":" not in target:
        raise SpecError(f"objective.target is {target!r}; expected module:function, with a colon")
    return target


def _builtin_settings(target: str, given: Mapping[str, Any], base: Path) -> dict[str, Any]:
    try:
        settings = check_settings(BUILTIN[target].settings, given, f"objective {target!r}")
        if settings.get("path"):
            settings["path"] = str((base / settings["path"]).resolve())
        if "dataset" in settings:
            check_files(settings)
    except (SettingError, DataError) as error:
        raise SpecError(f"objective.settings: {error}") from error
    return settings


def _settings(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    known = ("metrics", "patterns", "checkpoints") if kind == "command" else ()
    for key in given:
        if key not in known:
            expected = ", ".join(known) or f"none: the type {kind} has no settings"
            raise SpecError(f"objective.settings has the unknown key {key!r}; expected {expected}")
    if kind != "command":
        return {}
    names = given.get("metrics")
    if names is not None and not (isinstance(names, list) and names):
        raise SpecError(f"objective.settings.metrics is {names!r}; expected a list of names, or null for all")
    for name in names or ():
        checks.name(name, "objective.settings.metrics: a name")
    checkpoints = given.get("checkpoints", False)
    if not isinstance(checkpoints, bool):
        raise SpecError(f"objective.settings.checkpoints is {checkpoints!r}; expected true or false")
    return {"metrics": names, "patterns": _patterns(given.get("patterns")), "checkpoints": checkpoints}


def _patterns(value: Any) -> dict[str, str]:
    patterns = checks.mapping(value or {}, "objective.settings.patterns")
    for name, pattern in patterns.items():
        checks.name(name, "objective.settings.patterns: a name")
        where = f"objective.settings.patterns.{name}"
        if not isinstance(pattern, str):
            raise SpecError(f"{where} is {pattern!r}; expected a regular expression")
        try:
            groups = re.compile(pattern).groups
        except (re.error, OverflowError, RecursionError) as error:
            raise SpecError(f"{where} is {pattern!r}, no regular expression: {error}") from error
        if groups != 1:
            raise SpecError(f"{where} is {pattern!r} with {groups} groups; expected one, around the number")
    return dict(patterns)


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
