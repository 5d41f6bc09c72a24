"""Learning curves in the page: what is drawn, zoom, smoothing, legend, brushes, flags, and a rung that is tried."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app import create_app
from components import ids
from data.workspace import open_workspace
from tests.browser.steps import brush, chip, state
from tests.conftest import AppPage, serving_app

TRIALS = 40
LONG = 3_000
"""Steps of trial 0; the others have 30."""


def loss(number: int, at: float) -> float:
    """Every fourth overfits from two fifths on; the higher the number, the lower the curve."""
    return 1.5 * math.exp(-8 * at) + 0.5 - number / 100 + (number % 4 == 3) * max(at - 0.4, 0)


def write(folder: Path) -> tuple[Path, Path]:
    results, curves = folder / "results.csv", folder / "curves.csv"
    rows, lines = ["trial,rate,val_loss"], ["trial,step,val_loss,train_loss,accuracy,epoch"]
    for number in range(TRIALS):
        steps = 30 if number else LONG
        rows.append(f"{number},{(number + 1) / 100},{loss(number, 1)}")
        for step in range(1, steps + 1):
            at = step / steps
            lines.append(f"{number},{step},{loss(number, at)},{math.exp(-3 * at)},{at},{step / 10}")
    results.write_text("\n".join(rows), encoding="utf-8")
    curves.write_text("\n".join(lines), encoding="utf-8")
    return results, curves


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("curves")
    results, curves = write(folder)
    app = create_app(open_workspace(folder / "workspace"), [str(results)], curves=str(curves))
    with serving_app(app) as served:
        yield served


@pytest.fixture
def page(address: str, new_page: Callable[..., Page]) -> Page:
    """The tab Models with all curves drawn, long trial 0 brushed away."""
    page = new_page(viewport={"width": 1440, "height": 1100})
    page.goto(address)
    page.wait_for_function("window.trellis !== undefined")
    page.evaluate("window.trellis.ready")
    page.locator(f"#{ids.tab('models')}").click()
    brush(page, "rate", [[0.015, None]])
    card(page).scroll_into_view_if_needed()
    drawn(page, TRIALS - 1)
    return page


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="Learning curves")


def told(page: Page, view: str = "curves") -> dict[str, Any]:
    return dict(page.evaluate("view => trellis.curves(view)", view))


def drawn(page: Page, trials: int, metric: str = "val_loss", view: str = "curves") -> None:
    page.wait_for_function(
        "([n, metric, view]) => { const t = trellis.curves(view); return !t.loading && t.trials.length === n"
        " && t.trials.every(({ points }) => metric in points); }",
        arg=[trials, metric, view],
    )


def panels(page: Page) -> list[str]:
    return [panel["title"] for panel in told(page)["panels"]]


def place(page: Page, x: float, y: float, panel: int = 0) -> tuple[float, float]:
    """A point of the window by shares of a panel's width and height."""
    left, right, top, bottom = told(page)["panels"][panel]["box"]
    return left + x * (right - left), top + y * (bottom - top)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=2)
    page.mouse.move(*end, steps=2)
    page.mouse.up()


def spans(page: Page) -> list[list[float]]:
    return [panel["x"] for panel in told(page)["panels"]]


