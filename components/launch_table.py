"""The editable table old → new of a refinement; ``assets/launch.js`` draws its cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import same_level
from analytics.edits import summary
from analytics.grids import values_text
from analytics.refinement import Origin, Refinement, Row
from analytics.respace import describe
from analytics.shapes import condition_text
from analytics.space import Hyperparameter
from analytics.text import level_text, levels_text, number_text, typed_text
from analytics.valuelists import numbers_text
from components import ids

LABELS = {
    Origin.KEPT: "keep",
    Origin.BRUSH: "brush",
    Origin.EXTENT: "extent",
    Origin.AROUND: "around",
    Origin.SUGGESTED: "suggested",
    Origin.BEST: "fix best",
    Origin.DEFAULT: "fix default",
}
ABSENT = {
    Origin.EXTENT: "None of the selected trials has a value.",
    Origin.BEST: "No completed trial has a value, or the objective's direction is unknown.",
    Origin.DEFAULT: "The study declares no default.",
}

EARLIER = "The value that trials had before the hyperparameter was searched"
SCALES = ("linear", "log")
SHORT, EXACT = 4, 12
"""Digits of a bound in its cell: what was typed stays as it was typed."""


def space_grid() -> dag.AgGrid:
    """The editable table; ``assets/launch.js`` draws names, categories and origins."""
    return dag.AgGrid(
        id=ids.LAUNCH_SPACE,
        columnDefs=columns(),
        rowData=[],
        getRowId="params.data.name",
        defaultColDef={
            "sortable": False,
            "resizable": True,
            "suppressMovable": True,
            "autoHeight": True,
            "cellDataType": False,
            "equals": {"function": "launchNever(params)"},
            "suppressKeyboardEvent": {"function": "launchKeepsKey(params)"},
            "cellClassRules": {"tr-cell-wrong": "params.data.wrong.includes(params.colDef.field)"},
        },
        rowClassRules={"tr-row-dropped": "params.data.dropped"},
        eventListeners={"cellValueChanged": ["launchTyped(params)"]},
        dashGridOptions={
            "context": {"edits": ids.LAUNCH_EDITS},
            "animateRows": False,
            "domLayout": "autoHeight",
            "singleClickEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "suppressFieldDotNotation": True,
            "headerHeight": 32,
            "localeText": {"noRowsToShow": "Brush what looks good, then press Refine."},
        },
        className="ag-theme-quartz tr-grid-launch",
        columnSize=None,
        style={"height": None},
    )


def columns(*, grid: bool = False, shapes: bool = False) -> list[dict[str, Any]]:
    """The columns; with ``grid`` the values that a grid tries, with ``shapes`` scale, step, condition and default."""
    number = {"editable": {"function": "launchIsNumber(params)"}, "width": 80, "cellClass": "tr-cell-number"}
    span = {"function": "launchSpan(params)"}
    scales = {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(SCALES)}}
    values = [
        {
            "field": "values",
            "headerName": "Values",
            "cellRenderer": "LaunchValues",
            "editable": True,
            "minWidth": 168,
            "flex": 1,
        }
    ]
    shape = [
        {"field": "log", "headerName": "Scale", **number, **scales, "width": 72},
        {"field": "step", "headerName": "Step", **number, "width": 56},
        {"field": "when", "headerName": "Active when", "editable": True, "width": 136, "tooltipField": "when"},
        {"field": "default", "headerName": "Earlier had", "editable": True, "width": 96, "headerTooltip": EARLIER},
    ]
    wide = grid or shapes
    origin = {"field": "offers", "headerName": "From", "cellRenderer": "LaunchOrigin"}
    return [
        {"field": "name", "headerName": "Hyperparameter", "cellRenderer": "LaunchName", "width": 152, "pinned": "left"},
        *([] if shapes or grid else [{"field": "old", "headerName": "Old", "width": 128, "tooltipField": "old"}]),
        {"field": "low", "headerName": "New low", "cellRenderer": "LaunchLow", "colSpan": span, **number},
        {"field": "high", "headerName": "New high", **number},
        *([] if grid else [{"field": "fixed", "headerName": "Fixed at", **number, "editable": True}]),
        *(values if grid else []),
        *(shape if shapes else []),
        {**origin, "pinned": "right", "flex": None, "width": 312} if wide else {**origin, "flex": 1, "minWidth": 304},
    ]


def grid_rows(refinement: Refinement | None, dropped: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry a hyperparameter; ``dropped`` says of some why they drop out."""
    return [_grid_row(row, dropped.get(row.name, "")) for row in (refinement.rows if refinement else ())]


