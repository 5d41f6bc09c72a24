"""The HTTP routes of importance (docs/automation.md)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
from flask import Flask, Response, current_app, jsonify

from analytics.inquiry import Inquiry, InquiryError, Told, parse_inquiry
from analytics.trials import HISTORY_COLUMNS, Trials
from callbacks.api import ApiError
from callbacks.bodies import json_body
from callbacks.context import trellis
from callbacks.importance_process import WorkerError
from data.readers import ReadError

LARGEST_BODY = 2_000_000
"""Bytes; a brush by trial numbers holds a hundred thousand of them."""


NO_HISTORY = pd.DataFrame(columns=list(HISTORY_COLUMNS))
INFINITIES = {"inf": math.inf, "-inf": -math.inf}


def importance() -> Response:
    """Shares of every hyperparameter and pair, and the marginals, or why there are none."""
    return _answered(_inquiry(surface=False))


def surface() -> Response:
    """The expected metric over two hyperparameters, or why there is none."""
    return _answered(_inquiry(surface=True))


def snapshot(inquiry: Inquiry) -> tuple[str, Trials]:
    """The revision and the trials of a study as they stand, to send elsewhere: with the history that the rows need.

    Raises:
        ApiError: no such study is open.
    """
    revision, trials = _standing(inquiry.study)
    told = _history(trials, inquiry.metric, inquiry.rows) if isinstance(inquiry.rows, float) else NO_HISTORY
    return revision, replace(trials, load_history=Told(told))


def register(server: Flask) -> None:
    """Add the routes to a server."""
    server.add_url_rule("/api/importance", view_func=importance, methods=["POST"])
    server.add_url_rule("/api/surface", view_func=surface, methods=["POST"])


def _answered(inquiry: Inquiry) -> Response:
    try:
        found = trellis().forests.ask(inquiry, snapshot)
    except InquiryError as error:
        raise ApiError(400, str(error)) from error
    except WorkerError as error:
        current_app.logger.error("importance: %s", error)
        raise ApiError(500, "importance could not be computed; the server's log says why") from error
    response = jsonify(found if found is not None else {"superseded": True})
    response.headers["Cache-Control"] = "no-store"
    return response


def _inquiry(*, surface: bool) -> Inquiry:
    """What is asked; where no revision is named, of the study as it stands."""
    try:
        inquiry = parse_inquiry(json_body(LARGEST_BODY, _float), surface=surface)
    except InquiryError as error:
        raise ApiError(400, str(error)) from error
    if inquiry.revision is not None:
        return inquiry
    trellis().catalog.refresh()
    return replace(inquiry, revision=_standing(inquiry.study)[0])


def _float(found: dict[str, Any]) -> Any:
    """Infinities travel as {"float": "inf"}."""
    return INFINITIES[found["float"]] if set(found) == {"float"} and found["float"] in INFINITIES else found


def _standing(study: str) -> tuple[str, Trials]:
    try:
        return trellis().catalog.standing(study)
    except KeyError as error:
        raise ApiError(404, f"no study {study!r} is open; expected an id of /api/studies") from error


def _history(trials: Trials, metric: str, step: float) -> pd.DataFrame:
    try:
        history = trials.load_history(None)
    except ReadError:
        return NO_HISTORY
    return history[(history["metric"] == metric) & (history["step"] == step)]
