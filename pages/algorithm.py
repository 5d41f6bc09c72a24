"""The tab Algorithm: what the search tried, in order, and how well it did."""

from __future__ import annotations

from dash import html

from components.cards import card, view
from components.findings import findings_card

MONITOR = (
    "The best value so far over the search's own time, as an area in the colour of performance; only what was measured "
    "at an equal budget competes, over rungs each rung at its own. x: iterations, wall time or training so far. Drag "
    "along to brush trials, up or down to brush the objective. The ends of the colours are dragged beside it; a double "
    "click on them resets them. Ctrl + wheel zooms, Space + drag moves, a double click shows all."
)
STRIPS = (
    "One strip a hyperparameter: across, the iterations of the search; up, the value tried, on the space's scale. A "
    "small dot is an evaluation, in the colour of what was measured then; a large one the last of its configuration, a "
    "hollow one was stopped. Dashes lead to a survivor's next evaluation, curves from parent to child. Point at a dot "
    "to see its lineage and what changed, click it to see its learning curve. Drag up or down to brush values, "
    "along to brush the search, across both for a region."
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
