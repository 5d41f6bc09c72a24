"""The comparison of two shown studies; the newest refined one and its parent unless the analyst chose others."""

from __future__ import annotations

import math
from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.comparison import ComparisonError, compare
from callbacks.context import trellis
from components import comparison, ids
from components.controls import Entry, caption
from components.options import meant
from components.theme import theme

Data = dict[str, Any] | None
TOO_FEW = "Two studies are compared: tick them in the panel on the left."


def offer(look: int | None, answer: Data, shown: list[str], parent: str | None, child: str | None, before: Any) -> Any:
    """Choices of both studies, and the pair: as chosen, or the default, which follows what is launched."""
    if not look or not answer:
        raise PreventUpdate
    options = comparison.study_options(answer["studies"], shown)
    default = list(comparison.default_pair(answer["studies"], shown))
    known = {choice["value"] for choice in options}
    kept = [parent, child] != before and parent in known and child in known
    pair = [no_update, no_update] if kept or default == [parent, child] else default
    return options, options, *pair, default


def offer_metrics(
    parent: str | None, child: str | None, answer: Data, chosen: str | None
) -> tuple[list[dict[str, str]], Any]:
    """The metrics that both have; the chosen one stays if it is among them."""
    options = comparison.metric_options(answer["studies"] if answer else [], (parent, child))
    values = [choice["value"] for choice in options]
    return options, chosen if chosen in values else next(iter(values), None)


def show(
    parent: str | None,
    child: str | None,
    metric: str | None,
    typed: str | None,
    every: list[str],
    shade: str,
    look: int | None,
    answer: Data,
    before: Any,
) -> tuple[Any, str, Any]:
    """The comparison, a sentence on what was typed wrong, and what it was made from: the same is not made twice."""
    entries = {entry["id"]: entry for entry in (answer["studies"] if answer else [])}
    pair = [entries[study] for study in (parent, child) if study in entries]
    made_from = [[e["id"], e["revision"]] for e in pair] + [metric, typed, every, shade]
    if not look or made_from == before:
        raise PreventUpdate
    if len(pair) < 2 or parent == child:
        return html.P(TOO_FEW, className="tr-note"), "", made_from
    threshold, problem = read_threshold(typed)
    if problem:
        return no_update, problem, made_from
    return compared(pair, metric, threshold, bool(every), shade), "", made_from


def compared(pair: list[Entry], metric: str | None, threshold: float | None, every: bool, shade: str) -> Component:
    """What the card shows of two studies, parent first, or why they cannot be compared."""
    parent, child = (trellis().catalog.trials(entry["id"]).kept for entry in pair)
    try:
        found = compare(parent, child, meant(metric or ""), threshold=threshold, every=every)
    except ComparisonError as error:
        return html.P(f"{error}.", className="tr-note")
    return comparison.result(found, (caption(pair[0]), caption(pair[1])), theme(shade))


def read_threshold(typed: str | None) -> tuple[float | None, str]:
    """The threshold that was typed, None for the default, and what is wrong with it."""
    text = str(typed or "").strip()
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        return None, f"The threshold is {text!r}; expected a number, or nothing for what the best 10 % reach."
    return value, ""


def register(app: Dash) -> None:
    """Wire the comparison; it looks when the tab Runs does (callbacks/runs.py)."""
    parent, child = ids.COMPARE_PARENT, ids.COMPARE_CHILD
    look, studies = Input(ids.RUNS_LOOK, "data"), State(ids.STUDIES, "data")
    app.callback(
        Output(parent, "options"),
        Output(child, "options"),
        Output(parent, "value"),
        Output(child, "value"),
        Output(ids.COMPARE_DEFAULT, "data"),
        look,
        studies,
        State(ids.SHOWN, "data"),
        State(parent, "value"),
        State(child, "value"),
        State(ids.COMPARE_DEFAULT, "data"),
        prevent_initial_call=True,
    )(offer)
    app.callback(
        Output(ids.COMPARE_METRIC, "options"),
        Output(ids.COMPARE_METRIC, "value"),
        Input(parent, "value"),
        Input(child, "value"),
        studies,
        State(ids.COMPARE_METRIC, "value"),
        prevent_initial_call=True,
    )(offer_metrics)
    app.callback(
        Output(ids.COMPARE_RESULT, "children"),
        Output(ids.COMPARE_PROBLEM, "children"),
        Output(ids.COMPARE_OF, "data"),
        Input(parent, "value"),
        Input(child, "value"),
        Input(ids.COMPARE_METRIC, "value"),
        Input(ids.COMPARE_THRESHOLD, "value"),
        Input(ids.COMPARE_EVERY, "value"),
        Input(ids.THEME, "data"),
        look,
        studies,
        State(ids.COMPARE_OF, "data"),
        prevent_initial_call=True,
    )(show)
