"""The frame that every view of the page has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component


def card(title: str, help_text: str, body: Component, *, export: bool = True) -> html.Section:
    """A titled view with its explanation and, with ``export``, buttons that save it as PNG or SVG."""
    tools: list[Component] = [popover("?", f"About {title}", html.P(help_text))]
    if export:
        tools.append(popover("⤓", f"Save {title} as a picture", html.Div([_export("png"), _export("svg")])))
    head = html.Header([html.H2(title), html.Div(tools, className="tr-tools")], className="tr-card-head")
    return html.Section([head, body], className="tr-card", **{"aria-label": title})


def view(kind: str, options: Mapping[str, Any] | None = None) -> html.Div:
    """The place where the linked-view kit mounts a view; its stylesheet class gives it its height."""
    data = {"data-view": kind}
    if options:
        data["data-options"] = json.dumps(options)
    return html.Div(className=f"tr-view tr-view-{kind}", **data)


def popover(sign: str, label: str, body: Component) -> html.Details:
    """A small button that opens ``body`` beneath it; closed by Esc or a click elsewhere."""
    summary = html.Summary(sign, className="tr-icon", title=label, **{"aria-label": label})
    return html.Details([summary, html.Div(body, className="tr-pop-body")], className="tr-pop")


def dialog(dialog_id: str, title: str, body: list[Any], actions: list[Any] | None = None) -> html.Dialog:
    """A modal dialog, opened by any element with ``data-dialog`` of its id; Esc closes it."""
    close = html.Button("×", className="tr-icon", **{"data-close": "", "aria-label": "Close"})
    head = html.Header([html.H2(title), close], className="tr-dialog-head")
    foot = html.Footer(actions, className="tr-dialog-foot") if actions else None
    children = [head, html.Div(body, className="tr-dialog-body"), foot]
    return html.Dialog([child for child in children if child], id=dialog_id, **{"aria-label": title})


def _export(kind: str) -> html.Button:
    return html.Button(kind.upper(), className="tr-btn", **{"data-export": kind})
