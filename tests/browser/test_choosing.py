"""The tab Models in Chromium: overview, trade-off with its constraints, the front of several metrics, odd results."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from playwright.sync_api import Locator, Page, expect

from app import create_app
from data.workspace import open_workspace
from tests.browser.steps import brush, chip, state
from tests.conftest import AppPage, serving_app

TRIALS = 60
NAMES = ["accuracy", "parameters", "latency_ms"]


def objective(trial: optuna.Trial) -> tuple[float, float, float]:
    """Wider is better, larger and slower; every tenth trial fails; energy has no direction."""
    width = trial.suggest_int("width", 1, 50)
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    if trial.number % 10 == 9:
        raise ValueError("diverged")
    trial.set_user_attr("energy", float(width % 7))
    return 1 - 1 / (width + 1) - rate, 1000.0 * width, 2.0 * width + (trial.number % 5)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("choosing")
    url = f"sqlite:///{folder / 'study.db'}"
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    sampler = optuna.samplers.RandomSampler(seed=2)
    study = optuna.create_study(
        storage=url, study_name="sizes", sampler=sampler, directions=["maximize", "minimize", "minimize"]
    )
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        study.set_metric_names(NAMES)
    study.optimize(objective, n_trials=TRIALS, catch=(ValueError,))
    with serving_app(create_app(open_workspace(folder / "workspace"), [url])) as served:
        yield served


@pytest.fixture
def models(address: str, new_page: Callable[..., Page]) -> Page:
    """The page on its tab Models, reached by a link."""
    page = new_page()
    page.goto(f'{address}/#v1={{"settings":{{"tab":"models"}}}}')
    page.wait_for_function("window.trellis !== undefined")
    page.evaluate("window.trellis.ready")
    expect(view(page, "overview")).to_be_visible()
    return page


def view(page: Page, name: str) -> Locator:
    return page.locator(f"[data-view={name}]")


def says(page: Page, name: str) -> Locator:
    return page.locator(f"[data-view={name}][aria-label]")


def drag(page: Page, name: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag between two points, in pixels from the upper left corner of a view (negative: from the lower right)."""
    view(page, name).scroll_into_view_if_needed()
    box = view(page, name).bounding_box()
    assert box is not None
    at = [
        (box["x"] + (x if x >= 0 else box["width"] + x), box["y"] + (y if y >= 0 else box["height"] + y))
        for x, y in (start, end)
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def figures(page: Page) -> dict[str, str]:
    """The one line of the overview's table, by its heads."""
    table = view(page, "overview").locator("table")
    heads = table.locator("thead th").all_inner_texts()
    return dict(zip(heads, table.locator("tbody td").all_inner_texts(), strict=True))


def test_the_overview_counts_means_and_follows_the_brush_and_its_best_trial_is_one_click_away(models: Page) -> None:
    page = models
    whole = figures(page)
    assert (whole["trials"], whole["complete"], whole["failed"]) == ("60", "54", "6")
    assert whole["best so far"] == whole["best selected"]
    expect(view(page, "overview")).to_contain_text("accuracy: completed trials, 54 of 60 trials")
    brush(page, "width", [[0, 10]])
    expect(view(page, "overview").locator("tbody")).not_to_contain_text(f"60{whole['trials']}")
    page.wait_for_function("window.trellis.timing() !== null")
    few = figures(page)
    assert few["selected"] == str(state(page)["selected"])
    assert few["best so far"] == whole["best so far"]
    assert few["best selected"] != whole["best selected"]
    assert few["mean ± spread"] == whole["mean ± spread"] != few["within the selection"]
    link = view(page, "overview").locator("[data-best]").first
    number = str(link.get_attribute("data-best")).split(":")[1]
    link.click()
    expect(view(page, "pins").locator(".tr-focus-head")).to_contain_text(f"trial {number}")
    page.get_by_label("figures of").select_option("parameters")
    expect(view(page, "overview")).to_contain_text("parameters: completed trials")
    assert figures(page)["best so far"].startswith("7000")


def test_constraints_are_brushes_that_are_typed_with_units_and_say_what_they_cost(models: Page) -> None:
    page = models
    panel = view(page, "constraints")
    field = panel.get_by_label("New constraint")
    add = panel.get_by_role("button", name="Add")

    field.fill("parameters <= 20 k")
    add.click()
    assert state(page)["brushes"]["parameters"]["ranges"] == [[None, 20000]]
    expect(chip(page, "parameters")).to_contain_text("≤ 20 k")
    entry = panel.locator("[data-name=parameters]")
    expect(entry).to_contain_text(re.compile(r"costs 0\.\d+ accuracy \(95 % .* … .*\) · \d+ of 54 trials meet it"))

    field.fill("latency_ms ≤ 0.03 s")
    add.click()
    assert state(page)["brushes"]["latency_ms"]["ranges"] == [[None, 30]]
    expect(panel).to_contain_text("exact bootstrap over the 54 trials that compete (completed trials)")

    best = panel.locator(".tr-model-rows tbody tr")
    expect(best).to_have_count(5)
    values = [float(text) for text in best.locator("td:nth-child(2)").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    best.first.get_by_role("button", name=re.compile("^Pin trial")).click()
    expect(view(page, "pins").locator(".tr-pin")).to_have_count(1)
    expect(best.first.get_by_role("button", name=re.compile("^Unpin trial"))).to_be_focused()

    entry.get_by_role("textbox").fill("≤ 2 parsec")
    entry.get_by_role("textbox").press("Enter")
    expect(entry.get_by_role("alert")).to_contain_text("'2 parsec' for parameters has the unit 'parsec'; expected")
    entry.get_by_role("textbox").fill("0")
    entry.get_by_role("textbox").press("Enter")
    expect(panel).to_contain_text("No trial meets all 2 constraints")
    expect(entry).to_contain_text("without it")
    entry.get_by_label("Remove the constraint on parameters").click()
    assert "parameters" not in state(page)["brushes"]

    field.fill("nothing like this")
    add.click()
    expect(panel.get_by_role("alert").first).to_contain_text("names no column of numbers; expected one such as")
    field.fill("width at most 30")
    add.click()
    expect(panel.locator("[data-name=width]")).to_contain_text("trials meet it")


def test_a_drag_along_an_axis_of_the_plot_is_a_constraint_and_one_click_brushes_the_front(models: Page) -> None:
    page = models
    expect(says(page, "tradeoff")).to_have_attribute("aria-label", re.compile("Trade-off of accuracy over parameters"))
    drag(page, "tradeoff", (61, -36), (200, -36))
    brushes: dict[str, Any] = state(page)["brushes"]
    assert list(brushes) == ["parameters"]
    ((low, high),) = brushes["parameters"]["ranges"]
    assert low is None
    assert high is not None
    expect(view(page, "constraints").locator("[data-name=parameters]")).to_be_visible()
    label = str(says(page, "tradeoff").get_attribute("aria-label"))
    found = re.search(r"Pareto front of (\d+) of the selected, (\d+) of all", label)
    assert found is not None
    page.locator("section", has=view(page, "tradeoff")).get_by_role("button", name="Brush the front").click()
    assert state(page)["selected"] == int(found[1])
    drag(page, "tradeoff", (40, 40), (40, 150))
    assert "accuracy" in state(page)["brushes"]


def test_three_metrics_have_a_front_of_their_own_with_its_hypervolume(models: Page) -> None:
    page = models
    front = view(page, "front")
    expect(front.locator("h3")).to_have_text("Front over accuracy, parameters, latency_ms")
    expect(front).to_contain_text(re.compile(r"Hypervolume so far: [\d.]+ % of the box from the reference point"))
    expect(front).to_contain_text("exact")
    expect(says(page, "volume")).to_have_attribute("aria-label", re.compile(r"Hypervolume so far: [\d.]+ % of the box"))
    expect(says(page, "frontlines")).to_have_attribute("aria-label", re.compile(r"front over accuracy, parameters"))
    drag(page, "frontlines", (72, 34), (72, 120))
    assert list(state(page)["brushes"]) == ["accuracy"]
    expect(front).to_contain_text("within the brushes")
    front.get_by_role("button", name="Brush this front").click()
    assert "$trials" in state(page)["brushes"]
    rows = front.locator(".tr-model-rows tbody tr")
    rows.first.get_by_title("Focus this trial").click()
    expect(view(page, "pins").locator(".tr-focus-head")).to_contain_text("trial")

    page.evaluate("window.trellis.clear()")
    reference = front.get_by_label("Reference point")
    reference.fill("0.5; 40 k; 90 ms")
    reference.press("Enter")
    expect(front).to_contain_text("(accuracy 0.5, parameters 40 k, latency_ms 90: typed)")
    reference.fill("0.5; 40 k")
    reference.press("Enter")
    expect(front.get_by_role("alert")).to_contain_text("has 2 numbers; expected 3")


def test_a_metric_without_a_direction_joins_the_front_once_it_is_given_one(models: Page) -> None:
    page = models
    front = view(page, "front")
    front.locator("summary").click()
    front.get_by_label("smaller energy").check()
    front.locator("summary").press("Escape")
    front.locator("summary").click()
    front.get_by_label("energy", exact=True).check()
    expect(front.locator("h3")).to_have_text("Front over accuracy, parameters, latency_ms, energy")
    expect(front).to_contain_text("estimated at 16,384 points, seed 0")
    expect(page).to_have_url(re.compile("energy"))


def test_results_with_one_metric_say_how_to_log_another(app_page: AppPage, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["lr", "accuracy"], *([0.1 * row, 0.5 + 0.01 * row] for row in range(9))])
    page = app_page(path)
    page.get_by_role("tab", name="Models").click()
    expect(view(page, "constraints")).to_contain_text("Only accuracy is logged, neither size nor time")
    expect(view(page, "constraints")).to_contain_text('trial.set_user_attr("parameters", number)')
    expect(view(page, "constraints")).to_contain_text("Column roles…")
    expect(view(page, "front")).to_contain_text("A front needs two metrics with a direction")
    expect(view(page, "volume")).to_be_hidden()


def test_results_with_only_failed_trials_say_what_is_missing(app_page: AppPage, tmp_path: Path) -> None:
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'failed.db'}")
    study = optuna.create_study(study_name="failed", storage=storage)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) / 0, n_trials=3, catch=(ZeroDivisionError,))
    storage.engine.dispose()
    page = app_page(tmp_path / "failed.db")
    page.get_by_role("tab", name="Models").click()
    expect(view(page, "overview")).to_contain_text(
        "No trial is completed yet (3 failed): there is no best and no mean."
    )
    expect(says(page, "distributions")).to_be_visible()
    expect(view(page, "constraints")).to_contain_text("Only value is logged")
