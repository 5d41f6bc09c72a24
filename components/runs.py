"""What happens after a launch: each study's progress, its running and its failed trials, and what can be done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics.text import number_text
from components import ids
from components.cards import dialog
from components.controls import GIVEN, Entry, caption, is_running

ENDED_OPEN = 3
"""Ended studies that show without a click, the newest first."""


def visible(studies: Iterable[Entry], shown: Iterable[str]) -> list[Entry]:
    """Studies of the workspace that are running or shown: the running first, else the newest first."""
    ticked = set(shown)
    ours = [entry for entry in studies if entry["ours"]][::-1]
    ended = [entry for entry in ours if not is_running(entry) and entry["id"] in ticked]
    return [*filter(is_running, ours), *ended]


def listed(studies: Iterable[Entry]) -> list[list[Any]]:
    """All that the blocks say beside their bodies: while it stays they are not made anew, and keep what is typed."""
    return [[entry["id"], entry["name"], bool(entry["planned"]), entry["algorithm"]] for entry in studies]


def version(entry: Entry) -> list[Any]:
    """What changes whenever a body would say something else, but for what running trials report."""
    return [entry["revision"], entry["state"], entry["message"], entry["planned"]]


def blocks(studies: Sequence[Entry], bodies: Mapping[str, list[Component]]) -> list[Component]:
    """A block a study, old ended ones folded away; ``bodies`` are what changes with every trial, by study."""
    if not studies:
        return [html.P("No study of this workspace is running or shown. Launch one, or tick it on the left.")]
    made = [_block(entry, bodies.get(entry["id"], [])) for entry in studies]
    open_ones = sum(map(is_running, studies)) + ENDED_OPEN
    if len(made) <= open_ones + 1:
        return [*made]
    folded = html.Details([html.Summary(f"{len(made) - open_ones} more ended studies"), *made[open_ones:]])
    return [*made[:open_ones], folded]


def act(label: str, action: Mapping[str, Any], title: str = "", **more: Any) -> html.Button:
    """A button whose action ``assets/runs.js`` hands to the server, with the text of the field beside it."""
    return html.Button(label, className="tr-btn", title=title, **{"data-act": json.dumps(dict(action)), **more})


def targets(wanted: Sequence[tuple[str, str, str]], known: Mapping[tuple[str, str], float]) -> list[Component]:
    """A field for the target of each (project, objective, direction)."""
    return [_target(project, metric, direction, known.get((project, metric))) for project, metric, direction in wanted]


def log_dialog() -> html.Dialog:
    """The log of one trial, filled when it opens."""
    text = html.Pre(id=ids.TRIAL_LOG_TEXT, className="tr-code tr-log", tabIndex=0, **{"aria-label": "Log"})
    body = [html.P(id=ids.TRIAL_LOG_TITLE, className="tr-note"), text]
    again = html.Button("Read again", id=ids.TRIAL_LOG_AGAIN, className="tr-btn")
    return dialog(ids.TRIAL_LOG, "Log of a trial", body, [again])


def log_button(study: str, number: int, label: str = "Log") -> html.Button:
    """Opens the log of a trial."""
    action = {"action": "log", "study": study, "number": number}
    return act(label, action, f"What trial {number} printed", **{"data-dialog": ids.TRIAL_LOG})


def cancel_button(study: str, number: int) -> html.Button:
    """Ends a running trial; the study goes on."""
    return act(
        "Cancel", {"action": "cancel", "study": study, "number": number}, f"End trial {number}; the study goes on"
    )


def focused(study: str, number: int, state: str, reason: str) -> list[Component]:
    """Of the focused trial: its log, Cancel while it runs, and why it failed."""
    buttons = [log_button(study, number)]
    buttons += [cancel_button(study, number)] if state == "running" else []
    return [html.Div(buttons, className="tr-run-buttons"), *([html.P(reason, className="tr-error")] if reason else [])]


def head(entry: Entry) -> list[Component]:
    """Name, state, how it searches, and what ends it or goes on with it."""
    state = [html.Span(className="tr-pulse"), "running"] if is_running(entry) else entry["state"]
    how = html.Span(caption(entry), className="tr-note")
    parts = [html.H3(entry["name"]), html.Span(state, className="tr-state"), how, *_switch(entry)]
    message = [html.P(entry["message"], className="tr-error")] if entry["message"] else []
    return [html.Header(parts, className="tr-run-head"), *message]


def _block(entry: Entry, body: list[Component]) -> html.Section:
    place = entry["id"]
    parts = [
        html.Div(body, id=ids.run_body(place)),
        *([] if entry["algorithm"] == GIVEN else [_extension(entry)]),
        html.P(id=ids.run_problem(place), className="tr-error", role="alert"),
    ]
    return html.Section(parts, className="tr-run", **{"aria-label": entry["name"]})


def _switch(entry: Entry) -> list[Component]:
    study, name = entry["id"], entry["name"]
    if entry["state"] == "running":
        return [act("Stop", {"action": "stop", "study": study}, f"End the running trials of {name}, then {name}")]
    if entry["state"] in ("stopped", "failed"):
        return [act("Resume", {"action": "resume", "study": study}, f"{name} goes on where it was")]
    return []


def _extension(entry: Entry) -> html.Div:
    amount = dcc.Input(className="tr-input tr-number", inputMode="numeric", autoComplete="off", value="20")
    unit = "more trials" if entry["planned"] else "more minutes"
    label = html.Label([html.Span("Extend by "), amount, html.Span(f" {unit}")], className="tr-inline")
    action = {"action": "extend", "study": entry["id"]}
    extend = act("Extend", action, f"Enlarge the budget of {entry['name']}", **{"data-enter": ""})
    return html.Div([label, extend], className="tr-run-actions", **{"data-form": ""})


def _target(project: str, metric: str, direction: str, value: float | None) -> html.Div:
    place = json.dumps([project, metric])
    sign = "at least" if direction == "maximize" else "at most"
    text = "" if value is None else number_text(value, digits=12)
    action = json.dumps({"action": "target", "project": project, "metric": metric, "place": place})
    box = html.Span(
        dcc.Input(value=text, className="tr-input tr-number", inputMode="decimal", autoComplete="off"),
        **{"data-act": action},
    )
    name = f"Target of {project}: {metric} {sign}" if project else f"Target: {metric} {sign}"
    problem = html.P(id=ids.run_problem(place), className="tr-error", role="alert")
    return html.Div([html.Label([html.Span(f"{name} "), box], className="tr-inline"), problem])
