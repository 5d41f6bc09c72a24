"""Small studies for tests, with every kind of hyperparameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analytics.columns import Column, Kind, Role, State, category_column, number_column
from analytics.space import SearchSpace, parse_space
from analytics.trials import Metric, Study, Trials

STUDY = "aaaaaaaaaaaa"

SPACE: Mapping[str, Any] = {
    "lr": {"type": "float", "low": 1e-5, "high": 1.0, "log": True, "default": 1e-3},
    "dropout": {"type": "float", "low": 0.0, "high": 0.5},
    "layers": {"type": "int", "low": 1, "high": 8},
    "units": {"type": "int", "low": 16, "high": 256, "log": True},
    "batch": {"type": "int", "low": 16, "high": 128, "step": 16},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", "rmsprop"], "default": "adam"},
    "momentum": {"type": "float", "low": 0.0, "high": 0.99, "when": {"optimizer": ["sgd", "rmsprop"]}},
}

CONFIGS: Sequence[Mapping[str, Any]] = [
    {"lr": 1e-4, "dropout": 0.1, "layers": 2, "units": 32, "batch": 16, "optimizer": "adam"},
    {"lr": 1e-3, "dropout": 0.2, "layers": 3, "units": 64, "batch": 32, "optimizer": "sgd", "momentum": 0.9},
    {"lr": 1e-2, "dropout": 0.3, "layers": 4, "units": 128, "batch": 64, "optimizer": "adam"},
    {"lr": 1e-1, "dropout": 0.4, "layers": 5, "units": 64, "batch": 96, "optimizer": "rmsprop", "momentum": 0.5},
    {"lr": 1e-5, "dropout": 0.5, "layers": 8, "units": 256, "batch": 128, "optimizer": "sgd", "momentum": 0.1},
]
ACCURACY = [0.80, 0.95, 0.90, 0.60, 0.99]
STATES = [State.COMPLETE] * 4 + [State.PRUNED]


def make_trials(
    space: Mapping[str, Any] = SPACE,
    configs: Sequence[Mapping[str, Any]] = CONFIGS,
    accuracy: Sequence[float] = ACCURACY,
    states: Sequence[State] = STATES,
    *,
    spec: Mapping[str, Any] | None = None,
    study: str = STUDY,
    renamed: Mapping[str, str] | None = None,
) -> Trials:
    """A study with the objective ``accuracy``; ``renamed`` gives public names to hyperparameters."""
    public = renamed or {}
    own = parse_space(space)
    entries = {public.get(name, name): _renamed(entry, public) for name, entry in own.to_json().items()}
    shown = parse_space(entries)
    columns = [
        number_column("number", list(range(len(configs))), Role.ROW, Kind.INT),
        category_column("state", states, Role.ROW),
        category_column("final", [True] * len(configs), Role.ROW),
        *(param_column(shown, public.get(name, name), [c.get(name, np.nan) for c in configs]) for name in own),
        number_column("accuracy", accuracy, Role.METRIC),
    ]
    metrics = {"accuracy": Metric("accuracy", "maximize", objective=True)}
    made = Study(study, "digits", "digits.db", "1", spec=spec)
    return Trials(made, {column.name: column for column in columns}, shown, metrics)


def param_column(space: SearchSpace, name: str, values: Sequence[Any]) -> Column:
    h = space[name]
    if h.is_category:
        return category_column(name, values, Role.PARAM, h.choices)
    kind = Kind.INT if h.to_json()["type"] == "int" else Kind.FLOAT
    return number_column(name, values, Role.PARAM, kind)


def spec_of(space: Mapping[str, Any] = SPACE) -> dict[str, Any]:
    return {
        "name": "digits",
        "project": "digits",
        "objective": {"type": "builtin", "target": "digits"},
        "space": dict(space),
        "metrics": {"accuracy": "maximize"},
        "algorithm": {"name": "random", "pruner": "median", "settings": {}},
        "budget": {"trials": 200, "seconds": 600},
        "workers": 2,
        "seed": 7,
    }


def _renamed(entry: Mapping[str, Any], public: Mapping[str, str]) -> dict[str, Any]:
    if "when" not in entry:
        return dict(entry)
    return {**entry, "when": {public.get(parent, parent): values for parent, values in entry["when"].items()}}
