"""A launch that another part of the page proposes: the table and the form as it asks, and as they were before.

``callbacks/launch_form.py`` wires it. What is filled in is the store ``ids.LAUNCH_FILLED``: ``study``, ``table`` and
``form`` as they are to be, ``why`` and ``refused`` in sentences, and ``before``, the same of the state before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analytics import filling, stored
from analytics.evidence import ImportanceError
from analytics.plans import write_form
from analytics.recommendation import recommend
from analytics.refinement import RefineError, Refinement
from analytics.respace import refined_space
from callbacks import launching
from callbacks.context import Trellis
from callbacks.refining import LaunchError, View, fill, finished, load, open_trials

Filled = dict[str, Any]
PARTS = ("algorithm", "budget", "configurations", "constraints", "start", "repeats", "workers")
"""What a fill may say of the study spec beside its space."""
MOST_RECOMMENDED = 200


def take(context: Trellis, wanted: Mapping[str, Any], before: Filled) -> Filled:
    """The state of the tab after a fill; ``before`` is its state now, as :func:`now` tells it."""
    why = finished(str(wanted.get("why") or "Filled in from another part of the page"))
    study = str(wanted.get("study"))
    try:
        base = _table(context, before, study, wanted.get("configurations") or ())
    except (LaunchError, RefineError) as error:
        return {**before, "why": "", "refused": [finished(str(error))], "before": None}
    table, refused = filling.filled(base, wanted.get("space") or {}, why)
    kept = before["form"] if before["study"] == study else dict(launching.form_of(context, study))
    return {
        "study": study,
        "table": {"brushes": {}, "seq": 0, **(before["table"] or {}), "advice": None, **stored.to_json(table)},
        "form": form(kept, wanted),
        "why": why,
        "refused": refused,
        "before": before,
    }


def recommended(context: Trellis, entry: Mapping[str, Any], typed: str | None) -> dict[str, Any]:
    """A fill with as many configurations as typed, those of a table's space that promise most.

    Raises:
        LaunchError: it is no number of configurations, or nothing can be said.
    """
    text = (typed or "").strip()
    if not text.isdecimal() or not 0 < int(text) <= MOST_RECOMMENDED:
        raise LaunchError(f"Recommend {text!r}: expected a whole number from 1 to {MOST_RECOMMENDED}.")
    trials = open_trials(context.catalog, entry["study"])
    try:
        found = recommend(trials, refined_space(load(context.catalog, entry))[0], int(text))
    except (RefineError, ImportanceError, LookupError) as error:
        raise LaunchError(f"Nothing is recommended: {finished(str(error))}") from error
    why = (
        f"the {len(found.configurations)} of {found.drawn:,} configurations drawn at random in this space of which a "
        f"forest on the completed trials of {trials.study.name} expects most; none has been run"
    )
    given = {"algorithm": {"name": "given"}, "configurations": list(found.configurations)}
    return {"study": entry["study"], "why": why, **given}


def _table(context: Trellis, before: Filled, study: str, listed: Sequence[Mapping[str, Any]]) -> Refinement:
    """The table as it stands; or the whole space: of another study, or where listed configurations do not fit it."""
    if before["table"] and before["table"]["study"] == study:
        table = load(context.catalog, before["table"])
        space = refined_space(table)[0] if listed else {}
        if all(set(one) == {name for name, h in space.items() if h.active(one)} for one in listed):
            return table
    return fill(context.catalog, View({}, [study], None), study, False)


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
    emptied = ["enqueue", "warm", "trials"] if "configurations" in made else []
    emptied += ["steps"] if made.get("algorithm") == "pbt" else []  # its interval and its generations say how many
    stays = {name: value for name, value in kept.items() if not name.startswith(tuple(gone))}
    return stays | dict.fromkeys(emptied, "") | made
