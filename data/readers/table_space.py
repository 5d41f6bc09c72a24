"""Hyperparameters of a table: kind, bounds and scale inferred from the values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Column, Floats, Kind, Level, Role, category_column
from analytics.space import Hyperparameter
from data.readers.table_roles import is_number

LOG_SPREAD = 10.0
"""A log scale is considered where the highest value is at least this many times the lowest."""


BOOLS: dict[Any, Any] = {"True": True, "true": True, "False": False, "false": False, True: True, False: False}


def hyperparameter(name: str, values: pd.Series[Any]) -> tuple[Hyperparameter, Column]:
    """A hyperparameter and its column.

    Numbers that are all whole are ints, others floats, with the extent of the values as bounds. What is not a number is
    a category, with its values in order of appearance; ``None`` in text is the category None, in numbers it is missing.
    """
    numbers = values if is_number(values) else _numbers(values)
    if numbers is None:
        column = category_column(name, *_categories(values))
        return Hyperparameter(name, CategoricalDistribution(column.levels), inferred=True), column
    floats = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = floats[np.isfinite(floats)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    log = is_log(finite)
    if len(finite) and (finite == np.round(finite)).all() and np.abs(finite).max() < 2**53:
        whole = IntDistribution(int(low), int(high), log=log)
        return Hyperparameter(name, whole, inferred=True), Column(name, Kind.INT, Role.PARAM, floats)
    distribution = FloatDistribution(low, high, log=log)
    return Hyperparameter(name, distribution, inferred=True), Column(name, Kind.FLOAT, Role.PARAM, floats)


def is_log(values: Floats) -> bool:
    """Whether values look drawn on a log scale.

    They must be positive and spread over at least a decade, and their distribution must be nearer (greatest distance
    between distribution functions, Kolmogorov) to the log-uniform one over their extent than to the uniform one.
    """
    if len(values) < 3 or values.min() <= 0 or values.max() < LOG_SPREAD * values.min():
        return False
    return _distance(np.log(values)) < _distance(values)


def _distance(values: Floats) -> float:
    """The greatest distance between the distribution of values and the uniform one over their extent."""
    known, counts = np.unique(values, return_counts=True)
    uniform = (known - known[0]) / (known[-1] - known[0])
    after = np.cumsum(counts) / len(values)
    return float(np.maximum(np.abs(after - uniform), np.abs(after - counts / len(values) - uniform)).max())


def _numbers(values: pd.Series[Any]) -> pd.Series[Any] | None:
    """A column of numbers and ``None``, with that as missing; None if there is anything else."""
    if pd.api.types.is_bool_dtype(values) or isinstance(values.dtype, pd.CategoricalDtype):
        return None
    known = values[values.notna() & (values != "None")]
    if known.empty or known.map(lambda v: isinstance(v, (bool, np.bool_))).any():
        return None
    numbers = pd.to_numeric(known, errors="coerce")
    return None if numbers.isna().any() else numbers.reindex(values.index)


def _categories(values: pd.Series[Any]) -> tuple[list[Any], Role, tuple[Level, ...]]:
    """The cells as categories, NaN where missing, and the levels to begin with: False and True, or declared ones."""
    cells = [_level(v) for v in values.tolist()]
    known = {cell for cell in cells if isinstance(cell, (str, bool))}
    if known and known <= set(BOOLS):
        return [BOOLS[cell] if isinstance(cell, (str, bool)) else cell for cell in cells], Role.PARAM, (False, True)
    declared = values.dtype.categories if isinstance(values.dtype, pd.CategoricalDtype) else ()
    return cells, Role.PARAM, tuple(_level(level) for level in declared)


def _level(value: object) -> Any:
    """A cell as a category: NaN where missing; what is neither text, number nor bool becomes text."""
    if value is None or value is pd.NA or value is pd.NaT:
        return math.nan
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, (bool, int, float, str)):
        return str(value.tolist() if isinstance(value, np.ndarray) else value)
    return None if value == "None" else value
