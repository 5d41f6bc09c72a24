"""How plotly figures look: transparent, on the page's own colours, one template a theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Theme:
    """The colours of figures in one theme; those with a name are custom properties in ``assets/style.css`` too.

    ``categories`` tell things apart, also for the colour-blind (after Okabe and Ito); none is like ``focus``.
    """

    ink: str
    muted: str
    grid: str
    focus: str
    categories: tuple[str, ...]


THEMES = {
    "light": Theme(
        ink="#1f2328",
        muted="#59636e",
        grid="#e2e6ea",
        focus="#c2410c",
        categories=("#0072b2", "#00805d", "#b0528a", "#8a6d00", "#2f8fc4", "#5f5f5f"),
    ),
    "dark": Theme(
        ink="#e6e9ec",
        muted="#9aa4ae",
        grid="#333a42",
        focus="#fb923c",
        categories=("#56b4e9", "#2fc59b", "#e29ac4", "#e3d04b", "#9bb8ff", "#b8b8b8"),
    ),
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
            "colorway": list(theme.categories),
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"font": {"size": 11}},
        }
    }
