"""The trials table and what leaves the page: rows ticked, sorted, filtered and pinned, pictures and CSV."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FORMULA, HOSTILE, TRIALS
from tests.browser.steps import brush, cells, cells_of_pins, chip, open_table, pinned, retype, row_of, state


def test_the_table_shows_what_is_selected_and_sorts_and_filters_it(page: Page) -> None:
    open_table(page)
    expect(page.locator(".tr-view-table")).to_contain_text(f"{TRIALS} of {TRIALS}")
    brush(page, "layers", [[1, 2]])
    expect(page.locator(".tr-view-table")).to_contain_text(f"{state(page)['selected']} of {TRIALS}")
    assert set(cells(page, "layers")) == {"1", "2"}
    header = page.locator('.ag-header-cell[col-id="column lr"]')
    header.locator(".ag-header-cell-label").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    rates = [float(cell) for cell in cells(page, "lr")]
    assert rates == sorted(rates)
    page.evaluate(
        """async () => {
        const grid = await window.dash_ag_grid.getApiAsync('trials-table');
        grid.setFilterModel({ 'column optimizer': { filterType: 'text', type: 'contains', filter: 'img' } });
        }"""
    )
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_contain_text(HOSTILE)
    assert set(cells(page, "optimizer")) == {HOSTILE}
    assert page.locator(".ag-row img").count() == 0


def test_ticked_rows_are_a_brush_and_a_brush_ticks_rows(page: Page) -> None:
    open_table(page)
    row_of(page, 1).get_by_role("checkbox").check()
    row_of(page, 4).get_by_role("checkbox").check()
    expect(chip(page, "$trials")).to_contain_text("2 trials")
    assert next(iter(state(page)["brushes"]["$trials"].values())) == [1, 4]
    expect(page.locator(".tr-view-table")).to_contain_text(f"{TRIALS} of {TRIALS}")
    retype(page, "$trials", "2, 4-6")
    expect(page.locator(".tr-view-table")).to_contain_text(f"4 of {TRIALS}")
    assert sorted(cells(page, "number")) == ["2", "4", "5", "6"]
    expect(page.locator(".ag-center-cols-container .ag-row-selected")).to_have_count(4)
    row_of(page, 5).get_by_role("checkbox").uncheck()
    expect(page.locator(".tr-count")).to_have_text(f"3 of {TRIALS}")
    page.evaluate("window.trellis.clear()")
    expect(page.locator(".ag-row-selected")).to_have_count(0)
    assert state(page)["selected"] == TRIALS


def test_focus_and_pins_are_the_same_in_table_drawer_and_views(page: Page) -> None:
    open_table(page)
    before = page.locator("[data-view=parallel] .tr-overlay").screenshot()
    row_of(page, 2).locator('[col-id="column value"]').click()
    expect(page.locator(".tr-focus")).to_contain_text("trial 2")
    page.keyboard.press("p")
    row_of(page, 1).locator('[col-id="pins"]').click()
    expect(page.locator(".tr-pin")).to_have_count(2)
    assert cells_of_pins(page)[:4] == ["+", "2", "1", "+"]
    assert pinned(page) == ["2", "1"]
    assert page.locator("[data-view=parallel] .tr-overlay").screenshot() != before
    page.locator(".tr-pin").nth(1).get_by_role("button", name="Unpin").click()
    expect(page.locator(".tr-pin")).to_have_count(1)
    assert cells_of_pins(page)[:3] == ["+", "+", "1"]


def test_the_selected_rows_are_saved_as_csv_that_no_spreadsheet_runs(page: Page, tmp_path: Path) -> None:
    open_table(page)
    brush(page, "optimizer", [FORMULA, "a, b"])
    expect(page.locator(".tr-view-table")).to_contain_text(f"{state(page)['selected']} of {TRIALS}")
    with page.expect_download() as download:
        page.locator("[data-export=csv]").click()
    path = tmp_path / "trials.csv"
    download.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == state(page)["selected"]
    assert {row["optimizer"] for row in rows} == {f"'{FORMULA}", "a, b"}
    assert all(1e-5 <= float(row["lr"]) <= 1e-1 for row in rows)


def test_columns_of_the_table_are_chosen(page: Page) -> None:
    open_table(page)
    size = page.locator('.ag-header-cell[col-id="column size"]')
    expect(size).to_be_visible()
    page.locator(".tr-table-tools summary", has_text="Columns").click()
    page.locator('.tr-menu-row[data-name="size"] input').uncheck()
    expect(size).to_have_count(0)


@pytest.mark.parametrize("view", ["parallel", "scatter", "histograms", "slices"])
def test_a_view_is_saved_as_picture(page: Page, view: str, tmp_path: Path) -> None:
    brush(page, "optimizer", ["adam", HOSTILE])
    card = page.locator(".tr-card", has=page.locator(f"[data-view={view}]"))
    saved = {}
    for kind in ("svg", "png"):
        card.locator("summary[aria-label^=Save]").click()
        with page.expect_download() as download:
            card.locator(f"[data-export={kind}]").click()
        saved[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[kind])
        page.keyboard.press("Escape")
    assert re.fullmatch(rf"{view}_[\w-]+\.svg", saved["svg"].name)
    assert saved["png"].read_bytes().startswith(b"\x89PNG")
    drawing = ElementTree.parse(saved["svg"]).getroot()
    tags = {element.tag.rpartition("}")[2] for element in drawing.iter()}
    assert tags <= {"svg", "title", "g", "path", "rect", "circle", "text", "image"}
    assert {"path", "text", "rect"} <= tags
    for element in drawing.iter():
        assert not any(name.startswith("on") for name in element.attrib)
