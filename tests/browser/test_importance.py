"""The importance card: it follows the brush, its choices ask anew, a press makes hyperparameters active."""

from __future__ import annotations

import csv
import math
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import brush

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "digits.db"
SHARE = re.compile(r"\d+ ± [\d.]+ %")
HOSTILE = "<b>optimizer</b>"


@pytest.fixture(scope="module")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 300 rows: rate and layers decide the accuracy where rate is high, layers alone the error."""
    draw = random.Random(3)
    path = tmp_path_factory.mktemp("importance") / "results.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["trial", "rate", "layers", HOSTILE, "accuracy", "error"])
        for number in range(300):
            rate, layers, optimizer = 10 ** draw.uniform(-4, 0), draw.randint(1, 6), draw.choice(["a", "<i>b</i>"])
            accuracy = 0.9 - 0.1 * max(0.0, math.log10(rate) + 2) - (0.05 * layers if rate < 1e-2 else 0)
            writer.writerow([number, rate, layers, optimizer, accuracy, layers * 1000 + number % 7])
    return path


@pytest.fixture
def page(app_page: Callable[..., Page], conditions: Path) -> Page:
    opened = app_page(conditions, link="/")
    expect(bar(opened, "rate").locator(".tr-share-number").first).to_have_text(SHARE)
    return opened


def card(page: Page) -> Locator:
    return page.locator(".tr-card", has=page.locator(".tr-importance"))


def bar(page: Page, name: str) -> Locator:
    return card(page).locator(f'.tr-share-row[data-name="{name}"]').first


def pair(page: Page, a: str, b: str) -> Locator:
    """The square of a pair, whichever of the two is the more important."""
    either = ", ".join(f'.tr-pair-cell[data-a="{one}"][data-b="{two}"]' for one, two in ((a, b), (b, a)))
    return card(page).locator(either)


def brushed(page: Page, name: str) -> float:
    """The share within the brush, in percent, once it is told with its interval."""
    told = bar(page, name).locator(".tr-share-brushed")
    expect(told).to_have_text(SHARE)
    return float((told.text_content() or "").split(" ")[0])


def choose(page: Page, label: str, value: str) -> None:
    card(page).get_by_role("combobox", name=label, exact=True).select_option(value)


def test_the_share_within_follows_the_brush(page: Page) -> None:
    expect(bar(page, "layers").locator(".tr-share-brushed")).to_have_count(0)
    brush(page, "rate", [[None, 1e-3]])
    low = brushed(page, "layers")
    brush(page, "rate", [[0.05, None]])
    expect(bar(page, "layers").locator(".tr-share-brushed")).not_to_have_text(re.compile(rf"^{low:.0f}\b"))
    assert low > 90
    assert brushed(page, "layers") < 10
    page.evaluate("trellis.clear()")
    expect(bar(page, "layers").locator(".tr-share-brushed")).to_have_count(0)


def test_of_many_brushes_in_a_row_the_last_one_counts(page: Page) -> None:
    page.evaluate("for (let i = 0; i < 40; i++) trellis.brush('rate', [[1e-4, 0.5 - 0.01 * i]])")
    page.evaluate("trellis.brush('rate', [[null, 1e-3]])")
    assert brushed(page, "layers") > 90
    selected = page.evaluate("trellis.state().selected")
    expect(card(page)).to_contain_text(f"Within the brush: {selected} of these rows")


def test_a_brush_that_leaves_too_little_says_so_and_what_to_do(page: Page) -> None:
    brush(page, "number", [[0, 10]])
    expect(card(page)).to_contain_text(re.compile(r"Within the brush: too few: 11 rows.*Widen the brush"))
    expect(bar(page, "rate").locator(".tr-share-number").first).to_have_text(SHARE)


def test_any_metric_is_a_target_and_two_stand_side_by_side(page: Page) -> None:
    choose(page, "of", "error")
    expect(card(page).locator(".tr-question").first).to_contain_text("variance of error")
    expect(bar(page, "layers").locator(".tr-share-number").first).to_have_text(re.compile(r"^(9\d|100)"))
    choose(page, "and", "accuracy")
    expect(card(page).get_by_role("heading", level=3)).to_have_text(["error", "accuracy"])
    expect(card(page).locator('.tr-share-row[data-name="rate"]')).to_have_count(2)
    page.reload()
    expect(card(page).get_by_role("heading", level=3)).to_have_text(["error", "accuracy"])


def test_another_method_is_another_question(page: Page) -> None:
    choose(page, "by", "ped")
    expect(card(page).locator(".tr-question").first).to_contain_text("among the best 10 %")
    choose(page, "best", "0.25")
    expect(card(page).locator(".tr-question").first).to_contain_text("among the best 25 %")
    expect(card(page).locator(".tr-matrix").first).to_be_hidden()


def test_a_bar_shows_the_marginal_and_a_square_the_heatmap(page: Page) -> None:
    bar(page, "rate").click()
    expect(bar(page, "rate")).to_have_attribute("aria-pressed", "true")
    expect(card(page).locator('[data-view="marginal"]')).to_have_attribute("aria-label", re.compile("^Marginal of acc"))
    bar(page, "layers").click()
    expect(card(page).locator('[data-view="heatmap"]')).to_have_attribute("aria-label", re.compile("^Heatmap of"))
    bar(page, "layers").click()
    bar(page, "rate").click()
    card(page).locator(
        '.tr-pair-cell[data-a="layers"][data-b="rate"], .tr-pair-cell[data-a="rate"][data-b="layers"]'
    ).click()
    expect(bar(page, "rate")).to_have_attribute("aria-pressed", "true")
    expect(bar(page, "layers")).to_have_attribute("aria-pressed", "true")


def test_the_matrix_is_moved_through_with_the_arrow_keys(page: Page) -> None:
    cells = card(page).locator(".tr-pair-cell")
    expect(cells).to_have_count(3)
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cells.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(cells.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(card(page).locator(".tr-pair-cell[tabindex='0']")).to_have_count(1)


def test_names_that_look_like_markup_are_text(page: Page) -> None:
    expect(bar(page, HOSTILE).locator(".tr-share-name")).to_have_text(HOSTILE)
    expect(card(page).locator(".tr-matrix-name", has_text=HOSTILE)).to_have_count(1)


def test_what_it_rests_on_stands_below(page: Page) -> None:
    expect(card(page).locator(".tr-view-basis")).to_contain_text(
        re.compile(r"300 of 300 rows used\..*the forest \(16 trees, seed 0\) explains.*Which sampler chose the trials")
    )


def test_of_several_studies_one_is_named_and_a_small_one_refused_with_the_counts(
    app_page: Callable[..., Page],
) -> None:
    page = app_page(EXAMPLE)
    study = card(page).get_by_role("combobox", name="in", exact=True)
    expect(study.locator("option:checked")).to_have_text("digits-random")
    expect(bar(page, "optimizer").locator(".tr-share-number").first).to_have_text(SHARE)
    study.select_option(label="digits-refined")
    expect(card(page)).to_contain_text("Too few: 80 rows for 9 hyperparameters that vary; expected at least 90")
    expect(card(page)).to_contain_text("Run more trials")
    expect(bar(page, "optimizer")).to_be_hidden()
    page.reload()
    expect(card(page)).to_contain_text("Too few: 80 rows")
