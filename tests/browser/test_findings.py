"""The card Findings: what it says of a study, what a click selects, what its button fills in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from components import ids
from tests.browser.launching import at, cell
from tests.real.findings.specs import BUILT

SHOWN = ("low rates", "found before", "judged at step 1")


@pytest.fixture
def page(app_page: Callable[..., Page], tmp_path: Path) -> Page:
    """The tab Algorithm over three studies: one pressed against a bound, one with nothing wrong, one judged early."""
    shutil.copyfile(BUILT, tmp_path / "findings.db")
    opened = app_page(tmp_path / "findings.db")
    opened.evaluate(
        "async (names) => { const {studies} = await (await fetch('/api/studies')).json();"
        " const shown = names.map((name) => studies.find((study) => study.name === name).id);"
        " const state = {shown, settings: {tab: 'algorithm'}};"
        " location.hash = `v1=${encodeURIComponent(JSON.stringify(state))}`; }",
        list(SHOWN),
    )
    opened.wait_for_function("() => window.trellis.state().studies.length === 3")
    return opened


def study(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"Findings of {name}")


def test_findings_are_told_with_evidence_select_their_trials_and_fill_in_the_launch(page: Page) -> None:
    bound = study(page, "low rates").locator('.tr-finding[data-kind="bound"]')
    say = bound.get_by_role("button", name="The search is pressed against the upper bound of learning_rate")
    expect(say).to_be_visible()
    expect(bound.locator(".tr-note")).to_contain_text("effect 1 · n = 60 · p < 0.001")
    expect(bound.locator(".tr-note")).to_contain_text("quadratic regression")
    expect(study(page, "judged at step 1").locator('.tr-finding[data-kind="early"]')).to_be_visible()
    nothing = study(page, "found before")
    expect(nothing).to_contain_text("Nothing found. Looked for: a search pressed against a bound")
    nothing.get_by_text("could not be asked").click()
    expect(nothing.get_by_text("trials that failed: 0; needed: 5")).to_be_visible()

    say.click()
    expect(say).to_have_attribute("aria-pressed", "true")
    state = page.evaluate("trellis.state()")
    assert list(state["brushes"]) == ["$trials"]
    assert state["selected"] == len(state["brushes"]["$trials"][state["studies"][0]]) == 6
    page.keyboard.press("Control+z")
    expect(say).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("trellis.state().brushes") == {}

    bound.get_by_role("button", name="Widen learning_rate up to").click()
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_contain_text("from the finding: The search is pressed against")
    expect(at(page, ids.LAUNCH_SPACE)).to_be_visible()
    expect(cell(page, "learning_rate", "high")).to_have_text("3.5e-3")


def test_of_a_study_without_a_shown_study_the_card_says_what_to_do(page: Page) -> None:
    for name in SHOWN:
        page.locator(f"#{ids.STUDY_LIST}").get_by_text(name, exact=True).click()
    expect(page.locator(".tr-view-findings")).to_have_text("No study is shown: tick one on the left.")
