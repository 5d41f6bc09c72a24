"""Every view brushes all others: real drags on a study that Optuna made, and what state and canvases say then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from playwright.sync_api import Locator, Page

from app import create_app
from data.workspace import open_workspace
from tests.conftest import serving_app

TRIALS = 70
EXPLORE = ["parallel", "histograms", "scatter", "slices"]
ALGORITHM = ["monitor", "strips"]
BEST_COMPLETE = 0.875

Point = tuple[float, float]
Open = Callable[..., Page]


def objective(trial: optuna.Trial) -> float:
    """Every seventh trial is pruned after a report above all complete ones, every eleventh fails."""
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    layers = trial.suggest_int("layers", 1, 6)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "rmsprop", "sgd"])
    if optimizer == "sgd":
        trial.suggest_float("momentum", 0.0, 0.99)
    trial.set_user_attr("parameters", 1000.0 * layers**2)
    if trial.number % 7 == 3:
        trial.report(0.99, step=1)
        raise optuna.TrialPruned
    if trial.number % 11 == 5:
        raise ValueError("diverged")
    return BEST_COMPLETE if trial.number == 20 else 0.1 + 0.1 * layers - rate


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("views")
    url = f"sqlite:///{folder / 'study.db'}"
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    sampler = optuna.samplers.RandomSampler(seed=1)
    study = optuna.create_study(storage=url, study_name="real", sampler=sampler, direction="maximize")
    study.optimize(objective, n_trials=TRIALS, catch=(ValueError,))
    with serving_app(create_app(open_workspace(folder / "workspace"), [url])) as served:
        yield served


@pytest.fixture
def open_app(address: str, new_page: Callable[..., Page]) -> Open:
    """``open_app(tab=None, **options of new_context)``: the page with the study, its views painted."""

    def start(tab: str | None = None, **options: Any) -> Page:
        page = new_page(**options)
        page.goto(address)
        page.wait_for_function("window.trellis !== undefined")
        page.evaluate("window.trellis.ready")
        if tab:
            page.get_by_role("tab", name=tab).click()
        painted(page)
        return page

    return start


def painted(page: Page) -> None:
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def state(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("window.trellis.state()"))


def brushes(page: Page) -> dict[str, Any]:
    return dict(state(page)["brushes"])


def host(page: Page, view: str) -> Locator:
    return page.locator(f"[data-view={view}]")


def pixels(page: Page, views: list[str], layer: str = "marks") -> list[str]:
    """What is painted on a layer of the views."""
    painted(page)
    return [str(host(page, view).locator(f".tr-{layer}").evaluate("canvas => canvas.toDataURL()")) for view in views]


def changed(before: list[str], after: list[str]) -> bool:
    """Whether every one of the views shows something else."""
    return all(a != b for a, b in zip(before, after, strict=True))


def place(page: Page, view: str, point: Point) -> Point:
    """Window pixels of a point in a view, in pixels from its upper left corner (negative: from the lower right)."""
    host(page, view).scroll_into_view_if_needed()
    box = host(page, view).bounding_box()
    assert box is not None
    x, y = point
    return box["x"] + (x if x >= 0 else box["width"] + x), box["y"] + (y if y >= 0 else box["height"] + y)


def drag(page: Page, view: str, start: Point, end: Point, shift: bool = False) -> None:
    (x0, y0), (x1, y1) = place(page, view, start), place(page, view, end)
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=2)
    page.mouse.move(x1, y1, steps=2)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def find(page: Page, view: str, points: list[Point], words: str) -> Point:
    """The first of the points at which the tooltip says some words."""
    left, top = place(page, view, (0, 0))
    for x, y in points:
        page.mouse.move(left + x, top + y)
        if words in page.evaluate("document.querySelector('.tr-tooltip:not([hidden])')?.innerText ?? ''"):
            return x, y
    raise AssertionError(f"no point of {view} says {words!r}")


def gutter(page: Page, words: str) -> Point:
    """The first place left of the strips whose tooltip says some words."""
    height = host(page, "strips").evaluate("host => host.clientHeight")
    return find(page, "strips", [(120, y) for y in range(8, height, 8)], words)


def test_a_rectangle_in_the_trade_off_brushes_every_view_and_clearing_restores_each_pixel(open_app: Open) -> None:
    page = open_app()
    before = pixels(page, EXPLORE)
    drag(page, "scatter", (120, 40), (-90, 130))
    (region,) = brushes(page)["$regions"]
    assert (region["x"], region["y"]) == ("parameters", "value")
    assert 0 < state(page)["selected"] < TRIALS
    assert changed(before, pixels(page, EXPLORE))
    page.evaluate("window.trellis.clear()")
    assert pixels(page, EXPLORE) == before


def test_shift_adds_a_rectangle_its_inside_moves_it_and_its_corner_resizes_it(open_app: Open) -> None:
    page = open_app()
    drag(page, "scatter", (100, 50), (150, 90))
    drag(page, "scatter", (200, 60), (260, 120), shift=True)
    first, second = (region["box"] for region in brushes(page)["$regions"])
    drag(page, "scatter", (125, 70), (145, 80))
    moved, same = (region["box"] for region in brushes(page)["$regions"])
    assert same == second
    assert moved[0] > first[0]
    assert moved[3] < first[3]
    assert moved[3] - moved[2] == pytest.approx(first[3] - first[2], rel=0.1)
    drag(page, "scatter", (260, 120), (280, 140))
    _, resized = (region["box"] for region in brushes(page)["$regions"])
    assert (resized[0], resized[3]) == (second[0], second[3])
    assert resized[1] > second[1]
    assert resized[2] < second[2]


def test_a_rectangle_over_a_category_axis_is_a_brush_of_each_column(open_app: Open) -> None:
    page = open_app()
    page.locator("section", has=host(page, "scatter")).get_by_label("x", exact=True).select_option("optimizer")
    painted(page)
    drag(page, "scatter", (70, 30), (140, -60))
    assert brushes(page)["optimizer"]["values"] == ["adam"]
    assert "value" in brushes(page)
    assert "$regions" not in brushes(page)


def test_a_metric_without_direction_has_a_front_once_the_analyst_says_which_way_is_better(open_app: Open) -> None:
    page = open_app()
    scatter = host(page, "scatter")
    assert "Pareto" not in str(scatter.get_attribute("aria-label"))
    page.locator("section", has=scatter).locator("summary", has_text="⇅").click()
    page.get_by_label("smaller parameters").check()
    painted(page)
    assert "Pareto front of" in str(scatter.get_attribute("aria-label"))


def test_a_histogram_brushes_its_metric_open_at_the_end_and_the_brush_moves(open_app: Open) -> None:
    page = open_app()
    before = pixels(page, EXPLORE)
    x, y = find(page, "histograms", [(x, 80) for x in range(50, 600, 10)], "value ")
    drag(page, "histograms", (x + 40, y), (x + 600, y))
    ((low, high),) = brushes(page)["value"]["ranges"]
    assert low is not None
    assert high is None
    assert changed(before, pixels(page, EXPLORE))
    drag(page, "histograms", (x + 60, y), (x + 40, y))
    ((moved, end),) = brushes(page)["value"]["ranges"]
    assert moved < low
    assert end is not None


def test_the_monitor_brushes_trial_numbers_and_strips_follow(open_app: Open) -> None:
    page = open_app("Algorithm")
    before = pixels(page, ALGORITHM)
    drag(page, "monitor", (300, 70), (500, 70))
    ((low, high),) = brushes(page)["number"]["ranges"]
    assert 0 < low < high < TRIALS
    assert state(page)["selected"] == high - low + 1
    assert changed(before, pixels(page, ALGORITHM))
    drag(page, "monitor", (600, 70), (5000, 70))
    ((_, end),) = brushes(page)["number"]["ranges"]
    assert end is None


def test_pruned_and_failed_trials_are_never_the_best_so_far(open_app: Open) -> None:
    page = open_app("Algorithm")
    assert f"best selected {BEST_COMPLETE}" in str(host(page, "monitor").get_attribute("aria-label"))


def test_a_strip_brushes_its_hyperparameter_up_to_the_end_of_a_log_axis(open_app: Open) -> None:
    page = open_app("Algorithm")
    before = pixels(page, ALGORITHM)
    x, y = gutter(page, "rate: drag")
    drag(page, "strips", (400, y + 30), (400, 1))
    ((low, high),) = brushes(page)["rate"]["ranges"]
    assert high is None
    assert 1e-5 < low < 1e-1
    assert changed(before, pixels(page, ALGORITHM))
    drag(page, "strips", (x, y + 30), (x, y + 400))
    assert brushes(page)["rate"]["ranges"] == [[None, None]]


def test_a_click_on_a_category_or_a_missing_lane_toggles_it(open_app: Open) -> None:
    page = open_app("Algorithm")
    for _ in range(2):
        page.mouse.click(*place(page, "strips", gutter(page, "optimizer = sgd")))
        assert brushes(page).get("optimizer", {}).get("values", []) in (["sgd"], [])
    assert brushes(page) == {}
    page.mouse.click(*place(page, "strips", gutter(page, "momentum is inactive")))
    assert brushes(page)["momentum"]["missing"] is True
    assert 0 < state(page)["selected"] < TRIALS


def test_a_rectangle_in_a_slice_brushes_both_columns_and_moves_both(open_app: Open) -> None:
    page = open_app()
    card = page.locator("section", has=host(page, "slices"))
    card.locator("summary", has_text="columns").click()
    for name in ("layers", "momentum", "optimizer"):
        card.locator(f"[data-name={name}] input").uncheck()
    page.keyboard.press("Escape")
    before = pixels(page, EXPLORE)
    drag(page, "slices", (200, 40), (400, 80))
    ((low, high),), ((bottom, top),) = (brushes(page)[column]["ranges"] for column in ("rate", "value"))
    assert low < high
    assert bottom < top
    assert changed(before, pixels(page, EXPLORE))
    drag(page, "slices", (300, 60), (340, 70))
    ((moved, _),), ((sunk, _),) = (brushes(page)[column]["ranges"] for column in ("rate", "value"))
    assert moved > low
    assert sunk < bottom
    page.keyboard.press("Control+z")
    assert brushes(page)["rate"]["ranges"] == [[low, high]]


def test_escape_gives_up_a_drag(open_app: Open) -> None:
    page = open_app()
    x, y = place(page, "scatter", (120, 40))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 60, steps=2)
    assert "$regions" in brushes(page)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert brushes(page) == {}


def test_a_click_on_a_dot_focuses_the_trial_in_every_view(open_app: Open) -> None:
    page = open_app()
    before = pixels(page, EXPLORE, "overlay")
    spots = [(float(x), float(y)) for y in range(30, 160, 6) for x in range(64, 300, 8)]
    page.mouse.click(*place(page, "scatter", find(page, "scatter", spots, "trial ")))
    page.mouse.move(5, 5)
    assert changed(before, pixels(page, EXPLORE, "overlay"))
    assert brushes(page) == {}


def test_rows_columns_and_metrics_are_chosen_in_the_card(open_app: Open) -> None:
    page = open_app()
    for view, menu, name in (
        ("slices", "rows", "parameters"),
        ("slices", "columns", "layers"),
        ("histograms", "metrics", "parameters"),
    ):
        card = page.locator("section", has=host(page, view))
        shown = name in str(host(page, view).get_attribute("aria-label"))
        card.locator("summary", has_text=menu).click()
        card.locator(f"[data-name={name}] input").click()
        painted(page)
        assert (name in str(host(page, view).get_attribute("aria-label"))) is not shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_narrow_page_shows_every_view_and_cuts_nothing_off(open_app: Open, theme: str) -> None:
    page = open_app(viewport={"width": 1024, "height": 768}, color_scheme=theme)
    for tab, views in (("Explore", EXPLORE), ("Algorithm", ALGORITHM)):
        page.get_by_role("tab", name=tab).click()
        painted(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for view in views:
            canvas = host(page, view).locator(".tr-marks")
            assert canvas.evaluate(
                "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
            )
