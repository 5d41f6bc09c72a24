"""Suggest: the table old → new filled by `analytics.advice`; its wiring, with progress and cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from analytics import stored
from analytics.advice import applied
from analytics.forecast import TRIALS
from analytics.inquiry import Told
from analytics.refinement import Refinement
from analytics.trials import HISTORY_COLUMNS
from callbacks import refining
from callbacks.context import Trellis, trellis
from callbacks.refining import LaunchError, View, open_trials
from components import ids, launch

Data = dict[str, Any] | None


def suggest(
    order: Data, table: Data, brushes: dict[str, Any], shown: list[str], trials: str | None, edits: list[dict[str, Any]]
) -> tuple[Any, str]:
    """The table filled with what the importance within the brushes suggests, and what that may give."""
    if not table or not order:
        raise PreventUpdate
    others = [study for study in shown if study != table["study"]]
    try:
        made = refining.fill(trellis().catalog, View(brushes, [table["study"], *others], None), table["study"], False)
        made = refining.carried(trellis().catalog, table, made)
        filled = suggested(trellis(), order["token"], made, brushes, trials)
    except LaunchError as error:
        return no_update, str(error)
    return {**filled, "brushes": brushes, "seq": edits[-1]["seq"] if edits else 0}, ""


def watch(_tick: int, order: Data) -> str:
    """What is being done."""
    return trellis().suggestions.progress(order["token"]) if order else ""


def cancel(clicks: int | None, order: Data) -> str:
    """End what this page waits for."""
    if not clicks or not order:
        raise PreventUpdate
    trellis().suggestions.cancel(order["token"])
    return "Cancelling …"


def suggested(
    context: Trellis, token: str, table: Refinement, brushes: Mapping[str, Any], trials: str | None
) -> dict[str, Any]:
    """The table's JSON with what is suggested within the brushes for the study's objective, and ``advice`` in words.

    ``trials`` is what the form says: of so many a forecast is told.

    Raises:
        LaunchError: there is no objective, or nothing to suggest.
    """
    parent = open_trials(context.catalog, table.study)
    if parent.objective is None:
        raise LaunchError(f"Nothing is suggested: {parent.study.name} declares no objective; expected one.")
    told = replace(parent, load_history=Told(pd.DataFrame(columns=list(HISTORY_COLUMNS))))
    advice = context.suggestions.ask(token, (told, parent.objective.name, dict(brushes), _count(trials)))
    words = {"summary": advice.summary, "forecast": advice.forecast}
    return {**stored.to_json(applied(table, advice)), "advice": words}


def _count(typed: str | None) -> int:
    text = (typed or "").strip()
    return int(text) if text.isdecimal() and 0 < int(text) < TRIALS else TRIALS


def register(app: Dash) -> None:
    """Wire it; ``assets/launch.js`` draws the token of an order."""
    store, order = ids.REFINEMENT, State(ids.SUGGEST_ORDER, "data")
    app.clientside_callback(
        ClientsideFunction("launch", "order"),
        Output(ids.SUGGEST_ORDER, "data"),
        Input(ids.SUGGEST, "n_clicks"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(store, "data", allow_duplicate=True),
        Output(ids.LAUNCH_PROBLEM, "children", allow_duplicate=True),
        Input(ids.SUGGEST_ORDER, "data"),
        State(store, "data"),
        State(ids.BRUSHES, "data"),
        State(ids.SHOWN, "data"),
        State(ids.LAUNCH_TRIALS, "value"),
        State(ids.LAUNCH_EDITS, "data"),
        prevent_initial_call=True,
        running=[
            (Output(ids.SUGGEST, "disabled"), True, False),
            (Output(ids.SUGGEST, "children"), launch.SUGGESTING, launch.SUGGEST),
            (Output(ids.SUGGEST_CANCEL, "hidden"), False, True),
            (Output(ids.SUGGEST_TICK, "disabled"), False, True),
            (Output(ids.SUGGEST_PROGRESS, "children"), "", ""),
        ],
    )(suggest)
    app.callback(
        Output(ids.SUGGEST_PROGRESS, "children"),
        Input(ids.SUGGEST_TICK, "n_intervals"),
        order,
        prevent_initial_call=True,
    )(watch)
    app.callback(
        Output(ids.SUGGEST_PROGRESS, "children", allow_duplicate=True),
        Input(ids.SUGGEST_CANCEL, "n_clicks"),
        order,
        prevent_initial_call=True,
    )(cancel)
