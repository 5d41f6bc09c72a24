"""The line under the table old → new that adds a hyperparameter."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from analytics.additions import KINDS, Addition
from components import ids
from components.launch_fields import text_input

PLACES = {
    "name": ids.ADD_NAME,
    "kind": ids.ADD_KIND,
    "range": ids.ADD_RANGE,
    "default": ids.ADD_DEFAULT,
    "when": ids.ADD_WHEN,
}
EMPTIED = len(PLACES) - 1
"""Fields that are empty again after an addition: all but the kind."""


def add_panel() -> html.Details:
    """The fields of a new hyperparameter, and the button that adds it."""
    kind = dcc.Dropdown(
        id=ids.ADD_KIND, options=list(KINDS), value="float", clearable=False, className="tr-dropdown", searchable=False
    )
    line = html.Div(
        [
            _field("name", "Name", text_input(ids.ADD_NAME, ""), "As the objective knows it."),
            _field("kind", "Kind", kind, "Type and scale."),
            _field("range", "Range or categories", text_input(ids.ADD_RANGE, "", example="0 : 0.5"), "relu, tanh …"),
            _field(
                "default", "Earlier trials had", text_input(ids.ADD_DEFAULT, ""), "Its value before it was searched."
            ),
            _field("when", "Active when", text_input(ids.ADD_WHEN, "", example="optimizer = sgd"), "Empty: always."),
            html.Button("Add", id=ids.ADD_BUTTON, className="tr-btn"),
        ],
        className="tr-fields tr-add",
    )
    return html.Details([html.Summary("Add a hyperparameter"), line], className="tr-group")


def addition(typed: Sequence[str | None]) -> Addition:
    """What the fields hold, in the order of ``PLACES``."""
    return Addition(**{name: value or "" for name, value in zip(PLACES, typed, strict=True)})


def _field(name: str, label: str, control: Component, help_text: str) -> html.Div:
    return html.Div(
        [
            html.Label([html.Span(label, className="tr-label"), control], title=help_text),
            html.P(id=ids.addition_problem(name), className="tr-error", role="alert"),
        ],
        className="tr-field",
    )
