"""Opening results from the page, and taking a study elsewhere: the dialog, the list of paths, the menu of formats."""

from __future__ import annotations

from collections.abc import Iterable

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.cards import dialog, popover

FORMATS = {"optuna": "Optuna storage", "parquet": "Parquet table", "csv": "CSV table", "hiplot": "HiPlot CSV"}
"""Those of ``data.export``, by key."""

PLACEHOLDER = "/home/me/results, study.db, postgresql://me@host/studies"
WHAT = (
    "A file or folder of the machine that runs this server, or the URL of a database: an Optuna storage or journal, a "
    "CSV, Parquet or JSON table, a folder of runs (SMAC3, BOHB, DEHB, Ray Tune, MLflow …). Nothing is written there."
)
DANGER = (
    "is a pickle. Opening a pickle runs whatever code its maker put into it, with your rights: it can read, change and "
    "send your files. Open it only if you trust who made it. It runs in a process of its own, with bounds of time and "
    "memory and, where this system allows it, without a network."
)


def open_button() -> html.Button:
    """The button in the header."""
    more = {"data-dialog": ids.OPEN_DIALOG, "aria-haspopup": "dialog"}
    return html.Button("Open…", className="tr-btn", title="Open results", **more)


def open_dialog() -> html.Dialog:
    """A field for a path or URL; what was opened before, and what lies in the folder typed so far, is offered."""
    field = dcc.Input(
        id=ids.OPEN_PATH,
        type="text",
        list=ids.OPEN_PATHS,
        placeholder=PLACEHOLDER,
        className="tr-input tr-open-path",
        autoComplete="off",
        spellCheck="false",
    )
    body = [
        html.P(WHAT),
        html.Label(["Path or URL", field], className="tr-open-field"),
        html.Datalist(id=ids.OPEN_PATHS),
        html.Div(id=ids.OPEN_MESSAGE, role="alert"),
        dcc.Store(id=ids.OPEN_RECENT, storage_type="local", data=[]),
        dcc.Store(id=ids.OPENED),
    ]
    return dialog(
        ids.OPEN_DIALOG, "Open results", body, [html.Button("Open", id=ids.OPEN_DO, className="tr-btn tr-primary")]
    )


def paths(offered: Iterable[str]) -> list[html.Option]:
    """Entries of the list under the field."""
    return [html.Option(value=path) for path in offered]


def refused(sentence: str) -> list[Component]:
    """Why nothing was opened."""
    return [html.P(sentence, className="tr-error")]


def consent(path: str) -> list[Component]:
    """The risk of a pickle, named, with a button that takes it."""
    button = html.Button("Run its code and open it", id=ids.open_anyway(path), className="tr-btn tr-danger")
    return [html.P([html.Strong(path), f" {DANGER}"], className="tr-error"), button]


def export_menu(study: str) -> html.Details:
    """A menu of the formats that a study can be taken away in."""
    buttons = [
        html.Button(label, className="tr-btn", **{"data-take": study, "data-format": key})
        for key, label in FORMATS.items()
    ]
    words = html.P("Bounds, conditions, curves and all else come with it, of the CSVs in a second file of the zip.")
    menu = html.Div([*buttons, words], className="tr-export-menu")
    return popover("Export ▾", "Take this study to other tools", menu)
