"""The tab Algorithm: what the search tried, in order, and how well it did."""

from __future__ import annotations

from dash import html

from components.cards import card, view
from components.findings import findings_card

MONITOR = (
    "The best value so far against trial order; only completed trials at equal budgets compete. Drag to brush trials."
)
STRIPS = (
    "One strip a hyperparameter: across, the order of the search; up, the value tried, on a log scale where the space "
    "is log. Stronger colour is better. Drag up or down in a strip to brush, click a trial to see its learning curve. "
    "Several studies stand one above the other."
)


def layout() -> html.Div:
    """What went wrong in the search, over the performance monitor and the exploration strips on one x axis."""
    return html.Div(
        [
            findings_card(),
            card("Best so far", MONITOR, html.Div([view("monitor"), view("legend")], className="tr-monitor")),
            card("Exploration history", STRIPS, view("strips")),
        ],
        className="tr-stack",
    )
