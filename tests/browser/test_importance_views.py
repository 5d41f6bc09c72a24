"""Importance on the axes, the marginal and the heatmap: what they show, and that each of them brushes all others."""

from __future__ import annotations

import csv
import math
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app import create_app
from data.workspace import open_workspace
from tests.browser.steps import brush, chip, state
from tests.conftest import serving_app

TRIALS = 160
NOISE = [f"p{i}" for i in range(9)]
Open = Callable[..., Page]


def trials() -> Iterator[list[Any]]:
    """Mostly the rate, then the layers and the optimizer decide; nine hyperparameters do nothing."""
    draw = random.Random(3)
    for _ in range(TRIALS):
        rate, layers, optimizer = 10 ** draw.uniform(-5, -1), draw.randint(1, 6), draw.choice(["adam", "sgd"])
        accuracy = 1 - 0.1 * (math.log10(rate) + 3) ** 2 - 0.02 * layers + 0.03 * (optimizer == "adam")
        yield [rate, layers, optimizer, *(draw.random() for _ in NOISE), accuracy]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("importance")
    with (folder / "wide.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["rate", "layers", "optimizer", *NOISE, "accuracy"], *trials()])
    with serving_app(create_app(open_workspace(folder / "workspace"), [str(folder / "wide.csv")])) as served:
        yield served


@pytest.fixture
def opened(address: str, new_page: Callable[..., Page]) -> Open:
    """``opened(link="")``: the page with the study, once its importance is told."""

    def start(link: str = "") -> Page:
        page = new_page()
        page.goto(f"{address}/{link}")
        page.wait_for_function("window.trellis !== undefined")
        page.evaluate("window.trellis.ready")
        expect(box(page, "rate")).to_have_attribute(
            "aria-label", re.compile("importance for accuracy: [0-9]+ ± [0-9]+ %")
        )
        return page

    return start


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("group").get_by_role("button", name=re.compile(f"^{name}: importance"))


def host(page: Page, view: str) -> Locator:
    return page.locator(f"[data-view={view}]")


def axes(page: Page) -> dict[str, dict[str, Any]]:
    return {axis["name"]: axis for axis in page.evaluate("window.trellis.axes()")}


def painted(page: Page, view: str) -> str:
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return str(host(page, view).locator(".tr-overlay").evaluate("canvas => canvas.toDataURL()"))


def drag(page: Page, view: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag between two points of a view, given as shares of its width and height."""
    host(page, view).scroll_into_view_if_needed()
    bounds = host(page, view).bounding_box()
    assert bounds is not None
    (x0, y0), (x1, y1) = [
        (bounds["x"] + x * bounds["width"], bounds["y"] + y * bounds["height"]) for x, y in (start, end)
    ]
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=2)
    page.mouse.move(x1, y1, steps=2)
    page.mouse.up()


def worst(page: Page) -> float:
    """The worst value that the heatmap expects anywhere, as its label tells."""
    found = re.search(r"([0-9.]+) at worst", host(page, "heatmap").get_attribute("aria-label") or "")
    assert found
    return float(found[1])


def bracket(page: Page, name: str) -> tuple[float, float]:
    """Where the effective range stands in the gutter of an axis, in window pixels."""
    axis = axes(page)[name]
    for step in range(1, 40):
        point = axis["x"] + 50, axis["y0"] + (axis["y1"] - axis["y0"]) * step / 40
        page.mouse.move(*point)
        if "effective range of" in (page.locator(".tr-tooltip").text_content(timeout=0) or ""):
            return point
    raise AssertionError(f"no effective range beside the axis of {name}")


def test_axes_open_in_the_order_of_importance_and_the_least_important_fold(opened: Open) -> None:
    page = opened()
    order = list(axes(page))
    assert order[-2:] == ["rate", "accuracy"]
    assert len(order) == 11
    told = page.evaluate("window.trellis.importance()")
    assert told["state"] == "ready"
    assert sorted(order[:-1], key=lambda name: float(told["single"][name][0])) == order[:-1]
    lefts = [bounds["x"] for name in order[:-1] if (bounds := box(page, name).bounding_box())]
    assert lefts == sorted(lefts)
    assert len(lefts) == 10
    fold = page.get_by_role("button", name=re.compile("^2 more, together [0-9.<]+ .*%"))
    fold.click()
    expect(page.get_by_role("button", name="Fold the 2 least important")).to_be_visible()
    assert set(axes(page)) == {"rate", "layers", "optimizer", "accuracy", *NOISE}
    assert "unfold" in page.url


def test_a_box_shows_the_marginal_and_its_effective_range_is_one_click_from_a_brush(opened: Open) -> None:
    page = opened()
    before = axes(page)
    box(page, "rate").click()
    expect(box(page, "rate")).to_have_attribute("aria-pressed", "true")
    expect(host(page, "marginal")).to_have_attribute(
        "aria-label", re.compile("Marginal of accuracy over rate.*effective range")
    )
    assert axes(page)["accuracy"]["x"] - axes(page)["rate"]["x"] > before["accuracy"]["x"] - before["rate"]["x"] + 20
    point = bracket(page, "rate")
    page.mouse.click(*point)
    expect(chip(page, "rate")).to_be_visible()
    low, high = state(page)["brushes"]["rate"]["ranges"][0]
    assert low < 1e-3 < high
    expect(page.get_by_role("button", name="Effective range of rate: clear it")).to_be_visible()
    page.mouse.click(*point)
    expect(chip(page, "rate")).to_have_count(0)


def test_more_of_the_axis_is_effective_when_asked_with_the_keyboard(opened: Open) -> None:
    page = opened()
    box(page, "rate").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Effective range of rate: brush it").click()
    narrow = state(page)["selected"]
    page.get_by_role("slider", name=re.compile("effective range")).press("End")
    expect(page.get_by_role("button", name="Effective range of rate: brush it")).to_be_visible()
    page.get_by_role("button", name="Effective range of rate: brush it").press("Enter")
    assert state(page)["selected"] > 1.3 * narrow
    assert "quantile" in page.url


def test_the_marginal_brushes_along_x_and_shows_a_brush_made_elsewhere(opened: Open) -> None:
    page = opened()
    box(page, "rate").click()
    expect(host(page, "marginal")).to_have_attribute("aria-label", re.compile("over rate"))
    plain = painted(page, "marginal")
    drag(page, "marginal", (0.4, 0.5), (0.7, 0.6))
    low, high = state(page)["brushes"]["rate"]["ranges"][0]
    assert 1e-5 < low < high < 1e-1
    shown = painted(page, "marginal")
    assert shown != plain
    brush(page, "rate", [[1e-5, 1e-4]])
    assert painted(page, "marginal") not in (plain, shown)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert painted(page, "marginal") == plain


def test_two_boxes_show_the_heatmap_and_a_rectangle_on_it_brushes_both(opened: Open) -> None:
    page = opened()
    box(page, "layers").click()
    box(page, "rate").click()
    expect(host(page, "heatmap")).to_have_attribute(
        "aria-label", re.compile("expected accuracy over layers and rate: ")
    )
    expect(host(page, "marginal")).to_be_hidden()
    plain = painted(page, "heatmap")
    drag(page, "heatmap", (0.35, 0.3), (0.7, 0.7))
    (region,) = state(page)["brushes"]["$regions"]
    assert (region["x"], region["y"]) == ("layers", "rate")
    expect(page.locator(".tr-chip")).to_have_count(1)
    assert painted(page, "heatmap") != plain
    page.evaluate("window.trellis.clear()")
    assert painted(page, "heatmap") == plain
    brush(page, "rate", [[1e-4, 1e-2]])
    assert painted(page, "heatmap") != plain


def test_the_third_box_takes_the_place_of_the_older_and_a_category_brushes_as_such(opened: Open) -> None:
    page = opened()
    for name in ("layers", "rate", "optimizer"):
        box(page, name).click()
    assert [box(page, name).get_attribute("aria-pressed") for name in ("layers", "rate", "optimizer")] == [
        "false",
        "true",
        "true",
    ]
    expect(host(page, "heatmap")).to_have_attribute("aria-label", re.compile("over rate and optimizer"))
    drag(page, "heatmap", (0.3, 0.2), (0.6, 0.3))
    assert state(page)["brushes"]["optimizer"]["values"] == ["sgd"]
    assert "ranges" in state(page)["brushes"]["rate"]


def test_the_heatmap_within_the_brush_follows_the_brush(opened: Open) -> None:
    page = opened()
    box(page, "layers").click()
    box(page, "rate").click()
    heatmap = host(page, "heatmap")
    expect(heatmap).to_have_attribute("aria-label", re.compile("at worst"))
    whole = worst(page)
    brush(page, "rate", [[1e-4, 1e-2]])
    heatmap.get_by_role("combobox").select_option("within the brush")
    expect(heatmap).to_have_attribute("aria-label", re.compile(rf": (?!{whole} )[0-9.]+ at worst"))
    assert worst(page) > whole
    brush(page, "rate", None)
    expect(heatmap).to_have_attribute("aria-label", re.compile(f": {whole} at worst"))


def test_a_link_keeps_what_is_active_and_the_analysts_own_order(opened: Open) -> None:
    page = opened()
    box(page, "rate").click()
    box(page, "layers").click()
    before = axes(page)
    rate = before["rate"]
    page.mouse.move(rate["x"], rate["y0"] - 20)
    page.mouse.down()
    page.mouse.move(before["optimizer"]["x"] - 60, rate["y0"] - 20, steps=4)
    page.mouse.up()
    own = list(axes(page))
    assert own != list(before)
    second = opened(f"#{page.url.partition('#')[2]}")
    assert list(axes(second)) == own
    expect(box(second, "rate")).to_have_attribute("aria-pressed", "true")
    expect(host(second, "heatmap")).to_have_attribute("aria-label", re.compile("over rate and layers"))
    second.get_by_role("button", name="order by importance").click()
    assert list(axes(second)) == list(before)
    expect(second.get_by_role("button", name="order by importance")).to_be_disabled()