def test_curves_follow_the_selection_and_the_choices_over_them(page: Page) -> None:
    assert panels(page) == ["loss", "accuracy"]
    brush(page, "rate", [[0.305, None]])
    drawn(page, 10)
    card(page).get_by_label("Metrics of the curves").click()
    card(page).get_by_label("accuracy", exact=True).uncheck()
    page.wait_for_function("trellis.curves().panels.length === 1")
    card(page).get_by_label("train and validation together").uncheck()
    page.wait_for_function("trellis.curves().panels.length === 2")
    assert panels(page) == ["train_loss", "val_loss"]
    card(page).get_by_label("panels").select_option("one a model")
    page.wait_for_function("trellis.curves().panels.length === 10")
    card(page).get_by_label("panels").select_option("one for all")
    page.wait_for_function("trellis.curves().panels.length === 1")
    card(page).get_by_label("x", exact=True).select_option("epoch")
    page.wait_for_function("trellis.curves().panels[0]?.x[1] === 3")
    card(page).get_by_label("log y").check()
    card(page).get_by_label("smoothing", exact=True).select_option("moving average")
    slider = card(page).get_by_role("slider", name="Strength of the smoothing")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^(14|15) points$"))
    page.wait_for_function("location.hash.includes('epoch')")
    second = page.context.new_page()
    second.goto(page.url)
    second.evaluate("window.trellis.ready")
    second.wait_for_function("trellis.curves().panels[0]?.x[1] === 3")
    assert told(second)["panels"][0]["metrics"] == ["train_loss", "val_loss"]
    expect(card(second).get_by_label("log y")).to_be_checked()


def test_zoom_is_one_for_all_panels_and_asks_for_the_detail_of_long_curves(page: Page) -> None:
    brush(page, "rate", [[None, 0.015]])
    drawn(page, 1)
    (trial,) = told(page)["trials"]
    assert (trial["points"]["val_loss"], trial["of"]["val_loss"]) == (1_000, LONG)
    expect(card(page)).to_contain_text("1,000 of 3,000 points, zoom for more")
    drag(page, place(page, 0.2, 0.5), place(page, 0.4, 0.52))
    page.wait_for_function("trellis.curves().panels[0].x[1] < 1300 && trellis.curves().trials[0].of.val_loss < 1000")
    (trial,) = told(page)["trials"]
    assert trial["points"]["val_loss"] == trial["of"]["val_loss"] > 590
    assert spans(page)[0] == spans(page)[1]
    before = spans(page)[0]
    page.keyboard.down("Control")
    page.mouse.move(*place(page, 0.5, 0.5, panel=1))
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function("([low]) => trellis.curves().panels[0].x[0] > low", arg=before)
    page.mouse.dblclick(*place(page, 0.5, 0.2, panel=1))
    page.wait_for_function("n => trellis.curves().panels.every(({ x }) => x[1] === n)", arg=LONG)
    drag(page, place(page, 0.1, 0.2), place(page, 0.9, 0.8))
    page.wait_for_function("trellis.curves().panels[0].x[1] < 2800")
    high = told(page)["panels"][0]["y"][1]
    card(page).get_by_role("button", name="Whole range").click()
    page.wait_for_function("n => trellis.curves().panels[1].x[1] === n", arg=LONG)
    page.mouse.dblclick(*place(page, 0.5, 0.2))
    page.wait_for_function("high => trellis.curves().panels[0].y[1] > high", arg=high)


def test_a_curve_is_hovered_focused_pinned_and_switched_off(page: Page) -> None:
    one = next(trial for trial in told(page)["trials"] if trial["number"] == 38)
    x, y = one["at"]["val_loss"]
    page.mouse.move(x - 30, y + 1)
    expect(page.locator(".tr-tooltip")).to_contain_text(
        re.compile(r"trial 38 .*val_loss 0\.12.* at step 2[0-9]", re.DOTALL)
    )
    page.mouse.click(x - 30, y + 1)
    page.keyboard.press("p")
    drawn(page, 1, view="curves-pinned")
    assert told(page, "curves-pinned")["trials"][0]["number"] == 38
    legend = card(page).get_by_role("group", name="Legend of the curves")
    legend.get_by_role("button", name="selection").click()
    drawn(page, 1)
    legend.get_by_role("button", name="trial 38").click()
    page.wait_for_function("trellis.curves().trials.length === 0")
    expect(card(page).get_by_role("img")).to_have_attribute("aria-label", re.compile("switched off in the legend"))
    legend.get_by_role("button", name="selection").click()
    legend.get_by_role("button", name="training").click()
    drawn(page, TRIALS - 2)
    assert all("train_loss" not in trial["points"] for trial in told(page)["trials"])


