"""What surrounds the tabs: header, brush bar, drawers, help."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components import ids
from components.cards import dialog, popover, view
from components.opening import open_button
from components.table import trials_table

TABS = (
    ("explore", "Explore"),
    ("algorithm", "Algorithm"),
    ("models", "Models"),
    ("launch", "Launch"),
    ("runs", "Runs"),
)

KEYS = (
    ("Drag on empty", "new brush"),
    ("Drag inside a brush", "move it"),
    ("Drag the edge of a brush", "resize it"),
    ("Shift + drag", "one more brush on the same axis"),
    ("Click a trial", "focus it: it glows in every view and its learning curve shows"),
    ("P or +", "pin the focused trial: it keeps its number in every view"),
    ("S, N, T", "star the focused trial, write a note on it, tag it; all that is selected: Selected ▾"),
    ("D", "details of the focused trial: its files and log, how to train it again"),
    ("Click a chip", "type exact bounds; × removes the brush"),
    ("Click a category", "toggle it"),
    ("Drag an axis' name", "move the axis"),
    ("Ctrl + Z, Ctrl + Y", "undo and redo brushes and annotations, except in a text field"),
    ("Esc", "cancel a drag or close what is open; it never removes a brush"),
    ("?", "this help"),
)


def header() -> html.Header:
    """Name, what is open, how much is running, help and theme."""
    return html.Header(
        [
            html.H1("HyperTrellis"),
            html.Span(id=ids.SOURCE_LABEL, className="tr-source"),
            open_button(),
            html.Span(id=ids.RUNNING, className="tr-running", role="status"),
            html.Button(
                "?",
                className="tr-icon",
                title="Help (?)",
                **{
                    "data-dialog": ids.HELP_DIALOG,
                    "data-help-key": "",
                    "aria-label": "Help",
                    "aria-haspopup": "dialog",
                },
            ),
            html.Button(
                "◐",
                id=ids.THEME_TOGGLE,
                className="tr-icon",
                **{"data-theme-store": ids.THEME, "aria-label": "Theme"},
            ),
        ],
        className="tr-header",
    )


def brush_bar() -> html.Div:
    """Chips, counts, undo and quick brushes from the kit, with Refine beside them; stays in sight."""
    refine = html.Button("Refine →", id=ids.REFINE, className="tr-btn tr-primary", **{"data-tab": "launch"})
    around = html.Button("", id=ids.REFINE_AROUND, className="tr-btn", hidden=True, **{"data-tab": "launch"})
    return html.Div(
        [view("chips"), around, refine], className="tr-brush-bar", role="region", **{"aria-label": "Brushes"}
    )


def tab_bar() -> html.Div:
    """The buttons of the tabs; the arrow keys move between them."""
    buttons = [
        html.Button(
            label,
            id=ids.tab(name),
            role="tab",
            tabIndex=0 if name == TABS[0][0] else -1,
            className="tr-tab",
            **{"data-tab": name, "aria-controls": ids.panel(name), "aria-selected": str(name == TABS[0][0]).lower()},
        )
        for name, label in TABS
    ]
    return html.Div(buttons, className="tr-tabs", role="tablist", **{"aria-label": "Views"})


def tab_panels(layouts: dict[str, Any]) -> list[html.Div]:
    """One panel a tab, all in the page; only the first is visible."""
    return [
        html.Div(
            layouts[name],
            id=ids.panel(name),
            role="tabpanel",
            className="tr-panel" if name == TABS[0][0] else "tr-panel d-none",
            **{"aria-labelledby": ids.tab(name)},
        )
        for name, _label in TABS
    ]


def pinned_drawer() -> html.Aside:
    """The drawer on the right: pinned trials and the learning curves of pins and focus."""
    curves = [view(name, {"rows": "pinned"}) for name in ("flag-words", "curve-tools-pinned", "curves-pinned")]
    body = html.Div([view("pins"), html.Div(id=ids.FOCUS_RUN), *curves], className="tr-drawer-body")
    return html.Aside(
        [_drawer_toggle("pinned", "Pinned"), body],
        id=ids.PINNED,
        className="tr-drawer-right",
        **{"aria-label": "Pinned trials"},
    )


def table_drawer() -> html.Section:
    """The drawer at the bottom of every tab: the trials table."""
    tools = html.Div(
        [view("table"), popover("Columns ▾", "Choose the columns of the table", view("columns"))],
        className="tr-table-tools",
    )
    return html.Section(
        [_drawer_toggle("table", "Trials"), html.Div([tools, trials_table()], className="tr-drawer-body")],
        id=ids.TABLE_DRAWER,
        className="tr-drawer-bottom",
        **{"aria-label": "Trials table"},
    )


def help_dialog() -> html.Dialog:
    """How to brush, and the keys."""
    rows = [html.Tr([html.Th(keys, scope="row"), html.Td(effect)]) for keys, effect in KEYS]
    layers = html.P(
        "Every view draws three layers: all trials in quiet grey, the selected in colour, the pinned on top with their "
        "numbers. Brushes within a column add up; across columns all must hold."
    )
    return dialog(ids.HELP_DIALOG, "How to use this page", [layers, html.Table(html.Tbody(rows), className="tr-keys")])


def roles_dialog() -> html.Dialog:
    """What each column of a table is, for the analyst to correct; filled when it opens."""
    body = [
        html.P("The roles were guessed from names and values. Correct them here; they are kept in the workspace."),
        html.Div(id=ids.ROLES_BODY),
        html.P(id=ids.ROLES_MESSAGE, className="tr-error", role="alert"),
        dcc.Store(id=ids.ROLES_STUDY),
        dcc.Store(id=ids.ROLES_APPLIED),
    ]
    return dialog(
        ids.ROLES_DIALOG,
        "Roles of the columns",
        body,
        [html.Button("Apply", id=ids.ROLES_SAVE, className="tr-btn tr-primary")],
    )


def _drawer_toggle(name: str, label: str) -> html.Button:
    return html.Button(
        [html.Span("‹", className="tr-chevron", **{"aria-hidden": "true"}), html.Span(label)],
        className="tr-drawer-toggle",
        **{"data-drawer": name, "aria-expanded": "false"},
    )
