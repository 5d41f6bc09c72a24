"""The importance card: shares, marginal or heatmap, and what they rest on."""

from __future__ import annotations

from dash import html

from analytics.methods import METHODS
from analytics.reference import PYTHON
from components.cards import card, view

HELP = (
    "How much of a metric's variance each hyperparameter explains alone, and two together beyond that. Grey is the "
    "whole study, blue within the brushes. Click a bar for the marginal, a second or a square for the heatmap of two."
)


def importance_card() -> html.Section:
    """The card of the tab Explore."""
    methods = [
        {"name": name, "label": method.label}
        for name, method in METHODS.items()
        if name != "reference" or PYTHON.exists()
    ]
    detail = html.Div([view("marginal"), view("heatmap")], className="tr-importance-detail")
    body = html.Div(
        [view("importance", {"methods": methods}), detail, view("basis")],
        className="tr-importance",
    )
    return card("Importance", HELP, body)
