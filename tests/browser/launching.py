"""What an analyst does in the tab Launch, for its browser tests."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from components import ids

TALL = {"width": 1440, "height": 1800}


def refined(page: Page) -> Page:
    at(page, ids.REFINE).click()
    expect(at(page, ids.LAUNCH_SPACE).locator(".ag-row").first).to_be_visible()
    expect(at(page, ids.LAUNCH_NAME)).not_to_have_value("")
    return page


def at(page: Page, place: str) -> Locator:
    return page.locator(f"#{place}")


def cell(page: Page, name: str, column: str) -> Locator:
    return at(page, ids.LAUNCH_SPACE).locator(f'.ag-row[row-id="{name}"] [col-id="{column}"]')


def type_into(page: Page, name: str, column: str, text: str) -> None:
    cell(page, name, column).click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def field(page: Page, label: str) -> Locator:
    """A field of the form, by its label."""
    return page.locator(".tr-field").filter(has=page.get_by_text(label, exact=True))


def fill(page: Page, label: str, text: str) -> None:
    box = field(page, label).locator("input, textarea")
    box.fill(text)
    box.press("Tab")


def choose(page: Page, place: str, option: str) -> None:
    at(page, place).click()
    page.get_by_role("option", name=option, exact=True).click()


def open_group(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()
