"""The roles of a table's columns, for the analyst to correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components import ids

MEANINGS = {
    "param": "hyperparameter",
    "metric": "metric",
    "minimize": "objective, lower is better",
    "maximize": "objective, higher is better",
    "ignore": "left out",
}


def roles_table(columns: Sequence[Mapping[str, Any]], roles: Sequence[str]) -> html.Table:
    """A row a column, with its role to choose; ``columns`` are ``{"column", "role", "guessed"}``."""
    options = [{"label": MEANINGS.get(role, f"our column {role}"), "value": role} for role in roles]
    rows = [
        html.Tr(
            [
                html.Th(entry["column"], scope="row"),
                html.Td(dcc.Dropdown(options, entry["role"], id=ids.column_role(entry["column"]), clearable=False)),
                html.Td("guessed" if entry["guessed"] else "", className="tr-note"),
            ]
        )
        for entry in columns
    ]
    return html.Table(html.Tbody(rows), className="tr-roles")