def test_shift_and_drag_brushes_the_trials_whose_curves_cross(page: Page) -> None:
    card(page).get_by_label("train and validation together").uncheck()
    page.wait_for_function("trellis.curves().panels.length === 3")
    at = panels(page).index("val_loss")
    low, high = told(page)["panels"][at]["y"]
    page.keyboard.down("Shift")
    drag(page, place(page, 0.9, 0.6, at), place(page, 0.99, 1, at))
    page.keyboard.up("Shift")
    (numbers,) = state(page)["brushes"]["$trials"].values()
    assert 0 < len(numbers) < TRIALS - 1
    assert max(numbers) >= 38
    assert all(loss(number, 0.87) <= high - 0.55 * (high - low) for number in numbers)
    assert all(loss(number, 0.99) >= high - 0.65 * (high - low) for number in set(range(1, TRIALS)) - set(numbers))
    page.keyboard.press("Control+z")
    assert "$trials" not in state(page)["brushes"]


def test_flags_stand_on_curves_in_the_drawer_and_in_the_table_and_brush(page: Page) -> None:
    flag = card(page).get_by_role("group", name="Flags").get_by_role("button", name="overfitting")
    expect(flag).to_have_text("overfitting 10")
    flag.click()
    assert state(page)["selected"] == 10
    expect(chip(page, "overfitting")).to_be_visible()
    expect(flag).to_have_attribute("aria-pressed", "true")
    study = state(page)["studies"][0]
    page.evaluate("study => dash_clientside.trellis.focus(study, 39)", study)
    words = page.get_by_role("list", name="Flags of the focused trial")
    expect(words).to_contain_text("overfitting val_loss gets worse from 0.")
    page.locator("[data-drawer=table]").click()
    head = page.locator('.ag-header-cell[col-id="column flags"]')
    head.scroll_into_view_if_needed()
    expect(page.locator('.ag-row [col-id="column flags"]').first).to_have_text("overfitting")
    flag.evaluate("button => button.click()")
    expect(chip(page, "overfitting")).to_have_count(0)


def test_a_rung_is_dragged_and_used_in_a_launch(page: Page) -> None:
    card(page).get_by_role("button", name="Try a rung").click()
    words = card(page).get_by_role("status")
    expect(words).to_contain_text("of 40 trials go on from step 10 (the best 1 in 3)")
    card(page).get_by_label("Reduction factor").fill("2")
    card(page).get_by_label("Reduction factor").press("Enter")
    expect(words).to_contain_text("of the 39 drawn, 20 of 40 trials go on from step 10 (the best 1 in 2)")
    share = (10 - 1) / (30 - 1)
    drag(page, place(page, share, 0.3), place(page, 0.5, 0.3))
    expect(words).to_contain_text(re.compile(r"go on from step 1[56] .*rank correlation with the final value 0\."))
    card(page).get_by_label("Step of the rung").fill("20")
    card(page).get_by_label("Step of the rung").press("Enter")
    expect(words).to_contain_text("from step 20")
    card(page).get_by_role("button", name="Brush those that go on").click()
    assert len(next(iter(state(page)["brushes"]["$trials"].values()))) == 20
    card(page).get_by_role("button", name="Use in launch").click()
    note = page.locator(f"#{ids.LAUNCH_FILL_NOTE}")
    expect(note).to_contain_text("From the rung at step 20 on the learning curves of results")
    expect(page.locator(f"#{ids.LAUNCH_PRUNER}")).to_contain_text("Successive halving")
    page.locator(f"#{ids.tab('models')}").click()
    card(page).get_by_role("button", name="Stop trying a rung").click()
    expect(words).to_be_hidden()


def test_results_without_curves_say_how_to_log_them(app_page: AppPage, table: Path) -> None:
    page = app_page(table)
    page.locator(f"#{ids.tab('models')}").click()
    view = card(page).get_by_role("img")
    expect(view).to_have_attribute("aria-label", re.compile("only final values, no values over steps.*trial.report"))
    expect(card(page).get_by_label("Metrics of the curves")).to_be_hidden()
