"""What one hyperparameter may become: its brush, the extent of the selected, one value, the surroundings of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from optuna.distributions import FloatDistribution, IntDistribution

from analytics import ranges
from analytics.columns import Column, Kind, Level, level_key, same_level
from analytics.refinement import Origin, Proposal, Row
from analytics.selection import REGIONS, Brushes
from analytics.space import Hyperparameter
from analytics.trials import Trials


def row_of(h: Hyperparameter, studies: Sequence[Trials], masks: Sequence[NDArray[np.bool_]], brushes: Brushes) -> Row:
    """The row of one hyperparameter of the first study; ``masks`` are the selected rows of each, shape (rows,)."""
    column = studies[0].columns.get(h.name)
    pieces = _pieces(h, column, brushes)
    brushed = _brushed(h, column, pieces, brushes)
    note = "its own, read off the trials" if h.inferred else "its own"
    note += ": the brush leaves none of it" if h.name in brushes and brushed is None else ""
    low, high = h.bounds or (None, None)
    kept = Proposal(Origin.KEPT, low, high, h.choices, note)
    default = fixed_at(h, Origin.DEFAULT, h.default, "the declared default") if h.default is not None else None
    found = (kept, brushed, _extent(h, studies, masks), _best(h, studies[0], masks[0]), default)
    return Row(h, brushed or kept, {p.origin: p for p in found if p}, pieces)


def fixed_at(h: Hyperparameter, origin: Origin, value: Level, note: str) -> Proposal | None:
    """The proposal that leaves one value; None if the hyperparameter cannot take it."""
    d = h.distribution
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        choices = tuple(c for c in h.choices if same_level(c, value))
        return Proposal(origin, choices=choices[:1], note=note) if choices else None
    if level_key(value)[0] != "number" or not d.low <= float(value or 0) <= d.high:
        return None
    return Proposal(origin, *ranges.snap(d, float(value or 0), float(value or 0)), note=note)


def centred(row: Row, column: Column | None, place: int, number: int) -> Row:
    """A row around the value of the trial ``number``, which stands at ``place``; kept where it has no value."""
    d, note = row.old.distribution, f"around trial {number}"
    value = None if column is None or column.missing[place] else _value(column, place)
    if isinstance(d, (FloatDistribution, IntDistribution)):
        if level_key(value)[0] == "number":
            centre = min(max(float(value or 0), d.low), d.high)
            return _taking(row, Proposal(Origin.AROUND, *ranges.around(d, centre), note=note))
    elif column is not None and not column.missing[place] and (choices := _neighbours(row.old.choices, value)):
        return _taking(row, Proposal(Origin.AROUND, choices=choices, note=note))
    return replace(row, new=replace(row.offers[Origin.KEPT], note=f"its own: trial {number} has no value"))


def _taking(row: Row, new: Proposal) -> Row:
    return replace(row, new=new, offers={**row.offers, new.origin: new})


def _pieces(h: Hyperparameter, column: Column | None, brushes: Brushes) -> tuple[ranges.Range, ...]:
    """The ranges that the brushes leave of a numeric hyperparameter, ascending."""
    d = h.distribution
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        return ()
    parts: list[Sequence[ranges.Range]] = []
    if h.name in brushes:
        brush = brushes[h.name]
        points = [float(v) for v in brush["values"] if level_key(v)[0] == "number"]
        ends = [(d.low if low is None else low, d.high if high is None else high) for low, high in brush["ranges"]]
        parts.append([*ends, *((v, v) for v in points)])
    if column is not None and column.kind is not Kind.CATEGORY and (sides := _sides(h.name, brushes)):
        parts.append(sides)
    if not parts:
        return ()
    left: Sequence[ranges.Range] = [(d.low, d.high)]
    for part in parts:
        left = ranges.common(left, part)
    return ranges.merged([ranges.snap(d, low, high) for low, high in left])


def _sides(name: str, brushes: Brushes) -> list[ranges.Range]:
    """The sides of the rectangles along one column; none unless every rectangle of the union covers it."""
    regions = brushes.get(REGIONS, [])
    if not all(name in (r["x"], r["y"]) for r in regions):
        return []
    boxes = [r["box"][:2] if r["x"] == name else r["box"][2:] for r in regions]
    return [(low, high) for low, high in boxes]


def _brushed(
    h: Hyperparameter, column: Column | None, pieces: Sequence[ranges.Range], brushes: Brushes
) -> Proposal | None:
    if not h.is_category:
        return Proposal(Origin.BRUSH, *ranges.hull(pieces), note="the brush") if pieces else None
    choices = list(h.choices)
    if h.name in brushes:
        choices = [c for c in choices if any(same_level(c, value) for value in brushes[h.name]["values"])]
    sides = _sides(h.name, brushes)
    if column is not None and sides:
        inside = [v for i, v in enumerate(column.levels) if any(low <= i <= high for low, high in sides)]
        choices = [c for c in choices if any(same_level(c, level) for level in inside)]
    meant = h.name in brushes or bool(sides)
    return Proposal(Origin.BRUSH, choices=tuple(choices), note="the brush") if meant and choices else None


def _extent(h: Hyperparameter, studies: Sequence[Trials], masks: Sequence[NDArray[np.bool_]]) -> Proposal | None:
    d = h.distribution
    columns = [(t.columns[h.name], m) for t, m in zip(studies, masks, strict=True) if h.name in t.columns]
    note = f"extent of {sum(int((m & ~c.missing).sum()) for c, m in columns):,} selected"
    if isinstance(d, (FloatDistribution, IntDistribution)):
        values = [c.values[m] for c, m in columns if c.kind is not Kind.CATEGORY]
        found = ranges.extent(d, np.concatenate(values)) if values else None
        return Proposal(Origin.EXTENT, *found, note=note) if found else None
    seen = {level_key(v) for c, m in columns for v in _levels_in(c, m)}
    choices = tuple(choice for choice in h.choices if level_key(choice) in seen)
    return Proposal(Origin.EXTENT, choices=choices, note=note) if choices else None


def _levels_in(column: Column, selected: NDArray[np.bool_]) -> list[Level]:
    present = np.unique(column.values[selected & ~column.missing])
    return [column.levels[int(v)] if column.kind is Kind.CATEGORY else v for v in present.tolist()]


def _best(h: Hyperparameter, trials: Trials, selected: NDArray[np.bool_]) -> Proposal | None:
    """Fixed at the best comparable row that has a value: of the selected, or of all where none of them may compete."""
    objective, column = trials.objective, trials.columns.get(h.name)
    if objective is None or objective.direction is None or column is None:
        return None
    scores = trials.columns[objective.name].values * (1 if objective.direction == "maximize" else -1)
    usable = trials.comparable() & ~column.missing & ~np.isnan(scores)
    of, among = ("the selected", usable & selected) if (usable & selected).any() else ("all", usable)
    if not among.any():
        return None
    best = int(np.flatnonzero(among)[np.argmax(scores[among])])
    return fixed_at(
        h, Origin.BEST, _value(column, best), f"trial {trials.numbers[best]}, best {objective.name} of {of}"
    )


def _value(column: Column, row: int) -> Level:
    value = float(column.values[row])
    if column.kind is Kind.CATEGORY:
        return column.levels[int(value)]
    return int(value) if column.kind is Kind.INT and np.isfinite(value) else value


def _neighbours(choices: Sequence[Level], value: Level) -> tuple[Level, ...]:
    """The value itself; among numeric choices also the next lower and the next higher one."""
    if not all(level_key(choice)[0] == "number" for choice in choices):
        return tuple(c for c in choices if same_level(c, value))
    ascending = sorted(choices, key=lambda c: float(c or 0))
    at = [i for i, c in enumerate(ascending) if same_level(c, value)]
    near = {level_key(c) for i in at for c in ascending[max(0, i - 1) : i + 2]}
    return tuple(c for c in choices if level_key(c) in near)
