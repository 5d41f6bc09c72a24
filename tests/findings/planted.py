"""A study for each kind of finding, in which that is wrong; made by the real searches of `trainer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.detectors.case import Case
from analytics.detectors.reruns import sample_of_pruned
from analytics.trials import Trials
from tests.findings.studies import POPULATION, SPACE, Step, Training, a_spec, landscape, position, study_of, towards
from trainer.spec import StudySpec

HYPERBAND = {"pruner": "hyperband"}
Studies = tuple[Trials, ...]
"""The study, and those related to it."""


def slow_starters(training: Training, _step: int) -> float:
    """Deep networks learn more slowly and end better: what leads early loses."""
    deep = position("depth", training.params["depth"])
    loss = towards(training, 1.6 - 1.4 * deep, 1 + 12 * deep)
    return loss + 0.02 * float(training.draw.gumbel())


def early(seed: int) -> Studies:
    return (study_of(a_spec("random", seed, trials=120, algorithm=HYPERBAND), slow_starters),)


def slow(seed: int) -> Studies:
    """Deep networks lie behind when they are judged first, but climb faster."""

    def climbing(training: Training, step: int) -> float:
        deep = position("depth", training.params["depth"])
        lower = training.loss - 0.02 - 0.12 * deep
        training.loss = 1.7 + deep if step == 1 else max(lower, 0.9 - 0.3 * deep)
        return training.loss + 0.01 * float(training.draw.gumbel())

    settings = {"population": 20, "interval": 6, "generations": 6, "inherit": "depth"}
    return (study_of(a_spec("pbt", seed, algorithm={"settings": settings}), climbing),)


def decided(seed: int) -> Studies:
    """Deep networks stand still for ten steps and end better; a child has its parent's depth."""

    def standing(training: Training, step: int) -> float:
        deep = position("depth", training.params["depth"])
        loss = towards(training, 1.4 - 0.9 * deep, 8) if step > 10 * deep else training.loss
        return loss + 0.02 * float(training.draw.gumbel())

    two = {**SPACE, "depth": {"type": "int", "low": 1, "high": 12, "step": 11}}
    settings = {**POPULATION, "population": 36, "inherit": "depth"}
    return (study_of(a_spec("pbt", seed, algorithm={"settings": settings}, space=two), standing),)


def converged(seed: int) -> Studies:
    settings = {**POPULATION, "survivors": 0.1, "resample": 0.0}
    return (study_of(a_spec("pbt", seed, algorithm={"settings": settings}), landscape(seed).train),)


def perturbation(seed: int) -> Studies:
    settings = {**POPULATION, "population": 16, "scale": "value", "factor_high": 1.2}
    return (study_of(a_spec("pbt", seed, algorithm={"settings": settings}), landscape(seed).train),)


def bound(seed: int) -> Studies:
    """The best width lies beyond the range."""
    found = landscape(seed)
    beyond = replace(found, best={**found.best, "width": 1.2}, weight={**found.weight, "width": 5.0})
    return (study_of(a_spec("random" if seed % 2 else "tpe", seed, trials=120 if seed % 2 else 60), beyond.train),)


def stalled(seed: int) -> Studies:
    """Begins with what an earlier study found, and never comes up to it."""
    found = replace(landscape(seed), weight=dict.fromkeys(landscape(seed).weight, 20.0))
    best = {name: _value(name, at) for name, at in found.best.items()}
    enqueued = [{**best, "optimizer": "adam", "rate": best["rate"] * factor} for factor in (0.8, 0.9, 1, 1.1, 1.25)]
    return (study_of(a_spec("random", seed, trials=100), found.train, enqueued=enqueued),)


def no_better(seed: int) -> Studies:
    def chance(training: Training, _step: int) -> float:
        return 1.0 + float(training.draw.gumbel())

    settings = {"n_startup_trials": 40}
    return (study_of(a_spec("tpe", seed, trials=130, algorithm={"settings": settings}), chance),)


def killed(seed: int) -> Studies:
    """Five of those that Hyperband ended are trained out; or a pruner was told the wrong direction."""
    if seed % 2:
        return (_upside_down(study_of(_maximized(seed), landscape(seed).train)),)
    [study] = early(seed)
    return study, trained_out(study, seed, slow_starters)


def trained_out(study: Trials, seed: int, train: Step) -> Trials:
    """Five pruned trials of a study, trained to their end in another one."""
    case = Case(study)
    configurations = [case.configuration(row) for row in sample_of_pruned(case)]
    spec = a_spec("given", seed + 1000, trials=len(configurations), configurations=configurations)
    return study_of(spec, train)


def _maximized(seed: int) -> StudySpec:
    return a_spec("random", seed, trials=100, metrics={"loss": "maximize"}, algorithm={"pruner": "median"})


def _upside_down(trials: Trials) -> Trials:
    """The study as the analyst reads it, who knows that less is better."""
    return replace(trials, metrics={"loss": replace(trials.metrics["loss"], direction="minimize")})


def duplicates(seed: int) -> Studies:
    """A few configurations were enqueued again and again."""
    draw = np.random.default_rng(seed)
    some = [
        {"rate": 10.0 ** -draw.integers(1, 4), "width": 64, "depth": 4, "dropout": 0.3, "optimizer": "adam"}
        for _ in range(12)
    ]
    return (study_of(a_spec("random", seed, trials=60), landscape(seed).train, enqueued=some),)


def failures(seed: int) -> Studies:
    """High learning rates diverge."""

    def diverges(training: Training, step: int) -> float:
        if position("rate", training.params["rate"]) > 0.75 and step > 1 and training.draw.random() < 0.9:
            raise ArithmeticError("diverged")
        return landscape(seed).train(training, step)

    return (study_of(a_spec("random", seed, trials=80), diverges),)


def noise(seed: int) -> Studies:
    loud = replace(landscape(seed), noise=4.0)
    return (study_of(a_spec("random", seed, trials=60, repeats=3), loud.train),)


def saturated(seed: int) -> Studies:
    """What a quarter of the configurations reaches is the best that the objective can say."""

    def ceiling(training: Training, step: int) -> float:
        return max(landscape(seed).train(training, step), 0.4)

    return (study_of(a_spec("random", seed, trials=100), ceiling),)


def improving(seed: int) -> Studies:
    def long(training: Training, _step: int) -> float:
        return towards(training, landscape(seed).goal(training.params), 9.0) + 0.02 * float(training.draw.gumbel())

    return (study_of(a_spec("random", seed, trials=60), long),)


PLANTED: dict[str, Callable[[int], Studies]] = {
    "early": early,
    "slow": slow,
    "decided": decided,
    "converged": converged,
    "perturbation": perturbation,
    "bound": bound,
    "stalled": stalled,
    "no better": no_better,
    "killed": killed,
    "duplicates": duplicates,
    "failures": failures,
    "noise": noise,
    "saturated": saturated,
    "improving": improving,
}


def _value(name: str, at: float) -> Any:
    low, high = SPACE[name]["low"], SPACE[name]["high"]
    value = low * (high / low) ** at if SPACE[name].get("log") else low + at * (high - low)
    return round(value) if SPACE[name]["type"] == "int" else value
