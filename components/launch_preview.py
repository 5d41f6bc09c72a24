"""What a launch will run: how many configurations, the first, what has been run, what it costs, as a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from analytics.text import level_text, number_text
from components import ids

PAGE = 10
RUNS = {"all": "all", "new": "only those not run yet", "best": "only the best predicted"}
"""Which of the configurations known beforehand are to run."""


def preview_panel() -> html.Div:
    """The preview; callbacks fill it."""
    options = [{"label": f"Run {label}", "value": key} for key, label in RUNS.items()]
    runs = dcc.RadioItems(id=ids.PREVIEW_RUNS, options=options, value="all", inline=True, className="tr-segments")
    best = dcc.Input(id=ids.PREVIEW_BEST, value="20", inputMode="numeric", className="tr-input", debounce=True)
    count = html.Label(["How many: ", best], className="tr-best tr-note")
    choice = html.Div([runs, count], id=ids.PREVIEW_CHOICE, className="tr-runs", hidden=True)
    listed = html.Div(_grid(), id=ids.PREVIEW_LIST, hidden=True)
    summary = html.Div(id=ids.PREVIEW_SUMMARY, role="status")
    return html.Div([summary, choice, listed, _recommend(), _command()])


def sentences(texts: Sequence[str], *, good: bool) -> list[html.P]:
    """The preview in words; what is in the way stands out."""
    return [html.P(text, className="tr-note" if good else "tr-missing") for text in texts]


def file(text: str, name: str) -> dict[str, Any]:
    """A study spec as a file to save."""
    return {"content": text, "filename": file_name(name), "type": "text/yaml"}


def file_name(study: str) -> str:
    """A plain file name for the spec of a study, whatever its name holds."""
    return re.sub(r"[^\w.-]+", "_", study).strip("._")[:80] + ".yaml"


def columns(names: Sequence[str], earlier: bool, predicted: str) -> list[dict[str, Any]]:
    """The grid's columns: number, hyperparameters, what was predicted, what came of it before."""
    shown: list[dict[str, Any]] = [{"field": "n", "headerName": "#", "width": 64, "pinned": "left"}]
    shown += [{"field": f"p{i}", "headerName": name, "headerTooltip": name} for i, name in enumerate(names)]
    if predicted:
        shown.append({"field": "predicted", "headerName": f"Predicted {predicted}", "minWidth": 160, "pinned": "right"})
    if earlier:
        shown.append({"field": "earlier", "headerName": "Has been run", "minWidth": 240, "tooltipField": "earlier"})
    return shown


def rows(
    configs: Sequence[Mapping[str, Any]], names: Sequence[str], earlier: Sequence[str], predicted: Sequence[float]
) -> list[dict[str, Any]]:
    """A row a configuration; a hyperparameter that is not active in it is empty."""
    made = []
    for i, config in enumerate(configs):
        row: dict[str, Any] = {"id": str(i), "n": i + 1, "earlier": earlier[i] if earlier else ""}
        row |= {f"p{at}": _text(config[name]) for at, name in enumerate(names) if name in config}
        if predicted:
            row["predicted"] = number_text(predicted[i])
        made.append(row)
    return made


def _text(value: Any) -> str:
    return number_text(value, digits=5) if isinstance(value, float) else level_text(value)


def _grid() -> dag.AgGrid:
    return dag.AgGrid(
        id=ids.PREVIEW_GRID,
        columnDefs=[],
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True, "cellDataType": False, "flex": 1, "minWidth": 88},
        dashGridOptions={
            "animateRows": False,
            "domLayout": "autoHeight",
            "pagination": True,
            "paginationPageSize": PAGE,
            "paginationPageSizeSelector": False,
            "suppressPaginationPanel": False,
            "headerHeight": 32,
            "rowHeight": 28,
            "localeText": {"noRowsToShow": "Nothing is known beforehand: the algorithm decides while it runs."},
        },
        className="ag-theme-quartz tr-grid-launch tr-grid-preview",
        columnSize=None,
        style={"height": None},
    )


def _recommend() -> html.Div:
    told = "List those of 2,000 random configurations of the new space that a forest on the trials expects most of"
    button = html.Button("Recommend", id=ids.RECOMMEND, className="tr-btn", title=told)
    count = dcc.Input(id=ids.RECOMMEND_COUNT, value="10", inputMode="numeric", className="tr-input tr-number")
    label = html.Label([count, html.Span("configurations that promise most")], className="tr-inline")
    problem = html.P(id=ids.RECOMMEND_PROBLEM, className="tr-error", role="alert")
    return html.Div([button, label, problem], className="tr-runs")


def _command() -> html.Details:
    copy = dcc.Clipboard(id=ids.PREVIEW_COPY, target_id=ids.PREVIEW_SPEC, title="Copy", className="tr-icon tr-copy")
    save = html.Button("Save as file", id=ids.PREVIEW_SAVE, className="tr-btn")
    command = html.Code(id=ids.PREVIEW_COMMAND)
    head = html.Div([command, save, copy, dcc.Download(id=ids.PREVIEW_DOWNLOAD)], className="tr-export-head")
    text = html.Pre(id=ids.PREVIEW_SPEC, className="tr-code", tabIndex=0, **{"aria-label": "The study spec"})
    return html.Details([html.Summary("The same as a command"), html.Div([head, text])], className="tr-group")