def _grid_row(row: Row, dropped: str) -> dict[str, Any]:
    low, high, fixed = _cells(row)
    return {
        "name": row.name,
        "kind": kind_text(row.kind),
        "category": row.kind.is_category,
        "old": "new" if row.added else describe(row.old),
        "low": row.draft.get("low", low),
        "high": row.draft.get("high", high),
        "fixed": row.draft.get("fixed", fixed),
        "choices": _choices(row),
        "more": row.draft.get("more", ""),
        "values": row.draft.get("values", _values(row)),
        "listed": "" if row.problem else values_text(row),
        "log": row.draft.get("log", "" if row.kind.is_category else "log" if row.kind.log else "linear"),
        "step": row.draft.get("step", _step(row.kind)),
        "when": row.draft.get("when", condition_text(row.kind)),
        "default": row.draft.get("default", _default(row.kind)),
        "offers": [
            _offer(row, origin) for origin in LABELS if origin in row.offers or (origin in ABSENT and not row.added)
        ],
        "note": row.new.note,
        "pieces": len(row.pieces) if row.in_pieces else 0,
        "split": row.split,
        "wrong": list(row.draft),
        "problem": row.problem,
        "dropped": "Removed: the new study does not search it." if row.removed else dropped,
        "removed": row.removed,
    }


def _cells(row: Row) -> tuple[str, str, str]:
    if row.new.low is None or row.new.high is None:
        return "", "", level_text(row.new.choices[0]) if row.new.fixed else ""
    digits = EXACT if row.new.origin is Origin.TYPED else SHORT
    low, high = (number_text(bound, log=row.kind.log, digits=digits) for bound in (row.new.low, row.new.high))
    return low, high, low if row.new.fixed else ""


def _choices(row: Row) -> list[dict[str, Any]]:
    kept = row.draft.get("choices", row.new.choices)
    return [{"text": level_text(c), "kept": any(same_level(c, k) for k in kept)} for c in row.kind.choices]


def _values(row: Row) -> str:
    if row.kind.is_category:
        return typed_text(row.values)
    return numbers_text(value for value in row.values if isinstance(value, (int, float)))


def _step(h: Hyperparameter) -> str:
    step = getattr(h.distribution, "step", None)
    return "" if step in (None, 1) or step is None or h.log else number_text(step, digits=EXACT)


def _default(h: Hyperparameter) -> str:
    if h.default is None:
        return ""
    return number_text(h.default, digits=EXACT) if isinstance(h.default, float) else level_text(h.default)


def _offer(row: Row, origin: Origin) -> dict[str, Any]:
    offer = row.offers.get(origin)
    if offer is None:
        return {"origin": origin, "label": LABELS[origin], "title": ABSENT[origin], "there": False, "taken": False}
    words = summary(Row(row.old, offer, {}))
    taken = row.new.origin is origin and not row.draft
    return {
        "origin": origin,
        "label": LABELS[origin],
        "title": f"{words} ({offer.note})",
        "there": True,
        "taken": taken,
    }


def kind_text(h: Hyperparameter) -> str:
    """Kind, scale, step and condition in a few words."""
    d = h.distribution
    parts = ["category"]
    if isinstance(d, (FloatDistribution, IntDistribution)):
        parts = ["int" if isinstance(d, IntDistribution) else "float", "log" if d.log else ""]
        parts.append(f"step {number_text(d.step)}" if d.step not in (None, 1) and not d.log else "")
    parts += [f"if {parent} = {levels_text(values)}" for parent, values in h.when.items()]
    return ", ".join(part for part in parts if part)
