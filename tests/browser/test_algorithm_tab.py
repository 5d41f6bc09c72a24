"""The tab Algorithm under the pointer: lineage, zoom, brushes, x axes, colours, several studies."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import state

AppPage = Callable[..., Page]
MEMBERS, GENERATIONS = 6, 5
PIXELS = "view => document.querySelector(`[data-view=${view}] .tr-overlay`).toDataURL()"


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A population in which the worse half of each generation is replaced by children of its first member."""
    path = tmp_path_factory.mktemp("population") / "population.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["config", "member", "generation", "parent", "budget", "rate", "kind", "accuracy"])
        for number in range(MEMBERS * GENERATIONS):
            generation, member = divmod(number, MEMBERS)
            survives, before = member < MEMBERS // 2, (generation - 1) * MEMBERS
            config = member if survives else number
            parent = "" if not generation else before + (member if survives else 0)
            rate = 0.1 * (1 + member) + (0 if survives else 0.01 * generation)
            kind = ["adam", "sgd"][config % 2]
            writer.writerow([config, member, generation, parent, generation + 1, rate, kind, 0.1 * generation - rate])
    return path


@pytest.fixture(scope="module")
def halving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that Optuna pruned by successive halving."""
    path = tmp_path_factory.mktemp("halving") / "halving.db"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    study = optuna.create_study(
        storage=f"sqlite:///{path}",
        study_name="halving",
        pruner=pruner,
        sampler=optuna.samplers.RandomSampler(seed=1),
        direction="maximize",
    )
    study.optimize(_objective, n_trials=18)
    return path


def _objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("rate", 0.01, 1)
    for step in range(1, 10):
        trial.report(rate * step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return rate * 9


def open_algorithm(page: Page) -> Page:
    """The tab, once its searches are read and what is found in them is said."""
    page.get_by_role("tab", name="Algorithm").click()
    page.wait_for_function("trellis.strips('rate').some(strip => strip.evaluations.length)")
    expect(page.get_by_text("The study is being diagnosed")).to_have_count(0)
    return page


def strips(page: Page, name: str = "rate") -> list[dict[str, Any]]:
    return list(page.evaluate("name => trellis.strips(name)", name))


def place(page: Page, number: int, name: str = "rate", at: int = -1) -> tuple[float, float]:
    """Where an evaluation of a trial stands, the last one unless said otherwise."""
    (strip,) = strips(page, name)
    own = [one for one in strip["evaluations"] if one["number"] == number]
    return own[at]["x"], own[at]["y"]


def drag(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2)
    page.mouse.move(start[0] + by[0], start[1] + by[1])
    page.mouse.up()


def in_sight(page: Page) -> int:
    return len(strips(page)[0]["evaluations"])


def test_pointing_at_a_member_lights_its_lineage_and_tells_each_mutation(app_page: AppPage, population: Path) -> None:
    page = open_algorithm(app_page(population))
    last = MEMBERS * GENERATIONS - 1
    before = {view: page.evaluate(PIXELS, view) for view in ("monitor", "strips")}
    page.mouse.move(*place(page, last))
    tooltip = page.locator(".tr-tooltip:visible")
    expect(tooltip).to_contain_text(f"trial {last}")
    parent = last - MEMBERS - (MEMBERS - 1)
    expect(tooltip).to_contain_text(f"trial {last} ← {parent}: rate 0.1 → 0.64")
    expect(tooltip).to_contain_text("4 before it, 0 after it in its lineage")
    page.wait_for_function("([view, was]) => (" + PIXELS + ")(view) !== was", arg=["strips", before["strips"]])
    assert page.evaluate(PIXELS, "monitor") != before["monitor"]
    x, y = place(page, last)
    dots = page.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector("[data-view=strips] .tr-overlay"), box = canvas.getBoundingClientRect();
          const at = canvas.getContext("2d").getImageData(x - box.left - 8, y - box.top - 8, 16, 16).data;
          return at.some((value, i) => i % 4 === 3 && value);
        }""",
        list(place(page, 0)),
    )
    assert dots, "the first ancestor is lit"
    page.mouse.move(x, y - 200)
    page.mouse.move(*place(page, 1))
    expect(tooltip).to_contain_text("0 before it, 4 after it in its lineage")


def test_a_click_shows_the_learning_curve_beside_the_strips(app_page: AppPage, halving: Path) -> None:
    page = open_algorithm(app_page(halving))
    strip = strips(page)[0]
    best = max(strip["evaluations"], key=lambda one: one["x"])
    page.mouse.click(best["x"], best["y"])
    focus = page.locator(".tr-focus")
    expect(focus).to_contain_text(f"rial {best['number']}")
    box, own = focus.bounding_box(), page.locator("[data-view=strips]").bounding_box()
    assert box is not None
    assert own is not None
    assert own["x"] + own["width"] <= box["x"] < 1440
    assert 0 < box["y"] < 900


