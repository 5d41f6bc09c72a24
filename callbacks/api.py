"""The HTTP routes that browsers and scripts read (docs/automation.md)."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from analytics.wire import pack
from callbacks.context import Trellis, trellis

VERSION = "0.1.0"
MOST_CURVES = 500
BINARY = "application/octet-stream"


class ApiError(Exception):
    """A request that cannot be answered; the message is the sentence sent with ``status``."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def health() -> Response:
    """Version and whether the workspace answers."""
    return jsonify(status="ok", version=VERSION, storage=_storage())


def overview(context: Trellis) -> dict[str, Any]:
    """What /api/studies answers: every open study as it stands."""
    revision = context.catalog.revision  # before the rest: what changes meanwhile must not pass for known
    problems = [*context.refused, *context.catalog.problems]
    return {"revision": revision, "problems": problems, "studies": context.catalog.studies()}


def studies() -> Response:
    """The open studies; 304 when the catalog is at the revision of If-None-Match."""
    catalog = trellis().catalog
    catalog.refresh()
    revision = catalog.revision
    known = request.if_none_match.contains_weak(revision)
    response = Response(status=304) if known else jsonify(overview(trellis()))
    response.set_etag(revision, weak=True)  # a strong one would get another value with each compression
    response.headers["Cache-Control"] = "no-cache"
    return response


def columns() -> Response:
    """New and changed rows of a study since a revision, as ``analytics.wire`` packs them."""
    study = argument("study")
    try:
        changes = trellis().catalog.changes(study, request.args.get("since") or None)
    except KeyError as error:
        raise unknown_study(study) from error
    rows = len(changes.columns[0]) if changes.columns else 0
    head = {"revision": changes.revision, "reset": changes.reset, "rows": rows}
    return Response(pack(head, changes.columns), mimetype=BINARY, headers={"Cache-Control": "no-store"})


def refuse(error: ApiError) -> tuple[Response, int]:
    return jsonify(error=str(error)), error.status


def register(server: Flask) -> None:
    """Add the routes to a server."""
    server.add_url_rule("/health", view_func=health)
    server.add_url_rule("/api/studies", view_func=studies)
    server.add_url_rule("/api/columns", view_func=columns)
    server.register_error_handler(ApiError, refuse)


def argument(name: str) -> str:
    """A parameter that must be there."""
    if value := request.args.get(name):
        return value
    raise ApiError(400, f"the parameter {name!r} is missing; expected ?{name}=…")


def trial_numbers(value: str) -> list[int]:
    """What the parameter 'trials' lists."""
    parts = value.split(",")
    for part in parts:
        if not re.fullmatch(r"[0-9]{1,18}", part):
            raise ApiError(400, f"the parameter 'trials' has {part!r}; expected trial numbers such as 1,2,3")
    if len(parts) > MOST_CURVES:
        raise ApiError(400, f"the parameter 'trials' has {len(parts)} numbers; expected at most {MOST_CURVES}")
    return [int(part) for part in parts]


def unknown_study(study: str) -> ApiError:
    """What to raise where no such study is open."""
    return ApiError(404, f"no study {study!r} is open; expected an id of /api/studies")


def _storage() -> str:
    engine = trellis().workspace.engine
    try:
        with closing(engine.raw_connection()) as connection:  # a Connection would begin a write and wait for its lock
            connection.cursor().execute("SELECT COUNT(*) FROM trellis_meta")
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        return f"the workspace database does not answer: {error}"
    return "ok"
