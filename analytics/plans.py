"""The launch form as part of a study spec, and back.

A form is text (or the index of a choice, or a list) by field. Whether the spec is possible is the trainer's to say:
what is no number stays text here, and is refused there. Only what has no place in a spec as typed is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from analytics.fields import (
    FieldError,
    configurations,
    configurations_text,
    constraints,
    constraints_text,
    duration,
    duration_text,
    goals,
    lines,
    names,
    number,
)
from analytics.settings import Setting

Form: TypeAlias = Mapping[str, Any]

PLACES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "trials": ("budget", "trials"),
    "steps": ("budget", "steps"),
    "wall": ("budget", "seconds"),
    "workers": ("workers",),
    "threads": ("threads",),
    "retries": ("retries",),
    "repeats": ("repeats",),
    "seed": ("seed",),
    "algorithm": ("algorithm", "name"),
    "configurations": ("configurations",),
    "pruner": ("algorithm", "pruner"),
    "goals": ("metrics",),
    "constraints": ("constraints",),
    "type": ("objective", "type"),
    "target": ("objective", "target"),
    "cwd": ("objective", "cwd"),
    "env": ("objective", "env"),
    "timeout": ("objective", "timeout"),
    "log": ("objective", "settings", "metrics"),
    "patterns": ("objective", "settings", "patterns"),
    "checkpoints": ("objective", "settings", "checkpoints"),
    "enqueue": ("start", "enqueue"),
    "warm": ("start", "warm"),
}
"""Where each field stands in a study spec."""

GROUPS = {
    "setting": ("algorithm", "settings"),
    "pruning": ("algorithm", "pruner_settings"),
    "objective": ("objective", "settings"),
}
"""Where settings stand: the field ``setting:gamma`` is ``algorithm.settings.gamma``."""


def read_form(form: Form, settings: Mapping[str, Setting]) -> tuple[dict[str, Any], dict[str, str]]:
    """The part of a study spec that a form stands for, and a sentence for each field that has no place in it.

    ``settings`` are those in the form by field; empty fields are left out.
    """
    spec: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, given in form.items():
        if given is None or (isinstance(given, str) and not given.strip()):
            continue
        try:
            _put(spec, place_of(name), _read(name, given, settings))
        except FieldError as error:
            problems[name] = f"{name} {error}"
    return spec, problems


def write_form(spec: Mapping[str, Any], settings: Mapping[str, Setting]) -> dict[str, Any]:
    """The form of a study spec: each field as it would be typed; those without a value are left out."""
    form = {}
    for name in (*PLACES, *settings):
        value: Any = spec
        for key in place_of(name):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            form[name] = _written(name, value, settings)
    return form


def place_of(field: str) -> tuple[str, ...]:
    """Where a field stands in a study spec."""
    group, _, name = field.partition(":")
    return (*GROUPS[group], name) if name and group in GROUPS else PLACES[field]


def field_of(sentence: str, fields: Sequence[str]) -> str | None:
    """Which of the fields a sentence of the trainer is about; None if none of them is."""
    if setting := re.match(r"(?:(objective)\S* )?setting '([^']*)'", sentence):
        ours = (field for field in fields if field.partition(":")[2] == setting[2])
        return next((f for f in ours if f.startswith("objective") == bool(setting[1])), None)
    if sentence.startswith("the name of a metric is"):
        return "goals"
    places = {"budget": "trials", "start": "enqueue"} | {".".join(place_of(field)): field for field in fields}
    words = re.match(r"[\w.]*", sentence)
    key = words[0].rstrip(".") if words else ""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key)


def _put(spec: dict[str, Any], place: Sequence[str], value: Any) -> None:
    for key in place[:-1]:
        spec = spec.setdefault(key, {})
    spec[place[-1]] = value


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("trials", "steps", "workers", "threads", "retries", "repeats", "seed", "enqueue"), number),
    **dict.fromkeys(("wall", "timeout"), duration),
    **dict.fromkeys(("name", "target", "cwd"), str.strip),
    "env": lambda text: lines(text, "=", "NAME=VALUE"),
    "patterns": lambda text: lines(text, ":", "NAME: PATTERN"),
    "log": names,
    "configurations": configurations,
    "constraints": constraints,
    "goals": goals,
}


_WRITERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("wall", "timeout"), duration_text),
    "configurations": configurations_text,
    "constraints": constraints_text,
}


def _read(name: str, given: Any, settings: Mapping[str, Setting]) -> Any:
    if name not in settings:
        return _READERS[name](given) if name in _READERS else given
    setting = settings[name]
    if setting.type in ("bool", "choice"):
        choices: Sequence[Any] = (True, False) if setting.type == "bool" else setting.choices
        return choices[given] if isinstance(given, int) and 0 <= given < len(choices) else given
    return given if setting.type == "text" else number(str(given))


def _written(name: str, value: Any, settings: Mapping[str, Setting]) -> Any:
    if name in settings:
        setting = settings[name]
        if setting.type == "bool":
            return int(not value)
        return setting.choices.index(value) if setting.type == "choice" and value in setting.choices else str(value)
    if name == "env":
        return "\n".join(f"{key}={item}" for key, item in value.items())
    if name == "patterns":
        return "\n".join(f"{key}: {item}" for key, item in value.items())
    if name == "goals":
        return ", ".join(f"{direction} {metric}" for metric, direction in value.items())
    if name == "log":
        return ", ".join(value)
    if name in _WRITERS:
        return _WRITERS[name](value)
    return value if isinstance(value, bool) else str(value)
