"""The HTTP route of the front: how much of what is attainable the shown studies have reached (docs/automation.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from flask import Flask, Response, jsonify, request
from numpy.typing import NDArray

from analytics.columns import Floats, Kind, State
from analytics.hypervolume import POINTS, SEED, Box, box_of, growth
from analytics.selection import BrushError, mask, normalize
from analytics.trials import Direction, Trials
from callbacks.api import ApiError, unknown_study
from callbacks.context import trellis

MOST_METRICS = 8
LARGEST = 1e300
KEYS = {"studies", "metrics", "brushes", "budget", "reference"}


def front() -> Response:
    """The hypervolume of every study so far, within one box of all of them."""
    asked = _asked(request.get_json(silent=True))
    studies = [_study(study) for study in asked["studies"]]
    rows = [_values(trials, asked["metrics"], asked["budget"]) for trials in studies]
    box = box_of(np.vstack(rows), asked["metrics"], asked["reference"])
    if box is None:
        return jsonify(refused="no completed trial has all of these metrics and beats the reference point")
    found = [_growth(trials, values, asked["brushes"], box) for trials, values in zip(studies, rows, strict=True)]
    names = list(asked["metrics"])
    response = jsonify(
        reference=dict(zip(names, box.reference.tolist(), strict=True)),
        ideal=dict(zip(names, box.ideal.tolist(), strict=True)),
        source=box.source,
        size=box.size,
        exact=all(study["exact"] for study in found),
        points=POINTS,
        seed=SEED,
        studies=found,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/front", view_func=front, methods=["POST"])


def _growth(trials: Trials, values: Floats, brushes: Mapping[str, Any], box: Box) -> dict[str, Any]:
    """The rows of one study in the order of their numbers."""
    inside = values.copy()
    inside[~_selected(trials, brushes)] = np.nan
    order = np.argsort(trials.numbers, kind="stable")
    found = growth(inside[order], box)
    return {
        "study": trials.study.id,
        "rows": int(np.isfinite(inside).all(axis=1).sum()),
        "last": int(trials.numbers.max(initial=0)),
        "front": trials.numbers[order][found.front].tolist(),
        "numbers": trials.numbers[order][found.rows].tolist(),
        "shares": found.shares.tolist(),
        "exact": found.exact,
        "error": found.error,
    }


def _selected(trials: Trials, brushes: Mapping[str, Any]) -> NDArray[np.bool_]:
    try:
        return mask(trials, brushes)
    except BrushError:  # of several studies, one may lack what another is brushed by: none of its rows is selected
        return np.zeros(len(trials), dtype=bool)


def _values(trials: Trials, metrics: Mapping[str, Direction], budget: str | float) -> Floats:
    """Rows that compete, NaN elsewhere, shape (rows, metrics)."""
    numeric = {name: column for name, column in trials.columns.items() if column.kind is not Kind.CATEGORY}
    missing = np.full(len(trials), np.nan)
    values = np.column_stack([numeric[name].values if name in numeric else missing for name in metrics])
    values[~np.isfinite(values) | ~_comparable(trials, budget)[:, None]] = np.nan
    return values


def _comparable(trials: Trials, budget: str | float) -> NDArray[np.bool_]:
    if budget == "highest":
        return trials.comparable()
    completed = trials.in_state(State.COMPLETE)
    return completed if budget == "all" else completed & (trials.columns["budget"].values == budget)


def _study(study: str) -> Trials:
    try:
        return trellis().catalog.trials(study).kept
    except KeyError as error:
        raise unknown_study(study) from error


# --- what is asked ----------------------------------------------------------------------------------------------------


def _asked(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or set(raw) - KEYS:
        raise ApiError(400, f"the request is no object of {', '.join(sorted(KEYS))}")
    studies, metrics = raw.get("studies"), raw.get("metrics")
    if not isinstance(studies, list) or not studies or not all(isinstance(study, str) for study in studies):
        raise ApiError(400, f"'studies' is {studies!r:.80}; expected a list of ids of /api/studies")
    if not isinstance(metrics, dict) or not 1 <= len(metrics) <= MOST_METRICS:
        raise ApiError(400, f"'metrics' is {metrics!r:.80}; expected directions of 1 to {MOST_METRICS} metrics by name")
    if wrong := [value for value in metrics.values() if value not in ("minimize", "maximize")]:
        raise ApiError(400, f"'metrics' has the direction {wrong[0]!r:.80}; expected minimize or maximize")
    return {
        "studies": studies,
        "metrics": cast(dict[str, Direction], metrics),
        "brushes": _brushes(raw.get("brushes") or {}),
        "budget": _budget(raw.get("budget", "highest")),
        "reference": _reference(raw.get("reference"), metrics),
    }


def _brushes(value: Any) -> Mapping[str, Any]:
    try:
        return normalize(value)
    except BrushError as error:
        raise ApiError(400, str(error)[:400]) from error


def _budget(value: Any) -> str | float:
    if value in ("highest", "all") or _is_number(value):
        return cast(str | float, value)
    raise ApiError(400, f"'budget' is {value!r:.80}; expected 'highest', 'all' or a budget")


def _reference(value: Any, metrics: Mapping[str, Any]) -> dict[str, float] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - set(metrics) or not all(map(_is_number, value.values())):
        raise ApiError(400, f"'reference' is {value!r:.80}; expected numbers by the names of the metrics")
    return {name: float(number) for name, number in value.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
