"""The tab Explore: the whole search space at once, and what the metrics do."""

from __future__ import annotations

from dash import html

from components.cards import card, view
from components.importance import importance_card

PARALLEL = (
    "One axis a hyperparameter, the objective last, better at the top. Drag along an axis to brush it, Shift and drag "
    "for one more range, drag an axis' name to move it, click a category to toggle it. The boxes tell how much each "
    "hyperparameter matters, in blue within the brushes. Click one: beside its axis stands the metric expected over "
    "its values, longer is better, with a bracket at the effective range; click the bracket to brush it. Beneath an "
    "axis stand the trials that have no value on it; failed, pruned and running ones have lanes on the objective."
)
HISTOGRAMS = (
    "How many trials reached which value of each metric: grey all, coloured those that the brushes select. "
    "Drag over bars to brush them. Each configuration counts once, at its highest budget."
)
SCATTER = (
    "Two columns against each other; choose both. The line is the Pareto front, where the directions of both metrics "
    "are known. Drag a rectangle to brush it, Shift and drag for one more."
)
SLICES = "Each hyperparameter against each metric. Choose rows and columns; drag in any of them to brush."


def layout() -> html.Div:
    """Parallel coordinates over the full width, histograms and scatter side by side, importance, slices."""
    pair = html.Div(
        [
            card("Metrics", HISTOGRAMS, view("histograms")),
            card("Trade-off", SCATTER, view("scatter")),
        ],
        className="tr-pair",
    )
    return html.Div(
        [
            card("Search space", PARALLEL, view("parallel")),
            pair,
            importance_card(),
            card("Slices", SLICES, view("slices")),
        ],
        className="tr-stack",
    )
