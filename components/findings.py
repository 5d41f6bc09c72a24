"""The findings card: what went wrong in each study, and what to change."""

from __future__ import annotations

from dash import html

from components import ids
from components.cards import card, view

HELP = (
    "What went wrong in the search, the largest effect first (the bar, from 0 to 1), each with its evidence in small "
    "print. Click a sentence to select the trials that show it; its button fills in the tab Launch. p is corrected for "
    "all tests: a study with nothing wrong yields a finding in fewer than 2 of 100 cases."
)


def findings_card() -> html.Section:
    """The card of the tab Algorithm."""
    return card("Findings", HELP, view("findings", {"fill": ids.LAUNCH_FILL}), export=False)
