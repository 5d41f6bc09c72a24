"""Studies made by the real searches of `trainer` on a cheap objective, in this process, as a reader would give them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.storages import InMemoryStorage

from analytics.inquiry import Told
from analytics.trials import HISTORY_COLUMNS, Trials
from data.readers.journal import chunk_of
from data.readers.optuna_study import StudyInfo, build
from data.readers.study_table import StudyTable
from trainer.search import Asked, Outcome
from trainer.searches import begin
from trainer.spec import StudySpec, parse_spec

optuna.logging.set_verbosity(optuna.logging.ERROR)

SPACE: dict[str, dict[str, Any]] = {
    "rate": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
    "width": {"type": "int", "low": 8, "high": 256, "log": True},
    "depth": {"type": "int", "low": 1, "high": 12},
    "dropout": {"type": "float", "low": 0.0, "high": 0.8},
    "optimizer": {"type": "categorical", "choices": ["sgd", "adam"]},
    "momentum": {"type": "float", "low": 0.0, "high": 0.99, "when": {"optimizer": ["sgd"]}},
}


@dataclass
class Training:
    """A trial that trains: ``loss`` is what it has come to, before noise; a child goes on from its parent's."""

    params: Mapping[str, Any]
    draw: np.random.Generator
    loss: float = 2.5


Step = Callable[[Training, int], float]
"""Trains one step, the step's number given, and returns what is reported; raises ArithmeticError where it fails."""


@dataclass(frozen=True)
class Landscape:
    """The loss that a configuration comes to: skewed, its best well inside the space, drawn anew for each seed.

    ``best`` and ``weight`` are by hyperparameter, on its own scale from 0 to 1; some weigh next to nothing.
    """

    best: Mapping[str, float]
    weight: Mapping[str, float]
    noise: float

    def goal(self, params: Mapping[str, Any]) -> float:
        away = sum(w * (position(name, params[name]) - self.best[name]) ** 2 for name, w in self.weight.items())
        away += 0.15 * (params["optimizer"] == "sgd") + 0.3 * (params.get("momentum", 0.6) - 0.6) ** 2
        return 0.2 + float(np.expm1(min(away, 3.0))) / 3

    def train(self, training: Training, _step: int) -> float:
        """Saturates soon, in the same way everywhere; noise that is skewed, and now and then a crash."""
        if training.draw.random() < CRASHES:
            raise ArithmeticError("diverged")
        return towards(training, self.goal(training.params)) + self.noise * float(training.draw.gumbel())


def landscape(seed: int) -> Landscape:
    draw = np.random.default_rng([seed, 77])
    names = ("rate", "width", "depth", "dropout")
    weight = dict(zip(names, draw.permutation([6.0, 3.0, 1.0, 0.0]).tolist(), strict=True))
    return Landscape({name: draw.uniform(0.3, 0.7) for name in names}, weight, (0.01, 0.03, 0.06)[seed % 3])


def position(name: str, value: float) -> float:
    """Where a value lies on its hyperparameter's own scale, from 0 to 1."""
    low, high = SPACE[name]["low"], SPACE[name]["high"]
    if SPACE[name].get("log"):
        value, low, high = math.log(value), math.log(low), math.log(high)
    return float((value - low) / (high - low))


def towards(training: Training, goal: float, pace: float = 1.5) -> float:
    """One step nearer to a loss, by the share of the way that a pace (steps) gives."""
    training.loss += (goal - training.loss) * -math.expm1(-1 / pace)
    return training.loss


CRASHES = 0.006
"""Of the steps, anywhere in the space."""


def a_spec(name: str, seed: int, *, trials: int = 100, steps: int = 9, **entries: Any) -> StudySpec:
    """A checked spec of a study of the cheap objective."""
    algorithm = {"name": name, "settings": {}, **entries.pop("algorithm", {})}
    budget = {} if name == "pbt" else {"trials": trials, "steps": steps}
    return parse_spec(
        {
            "name": f"{name}-{seed}",
            "objective": {"type": "python", "target": "own:main"},
            "space": SPACE,
            "metrics": {"loss": "minimize"},
            "algorithm": algorithm,
            "budget": budget,
            "seed": seed,
            **entries,
        }
    )


def study_of(spec: StudySpec, train: Step, *, enqueued: Sequence[Mapping[str, Any]] = ()) -> Trials:
    """Run a study with one worker until it is done; its trials with their whole history."""
    study = optuna.create_study(storage=InMemoryStorage(), study_name=spec.name, directions=list(spec.metrics.values()))
    for params in enqueued:
        study.enqueue_trial(dict(params))
    search = begin(spec, study._storage)
    ended: dict[int, float] = {}
    history: list[tuple[int, int, str, float]] = []
    while search.ready():
        asked = search.ask()
        outcome = _trained(asked, spec, train, ended, history, search.report)
        search.tell(asked, outcome)
    trials = search.study.get_trials(deepcopy=False)
    table = StudyTable()
    table.update(chunk_of(trials))
    names = tuple(spec.metrics)
    info = StudyInfo(spec.name, spec.name, tuple(spec.metrics.values()), names, spec=spec.to_json(), state="finished")
    return build("memory", info, table, Told(pd.DataFrame(history, columns=list(HISTORY_COLUMNS))))


def _trained(
    asked: Asked,
    spec: StudySpec,
    train: Step,
    ended: dict[int, float],
    history: list[tuple[int, int, str, float]],
    report: Callable[..., bool],
) -> Outcome:
    training = Training(asked.params, np.random.default_rng(asked.seed))
    if asked.checkpoint_from is not None:
        training.loss = ended[asked.checkpoint_from]
    value = math.nan
    for step in range(asked.after + 1, (asked.steps or spec.budget.steps or 1) + 1):
        try:
            value = train(training, step)
        except ArithmeticError as error:
            return Outcome({}, f"ArithmeticError: {error}")
        history.append((asked.number, step, "loss", value))
        if not report(asked, step, {"loss": value}):
            break
    ended[asked.number] = training.loss
    return Outcome({"loss": value})


POPULATION = {"population": 12, "interval": 4, "generations": 10}
CLEAN: dict[str, Callable[[int], StudySpec]] = {
    "random": lambda seed: a_spec("random", seed, trials=120 if seed % 2 else 60, repeats=1 if seed % 2 else 2),
    "tpe": lambda seed: a_spec("tpe", seed, trials=100),
    "hyperband": lambda seed: a_spec("random", seed, trials=120, algorithm={"pruner": "hyperband"}),
    "pbt": lambda seed: a_spec("pbt", seed, algorithm={"settings": {**POPULATION, "inherit": "depth" * (seed % 2)}}),
}
"""Specs of clean studies of each algorithm, by seed; every other one repeats, or inherits a hyperparameter."""


def clean_study(algorithm: str, seed: int) -> Trials:
    """A study with nothing wrong."""
    return study_of(CLEAN[algorithm](seed), landscape(seed).train)
