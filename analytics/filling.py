"""A refinement that another part of the page proposes (a finding, a rung), taken into the table old → new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analytics import shapes
from analytics.refinement import Origin, Proposal, RefineError, Refinement, Row
from analytics.space import Hyperparameter, SpaceError, parse_hyperparameter
from analytics.text import level_text, number_text, typed_text
from analytics.typed import fitted, typed_range

FIX = "fix"


def filled(table: Refinement, space: Mapping[str, Any], why: str) -> tuple[Refinement, list[str]]:
    """The table with the entries of a space in it, each with ``why`` as its reason; a sentence for each that cannot be.

    ``space`` has by public name either the entry of a study spec (:meth:`analytics.space.Hyperparameter.to_json`), of
    which any part may be left out, or ``{"fix": value}``. A name that the table does not have becomes a new row.
    """
    refused = []
    for name, entry in space.items():
        try:
            table = _with(table, name, entry, why)
        except (RefineError, SpaceError) as error:
            refused.append(f"{error}.")
    return table, refused


def _with(table: Refinement, name: str, entry: Any, why: str) -> Refinement:
    if not isinstance(entry, Mapping):
        raise RefineError(f"hyperparameter {name!r}: {entry!r} is no range; expected low and high, choices, or fix")
    row = next((row for row in table.rows if row.name == name), None)
    if row is not None:
        return table.with_row(_changed(table, replace(row, draft={}, problem="", removed=False), entry, why))
    h = parse_hyperparameter(name, entry)
    low, high = h.bounds or (None, None)
    kept = Proposal(Origin.KEPT, low, high, h.choices, why)
    return replace(table, rows=(*table.rows, Row(h, kept, {Origin.KEPT: kept}, added=True)))


def _changed(table: Refinement, row: Row, entry: Mapping[str, Any], why: str) -> Row:
    if FIX in entry:
        value = level_text(entry[FIX]) if row.kind.is_category else entry[FIX]
        return _taken(row, {"fixed": value}, why)
    ends = {end: entry[end] for end in ("low", "high") if entry.get(end) is not None}
    if ends:
        row = _taken(row, ends, why)
    for field, text in _shape(row.kind, entry).items():
        row = shapes.reshape(table, row, field, text)
    return _taken(row, {"choices": entry["choices"]}, why) if entry.get("choices") else row


def _taken(row: Row, cells: Mapping[str, Any], why: str) -> Row:
    new = replace(typed_range(row, cells), origin=Origin.SUGGESTED, note=why)
    made = fitted(replace(row, new=new, split=False))
    return replace(made, offers={**made.offers, Origin.SUGGESTED: made.new})


def _shape(h: Hyperparameter, entry: Mapping[str, Any]) -> dict[str, str]:
    """What an entry changes of a hyperparameter beside its range, as it would be typed."""
    if h.is_category:
        known = {level_text(choice) for choice in h.choices}
        more = [choice for choice in entry.get("choices") or () if level_text(choice) not in known]
        return {"more": typed_text(more)} if more else {}
    scale = "log" if entry.get("log", h.log) else "linear"
    changed = {"log": scale} if (scale == "log") != h.log else {}
    step = None if scale == "log" else entry.get("step", getattr(h.distribution, "step", None))
    if step != getattr(h.distribution, "step", None) and not h.log:
        changed["step"] = "" if step is None else number_text(step, digits=12)
    return changed
