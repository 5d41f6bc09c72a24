"""Configurations that are known beforehand: all combinations of a grid, and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import level_key, same_level
from analytics.space import Hyperparameter, SearchSpace

MOST = 100_000
"""Combinations that a grid may have."""
MOST_LEVELS = 1_000
"""Values that a hyperparameter without a list may have."""

Configuration = dict[str, Any]


class ListError(ValueError):
    """A value or a list that cannot be; the message names it and what was expected."""


def fitted(h: Hyperparameter, value: Any, where: str) -> Any:
    """The value in the type of its hyperparameter.

    Raises:
        ListError: the hyperparameter cannot have it.
    """
    d = h.distribution
    if isinstance(d, CategoricalDistribution):
        for choice in d.choices:
            if same_level(choice, value):
                return choice
        raise ListError(f"{where}: {value!r} is not a choice; expected one of {', '.join(map(repr, d.choices))}")
    assert isinstance(d, (FloatDistribution, IntDistribution))
    whole = isinstance(d, IntDistribution)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (whole and value != int(value)):
        raise ListError(f"{where}: {value!r} is not a {'whole ' * whole}number; expected {_bounds(d)}")
    if not d._contains(float(value)):
        raise ListError(f"{where}: {value!r} is not in the space; expected {_bounds(d)}")
    return int(value) if whole else float(value)


def _bounds(d: FloatDistribution | IntDistribution) -> str:
    step = f" in steps of {d.step:g}" if d.step not in (None, 1) else ""
    return f"{d.low:g} to {d.high:g}{step}"


def levels(h: Hyperparameter) -> list[Any]:
    """All values of a hyperparameter, in order; none if it is continuous."""
    d = h.distribution
    if isinstance(d, CategoricalDistribution):
        return list(d.choices)
    assert isinstance(d, (FloatDistribution, IntDistribution))
    if d.single():
        return [d.low]
    if d.step is None:
        return []
    count = round((d.high - d.low) / d.step) + 1
    return [d.low + i * d.step for i in range(count)] if count <= MOST_LEVELS else []


def grid_values(space: SearchSpace, grids: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The values of each hyperparameter: those listed, else all it can have.

    Raises:
        ListError: a list is empty, holds a value twice or one that the space does not have, or is missing.
    """
    for name in grids:
        if name not in space:
            raise ListError(f"grids: {name!r} is not in the space; expected {', '.join(space)}")
    lists: dict[str, list[Any]] = {}
    for name, h in space.items():
        if name not in grids:
            lists[name] = levels(h)
            if not lists[name]:
                raise ListError(f"grids has no values for {name!r}, which has too many; expected a list of them")
            continue
        if not isinstance(grids[name], (list, tuple)) or not grids[name]:
            raise ListError(f"grids.{name} is {grids[name]!r}; expected a list with at least one value")
        lists[name] = [fitted(h, value, f"grids.{name}") for value in grids[name]]
        seen: set[Any] = set()
        for value in lists[name]:
            if level_key(value) in seen:
                raise ListError(f"grids.{name} holds {value!r} twice; expected each value once")
            seen.add(level_key(value))
    return lists


def combinations(space: SearchSpace, grids: Mapping[str, Sequence[Any]]) -> list[Configuration]:
    """All combinations in the order of the space and its lists, none twice: what does not count is left out.

    Raises:
        ListError: as :func:`grid_values`, or there are more than 100,000.
    """
    lists = grid_values(space, grids)
    found: list[Configuration] = [{}]
    for name, h in space.items():
        found = [
            {**configuration, **extra}
            for configuration in found
            for extra in ([{name: value} for value in lists[name]] if h.active(configuration) else [{}])
        ]
        if len(found) > MOST:
            raise ListError(
                f"the grid has more than {MOST:,} combinations; expected fewer values, or another algorithm"
            )
    return found


def shuffled(configurations: Sequence[Configuration], seed: int) -> list[Configuration]:
    """The configurations in an order that depends on the seed alone."""
    order = np.random.default_rng(np.random.SeedSequence([seed, len(configurations)])).permutation(len(configurations))
    return [configurations[i] for i in order]


def checked(space: SearchSpace, configurations: Any) -> list[Configuration]:
    """Listed configurations, in the order of the space.

    Raises:
        ListError: one of them is not possible.
    """
    if not isinstance(configurations, (list, tuple)):
        raise ListError(f"configurations is {configurations!r}; expected a list of configurations")
    return [_checked(space, entry, f"configurations[{i}]") for i, entry in enumerate(configurations)]


def _checked(space: SearchSpace, entry: Any, where: str) -> Configuration:
    if not isinstance(entry, Mapping):
        raise ListError(f"{where} is {entry!r}; expected values of hyperparameters by name")
    for name in entry:
        if name not in space:
            raise ListError(f"{where}: {name!r} is not in the space; expected {', '.join(space)}")
    configuration: Configuration = {}
    for name, h in space.items():
        if h.active(configuration):
            if name not in entry:
                raise ListError(f"{where} has no {name!r}; expected a value of each hyperparameter that counts")
            configuration[name] = fitted(h, entry[name], f"{where}.{name}")
        elif name in entry:
            raise ListError(f"{where} has {name!r}, which does not count there; expected it only where {_when(h)}")
    return configuration


def _when(h: Hyperparameter) -> str:
    return " and ".join(f"{parent} is {' or '.join(map(str, values))}" for parent, values in h.when.items())
