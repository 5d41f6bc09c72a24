"""The single page: header, brush bar, control panel, tabs and drawers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import html

from components import ids
from components.chrome import (
    brush_bar,
    header,
    help_dialog,
    pinned_drawer,
    roles_dialog,
    tab_bar,
    tab_panels,
    table_drawer,
)
from components.controls import control_panel
from components.opening import open_dialog
from components.runs import log_dialog
from components.stores import stores
from pages import algorithm, explore, launch, models, runs


def index() -> str:
    """The HTML document around the page."""
    return (Path(__file__).parent / "index.html").read_text(encoding="utf-8")


def layout(studies: dict[str, Any] | None = None) -> html.Div:
    """The whole page, starting with ``studies``, the answer of /api/studies.

    Every mount of the linked-view kit is in it from the start, whatever tab shows.
    """
    tabs = {
        "explore": explore.layout(),
        "algorithm": algorithm.layout(),
        "models": models.layout(),
        "launch": launch.layout(),
        "runs": runs.layout(),
    }
    main = html.Main(
        [
            tab_bar(),
            html.Div(id=ids.PROBLEMS),
            html.Div(id=ids.LINK_PROBLEMS, className="tr-alert", hidden=True, role="alert"),
            html.Div(id=ids.EMPTY),
            *tab_panels(tabs),
        ],
        id=ids.MAIN,
        className="tr-main",
    )
    return html.Div(
        [
            html.Div([header(), brush_bar()], className="tr-top"),
            html.Div([control_panel(), main, pinned_drawer()], className="tr-columns"),
            table_drawer(),
            help_dialog(),
            roles_dialog(),
            open_dialog(),
            log_dialog(),
            *stores(studies),
        ],
        className="tr-page",
    )
