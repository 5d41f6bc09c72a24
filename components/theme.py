"""How plotly figures look: transparent, on the page's own colours, one template a theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CATEGORIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
"""Okabe and Ito's colours, which colour-blind readers tell apart, without the black and the yellow."""


@dataclass(frozen=True)
class Theme:
    """The colours of figures in one theme; the same as the custom properties in ``assets/style.css``."""

    ink: str
    muted: str
    grid: str
    focus: str


THEMES = {
    "light": Theme(ink="#1f2328", muted="#59636e", grid="#e2e6ea", focus="#c2410c"),
    "dark": Theme(ink="#e6e9ec", muted="#9aa4ae", grid="#333a42", focus="#fb923c"),
}


def theme(name: str | None) -> Theme:
    """The theme of that name; the light one if it is unknown."""
    return THEMES.get(name or "light", THEMES["light"])


def template(theme: Theme) -> dict[str, Any]:
    """A plotly template for a theme."""
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": theme.grid,
        "title": {"font": {"color": theme.muted, "size": 11}, "standoff": 4},
    }
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": theme.ink, "size": 11, "family": "system-ui, sans-serif"},
            "colorway": list(CATEGORIES),
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"font": {"size": 11}},
        }
    }
