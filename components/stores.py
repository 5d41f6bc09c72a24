"""The stores that page and linked-view kit share. The kit writes them with ``set_props``; each holds JSON.

A view never talks to another view: all of them share the columns in the browser, the brushes, the focus and the pins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc

from components import ids


@dataclass(frozen=True)
class Store:
    """A store: ``shape`` says what its data is, ``writer`` who sets it, ``initial`` what it starts with."""

    id: str
    shape: str
    writer: str
    initial: Any = None


STORES = (
    Store(
        ids.STUDIES,
        '{"revision": str, "problems": [sentence], "studies": [entry of /api/studies]}, or null at first',
        "server at load, then kit",
    ),
    Store(ids.SHOWN, "[study id], the studies whose rows the views draw", "kit and the ticks in the panel", []),
    Store(
        ids.BRUSHES,
        "{column: {ranges, values, missing}, $regions, $trials}, the normal form of analytics.selection",
        "kit, on release",
        {},
    ),
    Store(
        ids.SELECTION,
        '{"total": rows shown, "selected": rows, "study": {id: [number] | null}}; null: more than 5000 rows',
        "kit, on release",
        {"total": 0, "selected": 0, "study": {}},
    ),
    Store(ids.FOCUS, '{"study": id, "number": int} or null, the trial last clicked', "kit"),
    Store(ids.PINS, '[{"study": id, "number": int}], in the order of their numbers 1…n', "kit", []),
    Store(
        ids.OBJECTIVE,
        '{"metric": name, "direction": "minimize" | "maximize"} or null, what colour and best mean',
        "kit and the choice in the panel",
    ),
    Store(ids.THEME, '"light" or "dark", as the page now looks', "shell.js", "light"),
    Store(
        ids.REFINEMENT,
        "the table old → new of analytics.stored.to_json, the brushes it was made from, seq: the last edit in it, and "
        "the advice where it was suggested; null before the first",
        "server",
    ),
    Store(
        ids.LAUNCH_FILL,
        '{"seq": int, "why": sentence, "study": id, "space": {name: entry of a study spec or {"fix": value}} | null, '
        '"algorithm": {name, settings, pruner, pruner_settings} | null, "budget": {…} | null, '
        '"configurations": [{name: value}] | null, "start": {…} | null}, a launch to fill in; names are public ones',
        "whoever proposes a launch: a finding, a rung, Recommend",
    ),
    Store(
        ids.LAUNCH_FILLED,
        '{"study", "table", "form", "why", "refused": [sentence], "before": the same | null}, filled in last, or null',
        "server",
    ),
    Store(ids.STUDIES_LISTED, "what controls.listed said of the studies that the panel lists now, or null", "server"),
    Store(ids.TICK, "milliseconds since 1970, anew every 2 s while a study runs and the page is visible", "runs.js"),
    Store(ids.RUNS_LOOK, "int, another one: studies may have changed", "runs.js, while the tab Runs is open"),
    Store(ids.RUNS_TICK, "int, another one: running trials may have reported", "runs.js, while the tab Runs is open"),
    Store(
        ids.RUNS_LISTED,
        '{"listed": what runs.listed says of the studies in the tab Runs, "drawn": {id: runs.version}} or null',
        "server",
    ),
    Store(
        ids.RUN_ACT,
        '{"action": "stop" | "resume" | "extend" | "cancel" | "target", what it is about, "text": typed}',
        "runs.js, when a button is pressed or a field changes",
    ),
    Store(ids.TRIAL_LOG_OF, '{"study": id, "number": int}, the trial whose log is open', "runs.js"),
    Store(ids.COMPARE_DEFAULT, "[parent id, child id] that the comparison offered last by itself", "server"),
    Store(ids.COMPARE_OF, "the choices and revisions that the comparison was made from, or null", "server"),
    Store(
        ids.LAUNCH_EDITS,
        '[{"seq": int, "action": str, "name": hyperparameter, …}], what was typed and pressed in the table',
        "launch.js",
        [],
    ),
    Store(ids.SUGGEST_ORDER, '{"token": str, another one with every press}, since Suggest was pressed', "launch.js"),
    Store(ids.LAUNCH_ORDER, "what trainer.jobs.launch_studies is asked to do, since Launch was pressed", "server"),
    Store(
        ids.LAUNCH_MARKED, "whether needed fields are marked while they are empty: since Launch was refused", "server"
    ),
    Store(ids.LAUNCH_ANSWER, '{"sentences": [str], "good": bool}, what the last launch did', "server"),
    Store(ids.CONFIRM_OF, "the study and the revisions that its confirmation was made from, or null", "server"),
    Store(ids.DISMISSED, "[sentence], problems the analyst has put away", "shell.js", []),
)


def stores(studies: dict[str, Any] | None) -> list[dcc.Store]:
    """All stores, for the layout; ``studies`` is the answer of /api/studies at this moment, if known."""
    shown = [entry["id"] for entry in studies["studies"] if entry["shown"]] if studies else []
    initial = {ids.STUDIES: studies, ids.SHOWN: shown}
    return [dcc.Store(id=store.id, data=initial.get(store.id, store.initial)) for store in STORES]
