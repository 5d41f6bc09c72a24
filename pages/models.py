"""The tab Models: what came out, what it costs, and which model to take."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.cards import card, view

OVERVIEW = (
    "What the shown trials came to: how many ended how, the best so far (click it to focus the trial), mean and spread "
    "of every metric. Grey bars are all trials that compete, coloured ones those that the brushes select; drag over "
    "bars to brush. Each configuration counts once, at its highest budget, unless the budget above says otherwise."
)
TRADE_OFF = (
    "Two metrics against each other; choose both. The solid line is the Pareto front of the selected trials, the "
    "dashed one that of all: nothing beats a trial on it in both metrics. Trials off the front are quieter. Drag a "
    "rectangle to brush it; drag along an axis, outside the plot, for a constraint on that metric alone. Of three and "
    "more metrics the front stands below, an axis each, better at the top."
)
SELECTED = (
    "The pinned trials with the numbers that they have in every view; the list is kept in the workspace. P or + pins "
    "the trial under the pointer or last clicked, Selected ▾ above all that the brushes select. Click a column's name "
    "to sort, tick two or more to compare them; Details tells all that is known of one, and how to train it again."
)
CURVES = (
    "Metrics over steps of the selected trials, coloured by performance, with pins and focus on top. Drag to zoom, "
    "along x in all panels at once; Ctrl and the wheel zoom too, a double click shows all again. Shift and drag "
    "brushes the trials whose curves cross the rectangle. Click a curve to focus its trial, P pins it; the legend "
    "switches curves off. A ring marks a trial that still trains, a cross one that was ended early."
)


def layout() -> html.Div:
    """Overview, trade-off, the selected models, their learning curves."""
    return html.Div([overview_card(), trade_off_card(), selected_card(), curves_card()], className="tr-stack")


def overview_card() -> html.Section:
    """Counts, bests and means over the histograms of all metrics."""
    return card("Overview", OVERVIEW, html.Div([view("overview"), view("distributions")]))


def trade_off_card() -> html.Section:
    """Metric against metric, beside the constraints and what they cost."""
    front = html.Div([view("frontlines"), view("front"), view("volume")], className="tr-front")
    body = html.Div([view("tradeoff"), view("constraints"), front], className="tr-trade")
    return card("Trade-off", TRADE_OFF, body)


def selected_card() -> html.Section:
    """The pinned trials, side by side."""
    return card("Selected models", SELECTED, view("selected"), export=False)


def curves_card() -> html.Section:
    """The learning curves of the selected models."""
    around = [view(name) for name in ("curve-tools", "flag-chips", "rung-bar")]
    body: list[Component] = [*around, view("curves"), view("curve-legend")]
    return card("Learning curves", CURVES, html.Div(body))
