"""The tab Runs: how launched studies do, what they gained over the study they refined, and whether it holds."""

from __future__ import annotations

from dash import html

from components import ids
from components.cards import card
from components.comparison import comparison_panel
from components.confirmation import confirmation_panel

RUNS = (
    "Studies of this workspace that run or are shown. Each trains in a process of its own: closing this page changes "
    "nothing for it. The target is kept for the project. Time left is an estimate: the trials still to begin and the "
    "rest of those that run, at the median duration of the last 20 trials, divided by the workers."
)

COMPARISON = (
    "What a refined study gained over the one it refined. Narrowing the space raises the mean by itself, so the "
    "parent's own trials in the narrower space stand beside it, and the best is compared as the expected best of "
    "equally many trials. The threshold is what the best 10 % of the parent reach, unless you type another."
)

CONFIRM = (
    "The best of many trials looks better than it is: it was also the luckiest. Confirm trains the best few again, "
    "with seeds that no trial of the search had and, where the objective offers it, measures them on data that the "
    "search never saw. The confirming study appears on the left, under the study it confirms."
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
    return html.Div(
        [
            card("Runs", RUNS, running, export=False),
            card("Comparison", COMPARISON, comparison_panel(), export=False),
            card("Confirm", CONFIRM, confirmation_panel(), export=False),
        ],
        className="tr-stack",
    )
