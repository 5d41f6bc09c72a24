"""The runs: how the studies of the workspace stand, their targets, and stopping, resuming, extending, cancelling."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.columns import State as TrialState
from analytics.progress import Run, read_run
from callbacks.context import trellis
from callbacks.control import own_name
from components import ids, run_body, runs
from components.controls import Entry, is_running
from data.targets import store_target, stored_targets
from trainer import launch, requests
from trainer.reasons import reasons, repeated

Data = dict[str, Any] | None
Targets = dict[tuple[str, str], float]
"""By project and objective."""


def show(
    look: int | None, _tick: int | None, answer: Data, shown: list[str], before: Data, places: list[dict[str, str]]
) -> tuple[Any, ...]:
    """Blocks, targets, what both say and what is drawn, and how each study stands; what stays keeps its elements.

    A tick draws those that run; a look, and what a tick came before, those that changed since they were drawn.
    """
    if not look or not answer:
        raise PreventUpdate
    entries, targets = runs.visible(answer["studies"], shown), stored_targets(trellis().workspace)
    told = {
        "listed": runs.listed(entries),
        "drawn": {entry["id"]: runs.version(entry) for entry in entries},
        "targets": [[*key, value] for key, value in sorted(targets.items())],
    }
    if before is None or told["listed"] != before["listed"]:
        blocks = runs.blocks(entries, bodies(entries, targets))
        return blocks, target_fields(entries, targets), told, [no_update] * len(places)
    fresh = bodies([entry for entry in entries if is_running(entry) or stale(entry, told, before)], targets)
    return no_update, no_update, told, [fresh.get(place["index"], no_update) for place in places]


def stale(entry: Entry, told: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether what is drawn of a study says what was, not what is."""
    study = entry["id"]
    return told["targets"] != before["targets"] or told["drawn"][study] != before["drawn"].get(study)


def bodies(entries: Sequence[Entry], targets: Targets) -> dict[str, list[Component]]:
    """How each of the studies stands, by id."""
    now = time.time()
    return {entry["id"]: run_body.body(run_of(entry, targets, now), entry) for entry in entries}


def run_of(entry: Entry, targets: Targets, now: float) -> Run:
    trials, workspace, name = trellis().catalog.trials(entry["id"]), trellis().workspace, entry["name"]
    project = str((trials.study.spec or {}).get("project") or "")
    return read_run(
        trials,
        targets={metric: value for (of, metric), value in targets.items() if of == project},
        reasons=reasons(workspace, name) if entry["counts"]["failed"] else {},
        now=now,
        going=is_running(entry),
        repeated=repeated(workspace, name),
        spent=requests.spent(workspace, int(trials.study.own_id)),
    )


def target_fields(entries: Sequence[Entry], targets: Targets) -> list[Component]:
    """A field for every objective of every project among the studies."""
    wanted: dict[tuple[str, str, str], None] = {}
    for entry in entries:
        study = trellis().catalog.trials(entry["id"])
        project = str((study.study.spec or {}).get("project") or "")
        wanted.update({(project, m.name, str(m.direction)): None for m in study.metrics.values() if m.objective})
    return runs.targets(list(wanted), targets)


def act(action: Data, places: list[dict[str, str]]) -> tuple[str, list[str]]:
    """Do what a button or field asks; what happened, and a sentence at the place where it cannot be."""
    if not action:
        raise PreventUpdate
    try:
        return perform(action), [""] * len(places)
    except (launch.StudyError, launch.SpecError, ActionError) as error:
        wrong = action.get("place") or action.get("study")
        return "", [f"{error}." if place["index"] == wrong else "" for place in places]


class ActionError(ValueError):
    """What was typed is not possible; one sentence without its full stop."""


def perform(action: dict[str, Any]) -> str:
    """Do one action of the page; says what happened.

    Raises:
        ActionError, StudyError, SpecError: it cannot be done.
    """
    kind, text = action["action"], str(action.get("text") or "").strip()
    if kind == "target":
        return set_target(str(action["project"]), str(action["metric"]), text)
    name, workspace = own_name(str(action["study"])), trellis().workspace
    if kind == "cancel":
        launch.cancel(workspace, name, int(action["number"]))
        return f"Trial {action['number']} of {name} ends; {name} goes on."
    if kind == "extend":
        return extend(name, str(action["study"]), text)
    if kind == "stop":
        launch.stop(workspace, name)
        return f"{name} ends its running trials and stops."
    launch.resume(workspace, name)
    return f"{name} goes on."


