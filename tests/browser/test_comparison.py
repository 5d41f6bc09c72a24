"""Child beside parent, and the best few again: the page says what Python says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analytics.claims import claim
from analytics.comparison import compare
from analytics.confirmation import best_trials, confirmation
from analytics.text import number_text
from analytics.trials import Trials
from components import ids
from components.confirmation import summary
from data.readers import read
from data.workspace import Workspace
from tests.conftest import AppPage
from tests.pages.toy import run_toy, toy_spec
from trainer import launch

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "examples" / "digits.db"
A_MINUTE = 60_000
IMAGES = {
    "name": "images",
    "objective": {"type": "builtin", "target": "images", "settings": {"limit": 200}},
    "space": {"network": {"type": "categorical", "choices": ["mlp"]}, "width": {"type": "int", "low": 8, "high": 8}},
    "metrics": {"val_accuracy": "maximize"},
    "budget": {"trials": 1, "steps": 1},
    "seed": 1,
}


@pytest.fixture(scope="module")
def example() -> tuple[Trials, Trials]:
    parent, child = read(str(EXAMPLE))
    return parent, child


def open_runs(page: Page) -> Page:
    page.locator(f"#{ids.tab('runs')}").click()
    return page


def figures(page: Page, place: str) -> list[list[str]]:
    """The cells of the table of a card, row by row."""
    return [row.locator("th, td").all_inner_texts() for row in page.locator(f"#{place} tbody tr").all()]


def test_a_refined_study_stands_beside_its_parent_with_the_numbers_of_python(
    example: tuple[Trials, Trials], app_page: AppPage
) -> None:
    page = open_runs(app_page(EXAMPLE))
    found = compare(*example, "val_accuracy")
    result = page.locator(f"#{ids.COMPARE_RESULT}")
    expect(result.locator(".tr-claim")).to_have_text(claim(found))
    expect(result.locator(".js-plotly-plot")).to_be_visible()
    parent, within, child, _ = figures(page, ids.COMPARE_RESULT)
    for cells, sample in ((parent, found.parent), (within, found.inside), (child, found.child)):
        assert sample is not None
        told = [
            f"{len(sample.values):,}",
            number_text(sample.best),
            number_text(sample.mean),
            number_text(sample.spread),
        ]
        assert [cells[2], cells[3], cells[5], cells[6]] == told

    page.locator(f"#{ids.COMPARE_THRESHOLD}").fill("0.5")
    page.keyboard.press("Tab")
    expect(result.locator("thead")).to_contain_text("at least 0.5")
    reached = compare(*example, "val_accuracy", threshold=0.5).child.share
    assert figures(page, ids.COMPARE_RESULT)[2][-1] == f"{100 * reached:.0f} %"
    page.locator(f"#{ids.COMPARE_EVERY}").get_by_role("checkbox").check()
    expect(result.locator("tbody tr").first).to_contain_text("240")
    page.locator(f"#{ids.COMPARE_THRESHOLD}").fill("high")
    page.keyboard.press("Tab")
    expect(page.locator(f"#{ids.COMPARE_PROBLEM}")).to_contain_text("The threshold is 'high'; expected a number")


def test_a_launched_child_is_compared_as_it_fills_in_and_its_best_confirmed(
    workspace: Workspace, tmp_path: Path, app_page: AppPage
) -> None:
    run_toy(workspace.folder, tmp_path / "code")
    page = open_runs(app_page())
    expect(page.locator(f"#{ids.COMPARE_RESULT}")).to_contain_text("Two studies are compared")
    child = toy_spec(tmp_path / "code", "toy-refined", 8)
    child["space"] = {**child["space"], "rate": {"type": "float", "low": 0.005, "high": 0.02, "log": True}}
    launch.start(child, workspace, parent="toy")
    run = page.locator(f"#{ids.RUNS}").get_by_role("region", name="toy-refined")
    expect(run).to_contain_text("finished", timeout=A_MINUTE)
    parent, refined = studies(workspace)
    expect(page.locator(f"#{ids.COMPARE_RESULT} .tr-claim")).to_have_text(claim(compare(parent, refined, "score")))

    page.locator(f"#{ids.CONFIRM_COUNT}").fill("2")
    page.keyboard.press("Tab")
    page.locator(f"#{ids.CONFIRM_REPEATS}").fill("3")
    page.keyboard.press("Tab")
    best = best_trials(refined, 2)
    expect(page.locator(f"#{ids.CONFIRM_WHICH}")).to_have_text(f"Trials {best[0]}, {best[1]}, the best first.")
    page.get_by_role("button", name="Confirm the best 2").click()
    expect(page.locator(f"#{ids.CONFIRM_MESSAGE}")).to_contain_text("toy-refined-confirmed has started")
    result = page.locator(f"#{ids.CONFIRM_RESULT}")
    expect(result).to_contain_text("6 complete trials", timeout=A_MINUTE)
    *_, confirmed = studies(workspace)
    assert confirmed.study.parent == refined.study.id
    assert len(set(confirmed.frame["seed"])) == 6
    told = confirmation(refined, confirmed, "score")
    expect(result.locator(".tr-claim")).to_have_text(summary(told))
    assert [row[0] for row in figures(page, ids.CONFIRM_RESULT)] == [f"Trial {row.number}" for row in told.rows]


def test_the_best_is_confirmed_on_data_that_the_search_never_saw(workspace: Workspace, app_page: AppPage) -> None:
    launch.start(IMAGES, workspace)
    page = open_runs(app_page())
    expect(page.locator(f"#{ids.RUNS}")).to_contain_text("finished", timeout=2 * A_MINUTE)
    for place in (ids.CONFIRM_COUNT, ids.CONFIRM_REPEATS):
        page.locator(f"#{place}").fill("1")
        page.keyboard.press("Tab")
    page.get_by_label("also on data the search never saw (test_accuracy)").check()
    page.get_by_role("button", name="Confirm", exact=True).click()
    confirmed = page.locator(f"#{ids.CONFIRM_RESULT}")
    expect(confirmed).to_contain_text("1 complete trial", timeout=2 * A_MINUTE)
    search, again = studies(workspace)
    test, validation = (confirmation(search, again, name) for name in ("test_accuracy", "val_accuracy"))
    expect(confirmed.locator(".tr-claim")).to_have_text([summary(test), summary(validation)])
    expect(confirmed).to_contain_text("Measured on data that the search never saw")


def studies(workspace: Workspace) -> list[Trials]:
    return read(str(workspace.folder / "hypertrellis.db"))
