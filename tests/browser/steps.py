"""What an analyst does in the page, for the browser tests of brushing."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

READ_CELLS = """async ([id, part]) => {
  const read = () => [...document.querySelectorAll(`.ag-${part}-container .ag-row`)]
    .sort((a, b) => a.getAttribute('row-index') - b.getAttribute('row-index'))
    .map((row) => row.querySelector(`[col-id="${id}"]`)?.textContent.trim());
  const frame = () => new Promise(requestAnimationFrame);
  for (let same = 0, before = ''; same < 3; ) {
    await frame();
    const now = JSON.stringify(read());
    same = now === before ? same + 1 : 0;
    before = now;
  }
  return read();
}"""


def state(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("window.trellis.state()"))


def brush(page: Page, column: str, value: Any) -> None:
    page.evaluate("([column, value]) => window.trellis.brush(column, value)", [column, value])


def chip(page: Page, column: str) -> Locator:
    return page.locator(f'.tr-chip[data-column="{column}"]')


def retype(page: Page, column: str, text: str) -> None:
    """Click a chip, type another brush, press Enter."""
    chip(page, column).locator(".tr-chip-text").click()
    chip(page, column).get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def choose(page: Page, menu: str, entry: str | re.Pattern[str]) -> None:
    """Open a menu of the brush bar and choose an entry."""
    page.locator(".tr-bar summary", has_text=menu).click()
    page.locator(".tr-bar .tr-menu-row", has_text=entry).click()


def open_table(page: Page) -> None:
    page.locator("[data-drawer=table]").click()
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_be_visible()


def cells(page: Page, column: str, part: str = "center-cols") -> list[str]:
    """The cells of a column of the table, from top to bottom, once they stay the same for three frames."""
    return list(page.evaluate(READ_CELLS, [column if column == "pins" else f"column {column}", part]))


def cells_of_pins(page: Page) -> list[str]:
    return cells(page, "pins", "pinned-left-cols")


def row_of(page: Page, number: int) -> Locator:
    """The parts of a trial's row in the table."""
    return page.locator(f'.ag-row[row-id$=":{number}"]')


def pinned(page: Page) -> list[str | None]:
    """Trial numbers in the drawer of pins."""
    return [pin.get_attribute("data-number") for pin in page.locator(".tr-pin").all()]
