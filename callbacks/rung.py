"""The route of a rung that is tried on learning curves, GET /api/rung (docs/automation.md)."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from flask import Flask, Response, jsonify, request

from analytics.curveparts import main_metric, sign_of
from analytics.rungs import rungs
from analytics.survival import Ladder, Survival, factor_of, ladder, proposal, survival
from analytics.text import number_text
from analytics.trials import Trials
from callbacks.api import ApiError, argument, unknown_study
from callbacks.context import trellis
from data.histories import history_of

MOST_FACTOR = 1000.0


def rung() -> Response:
    """The rungs of a study and, with a ``step``, what one there would do."""
    study = argument("study")
    try:
        revision, trials = trellis().catalog.standing(study)
    except KeyError as error:
        raise unknown_study(study) from error
    factor = _number("factor", 1.0, MOST_FACTOR) or factor_of(trials)
    judged = [{"bracket": bracket, "steps": list(steps)} for bracket, steps in rungs(trials)]
    answer: dict[str, Any] = {"study": study, "rungs": judged, "factor": factor}
    step = _number("step", 0.0, math.inf)
    if step is None:
        return jsonify(answer)
    metric, made = _ladder(trials, revision)
    found = survival(made, step, factor)
    words, algorithm = proposal(trials, step, factor, int(_number("place", 0, 100) or 0))
    told = sentence(found, len(trials))
    return jsonify(
        answer | entry(found) | {"metric": metric, "sentence": told, "setting": words, "algorithm": algorithm}
    )


def entry(found: Survival) -> dict[str, Any]:
    """A rung's effect as JSON."""
    return {
        "step": found.step,
        "reached": len(found.reached),
        "survivors": found.survivors.tolist(),
        "correlation": found.correlation,
        "compared": found.compared,
        "best": found.best,
        "kept": found.kept,
        "winner": found.winner,
        "rank": found.rank,
    }


def sentence(found: Survival, curves: int) -> str:
    """What a rung would do, in words."""
    share = f"the best 1 in {number_text(found.factor)}"
    went = (
        f"{len(found.survivors):,} of {len(found.reached):,} trials go on from step {number_text(found.step)} ({share})"
    )
    short = curves - len(found.reached)
    parts = [went + (f", {short:,} more do not reach it" if short else "")]
    if found.correlation is not None:
        parts.append(f"rank correlation with the final value {found.correlation:.2f} ({found.compared:,} completed)")
    if found.winner is not None:
        parts.append(f"{found.kept} of the {found.best} best at the end go on")
        parts.append(f"the winner, trial {found.winner}, is number {found.rank} here")
    return "; ".join(parts) + "."


def _ladder(trials: Trials, revision: str) -> tuple[str, Ladder]:
    """The curves of the metric by which trials are judged, kept as long as the study stays as it is."""
    name = request.args.get("metric")
    return trellis().ladders.answer((trials.study.id, name), revision, partial(_make, trials, name))


def _make(trials: Trials, name: str | None) -> tuple[str, Ladder]:
    history = history_of(trials, None)
    logged = sorted(history["metric"].unique().tolist())
    metric = name if name and name in logged and sign_of(name, trials) else main_metric(logged, trials)
    if metric is None:
        raise ApiError(400, "the study has no curve of a metric with a direction; expected one to rank trials by")
    return metric, ladder(history, trials, metric, sign_of(metric, trials))


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/rung", view_func=rung)


def _number(name: str, low: float, high: float) -> float | None:
    text = request.args.get(name)
    try:
        value = None if text is None else float(text)
    except ValueError:
        value = math.nan
    if value is not None and not low <= value <= high:
        expected = f"a number from {number_text(low)}" + (f" to {number_text(high)}" if math.isfinite(high) else "")
        raise ApiError(400, f"the parameter {name!r} is {text!r}; expected {expected}")
    return value
