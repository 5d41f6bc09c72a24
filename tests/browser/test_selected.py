"""Selected models: pinned from anywhere, kept, columns, comparison, details and export; the drawer in every tab."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TRIALS
from tests.browser.steps import brush, open_table, row_of, state


def card(page: Page) -> Locator:
    return page.locator(".tr-card", has=page.locator("[data-view=selected]"))


def open_models(page: Page) -> Locator:
    page.get_by_role("tab", name="Models").click()
    return card(page)


def numbers(page: Page) -> list[str]:
    """The trials of the table of selected models, as it sorts them."""
    return [text or "" for text in card(page).locator("tbody tr[data-key] .tr-link").all_text_contents()]


def export(page: Page, label: str, path: Path) -> str:
    card(page).locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        card(page).locator(".tr-menu-row", has_text=label).click()
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")


def test_models_are_selected_sorted_compared_and_saved(page: Page, tmp_path: Path) -> None:
    models = open_models(page)
    expect(models).to_contain_text("No model is selected yet")
    open_table(page)
    row_of(page, 5).locator('[col-id="pins"]').click()
    page.locator("[data-drawer=table]").click()
    brush(page, "layers", [[6, 6]])
    page.locator(".tr-bar summary", has_text="Selected").click()
    pin_all = page.locator(".tr-bar .tr-menu-row", has_text=re.compile("^Pin [0-9]+ trials"))
    count = 1 + int((pin_all.text_content() or "").split()[1])
    pin_all.click()
    expect(models.locator("tbody tr[data-key]")).to_have_count(count)
    assert 2 < count < 30
    assert numbers(page)[0] == "trial 5"
    page.evaluate("window.trellis.clear()")
    models.locator('[data-sort="value"]').click()
    expect(models.locator('[data-sort="value"]')).to_contain_text("↓")
    values = [
        float(text)
        for text in models.locator("tbody tr[data-key] td.tr-number:nth-child(6)").all_text_contents()
        if text
    ]
    assert values == sorted(values, reverse=True)
    models.locator("summary", has_text="Columns").click()
    models.locator('.tr-menu-row[data-name="size"] input').uncheck()
    page.keyboard.press("Escape")
    expect(models.locator('[data-sort="size"]')).to_have_count(0)
    for label in ("1", "2"):
        models.get_by_label(f"Compare model {label}", exact=True).check()
    compared = models.locator(".tr-comparison")
    expect(compared.locator("thead th")).to_have_text(["", re.compile("^1trial 5"), re.compile("^2trial")])
    expect(compared.locator("tbody tr").first).to_have_text("Hyperparameters that differ")
    expect(compared.get_by_role("row", name=re.compile("^size"))).to_contain_text(re.compile(r"[+−]|same"))
    expect(compared.locator(".tr-compare-curves")).to_contain_text("No learning curves")
    rows = list(csv.DictReader(export(page, "CSV", tmp_path / "models.csv").splitlines()))
    assert [row["model"] for row in rows] == [str(i + 1) for i in range(count)]
    assert rows[0]["number"] == "5"
    objects: list[dict[str, Any]] = json.loads(export(page, "JSON", tmp_path / "models.json"))
    assert [one["number"] for one in objects] == [int(row["number"]) for row in rows]
    code = export(page, "Optuna code", tmp_path / "models.py")
    compile(code, "models.py", "exec")
    assert code.count("study.enqueue_trial(") == count
    page.reload()
    page.evaluate("window.trellis.ready")
    expect(models.locator("tbody tr[data-key]")).to_have_count(count)
    expect(compared.locator("thead th")).to_have_count(3)
    assert numbers(page)[0] == "trial 5"
    models.get_by_role("button", name="Unpin all").click()
    expect(models).to_contain_text("No model is selected yet")


def test_details_of_a_model_of_ours_tell_its_curves_log_and_code(app_page: Callable[..., Page], toys: str) -> None:
    page = app_page(toys)
    models = open_models(page)
    models.get_by_role("button", name="Pin the best 5").click()
    expect(models.locator("tbody tr[data-key]")).to_have_count(5)
    models.get_by_role("button", name="Details of model 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".tr-mini")).to_have_count(1)
    expect(dialog).to_contain_text("Lineage")
    expect(dialog.locator("pre").first).to_contain_text("params = {")
    dialog.get_by_label("As", exact=True).select_option(label="Study spec")
    expect(dialog.locator("pre").first).to_contain_text('"name": "given"')
    dialog.get_by_label("Star").click()
    expect(dialog.get_by_label("Star")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    models.get_by_role("button", name="Compare all 5").click()
    expect(models.locator(".tr-comparison .tr-mini polyline")).to_have_count(5)
    models.locator("tbody tr[data-key] .tr-link").nth(1).click()
    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_drawer_shows_pins_and_focus_in_every_tab_beside_what_is_there(
    app_page: Callable[..., Page], results: Path, width: int
) -> None:
    page = app_page(results, viewport={"width": width, "height": 800})
    open_table(page)
    row_of(page, 1).locator('[col-id="column value"]').click()
    page.keyboard.press("p")
    page.locator("[data-drawer=table]").click()
    drawer = page.get_by_label("Pinned trials").first
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(drawer.locator(".tr-pin")).to_have_count(1)
        expect(drawer.locator(".tr-focus")).to_contain_text("trial 1")
        left, right = drawer.bounding_box(), page.get_by_role("main").bounding_box()
        assert left is not None
        assert right is not None
        assert right["x"] + right["width"] <= left["x"] + 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[data-drawer=pinned]").click()
    expect(drawer.locator(".tr-pin")).to_be_hidden()
    assert state(page)["total"] == TRIALS
