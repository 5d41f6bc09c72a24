"""The tab Launch: refine, edit the table old → new, start the refined study, or take its space elsewhere."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics import stored
from callbacks import refining
from callbacks.context import trellis
from callbacks.refining import LaunchError, View
from components import ids, launch, launch_add, launch_table

Data = dict[str, Any] | None
Edits = list[dict[str, Any]] | None


def fill(
    _refine: int,
    _around: int,
    _tab: int,
    _reset: int,
    parent: str | None,
    filled: Data,
    brushes: dict[str, Any],
    shown: list[str],
    focus: Data,
    table: Data,
    edits: Edits,
) -> tuple[Any, ...]:
    """A new table for Refine, for a trial's surroundings, or of another study; opening the tab fills an empty one."""
    cause = ctx.triggered_id
    if cause == ids.tab("launch") and table:
        raise PreventUpdate
    if cause == ids.LAUNCH_FILLED:
        return (filled["table"], filled["study"], "", no_update) if filled else (no_update,) * 4
    named = parent if cause in (ids.LAUNCH_PARENT, ids.LAUNCH_RESET) else None
    try:
        made = refining.fill(trellis().catalog, View(brushes, shown, focus), named, cause == ids.REFINE_AROUND)
        if cause != ids.LAUNCH_RESET:
            made = refining.carried(trellis().catalog, table, made)
    except LaunchError as error:
        return no_update, no_update, str(error), no_update
    data = {**stored.to_json(made), "brushes": brushes, "seq": last(edits)}
    stays = not filled or (named is None and made.study == filled["study"])
    return data, no_update if made.study == parent else made.study, "", no_update if stays else None


def change(edits: Edits, table: Data) -> tuple[Any, str]:
    """The table after what was typed and pressed in it since; also what an answer under way has not brought yet."""
    pending = [edit for edit in edits or () if edit["seq"] > (table or {}).get("seq", 0)]
    if not table or not pending:
        raise PreventUpdate
    made, said = refining.apply_each(trellis().catalog, table, pending)
    return {**table, **made, "seq": last(edits)}, said


def last(edits: Edits) -> int:
    """The number of the last edit of the table; 0 before the first."""
    return edits[-1]["seq"] if edits else 0


def show(table: Data, name: str | None) -> tuple[list[dict[str, Any]], list[Component], str]:
    """The rows of the grid, what they mean, and what they were made from."""
    look = refining.look_at(trellis().catalog, table, name or "")
    notes = launch.notes(look.problems, look.studies)
    return launch_table.grid_rows(look.table, look.dropped), notes, launch.made_from(look.table)


def show_outdated(table: Data, brushes: dict[str, Any]) -> str:
    return launch.outdated(table, brushes)


def show_advice(table: Data) -> list[Component]:
    return launch.advice(table)


def show_export(table: Data, kind: str) -> str:
    return refining.export(trellis().catalog, table, kind)


def offer_parents(answer: Data, shown: list[str]) -> list[dict[str, str]]:
    return launch.parents(answer["studies"] if answer else [], shown)


def offer_focus(focus: Data) -> tuple[str, bool]:
    """The action on the focused trial; hidden without a focus."""
    return (f"Refine around trial {focus['number']} →", False) if focus else ("", True)


def add(clicks: int | None, table: Data, *typed: str | None) -> tuple[Any, ...]:
    """The table with one hyperparameter more, and empty fields; or a sentence under each field that cannot be."""
    if not clicks or not table:
        raise PreventUpdate
    places = [entry["id"]["index"] for entry in ctx.outputs_list[-1]]
    try:
        made, problems = refining.add(trellis().catalog, table, launch_add.addition(typed))
    except LaunchError as error:
        return no_update, str(error), *[no_update] * launch_add.EMPTIED, [""] * len(places)
    emptied = [no_update if problems else ""] * launch_add.EMPTIED
    data = {**table, **stored.to_json(made)} if made else no_update
    return data, "", *emptied, [problems.get(place, "") for place in places]


def show_columns(more: list[str] | None, algorithm: str | None) -> list[dict[str, Any]]:
    """The columns: those that are always there, the values of a grid search, and the rest on demand."""
    return launch_table.columns(grid=algorithm == "grid", shapes=bool(more))


def register(app: Dash) -> None:
    """Wire the tab."""
    store, parent = ids.REFINEMENT, ids.LAUNCH_PARENT
    app.callback(
        Output(store, "data"),
        Output(parent, "value"),
        Output(ids.LAUNCH_PROBLEM, "children"),
        Output(ids.LAUNCH_FILLED, "data", allow_duplicate=True),
        Input(ids.REFINE, "n_clicks"),
        Input(ids.REFINE_AROUND, "n_clicks"),
        Input(ids.tab("launch"), "n_clicks"),
        Input(ids.LAUNCH_RESET, "n_clicks"),
        Input(parent, "value"),
        Input(ids.LAUNCH_FILLED, "data"),
        State(ids.BRUSHES, "data"),
        State(ids.SHOWN, "data"),
        State(ids.FOCUS, "data"),
        State(store, "data"),
        State(ids.LAUNCH_EDITS, "data"),
        prevent_initial_call=True,
    )(fill)
    app.callback(
        Output(store, "data", allow_duplicate=True),
        Output(ids.LAUNCH_PROBLEM, "children", allow_duplicate=True),
        Input(ids.LAUNCH_EDITS, "data"),
        State(store, "data"),
        prevent_initial_call=True,
    )(change)
    app.callback(
        Output(ids.LAUNCH_SPACE, "rowData"),
        Output(ids.LAUNCH_NOTES, "children"),
        Output(ids.LAUNCH_FROM, "children"),
        Input(store, "data"),
        Input(ids.LAUNCH_NAME, "value"),
    )(show)
    _register_told(app)
    _register_more(app)


def _register_told(app: Dash) -> None:
    store = ids.REFINEMENT
    app.callback(Output(ids.EXPORT_CODE, "children"), Input(store, "data"), Input(ids.EXPORT_KIND, "value"))(
        show_export
    )
    app.callback(Output(ids.LAUNCH_OUTDATED, "children"), Input(store, "data"), Input(ids.BRUSHES, "data"))(
        show_outdated
    )
    app.callback(Output(ids.REFINE_AROUND, "children"), Output(ids.REFINE_AROUND, "hidden"), Input(ids.FOCUS, "data"))(
        offer_focus
    )


def _register_more(app: Dash) -> None:
    store = ids.REFINEMENT
    app.callback(Output(ids.LAUNCH_ADVICE, "children"), Input(store, "data"))(show_advice)
    app.callback(
        Output(ids.LAUNCH_SPACE, "columnDefs"), Input(ids.LAUNCH_COLUMNS, "value"), Input(ids.LAUNCH_ALGORITHM, "value")
    )(show_columns)
    app.callback(
        Output(store, "data", allow_duplicate=True),
        Output(ids.LAUNCH_PROBLEM, "children", allow_duplicate=True),
        *(Output(place, "value") for place in launch_add.PLACES.values() if place != ids.ADD_KIND),
        Output(ids.addition_problem(ALL), "children"),
        Input(ids.ADD_BUTTON, "n_clicks"),
        State(store, "data"),
        *(State(place, "value") for place in launch_add.PLACES.values()),
        prevent_initial_call=True,
    )(add)
    app.callback(Output(ids.LAUNCH_PARENT, "options"), Input(ids.STUDIES, "data"), Input(ids.SHOWN, "data"))(
        offer_parents
    )
