"""The tab Launch: the refined space old → new, how to search it, and the space as code for other tools."""

from __future__ import annotations

from dash import dcc, html

from components import ids
from components.cards import card
from components.launch import export_panel, fill_bar, suggest_button, table_tools
from components.launch_add import add_panel
from components.launch_form import launch_form, start_bar
from components.launch_preview import preview_panel
from components.launch_table import space_grid

SPACE = (
    "The search space of the refined study, old and new. A brushed hyperparameter has the range of its brush, the "
    "others keep their own. Type into a cell, click a category to remove it, or take one of the offers: the extent of "
    "the selected trials is their 5th to 95th percentile, 10 % wider. A brush on a metric never becomes a range."
)
SEARCH = (
    "The new study trains in a process of its own: closing this page changes nothing for it. "
    "It appears in the panel on the left, under the study it refines, and fills in as it trains."
)
RUN = (
    "As the table and the form stand now. Combinations that are known beforehand are listed, with what came of them in "
    "the shown studies; the estimate rests on the trials so far, and does not know what pruning will save."
)
EXPORT = "The refined space for another optimizer. Names and categories are quoted, so that the code runs as it is."


def layout() -> html.Div:
    """The table over the form and the exports."""
    parent = dcc.Dropdown(id=ids.LAUNCH_PARENT, options=[], clearable=False, className="tr-dropdown")
    head = html.Div(
        [
            html.Label([html.Span("Study to refine", className="tr-label"), parent], className="tr-field"),
            suggest_button(),
            html.P(id=ids.LAUNCH_FROM, className="tr-note"),
            html.P(id=ids.LAUNCH_OUTDATED, className="tr-error", role="status"),
        ],
        className="tr-launch-head",
    )
    problem = html.P(id=ids.LAUNCH_PROBLEM, className="tr-error", role="alert")
    notes = html.Div(id=ids.LAUNCH_NOTES, className="tr-launch-notes")
    advice = html.Div(id=ids.LAUNCH_ADVICE, className="tr-launch-advice", role="status")
    under = html.Div([add_panel(), table_tools()], className="tr-under")
    space = html.Div([fill_bar(), head, problem, advice, space_grid(), under, notes])
    search = html.Div([html.P(id=ids.LAUNCH_FOREIGN, className="tr-foreign"), launch_form()])
    return html.Div(
        [
            card("New search space", SPACE, space, export=False),
            card("Search", SEARCH, search, export=False),
            card("What will run", RUN, html.Div([preview_panel(), start_bar()]), export=False),
            card("Take the space elsewhere", EXPORT, export_panel(), export=False),
        ],
        className="tr-stack",
    )
