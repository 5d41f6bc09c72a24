"""The tab Launch in a real browser: from a brush to a study that trains."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from components import ids
from tests.conftest import AppPage, write_table
from tests.pages.toy import until


def at(page: Page, place: str) -> Locator:
    return page.locator(f"#{place}")


def cell(page: Page, name: str, column: str) -> Locator:
    return page.locator(f'#{ids.LAUNCH_SPACE} .ag-row[row-id="{name}"] [col-id="{column}"]')


def press(page: Page, name: str, label: str) -> None:
    at(page, ids.LAUNCH_SPACE).locator(f'.ag-row[row-id="{name}"]').get_by_role(
        "button", name=label, exact=True
    ).click()


def type_into(page: Page, name: str, column: str, text: str) -> None:
    cell(page, name, column).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def brush(page: Page, column: str, value: Any) -> None:
    page.evaluate("([column, value]) => window.trellis.brush(column, value)", [column, value])


def refine(page: Page) -> None:
    at(page, ids.REFINE).click()
    expect(at(page, ids.LAUNCH_SPACE).locator(".ag-row").first).to_be_visible()


@pytest.fixture
def toy_page(app_page: AppPage) -> Page:
    """A page over the workspace with the toy study, tall enough for the whole tab."""
    return app_page(viewport={"width": 1440, "height": 1400})


def test_refine_shows_the_brushed_ranges_and_keeps_the_others(toy_page: Page) -> None:
    brush(toy_page, "rate", [[1e-3, 0.1]])
    brush(toy_page, "optimizer", ["adam", "sgd"])
    refine(toy_page)
    expect(cell(toy_page, "rate", "old")).to_have_text("1e-4 … 1")
    expect(cell(toy_page, "rate", "low")).to_have_text("1e-3")
    expect(cell(toy_page, "rate", "high")).to_have_text("0.1")
    expect(cell(toy_page, "layers", "low")).to_have_text("1")
    expect(cell(toy_page, "layers", "offers")).to_contain_text("its own")
    kept = cell(toy_page, "optimizer", "low").get_by_role("button", pressed=True)
    expect(kept).to_have_text(["adam", "sgd"])
    press(toy_page, "rate", "extent")
    outdated = at(toy_page, ids.LAUNCH_OUTDATED)
    expect(outdated).to_be_empty()
    brush(toy_page, "layers", [[2, 3]])
    expect(outdated).to_have_text("The brushes have changed since; Refine makes a new table of them.")
    refine(toy_page)
    expect(outdated).to_be_empty()
    expect(cell(toy_page, "layers", "high")).to_have_text("3")


def test_what_cannot_be_stands_in_its_cell_with_a_sentence_until_it_is_put_right(toy_page: Page) -> None:
    refine(toy_page)
    type_into(toy_page, "layers", "high", "4")
    expect(cell(toy_page, "layers", "offers")).to_contain_text("typed")
    type_into(toy_page, "rate", "low", "much")
    expect(cell(toy_page, "rate", "offers").get_by_role("alert")).to_have_text(
        "hyperparameter 'rate': low is 'much'; expected a number above 0, since its scale is log"
    )
    expect(cell(toy_page, "rate", "low")).to_have_text("much")
    expect(cell(toy_page, "rate", "low")).to_have_class(has("tr-cell-wrong"))
    expect(cell(toy_page, "layers", "high")).to_have_text("4")
    expect(at(toy_page, ids.PREVIEW_SUMMARY)).to_contain_text("Not yet: hyperparameter 'rate': low is 'much'")
    at(toy_page, ids.LAUNCH_START).click()
    expect(at(toy_page, ids.LAUNCH_REFUSED)).to_contain_text("Not launched: hyperparameter 'rate'")
    type_into(toy_page, "rate", "low", "2.000001e-4")
    expect(cell(toy_page, "rate", "offers").get_by_role("alert")).to_have_count(0)
    expect(cell(toy_page, "rate", "low")).to_have_text("2.000001e-4")


def test_offers_are_one_click_away_and_say_where_they_come_from(toy_page: Page) -> None:
    refine(toy_page)
    press(toy_page, "layers", "fix best")
    expect(cell(toy_page, "layers", "offers")).to_contain_text("best score of the selected")
    expect(cell(toy_page, "layers", "fixed")).not_to_be_empty()
    press(toy_page, "rate", "fix default")
    expect(cell(toy_page, "rate", "fixed")).to_have_text("1e-2")
    press(toy_page, "rate", "extent")
    expect(cell(toy_page, "rate", "offers")).to_contain_text("extent of 12 selected")
    press(toy_page, "rate", "keep")
    expect(cell(toy_page, "rate", "low")).to_have_text("1e-4")


def test_a_child_drops_out_with_its_parent_s_value_and_comes_back_with_it(toy_page: Page) -> None:
    refine(toy_page)
    press(toy_page, "optimizer", "sgd")
    expect(cell(toy_page, "momentum", "offers")).to_contain_text("drops out: it needs optimizer = sgd")
    press(toy_page, "optimizer", "sgd")
    expect(cell(toy_page, "momentum", "offers")).not_to_contain_text("drops out")


def test_an_edit_made_while_another_is_under_way_is_not_lost(toy_page: Page) -> None:
    refine(toy_page)
    toy_page.evaluate(
        """place => {
            const row = (name) => window.dash_ag_grid.getApi(place).getRowNode(name);
            row("rate").setDataValue("low", "2e-3");
            row("layers").setDataValue("high", "6");
            row("layers").setDataValue("low", "2");
        }""",
        ids.LAUNCH_SPACE,
    )
    expect(cell(toy_page, "layers", "low")).to_have_text("2")
    expect(cell(toy_page, "layers", "high")).to_have_text("6")
    expect(cell(toy_page, "rate", "low")).to_have_text("2e-3")


def test_two_ranges_are_one_hull_or_two_studies(toy_page: Page) -> None:
    brush(toy_page, "layers", [[1, 2], [6, 8]])
    refine(toy_page)
    expect(cell(toy_page, "layers", "low")).to_have_text("1")
    expect(cell(toy_page, "layers", "high")).to_have_text("8")
    press(toy_page, "layers", "2 studies")
    notes = at(toy_page, ids.LAUNCH_NOTES)
    expect(notes).to_have_text("Makes 2 studies: toy-refined-a (layers 1 … 2); toy-refined-b (layers 6 … 8).")
    press(toy_page, "layers", "one hull")
    expect(notes).to_be_empty()


def test_refine_around_the_focused_trial(toy_page: Page) -> None:
    around = at(toy_page, ids.REFINE_AROUND)
    expect(around).to_be_hidden()
    focus(toy_page, 3)
    expect(around).to_have_text("Refine around trial 3 →")
    around.click()
    expect(at(toy_page, ids.LAUNCH_FROM)).to_have_text(
        "Around trial 3: every range a quarter as wide, about its value."
    )
    expect(cell(toy_page, "rate", "offers")).to_contain_text("around trial 3")


def focus(page: Page, number: int) -> None:
    page.evaluate(
        """([place, number]) => {
            const study = window.trellis.state().studies[0];
            window.dash_clientside.set_props(place, { data: { study: study.id ?? study, number } });
        }""",
        [ids.FOCUS, number],
    )


def test_the_space_of_any_study_can_be_copied(app_page: AppPage, tmp_path: Path) -> None:
    page = app_page(write_table(tmp_path / "results.csv"), permissions=["clipboard-read", "clipboard-write"])
    brush(page, "rate", [[1e-3, 1e-2]])
    refine(page)
    code = at(page, ids.EXPORT_CODE)
    expect(code).to_contain_text("trial.suggest_float('rate', 0.001, 0.01")
    at(page, ids.EXPORT_COPY).click()
    until(lambda: page.evaluate("navigator.clipboard.readText()").startswith("def suggest(trial):"))
    for label, words in (("Ray Tune", "param_space = {"), ("W&B sweep", "parameters:"), ("JSON", '"space"')):
        page.get_by_label(label).check()
        expect(code).to_contain_text(words)


def test_names_and_categories_are_text_never_markup(app_page: AppPage, tmp_path: Path) -> None:
    path = tmp_path / "hostile.csv"
    rows = [f'{0.1 * i},"<img src=x onerror=alert({i % 2})>",{0.5 + 0.01 * i}' for i in range(20)]
    path.write_text("\n".join(['"<b>rate</b>",kind,accuracy', *rows]), encoding="utf-8")
    page = app_page(path)
    refine(page)
    grid = at(page, ids.LAUNCH_SPACE)
    expect(grid).to_contain_text("<b>rate</b>")
    expect(grid).to_contain_text("<img src=x onerror=alert(0)>")
    expect(grid.locator("img, b")).to_have_count(0)


def test_the_tab_alone_shows_the_space_as_it_is(toy_page: Page) -> None:
    at(toy_page, ids.tab("launch")).click()
    expect(cell(toy_page, "rate", "low")).to_have_text("1e-4")
    expect(at(toy_page, ids.LAUNCH_FROM)).to_have_text("Every row of the shown studies is selected (12).")


def test_the_keyboard_reaches_the_buttons_of_a_cell(toy_page: Page) -> None:
    refine(toy_page)
    cell(toy_page, "rate", "offers").locator(".tr-note").click()
    toy_page.keyboard.press("Tab")
    toy_page.keyboard.press("Tab")
    expect(toy_page.locator(":focus")).to_have_text("extent")
    toy_page.keyboard.press("Enter")
    expect(cell(toy_page, "rate", "offers")).to_contain_text("extent of 12 selected")


def has(name: str) -> Any:
    return re.compile(rf"\b{name}\b")
