"""What the controller answers to the questions of an Optuna objective: its suggestions, on the study's own space."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    json_to_distribution,
)

from analytics.columns import same_level
from analytics.space import SearchSpace

Answer: TypeAlias = tuple[str, Any]
"""("value", what was asked for) or ("refused", a sentence)."""


def answer(trial: optuna.Trial, space: SearchSpace, kind: str, *content: Any) -> Answer:
    """Answer a message of a trial's process: ("suggest", name, distribution as JSON), ("user_attr", key, value) or
    ("constraint", key, value)."""
    try:
        if kind == "suggest":
            name, distribution = content
            return "value", _suggest(trial, space, name, json_to_distribution(distribution))
        if kind == "user_attr":
            trial.set_user_attr(*content)
        elif kind == "constraint":
            trial.set_constraint(*content)
        else:
            raise AssertionError(f"message is {kind!r}")
    except ValueError as error:
        return "refused", str(error)
    return "value", None


def _suggest(trial: optuna.Trial, space: SearchSpace, name: str, own: BaseDistribution) -> Any:
    """A value from the study's space where it knows the hyperparameter, else from the objective's own distribution."""
    if name in trial.params:
        value = trial.params[name]
        if not _holds(own, value):
            raise ValueError(f"hyperparameter {name!r} is {value!r}, but the objective suggests it from {_shown(own)}")
        return value
    d = narrowed(name, own, space[name].distribution) if name in space else own
    if isinstance(d, FloatDistribution):
        return trial.suggest_float(name, d.low, d.high, step=d.step, log=d.log)
    if isinstance(d, IntDistribution):
        return trial.suggest_int(name, d.low, d.high, step=d.step, log=d.log)
    assert isinstance(d, CategoricalDistribution)
    return trial.suggest_categorical(name, d.choices)


def narrowed(name: str, own: BaseDistribution, wanted: BaseDistribution) -> BaseDistribution:
    """The objective's own distribution, narrowed to what the study's space wants of it; the scale is the space's.

    A step of the objective stays: its values are the only ones that it takes.

    Raises:
        ValueError: they have no value in common.
    """
    if isinstance(wanted, CategoricalDistribution):
        choices = [choice for choice in wanted.choices if _holds(own, choice)]
        if choices:
            return CategoricalDistribution(choices)
    elif isinstance(own, (FloatDistribution, IntDistribution)):
        assert isinstance(wanted, (FloatDistribution, IntDistribution))
        free = own.step is None or (own.step == 1 and isinstance(own, IntDistribution))
        base, step = (wanted.low, wanted.step) if free else (own.low, own.step)
        low, high = max(own.low, wanted.low), min(own.high, wanted.high)
        if step is not None and low <= high:
            low, high = _on_grid(base, step, low, math.ceil), _on_grid(base, step, high, math.floor)
        if low <= high:
            log = wanted.log and (step is None or step == 1)
            if isinstance(own, FloatDistribution):
                return FloatDistribution(low, high, log=log, step=None if log else step)
            return IntDistribution(math.ceil(low), math.floor(high), log=log, step=int(step or 1))
    raise ValueError(f"hyperparameter {name!r} is {_shown(wanted)} in this study, but the objective's is {_shown(own)}")


def _on_grid(base: float, step: float, end: float, move: Callable[[Decimal], int]) -> float:
    """The next place of a grid above or below; in decimals, as Optuna counts its steps."""
    start, width, goal = (Decimal(str(number)) for number in (base, step, end))
    return float(start + move((goal - start) / width) * width)


def _holds(distribution: BaseDistribution, value: Any) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return any(same_level(value, choice) for choice in distribution.choices)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return bool(distribution._contains(distribution.to_internal_repr(value)))


def _shown(distribution: BaseDistribution) -> str:
    """A distribution in words: ``0.1 to 0.5``, ``3`` or ``'adam', 'sgd'``."""
    if isinstance(distribution, CategoricalDistribution):
        return ", ".join(map(repr, distribution.choices))
    assert isinstance(distribution, (FloatDistribution, IntDistribution))
    low, high = distribution.low, distribution.high
    shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return shown + (f" in steps of {distribution.step:g}" if distribution.step not in (None, 1) else "")
