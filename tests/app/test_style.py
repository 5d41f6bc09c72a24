"""The stylesheet: contrast in both themes, one set of colours for page and figures, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.theme import THEMES

ASSETS = Path(__file__).parents[2] / "assets"
TEXT = ("ink", "muted", "accent", "focus", "problem")
AA_TEXT, AA_GRAPHICS = 4.5, 3.0


def colours(theme: str) -> dict[str, str]:
    """The custom properties of a theme, without their prefix."""
    css = (ASSETS / "style.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\}}', css, re.DOTALL)
    assert block
    return dict(re.findall(r"--tr-([a-z-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read_on_every_surface(theme: str, name: str) -> None:
    found = colours(theme)
    for surface in ("surface", "page"):
        assert contrast(found[name], found[surface]) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_where_something_is_selected_or_wrong(theme: str) -> None:
    found = colours(theme)
    assert contrast(found["on-accent"], found["accent"]) >= AA_TEXT
    assert contrast(found["ink"], found["accent-soft"]) >= AA_TEXT
    assert contrast(found["muted"], found["accent-soft"]) >= AA_TEXT
    assert contrast(found["ink"], found["problem-soft"]) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_have_the_colours_of_the_page_and_their_lines_stand_out(theme: str) -> None:
    found, figure = colours(theme), THEMES[theme]
    assert (figure.ink, figure.muted, figure.grid, figure.focus) == tuple(
        found[name] for name in ("ink", "muted", "grid", "focus")
    )
    assert all(contrast(colour, found["surface"]) >= AA_GRAPHICS for colour in figure.categories)


def test_both_themes_have_the_same_colours() -> None:
    assert set(colours("light")) == set(colours("dark"))


def test_no_asset_names_another_origin() -> None:
    found = [
        f"{path.name}: {url}"
        for path in sorted(ASSETS.rglob("*.*"))
        for url in re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8"))
        if not url.startswith("http://www.w3.org/")
    ]
    assert found == []
