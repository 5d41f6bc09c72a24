"""The axes of the parallel coordinates under the pointer, and the monitor over the strips."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.steps import state


def axes(page: Page) -> dict[str, dict[str, Any]]:
    return {axis["name"]: axis for axis in page.evaluate("window.trellis.axes()")}


def test_a_dragged_name_moves_its_axis_and_escape_puts_it_back(page: Page) -> None:
    before = list(axes(page))
    layers, name_y = axes(page)["layers"], axes(page)["layers"]["y0"] - 20
    page.mouse.move(layers["x"], name_y)
    page.mouse.down()
    page.mouse.move(axes(page)["optimizer"]["x"] + 5, name_y, steps=4)
    moved = list(axes(page))
    assert moved.index("layers") > moved.index("optimizer")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert list(axes(page)) == before
    assert "order" not in page.url


def test_the_words_beside_an_axis_toggle_what_they_name(page: Page) -> None:
    optimizer, momentum = axes(page)["optimizer"], axes(page)["momentum"]
    band = (optimizer["y1"] - optimizer["y0"]) / 5
    for values in (["adam"], []):
        page.mouse.click(optimizer["x"] - 22, optimizer["y1"] - band / 2)
        assert state(page)["brushes"].get("optimizer", {}).get("values", []) == values
    page.mouse.click(momentum["x"] - 30, momentum["y1"] + 18)
    assert state(page)["brushes"]["momentum"]["missing"] is True


def test_the_monitor_stays_in_sight_while_the_strips_scroll(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    page.get_by_role("tab", name="Algorithm").click()
    monitor, strips = page.locator("[data-view=monitor]"), page.locator("[data-view=strips]")
    expect(strips).to_have_attribute("aria-label", re.compile("Exploration history"))
    strips.evaluate("strips => scrollTo(0, strips.getBoundingClientRect().bottom)")
    page.wait_for_function("scrollY > 100")
    box = monitor.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 250
