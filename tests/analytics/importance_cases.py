"""Studies for tests of importance, and its numbers by enumeration of every cell of a grid."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Column, Floats, Kind, Role, State, category_column, number_column
from analytics.importance import Importance
from analytics.space import SearchSpace, parse_space
from analytics.trials import Direction, Metric, Study, Trials
from tests.analytics.studies import param_column

UNIT: dict[str, Any] = {"type": "float", "low": 0.0, "high": 1.0}


def study(
    space: Mapping[str, Any],
    configs: Sequence[Mapping[str, Any]],
    values: Sequence[float] | Floats,
    *,
    direction: Direction | None = "minimize",
    states: Sequence[State] | None = None,
    final: Sequence[bool] | None = None,
    more: Sequence[Column] = (),
    history: pd.DataFrame | None = None,
) -> Trials:
    """A study with the objective ``score``; ``more`` are columns of ours or further metrics."""
    parsed, rows = parse_space(space), len(configs)
    columns = [
        number_column("number", list(range(rows)), Role.ROW, Kind.INT),
        category_column("state", states or [State.COMPLETE] * rows, Role.ROW),
        category_column("final", [True] * rows if final is None else final, Role.ROW),
        *(param_column(parsed, name, [config.get(name, np.nan) for config in configs]) for name in parsed),
        number_column("score", values, Role.METRIC),
        *more,
    ]
    metrics = {"score": Metric("score", direction, objective=True)}
    metrics |= {column.name: Metric(column.name) for column in more if column.role is Role.METRIC}
    made = Study("aaaaaaaaaaaa", "made", "made.db", "1")
    trials = Trials(made, {column.name: column for column in columns}, parsed, metrics)
    if history is None:
        return trials
    return Trials(made, trials.columns, parsed, metrics, lambda _numbers: history)


def unit_study(function: Callable[[Floats], Floats], rows: int, axes: int, seed: int = 0, noise: float = 0) -> Trials:
    """Random search of a function of (rows, axes) on the unit cube; the axes are x0, x1, …"""
    random = np.random.default_rng(seed)
    points = random.random((rows, axes))
    names = [f"x{i}" for i in range(axes)]
    configs = [dict(zip(names, point, strict=True)) for point in points.tolist()]
    values = function(points) + noise * random.standard_normal(rows)
    return study(dict.fromkeys(names, UNIT), configs, values)


def sampled(space: SearchSpace, rows: int, seed: int = 0) -> list[dict[str, Any]]:
    """Random configurations; of a conditional hyperparameter only where it counts."""
    random = np.random.default_rng(seed)
    configs = []
    for _ in range(rows):
        config: dict[str, Any] = {}
        for h in space.values():
            entry = h.to_json()
            if not h.active(config):
                continue
            if h.is_category:
                config[h.name] = h.choices[int(random.integers(len(h.choices)))]
            elif entry["type"] == "int":
                config[h.name] = int(random.integers(entry["low"], entry["high"] + 1))
            else:
                low, high = entry["low"], entry["high"]
                at = random.random()
                config[h.name] = low * (high / low) ** at if h.log else low + at * (high - low)
        configs.append(config)
    return configs


@dataclass(frozen=True)
class Enumerated:
    """A function on a grid: ``values`` (trees, cells of each axis), ``shares`` of the cells and ``active`` flags."""

    values: Floats
    shares: list[Floats]
    active: list[Any]

    def effect(self, *axes: int) -> Floats:
        """The mean over all other axes, shape (trees, cells[, cells])."""
        result = self.values
        for axis in reversed(range(len(self.shares))):
            if axis not in axes:
                result = np.tensordot(result, self.shares[axis], (axis + 1, 0))
        return result

    def variance(self, *axes: int) -> Floats:
        """The variance of that mean, shape (trees,)."""
        effect = self.effect(*axes)
        weight: Any = 1.0
        for axis in axes:
            weight = np.multiply.outer(weight, self.shares[axis])
        summed = tuple(range(1, effect.ndim))
        mean = (effect * weight).sum(axis=summed, keepdims=True)
        return np.asarray(((effect - mean) ** 2 * weight).sum(axis=summed))

    def average(self, *axes: int) -> Floats:
        """The mean over the others where all of ``axes`` count, shape (trees, cells[, cells])."""
        weight = np.ones(self.values.shape[1:])
        for axis, share in enumerate(self.shares):
            shape = [-1 if i == axis else 1 for i in range(len(self.shares))]
            weight = weight * share.reshape(shape)
        for axis in axes:
            weight = weight * self.active[axis]
        others = tuple(axis for axis in range(len(self.shares)) if axis not in axes)
        shifted = tuple(axis + 1 for axis in others)
        mass = weight.sum(axis=others)
        return np.asarray((self.values * weight).sum(axis=shifted) / np.where(mass > 0, mass, np.nan))


def enumerated(importance: Importance, shares: Sequence[Sequence[float]] | None = None) -> Enumerated:
    """What scikit-learn's own trees predict in every cell, where what does not count is set to *inactive*."""
    model = importance.domain.model
    measures = [axis.measure for axis in model.axes] if shares is None else [np.asarray(share) for share in shares]
    sizes = [len(share) for share in measures]
    cells = np.array(list(itertools.product(*(range(size) for size in sizes))))
    active = []
    for i in range(len(model.axes)):
        counts = np.ones(len(cells), dtype=bool)
        if i in model.gates:
            for parent, allowed in model.gates[i].parents.items():
                counts &= allowed[cells[:, parent]]
            cells[~counts, i] = model.axes[i].cells
        active.append(counts.reshape(sizes))
    order = np.argsort([axis.name for axis in model.axes])
    inputs = np.ascontiguousarray(cells[:, order], dtype=np.float32)
    spread, centre = importance.evidence.values.std(), importance.evidence.values.mean()
    values = np.array([tree.tree_.predict(inputs)[:, 0].reshape(sizes) for tree in model.forest.estimators])
    clip = importance.domain.clip or (-np.inf, np.inf)
    return Enumerated(np.clip(values * spread + centre, *clip), measures, active)


Which = Literal["single", "pairs"]


def brute_force(importance: Importance, shares: Sequence[Sequence[float]] | None = None) -> dict[Which, Any]:
    """Singles and pairs by enumeration."""
    grid = enumerated(importance, shares)
    names = list(importance.trials.space)
    total = grid.variance(*range(len(names)))
    single = {name: grid.variance(i) / total for i, name in enumerate(names)}
    pairs = {
        (names[i], names[j]): grid.variance(i, j) / total - single[names[i]] - single[names[j]]
        for i, j in itertools.combinations(range(len(names)), 2)
    }
    return {
        "single": {name: float(share.mean()) for name, share in single.items()},
        "pairs": {pair: float(share.mean()) for pair, share in pairs.items()},
    }
