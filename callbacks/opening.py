"""Opening results from the page: a path is typed, its studies are shown; a pickle asks for consent first."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.context import trellis
from components import ids
from components.opening import consent, paths, refused
from data.readers import ConsentError, ReadError
from data.readers.databases import is_url

MOST_OFFERED, MOST_RECENT = 40, 12

Answer = tuple[Any, list[Component], Any]


def open_typed(clicks: int | None, submitted: int | None, text: str | None, recent: list[str] | None) -> Answer:
    """Open what is typed; ``{"studies", "at"}`` if that worked, what to say, and the paths opened before."""
    if not clicks and not submitted:
        raise PreventUpdate
    return opened((text or "").strip(), recent or [])


def open_anyway(clicks: list[int | None], recent: list[str] | None) -> Answer:
    """Open the pickle whose risk was taken."""
    if not any(clicks) or not ctx.triggered_id:
        raise PreventUpdate
    return opened(str(ctx.triggered_id["index"]), recent or [], allow_pickle=True)


def opened(address: str, recent: list[str], allow_pickle: bool = False) -> Answer:
    """Open a source; a sentence where it cannot be."""
    if not address:
        return no_update, refused("The field is empty; expected a path or a URL."), no_update
    try:
        studies = trellis().catalog.open(address, allow_pickle=allow_pickle)
    except ConsentError as error:
        return no_update, consent(error.path), no_update
    except ReadError as error:
        return no_update, refused(f"{error}."), no_update
    source = trellis().catalog.trials(studies[0]).study.source if studies else address
    kept = [source, *(other for other in recent if other != source)][:MOST_RECENT]
    return {"studies": studies, "at": time.time()}, [], kept


def offer(text: str | None, recent: list[str] | None) -> list[Component]:
    """What was opened before, and what lies in the folder of the path typed so far."""
    return list(paths(dict.fromkeys([*(recent or []), *within(text or "")])))


def within(text: str) -> list[str]:
    """Files and folders that continue a path; hidden ones are left out, and nothing is offered for a URL."""
    if not text or is_url(text):
        return []
    folder, _, begin = text.rpartition("/")
    try:
        with os.scandir(Path(folder or ("/" if text.startswith("/") else ".")).expanduser()) as entries:
            found = [e.name + "/" * e.is_dir() for e in entries if e.name.startswith(begin or tuple("_")) or not begin]
    except (OSError, ValueError, RuntimeError):
        return []
    shown = sorted(name for name in found if not name.startswith("."))[:MOST_OFFERED]
    return [f"{folder}/{name}" if "/" in text else name for name in shown]


def register(app: Dash) -> None:
    """Wire the dialog."""
    outputs = (
        Output(ids.OPENED, "data"),
        Output(ids.OPEN_MESSAGE, "children"),
        Output(ids.OPEN_RECENT, "data"),
    )
    again = (
        Output(ids.OPENED, "data", allow_duplicate=True),
        Output(ids.OPEN_MESSAGE, "children", allow_duplicate=True),
        Output(ids.OPEN_RECENT, "data", allow_duplicate=True),
    )
    running = [(Output(ids.OPEN_DO, "disabled"), True, False), (Output(ids.OPEN_DO, "children"), "Reading…", "Open")]
    app.callback(
        *outputs,
        Input(ids.OPEN_DO, "n_clicks"),
        Input(ids.OPEN_PATH, "n_submit"),
        State(ids.OPEN_PATH, "value"),
        State(ids.OPEN_RECENT, "data"),
        running=running,
        prevent_initial_call=True,
    )(open_typed)
    app.callback(
        *again,
        Input(ids.open_anyway(ALL), "n_clicks"),
        State(ids.OPEN_RECENT, "data"),
        running=running,
        prevent_initial_call=True,
    )(open_anyway)
    app.callback(
        Output(ids.OPEN_PATHS, "children"),
        Input(ids.OPEN_PATH, "value"),
        Input(ids.OPEN_RECENT, "data"),
    )(offer)
