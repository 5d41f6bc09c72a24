"""Learning curves of the pinned trials and of the focus. plotly loads in the browser when the first curve shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dash import Dash, Input, Output, ctx, dcc, html
from dash import State as Stored
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.columns import State
from analytics.trials import Trials
from callbacks.context import trellis
from components import ids
from components.figures.curves import FOCUS, Curve, LearningCurves, arrange, figure
from components.options import meant, option
from components.theme import theme

Trial = dict[str, Any]
"""``{"study": id, "number": int}``"""

TITLE = "Learning curves"
NO_HISTORY = "The chosen trials have no history over steps: their source holds only final values."


Shown = tuple[Component, list[dict[str, str]], bool]
Drawn = list[list[Any]]


def follow_curves(
    pins: list[Trial], focus: Trial | None, chosen: list[str] | None, shade: str, _tick: float, before: Drawn | None
) -> tuple[Any, ...]:
    """The curves as `show_curves` has them and how far each reaches; a tick draws only those that have grown."""
    ticking = ctx.triggered_id == ids.TICK
    if ticking and not any(map(_trains, [*pins, *([focus] if focus else [])])):
        raise PreventUpdate
    found = list(curves(pins, focus))
    drawn = [[curve.trial, curve.metric, len(curve.steps)] for curve in found]
    if ticking and drawn == before:
        raise PreventUpdate
    return *show_curves(found, pins, focus, chosen, shade), drawn


def show_curves(
    found: Sequence[Curve], pins: list[Trial], focus: Trial | None, chosen: list[str] | None, shade: str
) -> Shown:
    """The graph, or a sentence in its place; the metrics to choose from, and whether there is a choice."""
    if not pins and not focus:
        return html.Div(), [], True
    result = arrange(found, objective_names(pins, focus), [meant(name) for name in chosen or []])
    if not result.metrics:
        return html.Div([html.H2(TITLE), html.P(NO_HISTORY, className="tr-note")]), [], True
    metrics = sorted({*result.metrics, *result.left_out})
    return graph(result, shade), [option(name, name) for name in metrics], len(metrics) < 2


def graph(result: LearningCurves, shade: str) -> Component:
    note = f"Also logged: {', '.join(result.left_out)}." if result.left_out else ""
    config = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}
    drawn = figure(result, theme(shade))
    picture = dcc.Graph(figure=drawn, config=config, responsive=True, style={"height": drawn.layout.height})
    return html.Div([html.H2(TITLE), picture, html.P(note, className="tr-note")])


def curves(pins: list[Trial], focus: Trial | None) -> Iterator[Curve]:
    """The curves of the pins, labelled with their numbers, and of the focus; trials of closed studies are left out."""
    for number, pin in enumerate(pins, start=1):
        yield from _curves_of(pin, str(number), pin == focus)
    if focus and focus not in pins:
        yield from _curves_of(focus, FOCUS, True)


def objective_names(pins: list[Trial], focus: Trial | None) -> list[str]:
    """The names of the objectives of the studies concerned."""
    names: dict[str, None] = {}
    for study in {trial["study"] for trial in [*pins, *([focus] if focus else [])]}:
        trials = _open(study)
        names.update({m.name: None for m in trials.metrics.values() if m.objective} if trials else {})
    return list(names)


def register(app: Dash) -> None:
    app.callback(
        Output(ids.CURVES, "children"),
        Output(ids.CURVE_METRICS, "options"),
        Output(ids.CURVE_CHOICE, "hidden"),
        Output(ids.CURVES_DRAWN, "data"),
        Input(ids.PINS, "data"),
        Input(ids.FOCUS, "data"),
        Input(ids.CURVE_METRICS, "value"),
        Input(ids.THEME, "data"),
        Input(ids.TICK, "data"),
        Stored(ids.CURVES_DRAWN, "data"),
    )(follow_curves)


def _curves_of(trial: Trial, label: str, focus: bool) -> Iterator[Curve]:
    study, number = trial["study"], trial["number"]
    if trials := _open(study):
        for found in trellis().catalog.history(study, [number]):
            name = f"{label} {trials.study.name} #{number}"
            yield Curve(label, name, found["metric"], tuple(found["step"]), tuple(found["value"]), focus)


def _trains(trial: Trial) -> bool:
    """Whether a trial is running."""
    try:
        return trellis().catalog.trials(trial["study"]).state_of(trial["number"]) is State.RUNNING
    except KeyError:
        return False


def _open(study: str) -> Trials | None:
    try:
        return trellis().catalog.trials(study)
    except KeyError:
        return None
