"""What happens in the browser alone; ``assets/shell.js`` holds the functions."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from components import ids

AT_LOAD = {
    "theme": (Output(ids.THEME, "data"), Input(ids.THEME_TOGGLE, "n_clicks")),
    "objective": (
        Output(ids.OBJECTIVE_CHOICE, "value"),
        Output(ids.OBJECTIVE, "data"),
        Input(ids.OBJECTIVE_CHOICE, "value"),
        Input(ids.OBJECTIVE, "data"),
        State(ids.OBJECTIVE_CHOICE, "id"),
    ),
    "layoutChanged": (Input(ids.EMPTY, "children"),),
    "started": (Input(ids.MAIN, "id"),),
}
"""Functions that run when the page loads and with every change of their inputs."""

ON_CHANGE = {
    "showStudies": (
        Output(ids.SHOWN, "data"),
        Output(ids.study_shown(ALL), "value"),
        Input(ids.study_shown(ALL), "value"),
        Input(ids.SHOWN, "data"),
        State(ids.study_shown(ALL), "id"),
        State(ids.SHOWN, "id"),
    ),
    "dismiss": (
        Output(ids.DISMISSED, "data"),
        Input(ids.problem_dismiss(ALL), "is_open"),
        State(ids.DISMISSED, "data"),
    ),
    "openRoles": (
        Output(ids.ROLES_STUDY, "data"),
        Input(ids.study_roles(ALL), "n_clicks"),
        State(ids.ROLES_DIALOG, "id"),
    ),
    "rolesApplied": (Input(ids.ROLES_APPLIED, "data"), State(ids.ROLES_DIALOG, "id")),
    "showPinned": (Input(ids.PINS, "data"), Input(ids.FOCUS, "data")),
    "poll": (Input(ids.ACTION_MESSAGE, "children"), Input(ids.RUNS_MESSAGE, "children")),
}
"""Functions that run with a change of their inputs only."""


OPENING = {
    "opened": (Input(ids.OPENED, "data"), State(ids.OPEN_DIALOG, "id")),
    "groups": (Input(ids.SHOWN, "data"), Input(ids.STUDY_LIST, "children")),
}
"""Functions of ``assets/opening.js``, run with a change of their inputs only."""


def register(app: Dash) -> None:
    """Wire the clientside functions."""
    for space, wired, late in (("shell", AT_LOAD, False), ("shell", ON_CHANGE, True), ("opening", OPENING, True)):
        for function, wires in wired.items():
            app.clientside_callback(ClientsideFunction(space, function), *wires, prevent_initial_call=late)
