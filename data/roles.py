"""Roles of a table's columns that the analyst corrected, kept in the workspace by the table's address."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from data.workspace import Workspace
from data.workspace import roles as table


def stored_roles(workspace: Workspace, source: str) -> dict[str, str]:
    """Corrected roles by column."""
    with workspace.engine.connect() as connection:
        query = select(table.c.column, table.c.role).where(table.c.source == source)
        return {row.column: row.role for row in connection.execute(query)}


def store_roles(workspace: Workspace, source: str, roles: Mapping[str, str]) -> None:
    """Keep corrected roles; those of other columns stay as they are."""
    with workspace.engine.begin() as connection:
        for column, role in roles.items():
            connection.execute(delete(table).where(table.c.source == source, table.c.column == column))
            connection.execute(insert(table).values(source=source, column=column, role=role))
