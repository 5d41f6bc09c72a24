"""How a member of a population changes its hyperparameters: on their own scale, reflected at the bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.space import Hyperparameter, SearchSpace
from trainer.choice import inherited

Number = FloatDistribution | IntDistribution


def perturbed(
    space: SearchSpace, params: Mapping[str, Any], settings: Mapping[str, Any], rng: np.random.Generator
) -> tuple[dict[str, Any], bool]:
    """A parent's configuration, perturbed, and whether a hyperparameter was drawn anew.

    A hyperparameter that did not count in the parent and counts now is drawn; one that counts no more is left out.
    Source: Jaderberg et al. 2017, Population Based Training of Neural Networks, section 4.
    """
    child: dict[str, Any] = {}
    drawn = False
    kept = inherited(settings)
    for name, h in space.items():
        if not h.active(child):
            continue
        if name in params and name in kept:
            child[name] = params[name]
        elif name not in params or rng.random() < settings["resample"]:
            child[name] = draw(h, rng)
            drawn = True
        else:
            child[name] = moved(h, params[name], settings, rng)
    return child, drawn


def draw(h: Hyperparameter, rng: np.random.Generator) -> Any:
    """A value, each part of the hyperparameter's own scale as likely as any other."""
    d = h.distribution
    if isinstance(d, CategoricalDistribution):
        return d.choices[int(rng.integers(len(d.choices)))]
    assert isinstance(d, (FloatDistribution, IntDistribution))
    return _value(d, rng.uniform(*_ends(d)))


def moved(h: Hyperparameter, value: Any, settings: Mapping[str, Any], rng: np.random.Generator) -> Any:
    """The value next to a value: by one of the two factors for a number, a neighbour among numeric choices.

    A factor f moves a log scale by ln f and a linear one by ln f of its range, so that f and 1 / f move as far up as
    down everywhere. A value of a grid stands for its cell: it starts from anywhere in it and is rounded at the end,
    which keeps evenly spread values evenly spread; so does reflection at the bounds.
    """
    d = h.distribution
    if isinstance(d, CategoricalDistribution):
        return _neighbour(d, value, rng)
    assert isinstance(d, (FloatDistribution, IntDistribution))
    factor = settings["factor_low"] if rng.random() < 0.5 else settings["factor_high"]
    if settings["scale"] == "value":
        return _snapped(d, min(max(value * factor, d.low), d.high))
    low, high = _ends(d)
    if low == high:
        return value
    way = math.log(factor) * (1 if d.log else high - low)
    return _value(d, _reflected(rng.uniform(*_cell(d, value)) + way, low, high))


def _neighbour(d: CategoricalDistribution, value: Any, rng: np.random.Generator) -> Any:
    """The next smaller or greater choice where all are numbers (at the end of the row the value itself)."""
    if not all(isinstance(choice, (int, float)) and not isinstance(choice, bool) for choice in d.choices):
        return value
    row = sorted(d.choices, key=lambda choice: float(choice))  # type: ignore[arg-type]
    place = row.index(value) + (1 if rng.random() < 0.5 else -1)
    return row[min(max(place, 0), len(row) - 1)]


def _ends(d: Number) -> tuple[float, float]:
    """Where the own scale begins and ends: logarithms on a log scale, half a step around a grid."""
    return _cell(d, d.low)[0], _cell(d, d.high)[1]


def _cell(d: Number, value: float) -> tuple[float, float]:
    """The part of the own scale that a value stands for; a point where the scale is continuous."""
    half = (d.step or 0) / 2
    if d.log:
        return math.log(value - half), math.log(value + half)
    return value - half, value + half


def _value(d: Number, position: float) -> float | int:
    """The value at a position of the own scale."""
    return _snapped(d, math.exp(position) if d.log else position)


def _snapped(d: Number, value: float) -> float | int:
    """The nearest value that the distribution has."""
    if d.step is not None:
        value = d.low + round((value - d.low) / d.step) * d.step
    value = min(max(value, d.low), d.high)
    return int(value) if isinstance(d, IntDistribution) else float(value)


def _reflected(position: float, low: float, high: float) -> float:
    """A position beyond an end, mirrored back as often as needed."""
    width = high - low
    beyond = (position - low) % (2 * width)
    return low + min(beyond, 2 * width - beyond)
