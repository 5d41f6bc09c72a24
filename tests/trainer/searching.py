"""A cheap objective under any search, in this process: what a study of it stores."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.trial import FrozenTrial

from trainer.search import Asked, Outcome
from trainer.searches import begin
from trainer.spec import StudySpec, parse_spec

STEPS = 9
SPACE: dict[str, dict[str, Any]] = {
    "rate": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
    "width": {"type": "int", "low": 8, "high": 256, "log": True},
    "depth": {"type": "int", "low": 2, "high": 8, "step": 2},
    "dropout": {"type": "float", "low": 0.0, "high": 0.6, "step": 0.1},
    "decay": {"type": "float", "low": 0.0, "high": 0.1},
    "optimizer": {"type": "categorical", "choices": ["sgd", "adam", None]},
    "momentum": {"type": "float", "low": 0.0, "high": 0.99, "when": {"optimizer": ["sgd"]}},
    "nesterov": {"type": "categorical", "choices": [True, False], "when": {"optimizer": ["sgd"]}},
}
GRIDS: dict[str, list[Any]] = {
    "rate": [1e-3, 1e-1],
    "width": [16],
    "depth": [2, 4],
    "dropout": [0.1],
    "decay": [0.0],
    "momentum": [0.5, 0.9],
}
GIVEN = [
    {"rate": r, "width": 9, "depth": 4, "dropout": 0.3, "decay": 0.01, "optimizer": None} for r in (1e-4, 1e-3, 0.5)
]

Score = Callable[[Mapping[str, Any], int], float]


def loss(params: Mapping[str, Any], step: int) -> float:
    """What the objective reports: it falls with the steps, and has its best near a rate of 0.01 without dropout."""
    return float(abs(math.log10(params["rate"]) + 2) + params["dropout"] + 1 / step)


def a_spec(
    name: str, *, pruner: str | None = None, settings: Mapping[str, Any] | None = None, **entries: Any
) -> StudySpec:
    """A checked spec of the cheap objective under an algorithm."""
    algorithm = {"name": name, "settings": settings or {}, "pruner": pruner, **entries.pop("algorithm", {})}
    steps = {} if name == "pbt" else {"steps": STEPS}
    every: dict[str, dict[str, Any]] = {"grid": {"grids": GRIDS}, "given": {"configurations": GIVEN}}
    return parse_spec(
        {
            "name": "study",
            "objective": {"type": "python", "target": "own:main"},
            "space": SPACE,
            "metrics": {"loss": "minimize"},
            "algorithm": algorithm,
            "budget": {"trials": 14, **steps},
            "seed": 3,
            **every.get(name, {}),
            **entries,
        }
    )


def conduct(
    spec: StudySpec, backend: BaseStorage | None = None, *, asks: int | None = None, score: Score = loss
) -> list[FrozenTrial]:
    """Run a study with one worker until it is done, or until the process "dies" with ``asks`` trials asked for."""
    backend = backend or InMemoryStorage()
    if not backend.get_all_studies():
        optuna.create_study(storage=backend, study_name=spec.name, directions=list(spec.metrics.values()))
    search = begin(spec, backend)
    while search.ready() and asks != 0:
        asked = search.ask()
        asks = None if asks is None else asks - 1
        if asks != 0:
            search.tell(asked, Outcome(trained(search.report, asked, spec, score)))
    return search.study.get_trials(deepcopy=False)


def trained(report: Callable[..., bool], asked: Asked, spec: StudySpec, score: Score) -> dict[str, float]:
    """Report every step until told to stop; the final metrics, the second of them another view of the first."""
    value = math.nan
    for step in range(asked.after + 1, (asked.steps or STEPS) + 1):
        value = score(asked.params, step)
        if not report(asked, step, {"loss": value}):
            break
    return {name: value if i == 0 else asked.params["width"] for i, name in enumerate(spec.metrics)}
