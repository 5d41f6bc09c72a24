"""The tab Launch filled in from another part of the page, in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from components import ids
from tests.browser.launching import TALL, at, cell, field, fill, open_group
from tests.conftest import AppPage

LISTED = [
    {"rate": 0.01, "layers": 2, "optimizer": "adam"},
    {"rate": 0.02, "layers": 3, "optimizer": "sgd", "momentum": 0.5},
]


def propose(page: Page, **wanted: Any) -> None:
    """Write a proposal into the store, as a finding does."""
    page.evaluate("([id, data]) => window.dash_clientside.set_props(id, { data })", [ids.LAUNCH_FILL, wanted])


def test_a_proposal_fills_table_and_form_opens_the_tab_says_why_and_is_undone(app_page: AppPage, toys: str) -> None:
    page = app_page(toys, viewport=TALL)
    study = page.evaluate("window.trellis.state().studies[0]")
    propose(
        page,
        seq=1,
        why="From finding: the best trials lie at the upper end of layers",
        study=study,
        space={"layers": {"low": 4, "high": 16}, "optimizer": {"fix": "sgd"}, "rate": {"low": 0, "high": 1}},
        algorithm={"name": "tpe", "settings": {"n_startup_trials": 7}, "pruner": "halving"},
        budget={"trials": 33, "steps": 4},
        start={"enqueue": 5},
    )
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_contain_text(
        "Filled in: From finding: the best trials lie at the upper end of layers."
    )
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_contain_text("Not filled in: hyperparameter 'rate': low is '0'")
    expect(cell(page, "layers", "high")).to_have_text("16")
    expect(cell(page, "layers", "offers")).to_contain_text("the best trials lie at the upper end")
    expect(cell(page, "optimizer", "low").get_by_role("button", pressed=True)).to_have_text(["sgd"])
    expect(at(page, ids.LAUNCH_TRIALS)).to_have_value("33")
    open_group(page, "Algorithm settings")
    expect(field(page, "n_startup_trials").locator("input")).to_have_value("7")
    expect(at(page, ids.LAUNCH_PRUNER)).to_contain_text("Successive halving")
    open_group(page, "Budget of a trial")
    expect(field(page, "Steps a trial").locator("input")).to_have_value("4")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("0 of 12 completed trials of 'toy' fit")
    fill(page, "Name of the study", "mine")
    propose(page, seq=2, why="From a rung", study=study, algorithm={"name": "given"}, configurations=LISTED)
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_have_text("Filled in: From a rung.")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("2 configurations.")
    expect(at(page, ids.LAUNCH_NAME)).to_have_value("mine")
    expect(cell(page, "layers", "low")).to_have_text("1")
    at(page, ids.RECOMMEND).click()
    expect(at(page, ids.RECOMMEND_PROBLEM)).to_contain_text("Nothing is recommended: too few")
    at(page, ids.LAUNCH_FILL_UNDO).click()
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_contain_text("upper end of layers")
    expect(cell(page, "layers", "high")).to_have_text("16")
    expect(field(page, "n_startup_trials").locator("input")).to_have_value("7")
    at(page, ids.LAUNCH_FILL_UNDO).click()
    expect(at(page, ids.LAUNCH_FILL_UNDO)).to_be_hidden()
    expect(at(page, ids.LAUNCH_FILL_NOTE)).to_be_empty()
