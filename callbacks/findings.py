"""The HTTP route of findings (docs/automation.md)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd
from flask import Flask, Response, current_app, jsonify, request

from analytics.examination import Examination, Studies
from analytics.inquiry import Told
from analytics.trials import HISTORY_COLUMNS, Trials
from callbacks.api import ApiError
from callbacks.context import trellis
from callbacks.importance_process import WorkerError
from data.readers import ReadError


def findings() -> Response:
    """What went wrong in a study, with the evidence; computed once a revision, in the process that tells importance."""
    study = request.args.get("study") or ""
    if not study:
        raise ApiError(400, "the parameter 'study' is missing; expected ?study=…")
    trellis().catalog.refresh()
    asked = Examination(study, _revision(study))
    try:
        told = trellis().forests.ask(asked, snapshot)
    except WorkerError as error:
        current_app.logger.error("findings: %s", error)
        raise ApiError(500, "the study could not be diagnosed; the server's log says why") from error
    response = jsonify(told)
    response.headers["Cache-Control"] = "no-store"
    return response


def snapshot(asked: Examination) -> tuple[str, Studies]:
    """The revision and the trials of a study and of its children, with their histories, to send elsewhere."""
    return asked.revision, [_whole(_standing(study)[1]) for study in _family(asked.study)]


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/findings", view_func=findings)


def _revision(study: str) -> str:
    """That of the study and of its children together."""
    every = "\n".join(f"{one} {_standing(one)[0]}" for one in _family(study))
    return hashlib.sha256(every.encode()).hexdigest()[:16]


def _family(study: str) -> list[str]:
    """The study, then its children: they may have trained out what it ended early."""
    entries = trellis().catalog.studies()
    return [study, *(entry["id"] for entry in entries if entry["parent"] == study)]


def _standing(study: str) -> tuple[str, Trials]:
    try:
        return trellis().catalog.standing(study)
    except KeyError as error:
        raise ApiError(404, f"no study {study!r} is open; expected an id of /api/studies") from error


def _whole(trials: Trials) -> Trials:
    """The trials with the history of their objective."""
    try:
        history = trials.load_history(None)
    except ReadError:
        history = pd.DataFrame(columns=list(HISTORY_COLUMNS))
    if trials.objective is not None:
        history = history[history["metric"] == trials.objective.name]
    return replace(trials, load_history=Told(history))
