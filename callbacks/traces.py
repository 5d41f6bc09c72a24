"""How the search of a study went, for the browser: ``GET /api/traces``."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial

import numpy as np
from flask import Flask, Response, request

from analytics.traces import Trace, remembering, rungs, trace
from analytics.trials import Metric, Trials
from analytics.wire import pack_arrays
from callbacks.api import BINARY, ApiError, argument, unknown_study
from callbacks.context import trellis
from data.histories import history_of


def answer(trials: Trials, metric: Metric | None, revision: str) -> bytes:
    """The packed trace of a study; its history is read once, and not where it cannot be read just now."""
    known = remembering(replace(trials, load_history=partial(history_of, trials)))
    return packed(known, trace(known, metric), revision)


def packed(trials: Trials, found: Trace, revision: str) -> bytes:
    """A trace as bytes: ``source`` is the evaluation that each one follows from, -1 where there is none.

    ``flags`` adds 1 for the last evaluation of a configuration or member, 2 for one that was stopped there, 4 for a
    mutation of its source.
    """
    source = np.full(len(found), -1, dtype="<i4")
    source[found.links[:, 1]] = found.links[:, 0]
    flags = found.last.astype("|u1") + found.stopped * np.uint8(2)
    flags[found.links[found.mutation, 1]] += 4
    head = {
        "revision": revision,
        "metric": found.metric.name if found.metric else None,
        "axis": found.axis,
        "unit": found.unit,
        "boundaries": [asdict(boundary) for boundary in found.boundaries],
        "rungs": [{"bracket": bracket, "steps": list(steps)} for bracket, steps in rungs(trials)],
    }
    arrays = {name: getattr(found, name).astype("<f4") for name in ("x", "step", "time", "seconds", "steps")}
    numbers = {"number": found.number.astype("<i4"), "source": source, "flags": flags}
    return pack_arrays(head, {**numbers, **arrays, "value": found.value.astype("<f8")})


def traces() -> Response:
    """The trace of a study by a metric, its first objective without one; 304 at the revision of If-None-Match."""
    study, name = argument("study"), request.args.get("metric")
    try:
        revision, trials = trellis().catalog.standing(study)
    except KeyError as error:
        raise unknown_study(study) from error
    if name is not None and name not in trials.metrics:
        raise ApiError(400, f"the study has no metric {name!r}; expected one of {', '.join(trials.metrics)}")
    metric = trials.metrics[name] if name is not None else trials.objective
    if request.if_none_match.contains_weak(revision):
        response = Response(status=304)
    else:
        response = Response(_kept(trials, metric, revision), mimetype=BINARY)
    response.set_etag(revision, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _kept(trials: Trials, metric: Metric | None, revision: str) -> bytes:
    question = trials.study.id, metric.name if metric else None
    return trellis().traces.answer(question, revision, partial(answer, trials, metric, revision))


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/traces", view_func=traces)
