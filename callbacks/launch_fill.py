"""The tab Launch filled in from another part of the page (``ids.LAUNCH_FILL``), and that undone."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks import filling
from callbacks.context import trellis
from callbacks.launch_form import filled as every_field
from callbacks.refining import LaunchError
from components import ids, launch, launch_form

Data = dict[str, Any] | None


def take(wanted: Data, _undo: int | None, filled: Data, parent: str | None, table: Data, *_form: Any) -> dict[str, Any]:
    """What is filled in after a fill, or after the last one was undone."""
    if ctx.triggered_id == ids.LAUNCH_FILL_UNDO:
        if not filled or not filled["before"]:
            raise PreventUpdate
        return dict(filled["before"])
    if not wanted:
        raise PreventUpdate
    return filling.take(trellis(), wanted, filling.now(filled, parent, table, launch_form.read(ctx)))


def recommend(clicks: int | None, table: Data, count: str | None) -> tuple[Any, str]:
    """A fill with the configurations that promise most; or why there is none."""
    if not clicks or not table:
        raise PreventUpdate
    try:
        return {"seq": clicks, **filling.recommended(trellis(), table, count)}, ""
    except LaunchError as error:
        return no_update, str(error)


def show(filled: Data) -> tuple[list[Component], bool]:
    """What was filled in and what could not be; Undo is hidden where there is nothing to undo."""
    return launch.fill_notes(filled), not (filled and filled["before"])


def register(app: Dash) -> None:
    """Wire it; ``assets/shell.js`` opens the tab."""
    app.callback(
        Output(ids.LAUNCH_FILLED, "data"),
        Input(ids.LAUNCH_FILL, "data"),
        Input(ids.LAUNCH_FILL_UNDO, "n_clicks"),
        State(ids.LAUNCH_FILLED, "data"),
        State(ids.LAUNCH_PARENT, "value"),
        State(ids.REFINEMENT, "data"),
        *every_field(State),
        prevent_initial_call=True,
    )(take)
    app.callback(
        Output(ids.LAUNCH_FILL_NOTE, "children"),
        Output(ids.LAUNCH_FILL_UNDO, "hidden"),
        Input(ids.LAUNCH_FILLED, "data"),
    )(show)
    app.callback(
        Output(ids.LAUNCH_FILL, "data"),
        Output(ids.RECOMMEND_PROBLEM, "children"),
        Input(ids.RECOMMEND, "n_clicks"),
        State(ids.REFINEMENT, "data"),
        State(ids.RECOMMEND_COUNT, "value"),
        prevent_initial_call=True,
        running=[(Output(ids.RECOMMEND, "disabled"), True, False)],
    )(recommend)
    app.clientside_callback(ClientsideFunction("shell", "openLaunch"), Input(ids.LAUNCH_FILLED, "data"))
