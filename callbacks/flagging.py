"""The route of the flags of learning curves, GET /api/flags (docs/automation.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, request

from analytics.flags import HELP, KINDS
from callbacks.api import argument, trial_numbers, unknown_study
from callbacks.context import trellis


def flags() -> Response:
    """How many trials of a study have which flag, and the flags of some trials with their evidence."""
    study = argument("study")
    try:
        standing = trellis().flags.ask(trellis().catalog, study)
    except KeyError as error:
        raise unknown_study(study) from error
    wanted: Sequence[int] = trial_numbers(argument("trials")) if "trials" in request.args else ()
    counts = Counter(flag.kind for found in standing.found.values() for flag in found)
    listed: list[dict[str, Any]] = [asdict(flag) for number in wanted for flag in standing.found.get(number, ())]
    return jsonify(
        study=study,
        state="computing" if standing.busy else "ready",
        judged=len(standing.found),
        counts={kind: counts[kind] for kind in KINDS},
        help=HELP,
        flags=listed,
    )


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/flags", view_func=flags)
