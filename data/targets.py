"""What a project is to reach: a value an objective, typed by the analyst and kept in the workspace."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from data.workspace import Workspace
from data.workspace import targets as table

Target = tuple[str, str]
"""A project as its study specs name it, and an objective."""


def stored_targets(workspace: Workspace) -> dict[Target, float]:
    """The targets of all projects."""
    with workspace.engine.connect() as connection:
        query = select(table.c.project, table.c.metric, table.c.value)
        return {(row.project, row.metric): row.value for row in connection.execute(query)}


def store_target(workspace: Workspace, target: Target, value: float | None) -> None:
    """Keep a target in the place of the one before; None removes it."""
    project, metric = target
    with workspace.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.project == project, table.c.metric == metric))
        if value is not None:
            connection.execute(insert(table).values(project=project, metric=metric, value=value))
