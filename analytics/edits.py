"""What the analyst types into the table old → new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analytics import shapes
from analytics.refinement import RefineError, Refinement, Row
from analytics.text import levels_text, range_text
from analytics.typed import fitted, typed_range, within

RANGE = ("low", "high", "fixed", "choices")
FIELDS = (*shapes.FIELDS, *RANGE)


def edit(refinement: Refinement, name: str, field: str, value: Any) -> Refinement:
    """The table after a cell was typed into.

    ``low``, ``high`` and ``fixed`` are text, ``choices`` the list kept; the other fields are those of
    :mod:`analytics.shapes`. Input that cannot be stays in the row as its draft, with the sentence that says why as its
    problem, until what it waits for is typed too; nothing else of the table changes. Bounds may be typed beyond the old
    ones. An empty cell goes back to the old value.

    Raises:
        RefineError: the hyperparameter or the field is unknown.
    """
    row = refinement[name]
    if field not in FIELDS:
        raise RefineError(f"hyperparameter {name!r} has no field {field!r}; expected one of {', '.join(FIELDS)}")
    beside = {"low": ("high",), "high": ("low",)}.get(field, ()) if field in RANGE else RANGE
    kept = {key: text for key, text in row.draft.items() if key in beside or key in shapes.FIELDS}
    return refinement.with_row(_settled(refinement, row, {**kept, field: value}))


def _settled(table: Refinement, row: Row, draft: Mapping[str, Any]) -> Row:
    """The row with as much of a draft as can be taken over, in any order."""
    waiting = dict(draft)
    while True:
        left: dict[str, Any] = {}
        problem = ""
        for cells in _together(waiting):
            try:
                row = _taken(table, row, cells)
            except RefineError as error:
                left.update(cells)
                problem = problem or str(error)
        if len(left) in (0, len(waiting)):
            return replace(row, draft=left, problem=problem)
        waiting = left


def _together(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of a draft that are taken over or refused as one: the cells of the range, and every other cell."""
    cells = {field: value for field, value in draft.items() if field in RANGE}
    return [*([cells] if cells else []), *({field: draft[field]} for field in shapes.FIELDS if field in draft)]


def _taken(table: Refinement, row: Row, cells: Mapping[str, Any]) -> Row:
    field, value = next(iter(cells.items()))
    if field in RANGE:
        return fitted(replace(row, new=typed_range(row, cells)))
    return shapes.reshape(table, row, field, str(value))


def toggle(refinement: Refinement, name: str, index: int) -> Refinement:
    """The table after a click on the category at ``index``: removed if it was kept, else put back.

    Raises:
        RefineError: the hyperparameter is unknown or has no such category.
    """
    row = refinement[name]
    choices = row.kind.choices
    if not 0 <= index < len(choices):
        raise RefineError(f"hyperparameter {name!r} has no category number {index}; expected 0 to {len(choices) - 1}")
    kept = row.draft.get("choices", row.new.choices)
    wanted = [c for i, c in enumerate(choices) if within(c, kept) != (i == index)]
    return edit(refinement, name, "choices", wanted)


def summary(row: Row) -> str:
    """The new range or categories in words."""
    if row.new.low is None or row.new.high is None:
        return levels_text(row.new.choices)
    return range_text(row.new.low, row.new.high, log=row.old.log)
