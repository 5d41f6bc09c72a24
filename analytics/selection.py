"""Brushes and the rows they select.

``assets/kit/selection.mjs`` is the twin in the browser; both pass ``tests/selection_cases.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Column, Kind, Level, level_key
from analytics.trials import Trials

Brushes: TypeAlias = Mapping[str, Any]
Mask: TypeAlias = NDArray[np.bool_]

REGIONS, TRIALS = "$regions", "$trials"


class BrushError(ValueError):
    """A brush that cannot be; the message names the column, the value and what was expected."""


def normalize(brushes: Brushes) -> dict[str, Any]:
    """Brushes in normal form: shorthand lists spelled out, ranges ordered, brushes that are null removed.

    Normal form: ``{column: {ranges: [[lo | None, hi | None], …], values: […], missing: bool}, "$regions": [{x, y, box:
    [x0, x1, y0, y1]}, …], "$trials": {study: [number, …]}}``. A list of pairs is shorthand for ranges, any other list
    for values.

    Raises:
        BrushError: a brush has another shape.
    """
    if not isinstance(brushes, Mapping):
        raise BrushError(f"brushes are {brushes!r}; expected an object of brushes by column")
    normal: dict[str, Any] = {}
    for name, brush in brushes.items():
        if brush is None:
            continue
        if name == REGIONS:
            normal[name] = [_region(region) for region in _sequence(name, brush)]
        elif name == TRIALS:
            normal[name] = _trial_sets(brush)
        else:
            normal[name] = _column_brush(name, brush)
    return normal


def mask(trials: Trials, brushes: Brushes) -> Mask:
    """Which rows the brushes select, as a bool array of shape (rows,): OR within a column, AND across columns.

    Raises:
        BrushError: a brush has a wrong shape or names a column that the trials do not have.
    """
    selected = np.ones(len(trials), dtype=bool)
    for name, brush in normalize(brushes).items():
        if name == REGIONS:
            selected &= _in_regions(trials, brush)
        elif name == TRIALS:
            selected &= np.isin(trials.numbers, brush.get(trials.study.id, []))
        else:
            selected &= in_brush(_column(trials, name), brush)
    return selected


def in_brush(column: Column, brush: Mapping[str, Any]) -> Mask:
    """Which rows one column's brush in normal form selects, as a bool array of shape (rows,)."""
    selected: Mask = column.missing & bool(brush["missing"])
    if column.kind is Kind.CATEGORY:
        wanted = {level_key(value) for value in brush["values"]}
        codes = [i for i, level in enumerate(column.levels) if level_key(level) in wanted]
        return selected | np.isin(column.values, codes)
    for low, high in brush["ranges"]:
        above = column.values >= (-math.inf if low is None else low)
        selected |= above & (column.values <= (math.inf if high is None else high))
    numbers = [float(value) for value in brush["values"] if level_key(value)[0] == "number"]
    return selected | np.isin(column.values, numbers)


def _in_regions(trials: Trials, regions: Sequence[Mapping[str, Any]]) -> Mask:
    selected = np.zeros(len(trials), dtype=bool)
    for region in regions:
        x, y = _column(trials, region["x"]).values, _column(trials, region["y"]).values
        x0, x1, y0, y1 = region["box"]
        selected |= (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return selected


def _column(trials: Trials, name: str) -> Column:
    if name not in trials.columns:
        raise BrushError(f"brush on {name!r}: the study {trials.study.name!r} has no such column")
    return trials.columns[name]


def _sequence(name: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise BrushError(f"brush {name!r} is {value!r}; expected a list")
    return value


def _number(name: str, value: Any) -> float | None:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)):
        return value
    raise BrushError(f"brush {name!r} has the bound {value!r}; expected a number or null")


def _range(name: str, pair: Any) -> list[float | None]:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2:
        raise BrushError(f"brush {name!r} has the range {pair!r}; expected [low, high]")
    low, high = (_number(name, bound) for bound in pair)
    return [high, low] if low is not None and high is not None and low > high else [low, high]


def _column_brush(name: str, brush: Any) -> dict[str, Any]:
    if isinstance(brush, (list, tuple)):
        pairs = bool(brush) and all(isinstance(item, (list, tuple)) for item in brush)
        brush = {"ranges": brush} if pairs else {"values": brush}
    if not isinstance(brush, Mapping) or (extra := set(brush) - {"ranges", "values", "missing"}):
        what = f"has the key {sorted(extra)[0]!r}" if isinstance(brush, Mapping) else f"is {brush!r}"
        raise BrushError(f"brush {name!r} {what}; expected ranges, values and missing")
    values: list[Level] = list(_sequence(name, brush.get("values", [])))
    for value in values:
        if not isinstance(value, (str, bool, int, float, type(None))):
            raise BrushError(f"brush {name!r} has the value {value!r}; expected text, a number, true, false or null")
    ranges = [_range(name, pair) for pair in _sequence(name, brush.get("ranges", []))]
    return {"ranges": ranges, "values": values, "missing": bool(brush.get("missing", False))}


def _region(region: Any) -> dict[str, Any]:
    if not isinstance(region, Mapping) or set(region) != {"x", "y", "box"}:
        raise BrushError(f"brush {REGIONS!r} has {region!r}; expected an object with x, y and box")
    box = [_number(REGIONS, bound) for bound in _sequence(REGIONS, region["box"])]
    if len(box) != 4 or any(bound is None for bound in box):
        raise BrushError(f"brush {REGIONS!r} has the box {region['box']!r}; expected [x0, x1, y0, y1]")
    x0, x1, y0, y1 = (float(bound) for bound in box if bound is not None)
    return {"x": region["x"], "y": region["y"], "box": [min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)]}


def _trial_sets(brush: Any) -> dict[str, list[int]]:
    if not isinstance(brush, Mapping):
        raise BrushError(f"brush {TRIALS!r} is {brush!r}; expected an object of trial numbers by study")
    for study, numbers in brush.items():
        for number in _sequence(f"{TRIALS}.{study}", numbers):
            if isinstance(number, bool) or not isinstance(number, int):
                raise BrushError(f"brush {TRIALS!r} has the trial {number!r}; expected a whole number")
    return {study: list(numbers) for study, numbers in brush.items()}
