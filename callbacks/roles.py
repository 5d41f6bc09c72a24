"""The dialog in which the analyst corrects what the columns of a table are."""

from __future__ import annotations

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.context import trellis
from components import ids
from components.roles import roles_table
from data.readers import ReadError
from data.readers.table_roles import ROLES

Opened = dict[str, Any] | None
"""``{"study": id, "opened": time}`` as the browser says it."""


def show_roles(opened: Opened) -> tuple[Component, str]:
    """The table of roles, and no message yet."""
    if not opened:
        raise PreventUpdate
    return roles_table(trellis().catalog.roles(opened["study"]), ROLES), ""


def apply_roles(clicks: int | None, chosen: list[str], wires: list[dict[str, str]], opened: Opened) -> tuple[Any, str]:
    """Take over the roles that differ; returns the time if that worked, else the reason."""
    if not clicks or not opened:
        raise PreventUpdate
    wanted = {wire["index"]: role for wire, role in zip(wires, chosen, strict=True)}
    try:
        trellis().catalog.set_roles(opened["study"], changed_roles(opened["study"], wanted))
    except ReadError as error:
        return no_update, str(error)
    return time.time(), ""


def changed_roles(study: str, wanted: dict[str, str]) -> dict[str, str]:
    """The wanted roles that are other than those the columns have."""
    now = {entry["column"]: entry["role"] for entry in trellis().catalog.roles(study)}
    return {column: role for column, role in wanted.items() if now.get(column) != role}


def register(app: Dash) -> None:
    """Wire the dialog."""
    opened = ids.ROLES_STUDY
    app.callback(
        Output(ids.ROLES_BODY, "children"),
        Output(ids.ROLES_MESSAGE, "children"),
        Input(opened, "data"),
        prevent_initial_call=True,
    )(show_roles)
    app.callback(
        Output(ids.ROLES_APPLIED, "data"),
        Output(ids.ROLES_MESSAGE, "children", allow_duplicate=True),
        Input(ids.ROLES_SAVE, "n_clicks"),
        State(ids.column_role(ALL), "value"),
        State(ids.column_role(ALL), "id"),
        State(opened, "data"),
        prevent_initial_call=True,
    )(apply_roles)
