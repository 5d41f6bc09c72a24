"""The preview of a launch: what would run, whether it has been run, what it costs, and the same as a command."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from callbacks import launching, preview_words, previewing
from callbacks.context import trellis
from callbacks.launch_form import filled
from callbacks.previewing import Runs
from components import ids, launch_form, launch_preview

Data = dict[str, Any] | None


def show(table: Data, which: str, count: str, shown: list[str], marked: bool, *_filled: Any) -> tuple[Any, ...]:
    """What would run as things stand; a sentence under each field that cannot be; what the groups hold."""
    if not table:
        raise PreventUpdate
    context, form = trellis(), launch_form.read(ctx)
    planned, preview = previewing.chosen(context, table, form, shown, Runs.read(which, count))
    marks = {name: text for name, text in planned.fields.items() if marked or form.get(name) not in (None, "")}
    places, groups = ([entry["id"]["index"] for entry in entries] for entries in ctx.outputs_list[-2:])
    refused = launch_form.outcome(launching.refusal(planned) if marked else [], good=False)
    said, notes = [marks.get(place, "") for place in places], launch_form.notes(form, planned.specs)
    return *preview_words.shown(context, planned, preview), refused, said, [notes.get(group, "") for group in groups]


def save(clicks: int | None, text: str, name: str | None) -> dict[str, Any]:
    if not clicks or not text:
        raise PreventUpdate
    return launch_preview.file(text, name or "study")


def register(app: Dash) -> None:
    """Wire the preview."""
    app.callback(
        Output(ids.PREVIEW_SUMMARY, "children"),
        Output(ids.PREVIEW_GRID, "columnDefs"),
        Output(ids.PREVIEW_GRID, "rowData"),
        Output(ids.PREVIEW_LIST, "hidden"),
        Output(ids.PREVIEW_CHOICE, "hidden"),
        Output(ids.PREVIEW_COMMAND, "children"),
        Output(ids.PREVIEW_SPEC, "children"),
        Output(ids.LAUNCH_REFUSED, "children"),
        Output(ids.field_problem(ALL), "children"),
        Output(ids.launch_group(ALL), "children"),
        Input(ids.REFINEMENT, "data"),
        Input(ids.PREVIEW_RUNS, "value"),
        Input(ids.PREVIEW_BEST, "value"),
        Input(ids.SHOWN, "data"),
        Input(ids.LAUNCH_MARKED, "data"),
        *filled(Input),
    )(show)
    app.callback(
        Output(ids.PREVIEW_DOWNLOAD, "data"),
        Input(ids.PREVIEW_SAVE, "n_clicks"),
        State(ids.PREVIEW_SPEC, "children"),
        State(ids.LAUNCH_NAME, "value"),
        prevent_initial_call=True,
    )(save)
