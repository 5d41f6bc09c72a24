"""Learning curves: metrics over steps of the pinned trials and of the focus, one panel a metric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from typing import Any

import plotly.graph_objects as go

from components.theme import Theme, template

FOCUS = "●"
"""The label of the focused trial where it is not pinned."""

PANEL_HEIGHT = 150
MOST_PANELS = 3


@dataclass(frozen=True)
class Curve:
    """One metric of one trial over steps: ``label`` is the pin's number or FOCUS; None is a value that is no number."""

    label: str
    trial: str
    metric: str
    steps: tuple[float, ...]
    values: tuple[float | None, ...]
    focus: bool = False


@dataclass(frozen=True)
class LearningCurves:
    """What is drawn: ``metrics`` one panel each, from the top; ``left_out`` metrics that have curves but no panel."""

    curves: tuple[Curve, ...]
    metrics: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def arrange(curves: Iterable[Curve], order: Sequence[str], chosen: Sequence[str]) -> LearningCurves:
    """The panels for some curves: the chosen metrics, else the first three; those in ``order`` come first."""
    kept = tuple(curve for curve in curves if any(value is not None for value in curve.values))
    found = list(dict.fromkeys(curve.metric for curve in kept))
    ranked = sorted(found, key=lambda metric: order.index(metric) if metric in order else len(order))
    wanted = [metric for metric in chosen if metric in found] or ranked[:MOST_PANELS]
    return LearningCurves(kept, tuple(wanted), tuple(metric for metric in ranked if metric not in wanted))


def figure(result: LearningCurves, theme: Theme) -> go.Figure:
    """The panels under one another on a common x axis; each curve ends in its label."""
    labels = dict.fromkeys(curve.label for curve in result.curves if curve.label != FOCUS)
    colours = dict(zip(labels, cycle(theme.categories), strict=False)) | {FOCUS: theme.focus}
    drawn = go.Figure()
    for row, metric in enumerate(result.metrics):
        drawn.add_traces([_line(curve, row, colours[curve.label]) for curve in result.curves if curve.metric == metric])
    drawn.update_layout(_layout(result.metrics, theme))
    return drawn


def _line(curve: Curve, row: int, colour: str) -> go.Scatter:
    text = [""] * (len(curve.steps) - 1) + [curve.label]
    single = len(curve.steps) == 1
    return go.Scatter(
        x=curve.steps,
        y=curve.values,
        mode="markers+text" if single else "lines+text",
        text=text,
        textposition="middle right",
        textfont={"color": colour},
        line={"color": colour, "width": 2.5 if curve.focus else 1.5},
        marker={"color": colour},
        xaxis="x",
        yaxis="y" if row == 0 else f"y{row + 1}",
        name=escape(curve.trial),
        meta=escape(curve.metric),
        hovertemplate="%{meta} %{y:.4g} at %{x}<extra>%{fullData.name}</extra>",
        cliponaxis=False,
        showlegend=False,
    )


def _layout(metrics: Sequence[str], theme: Theme) -> dict[str, Any]:
    share = 1 / max(len(metrics), 1)
    layout: dict[str, Any] = {
        "template": template(theme),
        "height": PANEL_HEIGHT * len(metrics) + 40,
        "margin": {"l": 44, "r": 28, "t": 20, "b": 34},
        "xaxis": {"title": {"text": "step"}, "anchor": "free", "position": 0},
        "hovermode": "closest",
        "uirevision": ",".join(metrics),
        "annotations": [],
    }
    for row, metric in enumerate(metrics):
        top = 1 - row * share
        name = "yaxis" if row == 0 else f"yaxis{row + 1}"
        layout[name] = {"domain": [max(top - share + 0.06, 0), max(top - 0.06, 0)], "anchor": "x", "nticks": 4}
        title = {"text": escape(metric), "x": 0, "y": top, "xref": "paper", "yref": "paper", "showarrow": False}
        layout["annotations"].append({**title, "xanchor": "left", "yanchor": "top", "font": {"color": theme.muted}})
    return layout
