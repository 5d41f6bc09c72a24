"""The route of learning curves, GET /api/history (docs/automation.md)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from flask import Flask, Response, jsonify, request

from analytics.columns import Floats, Role, number_column
from analytics.histories import STEP, TIME, Curve, curves_of
from analytics.reservoir import FEWEST
from analytics.trials import Trials
from analytics.wire import pack
from callbacks.api import BINARY, ApiError, argument, trial_numbers, unknown_study
from callbacks.context import trellis
from data.histories import curve_history

MOST_POINTS = 100_000


def history() -> Response:
    """Metrics over steps of some trials of a study, long ones reduced to ``points``."""
    study, numbers = argument("study"), trial_numbers(argument("trials"))
    try:
        trials = trellis().catalog.trials(study)
    except KeyError as error:
        raise unknown_study(study) from error
    span, points, along = (_number("from"), _number("to")), _points(), request.args.get("x") or STEP
    told = curve_history(trials, numbers)
    found = curves_of(
        told,
        metrics=request.args.getlist("metric"),
        along=along,
        starts=starts(trials, numbers) if along == TIME else None,
        span=span,
        points=points,
    )
    head = {"study": study, **logged(told), "timed": is_timed(told)}
    binary = request.args.get("format") == "binary"
    return packed(head, found, along) if binary else jsonify(**head, curves=[_entry(one, along) for one in found])


def logged(told: pd.DataFrame) -> dict[str, list[str]]:
    """The metrics in a history, and those of them that no trial reported at more than one step."""
    counts = told.groupby(["metric", "number"]).size().groupby("metric").max() if len(told) else pd.Series(dtype=int)
    names = sorted(map(str, counts.index))
    return {"metrics": names, "single": [name for name in names if counts[name] < 2]}


def starts(trials: Trials, numbers: Sequence[int]) -> dict[int, float]:
    """When each of some trials began, in seconds since 1970; those of which it is not known are left out."""
    wanted = np.isin(trials.numbers, list(numbers))
    began = zip(trials.numbers[wanted].tolist(), trials.columns["start"].values[wanted].tolist(), strict=True)
    return {number: start for number, start in began if math.isfinite(start)}


def is_timed(told: pd.DataFrame) -> bool:
    """Whether a history says when its values were reported."""
    return TIME in told.columns and bool(told[TIME].notna().any())


def packed(head: dict[str, Any], found: Sequence[Curve], along: str) -> Response:
    """The curves one after the other in two or three columns, as ``analytics.wire`` packs them.

    Values have the precision of float32, which a picture does not need more of and which compresses better.
    """
    parts = [("step", [c.step for c in found]), ("value", [_single(c.value) for c in found])]
    if along != STEP:
        parts.append(("x", [c.x for c in found]))
    columns = [number_column(name, np.concatenate([np.zeros(0), *arrays]), Role.ROW) for name, arrays in parts]
    listed = [{"number": c.number, "metric": c.metric, "points": len(c.step), "of": c.of} for c in found]
    body = pack({**head, "rows": len(columns[0]), "curves": listed}, columns)
    return Response(body, mimetype=BINARY, headers={"Cache-Control": "no-store"})


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/history", view_func=history)


def _entry(curve: Curve, along: str) -> dict[str, Any]:
    """A curve as JSON; a value that is not finite is null."""
    values = [value if math.isfinite(value) else None for value in curve.value.tolist()]
    entry = {"number": curve.number, "metric": curve.metric, "step": curve.step.tolist(), "value": values}
    return entry | ({} if along == STEP else {"x": curve.x.tolist()}) | {"of": curve.of}


def _single(values: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)


def _points() -> int | None:
    text = request.args.get("points")
    if text is None:
        return None
    if not text.isdecimal() or not FEWEST <= int(text) <= MOST_POINTS:
        expected = f"expected a whole number from {FEWEST} to {MOST_POINTS:,}"
        raise ApiError(400, f"the parameter 'points' is {text!r}; {expected}")
    return int(text)


def _number(name: str) -> float | None:
    text = request.args.get(name)
    try:
        value = None if text is None else float(text)
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise ApiError(400, f"the parameter {name!r} is {text!r}; expected a number")
    return value
