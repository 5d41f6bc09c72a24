"""What stands around the table old → new: what it was made from, what it makes, and its space for other tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics.exports import EXPORTS
from analytics.refinement import Refinement
from components import ids
from components.options import option

TICK_MS = 500
SUGGEST, SUGGESTING = "Suggest", "Suggesting …"


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


def advice(table: Mapping[str, Any] | None) -> list[Component]:
    """What a suggested space keeps, and what it may give; nothing where the table was made otherwise."""
    told = (table or {}).get("advice")
    if not told:
        return []
    return [
        html.P(" ".join(told["summary"]), className="tr-note"),
        html.P([html.Strong("Forecast. "), " ".join(told["forecast"])], className="tr-note"),
    ]


def fill_notes(filled: Mapping[str, Any] | None) -> list[Component]:
    """What was filled in from another part of the page, and what of it could not be."""
    refused = [html.P(f"Not filled in: {text}", className="tr-error") for text in (filled or {}).get("refused") or ()]
    why = (filled or {}).get("why")
    return [*([html.P(f"Filled in: {why}", className="tr-note")] if why else []), *refused]


def fill_bar() -> html.Div:
    """What was filled in, and a button that undoes it."""
    undo = html.Button("Undo", id=ids.LAUNCH_FILL_UNDO, className="tr-btn", hidden=True, title="As it was before")
    return html.Div([html.Div(id=ids.LAUNCH_FILL_NOTE, role="status"), undo], className="tr-filled")


def parents(studies: Iterable[Mapping[str, Any]], shown: Iterable[str]) -> list[dict[str, str]]:
    """The shown studies that have a search space, as choices of the study to refine."""
    visible = set(shown)
    return [option(s["name"], s["id"]) for s in studies if s["id"] in visible and s["space"]]


def suggest_button() -> html.Div:
    """Fills the table from the importance of what the brushes leave; while it works, what it does and a way out."""
    told = (
        "Fill the table within the brushes: what matters gets the range where it is good, what does not matter is "
        "fixed as in the best trial; each with its reason."
    )
    button = html.Button(SUGGEST, id=ids.SUGGEST, className="tr-btn", title=told)
    cancel = html.Button("Cancel", id=ids.SUGGEST_CANCEL, className="tr-btn", hidden=True)
    progress = html.Span(id=ids.SUGGEST_PROGRESS, className="tr-note", role="status")
    tick = dcc.Interval(id=ids.SUGGEST_TICK, interval=TICK_MS, disabled=True)
    return html.Div([button, cancel, progress, tick], className="tr-suggest")


def table_tools() -> html.Div:
    """Which columns the table has, and back to where it began."""
    more = dcc.Checklist(
        id=ids.LAUNCH_COLUMNS, options=[{"label": "Scale, steps, conditions, defaults", "value": "shapes"}], value=[]
    )
    reset = html.Button("Start over", id=ids.LAUNCH_RESET, className="tr-btn", title="A new table of the brushes")
    return html.Div([more, reset], className="tr-table-tools")


def export_panel() -> html.Div:
    """The refined space as code for other tools, with a button that copies it."""
    options = [{"label": label, "value": key} for key, (label, _language, _write) in EXPORTS.items()]
    choice = dcc.RadioItems(
        id=ids.EXPORT_KIND, options=options, value=next(iter(EXPORTS)), inline=True, className="tr-segments"
    )
    copy = dcc.Clipboard(id=ids.EXPORT_COPY, target_id=ids.EXPORT_CODE, title="Copy", className="tr-icon tr-copy")
    code = html.Pre(id=ids.EXPORT_CODE, className="tr-code", tabIndex=0, **{"aria-label": "The refined space as code"})
    return html.Div([html.Div([choice, copy], className="tr-export-head"), code])
