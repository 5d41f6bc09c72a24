"""The table old → new of a refinement, as rows of a grid and as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import same_level
from analytics.edits import summary
from analytics.exports import EXPORTS
from analytics.refinement import Origin, Refinement, Row
from analytics.respace import describe
from analytics.space import Hyperparameter
from analytics.text import level_text, levels_text, number_text
from components import ids
from components.options import option

LABELS = {
    Origin.KEPT: "keep",
    Origin.BRUSH: "brush",
    Origin.EXTENT: "extent",
    Origin.AROUND: "around",
    Origin.BEST: "fix best",
    Origin.DEFAULT: "fix default",
}
ABSENT = {
    Origin.EXTENT: "None of the selected trials has a value.",
    Origin.BEST: "No completed trial has a value, or the objective's direction is unknown.",
    Origin.DEFAULT: "The study declares no default.",
}

SHORT, EXACT = 4, 12
"""Digits of a bound in its cell: what was typed stays as it was typed."""

PRESSED = "cellRendererData"
"""The grid's property under which the buttons of its cells report."""


def space_grid() -> dag.AgGrid:
    """The editable table; ``assets/launch.js`` draws names, categories and origins."""
    return dag.AgGrid(
        id=ids.LAUNCH_SPACE,
        columnDefs=_columns(),
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
        dashGridOptions={
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


def _columns() -> list[dict[str, Any]]:
    text = {"editable": {"function": "launchIsNumber(params)"}, "width": 80, "cellClass": "tr-cell-number"}
    span = {"function": "launchSpan(params)"}
    return [
        {"field": "name", "headerName": "Hyperparameter", "cellRenderer": "LaunchName", "width": 136, "pinned": "left"},
        {"field": "old", "headerName": "Old", "width": 144, "tooltipField": "old"},
        {"field": "low", "headerName": "New low", "cellRenderer": "LaunchLow", "colSpan": span, **text},
        {"field": "high", "headerName": "New high", **text},
        {"field": "fixed", "headerName": "Fixed at", **text, "editable": True},
        {"field": "offers", "headerName": "From", "cellRenderer": "LaunchOrigin", "flex": 1, "minWidth": 304},
    ]


def grid_rows(refinement: Refinement | None, dropped: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry a hyperparameter; ``dropped`` says of some why they drop out."""
    return [_grid_row(row, dropped.get(row.name, "")) for row in (refinement.rows if refinement else ())]


def notes(problems: Sequence[str], studies: Sequence[str]) -> list[Component]:
    """What must be put right beside the cells, and how many studies the table makes."""
    wrong = [html.P(problem, className="tr-error", role="alert") for problem in problems]
    several = [html.P(f"Makes {len(studies)} studies: {'; '.join(studies)}.", className="tr-note")]
    return [*wrong, *(several if len(studies) > 1 else [])]


def made_from(refinement: Refinement | None) -> str:
    """What the table was made from."""
    if refinement is None:
        return "Brush what looks good in any view, then press Refine."
    if refinement.centre is not None:
        return f"Around trial {refinement.centre}: every range a quarter as wide, about its value."
    if refinement.selected == refinement.total:
        return f"Every row of the shown studies is selected ({refinement.total:,})."
    return f"From the brushes: {refinement.selected:,} of {refinement.total:,} rows of the shown studies are selected."


def outdated(table: Mapping[str, Any] | None, brushes: Mapping[str, Any]) -> str:
    """That a stored table was made from other brushes than those of now, if it was."""
    if table is None or table["brushes"] == brushes:
        return ""
    return "The brushes have changed since; Refine makes a new table of them."


def parents(studies: Iterable[Mapping[str, Any]], shown: Iterable[str]) -> list[dict[str, str]]:
    """The shown studies that have a search space, as choices of the study to refine."""
    visible = set(shown)
    return [option(s["name"], s["id"]) for s in studies if s["id"] in visible and s["space"]]


def typings(typed: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Changes as the grid reports typed cells."""
    return [
        {"action": "edit", "name": cell["rowId"], "field": cell["colId"], "value": cell.get("value")}
        for cell in typed or ()
    ]


def presses(pressed: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The change that a button in a cell stands for."""
    return [{**pressed["value"], "name": pressed["rowId"]}] if pressed else []


def export_panel() -> html.Div:
    """The refined space as code for other tools, with a button that copies it."""
    options = [{"label": label, "value": key} for key, (label, _language, _write) in EXPORTS.items()]
    choice = dcc.RadioItems(
        id=ids.EXPORT_KIND, options=options, value=next(iter(EXPORTS)), inline=True, className="tr-segments"
    )
    copy = dcc.Clipboard(id=ids.EXPORT_COPY, target_id=ids.EXPORT_CODE, title="Copy", className="tr-icon tr-copy")
    code = html.Pre(id=ids.EXPORT_CODE, className="tr-code", tabIndex=0, **{"aria-label": "The refined space as code"})
    return html.Div([html.Div([choice, copy], className="tr-export-head"), code])


def _grid_row(row: Row, dropped: str) -> dict[str, Any]:
    low, high, fixed = _cells(row)
    return {
        "name": row.name,
        "kind": kind_text(row.old),
        "category": row.old.is_category,
        "old": describe(row.old),
        "low": row.draft.get("low", low),
        "high": row.draft.get("high", high),
        "fixed": row.draft.get("fixed", fixed),
        "choices": _choices(row),
        "offers": [_offer(row, origin) for origin in LABELS if origin in row.offers or origin in ABSENT],
        "note": row.new.note,
        "pieces": len(row.pieces) if row.in_pieces else 0,
        "split": row.split,
        "wrong": list(row.draft),
        "problem": row.problem,
        "dropped": dropped,
    }


def _cells(row: Row) -> tuple[str, str, str]:
    if row.new.low is None or row.new.high is None:
        return "", "", level_text(row.new.choices[0]) if row.new.fixed else ""
    digits = EXACT if row.new.origin is Origin.TYPED else SHORT
    low, high = (number_text(bound, log=row.old.log, digits=digits) for bound in (row.new.low, row.new.high))
    return low, high, low if row.new.fixed else ""


def _choices(row: Row) -> list[dict[str, Any]]:
    kept = row.draft.get("choices", row.new.choices)
    return [{"text": level_text(c), "kept": any(same_level(c, k) for k in kept)} for c in row.old.choices]


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
