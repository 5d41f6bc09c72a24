"""The form that starts a study: name, algorithm and its settings, trials, workers, seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics.settings import Setting
from components import ids

PLACES = {"name": ids.LAUNCH_NAME, "trials": ids.LAUNCH_TRIALS, "workers": ids.LAUNCH_WORKERS, "seed": ids.LAUNCH_SEED}
"""The controls of the plan by field, beside the settings of the algorithm."""


def launch_form() -> html.Div:
    """The form; callbacks fill algorithm, settings and defaults."""
    fields = html.Div(
        [
            field("Name of the study", _text(ids.LAUNCH_NAME), "name", wide=True),
            field("Trials", _number(ids.LAUNCH_TRIALS), "trials"),
            field("Workers", _number(ids.LAUNCH_WORKERS), "workers", "Trials that train at the same time."),
            field("Seed", _number(ids.LAUNCH_SEED), "seed", "Empty: drawn at the start."),
        ],
        className="tr-fields",
    )
    algorithm = dcc.Dropdown(id=ids.LAUNCH_ALGORITHM, options=[], clearable=False, className="tr-dropdown")
    search = html.Div(
        [
            html.Label([html.Span("Algorithm", className="tr-label"), algorithm], className="tr-field tr-field-list"),
            html.Div(id=ids.LAUNCH_SETTINGS, className="tr-fields"),
        ],
        className="tr-fields",
    )
    start = html.Button("Launch", id=ids.LAUNCH_START, className="tr-btn tr-primary tr-launch")
    result = html.Div(id=ids.LAUNCH_RESULT, role="status")
    helped = html.P(id=ids.LAUNCH_ALGORITHM_HELP, className="tr-note")
    return html.Div([fields, search, helped, html.Div([start, result], className="tr-start")], id=ids.LAUNCH_FORM)


def field(label: str, control: Component, problem: str, help_text: str = "", *, wide: bool = False) -> html.Div:
    """A labelled control; its problem appears beneath it."""
    return html.Div(
        [
            html.Label([html.Span(label, className="tr-label"), control], title=help_text),
            html.P(id=ids.field_problem(problem), className="tr-error", role="alert"),
        ],
        className="tr-field tr-field-wide" if wide else "tr-field",
    )


def setting_fields(settings: Iterable[Setting], values: Mapping[str, Any]) -> list[html.Div]:
    """One field a setting of the chosen algorithm, at its value or default."""
    return [
        field(s.name, _setting(s, values.get(s.name, s.default)), s.name, f"{s.help} Expected {s.expected}.")
        for s in settings
    ]


def read(filled: Sequence[Any], settings: Sequence[str]) -> dict[str, Any]:
    """The form by field: the values of the places in their order, then a list with those of the named settings."""
    return dict(zip(PLACES, filled, strict=False)) | dict(zip(settings, filled[-1], strict=True))


def outcome(sentences: Iterable[str], good: bool) -> list[html.P]:
    """What a press of Launch did, in words."""
    return [html.P(text, className="tr-good" if good else "tr-error") for text in sentences]


def _setting(setting: Setting, value: Any) -> Component:
    place = ids.launch_setting(setting.name)
    if setting.type in ("bool", "choice"):
        choices = (True, False) if setting.type == "bool" else setting.choices
        options = [{"label": str(choice).lower(), "value": i} for i, choice in enumerate(choices)]
        return dcc.Dropdown(
            id=place, options=options, value=choices.index(value), clearable=False, className="tr-dropdown"
        )
    return dcc.Input(id=place, value=str(value), className="tr-input", inputMode="decimal", debounce=True)


def _text(place: str) -> dcc.Input:
    return dcc.Input(id=place, className="tr-input", autoComplete="off", debounce=True)


def _number(place: str) -> dcc.Input:
    return dcc.Input(id=place, className="tr-input", inputMode="numeric", autoComplete="off", debounce=True)
