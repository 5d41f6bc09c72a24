"""Stars, tags, notes and archived trials in the page: by key, in the table, for a selection, undone, in two tabs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TRIALS
from tests.browser.steps import brush, cells, chip, choose, open_table, row_of, state
from tests.conftest import Serve

HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script>\n[here](javascript:alert(3)) ![p](https://example.org/p.png)\n"
    "**bold** [web](https://example.org/a)"
)


@pytest.fixture
def pages(serve: Serve, new_page: Callable[..., Page], results: Path) -> Callable[[], Page]:
    """``pages()``: one more page on the same app over the study of ``results``."""
    address = serve(results).address

    def open_page() -> Page:
        page = new_page()
        page.goto(address)
        page.evaluate("window.trellis.ready")
        return page

    return open_page


def focus(page: Page, number: int) -> None:
    row_of(page, number).locator('[col-id="column value"]').click()
    expect(page.locator(".tr-focus")).to_contain_text(f"trial {number}")


def answer(page: Page, text: str) -> None:
    """Type into the dialog that asks, and save."""
    page.locator("dialog.tr-ask .tr-input").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.tr-ask")).to_have_count(0)


def cell(page: Page, number: int, column: str) -> Locator:
    return row_of(page, number).locator(f'[col-id="column {column}"]')


def test_a_trial_is_starred_tagged_noted_and_archived_by_hand_and_all_of_it_is_undone(page: Page) -> None:
    open_table(page)
    cell(page, 1, "star").click()
    expect(cell(page, 1, "star")).to_have_text("★")
    focus(page, 2)
    page.keyboard.press("s")
    expect(page.locator(".tr-focus .tr-star")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    answer(page, HOSTILE)
    note = page.locator(".tr-focus .tr-note-text")
    expect(note.locator("strong")).to_have_text("bold")
    assert note.locator("a").evaluate_all("links => links.map((link) => link.href)") == ["https://example.org/a"]
    assert page.locator(".tr-focus img, .tr-focus script, .ag-row img").count() == 0
    expect(note).to_contain_text("<img src=x onerror=alert(1)>")
    page.keyboard.press("t")
    answer(page, "fast, on device")
    expect(page.locator(".tr-focus .tr-tag")).to_have_text(["fast", "on device"])
    expect(cell(page, 2, "tags")).to_have_text("fast, on device")
    brush(page, "layers", [[1, 6]])
    page.locator(".tr-focus").get_by_role("button", name="Archive").click()
    expect(page.locator(".tr-archived")).to_contain_text("1 archived hidden")
    assert (state(page)["total"], state(page)["selected"]) == (TRIALS - 1, TRIALS - 1)
    expect(row_of(page, 2)).to_have_count(0)
    page.locator(".tr-archived").get_by_role("button").click()
    expect(row_of(page, 2).first).to_be_visible()
    assert state(page)["total"] == TRIALS
    page.locator(".tr-archived").get_by_role("button").click()
    page.keyboard.press("Control+z")
    expect(page.locator(".tr-archived")).to_be_hidden()
    assert "layers" in state(page)["brushes"]
    page.keyboard.press("Control+z")
    assert "layers" not in state(page)["brushes"]
    for gone in ("tags", "note"):
        page.get_by_role("button", name="Undo (Ctrl+Z)").click()
        expect(cell(page, 2, gone)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(cell(page, 2, "star")).to_have_text("☆")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "star")).to_have_text("☆")
    for _ in range(2):
        page.keyboard.press("Control+y")
    expect(cell(page, 2, "star")).to_have_text("★")


def test_a_whole_selection_is_annotated_found_brushed_and_saved(page: Page, tmp_path: Path) -> None:
    open_table(page)
    brush(page, "layers", [[1, 2]])
    some = state(page)["selected"]
    choose(page, "Selected", f"Star {some} trials")
    expect(page.locator(".tr-mark-said")).to_have_text(f"Starred {some} trials.")
    choose(page, "Selected", "Tag ")
    answer(page, "shallow")
    expect(page.locator(".tr-mark-said")).to_contain_text("shallow")
    choose(page, "Selected", "Note on")
    answer(page, "Kept for the device")
    expect(page.locator(".tr-mark-said")).to_have_text(f"Noted on {some} trials.")
    page.evaluate("window.trellis.clear()")
    brush(page, "star", [True])
    assert state(page)["selected"] == some
    brush(page, "star", None)
    page.get_by_label("Search notes and tags").fill("DEVICE shallow")
    expect(page.locator(".tr-view-table")).to_contain_text(f"{some} of {TRIALS}")
    page.get_by_role("button", name="Brush them").click()
    expect(chip(page, "$trials")).to_contain_text(f"{some} trials")
    page.get_by_label("Search notes and tags").fill("")
    saved = {}
    for kind in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f"[data-export={kind}]").click()
        saved[kind] = tmp_path / f"trials.{kind}"
        download.value.save_as(saved[kind])
    with saved["csv"].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["star"], row["tags"], row["note"]) for row in rows} == {("true", "shallow", "Kept for the device")}
    objects: list[dict[str, Any]] = json.loads(saved["json"].read_text(encoding="utf-8"))
    assert len(objects) == len(rows) == some
    assert all(one["tags"] == ["shallow"] and one["star"] and one["hyperparameters"]["layers"] <= 2 for one in objects)
    choose(page, "Selected", "Archive")
    expect(page.locator(".tr-archived")).to_contain_text(f"{some} archived hidden")
    expect(page.locator(".tr-study").first).to_contain_text(f"{some} archived")
    assert state(page)["total"] == TRIALS - some


def test_cells_of_tags_and_notes_are_edited_in_place(page: Page) -> None:
    open_table(page)
    cell(page, 3, "star").click()
    for column in ("tags", "note"):
        page.locator(".tr-table-tools summary", has_text="Columns").click()
        page.locator(f'.tr-table-tools .tr-menu-row[data-name="{column}"] input').check()
        page.keyboard.press("Escape")
    cell(page, 3, "tags").dblclick()
    page.locator(".ag-cell-editor input").fill("b, a, b")
    page.keyboard.press("Enter")
    expect(cell(page, 3, "tags")).to_have_text("b, a")
    cell(page, 3, "note").dblclick()
    page.locator(".ag-large-text textarea").fill("in the table")
    page.keyboard.press("Enter")
    expect(cell(page, 3, "note")).to_have_text("in the table")
    page.locator('.ag-header-cell[col-id="column star"] .ag-header-cell-label').click()
    page.locator('.ag-header-cell[col-id="column star"] .ag-header-cell-label').click()
    expect(page.locator('.ag-header-cell[col-id="column star"]')).to_have_attribute("aria-sort", "descending")
    assert cells(page, "number")[0] == "3"


def test_two_tabs_that_edit_at_once_lose_nothing(pages: Callable[[], Page]) -> None:
    one, other = pages(), pages()
    for page in (one, other):
        open_table(page)
        focus(page, 4)
        page.keyboard.press("n")
        expect(page.locator("dialog.tr-ask")).to_be_visible()
    answer(one, "from the first tab")
    expect(other.locator(".tr-focus .tr-note-text")).to_have_text("from the first tab")
    answer(other, "from the second tab")
    for page in (one, other):
        expect(page.locator(".tr-focus .tr-note-text p")).to_have_text(["from the first tab", "from the second tab"])
    one.keyboard.press("p")
    focus(other, 5)
    other.keyboard.press("p")
    expect(other.locator(".tr-pin")).to_have_count(1)
    fresh = pages()
    expect(fresh.locator(".tr-pin")).to_have_count(2)
    assert [pin.get_attribute("data-number") for pin in fresh.locator(".tr-pin").all()] == ["4", "5"]
    fresh.reload()
    fresh.evaluate("window.trellis.ready")
    expect(fresh.locator(".tr-pin")).to_have_count(2)


def test_annotations_and_pins_follow_the_rows_of_a_table_that_is_sorted_and_extended_while_it_is_open(
    app_page: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    rows = [("0.1", "0.5"), ("0.2", "0.6"), ("0.3", "0.9")]

    def write(lines: list[tuple[str, str]]) -> None:
        (tmp_path / "next").write_text("rate,accuracy\n" + "".join(f"{a},{b}\n" for a, b in lines), encoding="utf-8")
        (tmp_path / "next").replace(path)

    write(rows)
    page = app_page(path)
    open_table(page)
    row_of(page, 2).locator('[col-id="column accuracy"]').click()
    expect(page.locator(".tr-focus")).to_contain_text("trial 2")
    page.keyboard.press("n")
    answer(page, "the best")
    page.keyboard.press("p")
    write([("0.4", "0.95"), *rows[::-1], ("0.5", "0.1")])
    expect(page.locator(".tr-count")).to_have_text("5 of 5")
    expect(page.locator(".tr-pin-value")).to_have_text("0.9")
    values = dict(zip(cells(page, "accuracy"), cells(page, "note"), strict=True))
    assert values == {"0.95": "", "0.9": "the best", "0.6": "", "0.5": "", "0.1": ""}
