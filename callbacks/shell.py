"""What happens in the browser alone; ``assets/shell.js`` holds the functions."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from components import ids


def register(app: Dash) -> None:
    """Wire the clientside functions."""
    _wire(app, "theme", Output(ids.THEME, "data"), Input(ids.THEME_TOGGLE, "n_clicks"))
    _wire(
        app,
        "showStudies",
        Output(ids.SHOWN, "data"),
        Input(ids.study_shown(ALL), "value"),
        State(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    _wire(
        app,
        "objective",
        Output(ids.OBJECTIVE_CHOICE, "value"),
        Output(ids.OBJECTIVE, "data"),
        Input(ids.OBJECTIVE_CHOICE, "value"),
        Input(ids.OBJECTIVE, "data"),
        State(ids.OBJECTIVE_CHOICE, "id"),
    )
    _wire(
        app,
        "dismiss",
        Output(ids.DISMISSED, "data"),
        Input(ids.problem_dismiss(ALL), "n_clicks"),
        State(ids.DISMISSED, "data"),
        prevent_initial_call=True,
    )
    _wire(
        app,
        "openRoles",
        Output(ids.ROLES_STUDY, "data"),
        Input(ids.study_roles(ALL), "n_clicks"),
        State(ids.ROLES_DIALOG, "id"),
        prevent_initial_call=True,
    )
    _wire(
        app,
        "rolesApplied",
        Input(ids.ROLES_APPLIED, "data"),
        State(ids.ROLES_DIALOG, "id"),
        prevent_initial_call=True,
    )
    _wire(app, "showPinned", Input(ids.PINS, "data"), Input(ids.FOCUS, "data"), prevent_initial_call=True)
    _wire(app, "poll", Input(ids.ACTION_MESSAGE, "children"), prevent_initial_call=True)
    _wire(app, "layoutChanged", Input(ids.EMPTY, "children"))
    _wire(app, "started", Input(ids.MAIN, "id"))


def _wire(app: Dash, function: str, *wires: Output | Input | State, prevent_initial_call: bool = False) -> None:
    app.clientside_callback(ClientsideFunction("shell", function), *wires, prevent_initial_call=prevent_initial_call)