def test_the_search_zooms_and_moves_along_x_and_a_double_click_shows_it_all(
    app_page: AppPage, population: Path
) -> None:
    page = open_algorithm(app_page(population))
    whole, strip = in_sight(page), strips(page)[0]
    middle = (strip["x0"] + strip["x1"]) / 2, strip["y0"] + 5
    page.mouse.move(*middle)
    page.mouse.wheel(0, -100)
    page.keyboard.down("Control")
    for _ in range(6):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function("all => trellis.strips('rate')[0].evaluations.length < all", arg=whole)
    seen = {one["number"] for one in strips(page)[0]["evaluations"]}
    page.keyboard.down("Space")
    drag(page, middle, (400, 0))
    page.keyboard.up("Space")
    page.wait_for_function(
        "seen => trellis.strips('rate')[0].evaluations.some(one => !seen.includes(one.number))", arg=list(seen)
    )
    assert state(page)["brushes"] == {}
    page.mouse.dblclick(*middle)
    page.wait_for_function("all => trellis.strips('rate')[0].evaluations.length === all", arg=whole)
    page.get_by_role("button", name="Zoom").click()
    page.mouse.move(*middle)
    for _ in range(6):
        page.mouse.wheel(0, -100)
    page.wait_for_function("all => trellis.strips('rate')[0].evaluations.length < all", arg=whole)
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("all => trellis.strips('rate')[0].evaluations.length === all", arg=whole)


def test_a_drag_brushes_values_generations_or_both(app_page: AppPage, population: Path) -> None:
    page = open_algorithm(app_page(population))
    strip = strips(page)[0]
    left, top = strip["x0"] + 4, strip["y0"] + 4
    drag(page, (left, top), (0, 30))
    assert list(state(page)["brushes"]) == ["rate"]
    page.evaluate("trellis.clear()")
    drag(page, (left, top), (0.5 * (strip["x1"] - strip["x0"]), 0))
    assert state(page)["brushes"]["generation"]["ranges"] == [[0, 2]]
    assert state(page)["selected"] == 3 * MEMBERS
    page.evaluate("trellis.clear()")
    drag(page, (left, top), (0.5 * (strip["x1"] - strip["x0"]), 50))
    (region,) = state(page)["brushes"]["$regions"]
    assert (region["x"], region["y"], region["box"][:2]) == ("generation", "rate", [0, 2])
    page.evaluate("trellis.clear()")
    monitor = page.locator("[data-view=monitor]").bounding_box()
    assert monitor is not None
    drag(page, (left, monitor["y"] + monitor["height"] - 16), (0.5 * (strip["x1"] - strip["x0"]), 0))
    assert state(page)["brushes"]["generation"]["ranges"] == [[0, 2]]


def test_where_x_is_no_column_a_drag_brushes_the_trials_that_were_evaluated_there(
    app_page: AppPage, halving: Path
) -> None:
    page = open_algorithm(app_page(halving))
    strip = strips(page)[0]
    furthest = max(one["x"] for one in strip["evaluations"])
    drag(page, (furthest + 8, strip["y0"] + 4), (-60, 0))
    ((numbers),) = state(page)["brushes"]["$trials"].values()
    expected = {one["number"] for one in strip["evaluations"] if one["x"] >= furthest + 8 - 60}
    assert set(numbers) == expected


def test_x_runs_over_iterations_time_or_training_in_monitor_and_strips_alike_and_a_link_keeps_it(
    app_page: AppPage, halving: Path
) -> None:
    page = open_algorithm(app_page(halving))
    rungs = sorted(one["x"] for one in strips(page)[0]["evaluations"])
    along = page.get_by_role("region", name="Best so far").get_by_label("x", exact=True)
    assert along.locator("option").all_inner_texts() == [
        "iteration",
        "sampling order",
        "wall time",
        "training seconds",
        "training steps",
    ]
    along.select_option("steps")
    page.wait_for_function(
        "was => JSON.stringify(trellis.strips('rate')[0].evaluations.map(one => one.x).sort((a, b) => a - b)) !== was",
        arg=str(rungs).replace(" ", ""),
    )
    expect(page).to_have_url(re.compile("steps"))
    along.select_option("order")
    page.wait_for_function(
        """trellis.strips('rate')[0].evaluations.every(
             ({ number, x }, _, all) => all.every((other) => other.number !== number || other.x === x))"""
    )


def test_the_colours_are_dragged_beside_the_monitor_and_reset_by_a_double_click(
    app_page: AppPage, population: Path
) -> None:
    page = open_algorithm(app_page(population))
    marks = "document.querySelector('[data-view=strips] .tr-marks').toDataURL()"
    page.wait_for_function(f"window.was = {marks}")
    best = page.get_by_role("region", name="Best so far").get_by_role("slider", name="Best end of the colours")
    box = best.bounding_box()
    assert box is not None
    drag(page, (box["x"] + 3, box["y"] + 8), (-30, 0))
    page.wait_for_function(f"{marks} !== window.was")
    assert best.get_attribute("aria-valuetext") != "0.3"
    page.locator(".tr-monitor .tr-legend-bar").dblclick(position={"x": 8, "y": 8})
    page.wait_for_function(f"{marks} === window.was")


def test_several_studies_stand_one_above_the_other_or_side_by_side(
    app_page: AppPage, population: Path, halving: Path
) -> None:
    page = open_algorithm(app_page(population, halving))
    page.wait_for_function("trellis.strips('rate').filter(strip => strip.evaluations.length).length === 2")
    upper, lower = strips(page)
    assert upper["y1"] <= lower["y0"]
    assert upper["x0"] == lower["x0"]
    page.get_by_role("button", name="Side by side").click()
    page.wait_for_function("(([a, b]) => a.y0 === b.y0 && a.x1 < b.x0)(trellis.strips('rate'))")
    one, other = strips(page)
    assert one["y1"] - one["y0"] == other["y1"] - other["y0"]
