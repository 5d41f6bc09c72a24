"""The form that starts a study: what is always asked, and the rest in groups that open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics.settings import Setting
from components import ids
from components.launch_fields import (
    BUDGET,
    CHECKPOINTS,
    EARLIER,
    GOALS,
    LIMITS,
    OBJECTIVES,
    WARM,
    fields,
    labelled,
    setting_fields,
    text_input,
)

PLACES = {
    "name": ids.LAUNCH_NAME,
    "trials": ids.LAUNCH_TRIALS,
    "workers": ids.LAUNCH_WORKERS,
    "seed": ids.LAUNCH_SEED,
    "algorithm": ids.LAUNCH_ALGORITHM,
    "pruner": ids.LAUNCH_PRUNER,
    "type": ids.LAUNCH_TYPE,
    "constraints": ids.LAUNCH_LIMITS,
}
"""The controls that are always in the page, by field; the others have pattern ids."""


def launch_form() -> html.Div:
    """The form; callbacks fill choices and groups."""
    always = html.Div(
        [
            labelled("Name of the study", text_input(ids.LAUNCH_NAME), "name", wide=True),
            labelled("Algorithm", _choice(ids.LAUNCH_ALGORITHM), "algorithm"),
            labelled(
                "Trials", text_input(ids.LAUNCH_TRIALS, mode="numeric"), "trials", "Empty: until the time is over."
            ),
            labelled("Workers", text_input(ids.LAUNCH_WORKERS, mode="numeric"), "workers", "Trials at the same time."),
            labelled("Seed", text_input(ids.LAUNCH_SEED, mode="numeric"), "seed", "Empty: drawn at the start."),
        ],
        className="tr-fields tr-fields-always",
    )
    helped = html.P(id=ids.LAUNCH_ALGORITHM_HELP, className="tr-note")
    return html.Div([always, helped, *_groups()], id=ids.LAUNCH_FORM)


def start_bar() -> html.Div:
    """The button that launches, what it is doing, and what it did."""
    start = html.Button("Launch", id=ids.LAUNCH_START, className="tr-btn tr-primary tr-launch")
    progress = html.P(id=ids.LAUNCH_PROGRESS, className="tr-note", role="status")
    later = html.P(id=ids.LAUNCH_WAITING, className="tr-note", role="status")
    result = html.Div(id=ids.LAUNCH_RESULT, role="status")
    refused = html.Div(id=ids.LAUNCH_REFUSED, role="alert")
    return html.Div([start, html.Div([progress, later, result, refused])], className="tr-start")


def read(context: Any) -> dict[str, Any]:
    """The form by field, from the dependencies of a callback (Dash's ``ctx``)."""
    fields = {place: name for name, place in PLACES.items()}
    form: dict[str, Any] = {}
    for entry in (*context.inputs_list, *context.states_list):
        for one in entry if isinstance(entry, list) else [entry]:
            if isinstance(one["id"], str) and one["id"] in fields:
                form[fields[one["id"]]] = one.get("value")
            elif isinstance(one["id"], dict):
                form[one["id"]["index"]] = one.get("value")
    return form


def groups(form: Mapping[str, Any], metrics: Iterable[str]) -> tuple[list[Component], ...]:
    """The fields of a trial's budget, of what to optimize, and of earlier trials, at their values in a form.

    The metrics are offered as what to optimize.
    """
    ways = [f"{direction} {name}" for name in metrics for direction in ("maximize", "minimize")]
    earlier = [*fields(EARLIER, form), *setting_fields({"warm": WARM}, form)]
    return [*fields(BUDGET, form)], [*fields(GOALS, form, ways)], [*earlier]


def objective_choices(builtin: Iterable[str]) -> list[dict[str, str]]:
    """The kinds of objectives: those that ship, and those of one's own."""
    own = {"command": "Command line", "python": "Python function", "optuna": "Optuna objective"}
    shipped = {f"builtin:{name}": f"{name} (built in)" for name in builtin}
    return [{"label": label, "value": value} for value, label in (shipped | own).items()]


def objective_fields(
    kind: str, settings: Mapping[str, Setting], form: Mapping[str, Any], metrics: Iterable[str]
) -> list[html.Div]:
    """The fields of a kind of objective; of another kind than the form's, only what any kind has keeps its value.

    The metrics are offered as what to log.
    """
    same = form.get("type") == kind
    kept = form if same else {key: form[key] for key in ("cwd", "env", "timeout") if key in form}
    more = {"checkpoints": CHECKPOINTS} if kind == "command" else settings
    return [*fields(OBJECTIVES[kind.partition(":")[0]], kept, [*metrics]), *setting_fields(more, kept)]


def outcome(sentences: Iterable[str], good: bool) -> list[html.P]:
    """What a press of Launch did, in words."""
    return [html.P(text, className="tr-good" if good else "tr-error") for text in sentences]


def notes(form: Mapping[str, Any], specs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What each group holds now, in a few words."""
    algorithm = (specs[0].get("algorithm") or {}) if specs else {}
    settings, pruning = (algorithm.get(key) or {} for key in ("settings", "pruner_settings"))
    said = {
        "algorithm": [_named(name, value) for name, value in settings.items()],
        "pruning": [str(form.get("pruner") or ""), *(_named(name, value) for name, value in pruning.items())],
        "budget": [_named(field.name, form.get(field.name)) for field in BUDGET],
        "goals": " ".join(str(form.get(name) or "") for name in ("goals", "constraints")).split("\n"),
        "objective": [str(form.get("type") or "").partition(":")[2] or str(form.get("target") or "")],
        "earlier": [_named("best", form.get("enqueue")), "warm start" if form.get("warm") == 0 else ""],
    }
    return {group: ", ".join(filter(None, texts)) for group, texts in said.items()}


def _named(name: str, value: Any) -> str:
    return f"{name} {str(value).lower()}" if value not in (None, "") else ""


def waiting(studies: Iterable[Mapping[str, Any]]) -> str:
    """Studies of ours that run and have no trial yet."""
    names = [s["name"] for s in studies if s.get("state") == "running" and not s["rows"]]
    return f"{', '.join(names)}: created; the first trial is on its way." if names else ""


def _groups() -> list[html.Details]:
    pruner = html.Div([labelled("Pruner", _choice(ids.LAUNCH_PRUNER), "pruner"), _place(ids.LAUNCH_PRUNING)])
    kind = labelled("Objective", _choice(ids.LAUNCH_TYPE), "type", wide=True)
    limits = dcc.Textarea(id=ids.LAUNCH_LIMITS, className="tr-input tr-area", placeholder="parameters <= 50000")
    limited = labelled("Constraints", limits, "constraints", LIMITS, wide=True)
    return [
        _group("algorithm", "Algorithm settings", [_place(ids.LAUNCH_SETTINGS)]),
        _group("pruning", "Pruning", [pruner, html.P(id=ids.LAUNCH_PRUNER_HELP, className="tr-note")]),
        _group("budget", "Budget of a trial, retries and repeats", [_place(ids.LAUNCH_BUDGET)]),
        _group("goals", "What to optimize, and limits", [_place(ids.LAUNCH_GOALS), limited]),
        _group("objective", "Objective", [kind, _place(ids.LAUNCH_OBJECTIVE)], id=ids.LAUNCH_OBJECTIVE_GROUP),
        _group("earlier", "Start from earlier trials", [_place(ids.LAUNCH_EARLIER)]),
    ]


def _group(name: str, title: str, body: list[Component], **more: str) -> html.Details:
    said = html.Span(id=ids.launch_group(name), className="tr-note")
    summary = html.Summary([html.Span(title), said])
    return html.Details([summary, html.Div(body, className="tr-group-body")], className="tr-group", **more)


def _place(place: str) -> html.Div:
    return html.Div(id=place, className="tr-fields")


def _choice(place: str) -> dcc.Dropdown:
    return dcc.Dropdown(id=place, options=[], clearable=False, className="tr-dropdown")
