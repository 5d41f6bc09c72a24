"""What a forest over the trials so far expects of configurations that have not been run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from analytics.axes import Axis, Ints
from analytics.columns import Floats, Kind, Level, Role, category_column, level_key, number_column
from analytics.evidence import gather
from analytics.forest import Settings
from analytics.surrogate import Model, fit_model
from analytics.trials import Trials


def predict(trials: Trials, configs: Sequence[Mapping[str, Level]]) -> Floats:
    """The expected objective of configurations (public names), shape (configs,): the mean of the forest's trees.

    The forest is that of the importance (completed trials at their highest budget). It cannot tell beyond what it has
    seen: a value outside the old range counts as its nearest end, a new category as *inactive*, and no expectation is
    better than the best trial.

    Raises:
        ImportanceError: the trials are too few, or have no objective.
    """
    model = _model(trials)
    columns = [_codes(axis, [config.get(axis.name, math.nan) for config in configs]) for axis in model.axes]
    codes = np.array(columns).reshape(len(model.axes), len(configs))
    boxes = model.boxes
    sums = np.zeros(len(configs))
    for i in range(len(configs)):
        inside = ((boxes.low <= codes[:, i : i + 1]) & (codes[:, i : i + 1] < boxes.high)).all(axis=0)
        sums[i] = boxes.value[inside].sum()
    return np.asarray(sums / boxes.trees)


def best_first(values: Floats, direction: str | None) -> Ints:
    """The places of values from the best to the worst, shape (values,)."""
    return np.argsort(values if direction == "minimize" else -values, kind="stable")


@lru_cache(maxsize=4)
def _model(trials: Trials) -> Model:
    objective = trials.objective
    if objective is None:
        raise LookupError(f"the study {trials.study.name!r} has no objective to predict")
    return fit_model(trials, gather(trials, objective), Settings())


def _codes(axis: Axis, values: Sequence[Level]) -> Ints:
    if axis.order is not None:
        known = {level_key(level) for level in axis.levels}
        named = [value if level_key(value) in known else math.nan for value in values]
        return axis.encode(category_column(axis.name, named, Role.PARAM, axis.levels))
    numbers = [float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else math.nan for v in values]
    return axis.encode(number_column(axis.name, numbers, Role.PARAM, Kind.FLOAT))
