"""A launch that another part of the page proposes: the table and the form as it asks, and as they were before.

``callbacks/launch_form.py`` wires it. What is filled in is the store ``ids.LAUNCH_FILLED``: ``study``, ``table`` and
``form`` as they are to be, ``why`` and ``refused`` in sentences, and ``before``, the same of the state before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics import filling, stored
from analytics.plans import write_form
from callbacks import launching
from callbacks.context import Trellis
from callbacks.refining import LaunchError, View, fill, finished

Filled = dict[str, Any]
PARTS = ("algorithm", "budget", "configurations", "constraints", "start", "repeats", "workers")
"""What a fill may say of the study spec beside its space."""


def take(context: Trellis, wanted: Mapping[str, Any], before: Filled) -> Filled:
    """The state of the tab after a fill; ``before`` is its state now, as :func:`now` tells it."""
    why = finished(str(wanted.get("why") or "Filled in from another part of the page"))
    study = str(wanted.get("study"))
    try:
        base = fill(context.catalog, View({}, [study], None), study, False)
    except LaunchError as error:
        return {**before, "why": "", "refused": [str(error)], "before": None}
    table, refused = filling.filled(base, wanted.get("space") or {}, why)
    kept = before["form"] if before["study"] == study else dict(launching.form_of(context, study))
    return {
        "study": study,
        "table": {**stored.to_json(table), "brushes": {}, "seq": (before["table"] or {}).get("seq", 0)},
        "form": form(kept, wanted),
        "why": why,
        "refused": refused,
        "before": before,
    }


def now(filled: Filled | None, study: str | None, table: Mapping[str, Any] | None, typed: Mapping[str, Any]) -> Filled:
    """The state of the tab as it stands; what was filled in last stays undoable."""
    last = {key: (filled or {}).get(key) for key in ("why", "refused", "before")}
    return {"study": study, "table": table, "form": dict(typed), **last}


def form(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A form with what a fill says over it.

    Settings of another algorithm or pruner do not stay, nor, beside listed configurations, how many trials there are
    and where they start.
    """
    part = {key: wanted[key] for key in PARTS if wanted.get(key) is not None}
    if "algorithm" in part:
        as_now = {"name": kept.get("algorithm"), "pruner": kept.get("pruner")}
        part["algorithm"] = {**as_now, **part["algorithm"]}
    made = write_form(part, launching.settings_of(part))
    gone = [
        group
        for group, owner in (("setting:", "algorithm"), ("pruning:", "pruner"))
        if owner in made and made[owner] != kept.get(owner)
    ]
    if "configurations" in made:
        gone += ["enqueue", "warm", "trials"]
    return {name: value for name, value in kept.items() if not name.startswith(tuple(gone))} | made
