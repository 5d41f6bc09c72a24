"""Brushing as an analyst does it, over a real Optuna study: chips, undo, quick brushes, links, the automation hook."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE, TRIALS
from tests.browser.steps import brush, cells, chip, choose, open_table, pinned, retype, row_of, state

AppPage = Callable[..., Page]


def test_a_chip_shows_a_brush_and_takes_a_typed_one(page: Page) -> None:
    brush(page, "lr", [[1e-4, 3e-3]])
    expect(chip(page, "lr")).to_contain_text("1e-4 … 3e-3")
    retype(page, "lr", "1e-3..2e-2; missing")
    assert state(page)["brushes"]["lr"] == {"ranges": [[1e-3, 2e-2]], "values": [], "missing": True}
    expect(chip(page, "lr")).to_contain_text("1e-3 … 0.02 or missing")
    chip(page, "lr").get_by_role("button", name="Remove the brush on lr").click()
    expect(chip(page, "lr")).to_have_count(0)
    assert state(page)["selected"] == TRIALS


def test_a_brush_can_be_made_with_the_keyboard_alone(page: Page) -> None:
    page.locator(".tr-bar summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".tr-menu-row", has_text="optimizer").press("Enter")
    page.keyboard.type('"a, b", adam')
    page.keyboard.press("Enter")
    expect(chip(page, "optimizer")).to_contain_text("a, b, adam")
    assert state(page)["brushes"]["optimizer"]["values"] == ["a, b", "adam"]
    expect(chip(page, "optimizer").locator(".tr-chip-text")).to_be_focused()


def test_a_text_that_is_no_brush_is_refused_in_a_sentence_and_escape_restores(page: Page) -> None:
    brush(page, "lr", [[1e-4, 3e-3]])
    before = state(page)
    retype(page, "lr", "1e-4 … fast")
    error = chip(page, "lr").get_by_role("alert")
    expect(error).to_have_text(re.compile("'1e-4 … fast' cannot be read as a brush on lr; expected a number"))
    expect(chip(page, "lr").get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(chip(page, "lr")).to_contain_text("1e-4 … 3e-3")
    assert state(page) == before
    brush(page, "optimizer", ["adam"])
    retype(page, "optimizer", "lion")
    expect(chip(page, "optimizer").get_by_role("alert")).to_contain_text("'lion' is no category of optimizer")


def test_undo_redo_and_clear(page: Page) -> None:
    for high in (1e-3, 1e-2):
        brush(page, "lr", [[1e-4, high]])
    some = state(page)["selected"]
    page.keyboard.press("Control+z")
    assert state(page)["brushes"]["lr"]["ranges"] == [[1e-4, 1e-3]]
    page.keyboard.press("Control+y")
    assert state(page)["selected"] == some
    page.get_by_role("button", name="Remove all brushes").click()
    assert state(page)["brushes"] == {}
    expect(page.get_by_role("button", name="Remove all brushes")).to_be_disabled()
    page.get_by_role("button", name="Undo").click()
    assert state(page)["selected"] == some
    page.get_by_role("button", name="Redo").click()
    assert state(page)["brushes"] == {}
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_undo_leaves_text_fields_alone(page: Page) -> None:
    brush(page, "lr", [[1e-4, 1e-3]])
    chip(page, "lr").locator(".tr-chip-text").click()
    page.keyboard.type("5")
    page.keyboard.press("Control+z")
    assert "lr" in state(page)["brushes"]


def test_quick_brushes(page: Page) -> None:
    choose(page, "Best", "Best 10")
    assert state(page)["selected"] == 10
    expect(page.locator(".tr-count")).to_have_text(f"10 of {TRIALS}")
    open_table(page)
    best = sorted((float(cell) for cell in cells(page, "value")), reverse=True)
    assert len(best) == 10
    page.evaluate("window.trellis.clear()")
    choose(page, "Best", "Best 5 %")
    assert state(page)["selected"] == math.ceil(0.05 * (TRIALS - TRIALS // 10))
    page.evaluate("window.trellis.clear()")
    expect(page.locator(".tr-view-table")).to_contain_text(f"{TRIALS} of {TRIALS}")
    row_of(page, 0).locator('[col-id="column value"]').click()
    expect(page.locator(".tr-focus")).to_contain_text("trial 0")
    choose(page, "Best", "Around trial 0")
    brushes = state(page)["brushes"]
    assert {"lr", "layers", "optimizer"} <= set(brushes)
    assert state(page)["selected"] >= 1


def test_a_copied_link_reopens_the_same_state(app_page: AppPage, new_page: Callable[..., Page], results: Path) -> None:
    page = app_page(results)
    brush(page, "lr", [[1e-4, None]])
    brush(page, "optimizer", ["adam", HOSTILE])
    brush(page, "$regions", [{"x": "lr", "y": "value", "box": [1e-4, 0.1, 0.1 + 0.2, 1]}])
    open_table(page)
    page.locator('.ag-row [col-id="pins"]').first.click()
    page.locator("#control-panel .tr-view-legend input[type=checkbox]").check()
    expect(page.locator(".tr-pin")).to_have_count(1)
    page.wait_for_function("location.hash.includes('rank') && location.hash.includes('pins')")
    second = new_page()
    second.goto(page.url)
    second.wait_for_function("window.trellis !== undefined")
    second.evaluate("window.trellis.ready")
    assert state(second) == state(page)
    assert 0 < state(second)["selected"] < TRIALS
    expect(second.locator(".tr-chip")).to_have_text(page.locator(".tr-chip").all_inner_texts(), use_inner_text=True)
    expect(second.locator("#control-panel .tr-view-legend input[type=checkbox]")).to_be_checked()
    assert pinned(second) == pinned(page)
    assert second.evaluate("location.hash") == page.evaluate("location.hash")


def test_a_link_that_names_an_unknown_column_says_so_and_the_rest_applies(app_page: AppPage, results: Path) -> None:
    link = '/#v1={"brushes":{"depth":[[1,2]],"layers":[[1,2]]}}'
    page = app_page(results, link=link)
    expect(page.get_by_text("The link brushes 'depth', which the shown studies do not have")).to_be_visible()
    assert list(state(page)["brushes"]) == ["layers"]
    assert 0 < state(page)["selected"] < TRIALS


def test_a_damaged_link_opens_the_page_without_brushes(app_page: AppPage, results: Path) -> None:
    page = app_page(results, link="/#v1=%7Bhello")
    expect(page.get_by_text("The link is damaged")).to_be_visible()
    assert state(page)["selected"] == TRIALS


def test_the_hook_answers_as_documented(page: Page) -> None:
    assert page.evaluate("window.trellis.ready.then(() => true)")
    brush(page, "layers", [[2, 3]])
    brush(page, "state", ["pruned"])
    answer = state(page)
    assert set(answer) == {"studies", "total", "selected", "brushes"}
    assert answer["total"] == TRIALS
    assert answer["brushes"]["state"] == {"ranges": [], "values": ["pruned"], "missing": False}
    page.wait_for_function("window.trellis.timing() !== null")
    assert set(page.evaluate("window.trellis.timing()")) == {"mask", "paint", "total"}
    assert page.evaluate("(window.trellis.brush('layers', [[1, 1]]), window.trellis.timing())") is None
    brush(page, "state", None)
    assert list(state(page)["brushes"]) == ["layers"]
    refused = page.evaluate(
        "(() => { try { window.trellis.brush('depth', [[0, 1]]) } catch (e) { return e.message } })()"
    )
    assert "'depth'" in refused
    page.evaluate("window.trellis.clear()")
    assert state(page)["selected"] == TRIALS


def test_the_colour_range_follows_the_handles_and_resets(page: Page) -> None:
    ends = page.locator("#control-panel .tr-legend-ends")
    before = ends.inner_text()
    page.get_by_role("slider", name="Worst end of the colours").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(ends).not_to_have_text(before, use_inner_text=True)
    page.locator("#control-panel .tr-legend-bar").dblclick(position={"x": 100, "y": 6})
    expect(ends).to_have_text(before, use_inner_text=True)
