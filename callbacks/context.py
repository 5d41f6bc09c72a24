"""What every callback and route works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from data.catalog import Catalog
from data.readers import ReadError
from data.workspace import Workspace

EXTENSION = "trellis"


@dataclass(frozen=True)
class Trellis:
    """The workspace and the open studies of one app; ``refused`` says why sources could not be opened."""

    workspace: Workspace
    catalog: Catalog
    refused: tuple[str, ...] = ()


def attach(server: Flask, context: Trellis) -> Trellis:
    """Make a context that of a server's requests; returns it."""
    server.extensions[EXTENSION] = context
    return context


def trellis() -> Trellis:
    """The context of the app that serves the current request."""
    found: Trellis = current_app.extensions[EXTENSION]
    return found


def open_sources(
    catalog: Catalog, sources: Sequence[str], curves: str | None, roles: Mapping[str, str] | None
) -> list[str]:
    """Open the sources; returns a sentence for each that cannot be read.

    Raises:
        ReadError: none of them can be read.
    """
    refused = []
    for source in sources:
        try:
            catalog.open(source, curves=curves, roles=roles)
        except ReadError as error:
            refused.append(str(error))
    if sources and len(refused) == len(sources):
        raise ReadError("\n".join(refused))
    return refused
