"""The HTTP routes of annotations and pins (docs/automation.md). They write to the workspace only."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify

from analytics.marks import MarkError, parse_edits
from callbacks.api import ApiError
from callbacks.bodies import json_body
from callbacks.context import trellis
from data.pins import MOST_PINS, Pin, PinError, change_pins, stored_pins

LARGEST_BODY = 4_000_000
"""Bytes; 200,000 trial numbers fit."""


def annotate() -> Response:
    """Change stars, tags, notes and what is archived; says how many rows are different now."""
    try:
        edits = parse_edits(json_body(LARGEST_BODY))
        return jsonify(changed=trellis().catalog.annotate(edits))
    except MarkError as error:
        raise ApiError(400, str(error)) from error
    except KeyError as error:
        raise ApiError(404, f"no study {error.args[0]!r} is open; expected an id of /api/studies") from error


def pins() -> Response:
    """The pinned rows of the open studies, in order."""
    found = stored_pins(trellis().workspace, trellis().catalog.trials)
    answer = jsonify(pins=[{"study": study, "number": number} for study, number in found])
    answer.headers["Cache-Control"] = "no-store"
    return answer


def change() -> Response:
    """Add pins and take pins away; answers as :func:`pins` does."""
    body = json_body(LARGEST_BODY)
    if not isinstance(body, dict) or set(body) - {"add", "remove"}:
        raise ApiError(400, "the request is no change of pins; expected an object with add, remove or both")
    try:
        change_pins(
            trellis().workspace, trellis().catalog.trials, checked_pins(body, "add"), checked_pins(body, "remove")
        )
    except PinError as error:
        raise ApiError(400, str(error)) from error
    return pins()


def register(server: Flask) -> None:
    """Add the routes to a server."""
    server.add_url_rule("/api/annotations", view_func=annotate, methods=["POST"])
    server.add_url_rule("/api/pins", endpoint="pins", view_func=pins)
    server.add_url_rule("/api/pins", endpoint="change_pins", view_func=change, methods=["POST"])


def checked_pins(body: dict[str, Any], name: str) -> list[Pin]:
    """The rows that a request names, at most as many as can be pinned.

    Raises:
        ApiError: they are no such list.
    """
    given = body.get(name, [])
    if not isinstance(given, list) or len(given) > MOST_PINS:
        raise ApiError(400, f"{name!r} is no list of at most {MOST_PINS} pins; expected one")
    for pin in given:
        known = isinstance(pin, dict) and isinstance(pin.get("study"), str) and type(pin.get("number")) is int
        if not known:
            raise ApiError(400, f"{name!r} has {pin!r}; expected a study id and a trial number")
    return [(pin["study"], pin["number"]) for pin in given]