def extend(name: str, study: str, text: str) -> str:
    """Enlarge the budget by what was typed: trials, or minutes where trials are not what ends the study."""
    by_trials = bool(((trellis().catalog.trials(study).study.spec or {}).get("budget") or {}).get("trials"))
    noun = "trials" if by_trials else "minutes"
    if not text.isdecimal() or int(text) < 1:
        raise ActionError(f"extend by is {text!r}; expected a whole number of {noun}, 1 or more")
    more = int(text)
    launch.extend(trellis().workspace, name, **({"trials": more} if by_trials else {"seconds": 60.0 * more}))
    return f"{name} gets {more:,} more {noun if more > 1 else noun[:-1]}."


def set_target(project: str, metric: str, text: str) -> str:
    """Keep what was typed as the target of an objective; nothing typed removes it."""
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise ActionError(f"the target is {text!r}; expected a number, or nothing for no target")
    store_target(trellis().workspace, (project, metric), value)
    return f"The target of {metric} is {text}." if text else f"{metric} has no target."


def show_focus(focus: Data, _tick: float | None) -> list[Component]:
    """Of the focused trial of a study of the workspace: its log, Cancel while it runs, and why it failed."""
    if not focus:
        return []
    study, number = str(focus["study"]), int(focus["number"])
    try:
        name = own_name(study)
        state = trellis().catalog.trials(study).state_of(number)
    except (launch.StudyError, KeyError):
        return []
    why = reasons(trellis().workspace, name).get(number, "") if state == TrialState.FAILED else ""
    return runs.focused(study, number, state, why)


def show_log(asked: Data, _again: int | None) -> tuple[str, str]:
    """The end of a trial's log, under its name."""
    if not asked:
        raise PreventUpdate
    number = int(asked["number"])
    try:
        name = own_name(str(asked["study"]))
        text = launch.trial_log(trellis().workspace, name, number)
    except launch.StudyError as error:
        return f"{error}.", ""
    return f"Trial {number} of {name}: the last 20 kB of what it printed.", text or "It printed nothing."


def register(app: Dash) -> None:
    """Wire the runs; ``assets/runs.js`` says when to look and what was pressed."""
    app.clientside_callback(ClientsideFunction("runs", "follow"), Input(ids.STUDIES, "data"), Input(ids.SHOWN, "data"))
    app.clientside_callback(ClientsideFunction("runs", "acted"), Input(ids.RUNS_MESSAGE, "children"))
    app.callback(
        Output(ids.RUNS, "children"),
        Output(ids.TARGETS, "children"),
        Output(ids.RUNS_LISTED, "data"),
        Output(ids.run_body(ALL), "children"),
        Input(ids.RUNS_LOOK, "data"),
        Input(ids.RUNS_TICK, "data"),
        State(ids.STUDIES, "data"),
        State(ids.SHOWN, "data"),
        State(ids.RUNS_LISTED, "data"),
        State(ids.run_body(ALL), "id"),
        prevent_initial_call=True,
    )(show)
    app.callback(
        Output(ids.RUNS_MESSAGE, "children"),
        Output(ids.run_problem(ALL), "children"),
        Input(ids.RUN_ACT, "data"),
        State(ids.run_problem(ALL), "id"),
        prevent_initial_call=True,
    )(act)
    app.callback(Output(ids.FOCUS_RUN, "children"), Input(ids.FOCUS, "data"), Input(ids.TICK, "data"))(show_focus)
    app.callback(
        Output(ids.TRIAL_LOG_TITLE, "children"),
        Output(ids.TRIAL_LOG_TEXT, "children"),
        Input(ids.TRIAL_LOG_OF, "data"),
        Input(ids.TRIAL_LOG_AGAIN, "n_clicks"),
        prevent_initial_call=True,
    )(show_log)
