"""Two studies' values over each other: a histogram, and the share of trials that reach each value."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analytics.columns import Floats
from analytics.comparison import Comparison
from components.theme import Theme, template

FEWEST_BINS, MOST_BINS = 20, 40
HEIGHT = 280


@dataclass(frozen=True)
class Distribution:
    """One sample: ``shares`` of its trials a bin, shape (bins,); ``values`` ascending and ``reaching``, shape (n,).

    ``reaching`` is the share of trials that are as good as each value or better.
    """

    name: str
    values: Floats
    shares: Floats
    reaching: Floats


@dataclass(frozen=True)
class Distributions:
    """Parent and child on common bins, the parent's trials in the child's space, the threshold."""

    metric: str
    maximize: bool
    edges: Floats
    parent: Distribution
    child: Distribution
    inside: Distribution | None
    threshold: float


def distributions(comparison: Comparison) -> Distributions:
    """What is drawn of a comparison."""
    parent, child, within = comparison.parent, comparison.child, comparison.inside
    edges = _edges(np.concatenate([parent.values, child.values]))
    maximize = comparison.sign > 0
    there = f"{parent.name}, in the space of {child.name}"
    inside = _distribution(there, within.values, edges, maximize) if within else None
    return Distributions(
        comparison.metric.name,
        maximize,
        edges,
        _distribution(parent.name, parent.values, edges, maximize),
        _distribution(child.name, child.values, edges, maximize),
        inside,
        comparison.threshold,
    )


def figure(drawn: Distributions, theme: Theme) -> go.Figure:
    """Histogram on the left, share that reaches a value on the right; the threshold across both."""
    colours = {id(drawn.parent): theme.muted, id(drawn.child): theme.categories[0]}
    picture = go.Figure()
    for one in (drawn.parent, drawn.child):
        picture.add_traces([_histogram(one, drawn.edges, colours[id(one)]), _reaching(one, colours[id(one)], drawn)])
    if drawn.inside is not None:
        picture.add_trace(_reaching(drawn.inside, theme.muted, drawn, dash="dot"))
    picture.update_layout(_layout(drawn, theme))
    return picture


def _edges(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    count = len(np.histogram_bin_edges(values, "fd")) - 1
    return np.linspace(low, high, min(max(count, FEWEST_BINS), MOST_BINS) + 1)


def _distribution(name: str, values: Floats, edges: Floats, maximize: bool) -> Distribution:
    ascending = np.sort(values)
    below = np.arange(len(ascending)) / len(ascending)
    reaching = 1 - below if maximize else below + 1 / len(ascending)
    return Distribution(name, ascending, np.histogram(values, edges)[0] / len(values), reaching)


def _histogram(one: Distribution, edges: Floats, colour: str) -> go.Scatter:
    return go.Scatter(
        x=np.repeat(edges, 2).tolist(),
        y=[0.0, *np.repeat(one.shares, 2).tolist(), 0.0],
        mode="lines",
        fill="tozeroy",
        fillcolor=f"{colour}33",
        line={"color": colour, "width": 1.5},
        name=escape(one.name),
        legendgroup=one.name,
        hovertemplate="%{y:.0%} of the trials about %{x:.4g}<extra>%{fullData.name}</extra>",
    )


def _reaching(one: Distribution, colour: str, drawn: Distributions, dash: str = "solid") -> go.Scatter:
    word = "at least" if drawn.maximize else "at most"
    return go.Scatter(
        x=one.values.tolist(),
        y=one.reaching.tolist(),
        mode="lines",
        line={"color": colour, "width": 1.5, "dash": dash, "shape": "hv" if drawn.maximize else "vh"},
        xaxis="x2",
        yaxis="y2",
        name=escape(one.name),
        legendgroup=one.name,
        showlegend=dash != "solid",
        hovertemplate=f"%{{y:.0%}} {word} %{{x:.4g}}<extra>%{{fullData.name}}</extra>",
    )


def _layout(drawn: Distributions, theme: Theme) -> dict[str, Any]:
    word = "at least" if drawn.maximize else "at most"
    line: dict[str, Any] = {"type": "line", "x0": drawn.threshold, "x1": drawn.threshold, "y0": 0, "y1": 1}
    line["line"] = {"color": theme.ink, "width": 1, "dash": "dash"}
    name = escape(drawn.metric)
    return {
        "template": template(theme),
        "height": HEIGHT,
        "margin": {"l": 44, "r": 12, "t": 8, "b": 36},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "closest",
        "uirevision": f"{drawn.parent.name} {drawn.child.name} {drawn.metric}",
        "xaxis": {"domain": [0, 0.46], "title": {"text": name}},
        "yaxis": {"title": {"text": "share of trials"}, "tickformat": ".0%", "rangemode": "tozero"},
        "xaxis2": {"domain": [0.54, 1], "title": {"text": name}, "anchor": "y2"},
        "yaxis2": {"title": {"text": f"share {word}"}, "tickformat": ".0%", "range": [0, 1.02], "anchor": "x2"},
        "shapes": [{**line, "xref": x, "yref": f"{y} domain"} for x, y in (("x", "y"), ("x2", "y2"))],
    }
