"""What every callback and route works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask, current_app

from analytics.survival import Ladder
from callbacks.flagger import Flagger
from callbacks.importance_process import Forests
from callbacks.kept import Kept
from callbacks.suggestions import Suggestions
from data.catalog import Catalog
from data.readers import ReadError, open_source
from data.workspace import Workspace

EXTENSION = "trellis"


@dataclass(frozen=True)
class Trellis:
    """The workspace and the open studies of one app; ``refused`` says why sources could not be opened.

    ``forests`` answers what is asked about importance; apps may share it. ``suggestions`` are the processes of Suggest.
    ``traces`` keeps the traces of searches, ``flags`` finds those of learning curves,
    ``ladders`` keeps curves on which a rung is tried.
    """

    workspace: Workspace
    catalog: Catalog
    refused: tuple[str, ...] = ()
    forests: Forests = field(default_factory=Forests)
    suggestions: Suggestions = field(default_factory=Suggestions)
    traces: Kept[bytes] = field(default_factory=Kept)
    ladders: Kept[tuple[str, Ladder]] = field(default_factory=Kept)
    flags: Flagger = field(default_factory=Flagger)


def attach(server: Flask, context: Trellis) -> Trellis:
    """Make a context that of a server's requests; returns it."""
    server.extensions[EXTENSION] = context
    return context


def trellis() -> Trellis:
    """The context of the app that serves the current request."""
    found: Trellis = current_app.extensions[EXTENSION]
    return found


def open_sources(
    catalog: Catalog,
    sources: Sequence[str],
    curves: str | None,
    roles: Mapping[str, str] | None,
    pickles: Sequence[str] = (),
) -> list[str]:
    """Open the sources; returns a sentence for each that cannot be read.

    ``pickles`` are those of the sources that may run code. Roles go to every table that has their column, curves to the
    one table.

    Raises:
        ReadError: none of them can be read, or the roles or the curves belong to none.
    """
    refused: list[str] = []
    tables = [source for source in sources if _is_table(source)]
    if curves and len(tables) != 1:
        raise ReadError(f"curves {curves} belong to one table; the sources given have {len(tables)}")
    unused = dict(roles or {})
    for source in sources:
        own = curves if source in tables else None
        try:
            found = catalog.open(source, curves=own, allow_pickle=source in pickles)
            columns = {entry["column"] for study in found for entry in catalog.roles(study)}
            if fitting := {column: role for column, role in (roles or {}).items() if column in columns}:
                catalog.open(source, curves=own, roles=fitting)
            unused = {column: role for column, role in unused.items() if column not in columns}
        except ReadError as error:
            refused.append(str(error))
    if sources and len(refused) == len(sources):
        raise ReadError("\n".join(refused))
    if unused and not refused:
        raise ReadError(
            f"role of {next(iter(unused))!r}: no table has such a column; expected one of a table's columns"
        )
    return refused


def _is_table(source: str) -> bool:
    try:
        return open_source(source).is_table
    except ReadError:
        return False
