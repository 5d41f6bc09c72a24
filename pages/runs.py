"""The tab Runs: how launched studies do, what they gained over the study they refined, and whether it holds."""

from __future__ import annotations

from dash import html

from components import ids
from components.cards import card

RUNS = (
    "Studies of this workspace that run or are shown. Each trains in a process of its own: closing this page changes "
    "nothing for it. The target is kept for the project. Time left is an estimate: the trials still to begin and the "
    "rest of those that run, at the median duration of the last 20 trials, divided by the workers."
)


def layout() -> html.Div:
    """The runs over the comparison and the confirmation."""
    running = html.Div(
        [
            html.Div(id=ids.TARGETS, className="tr-targets"),
            html.P(id=ids.RUNS_MESSAGE, className="tr-note", role="status"),
            html.Div(id=ids.RUNS),
        ]
    )
    return html.Div([card("Runs", RUNS, running, export=False)], className="tr-stack")
