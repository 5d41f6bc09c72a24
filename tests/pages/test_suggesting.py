"""Suggest fills the table old → new in a real browser: a reason in each row, what it keeps and the forecast above."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from analytics import edits, stored
from analytics.additions import Addition, add, remove
from analytics.advice import advise, applied
from analytics.refine import choose, refine
from analytics.refinement import Origin
from components import ids
from data.readers import read
from tests.conftest import AppPage
from tests.pages.test_launch_tab import at, brush, cell, type_into
from tests.pages.test_launch_tab import refine as press_refine

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "digits.db"


def test_suggest_fills_the_table_within_the_brushes_and_the_analyst_goes_on_editing(app_page: AppPage) -> None:
    page = app_page(EXAMPLE, viewport={"width": 1440, "height": 1400})
    brush(page, "optimizer", ["adam"])
    press_refine(page)
    advice = at(page, ids.LAUNCH_ADVICE)
    expect(advice).to_be_empty()
    at(page, ids.SUGGEST).click()
    expect(at(page, ids.SUGGEST)).to_be_disabled()
    at(page, ids.SUGGEST_CANCEL).click()
    expect(at(page, ids.LAUNCH_PROBLEM)).to_have_text("Nothing is suggested: it was cancelled.", timeout=120_000)
    expect(at(page, ids.SUGGEST_CANCEL)).to_be_hidden()
    expect(advice).to_be_empty()
    at(page, ids.SUGGEST).click()
    expect(at(page, ids.SUGGEST_PROGRESS)).to_contain_text("of 3: ")
    expect(advice).to_contain_text("The suggested ranges keep", timeout=120_000)
    expect(advice).to_contain_text("They hold trial 126, the best (val_accuracy 0.9741).")
    expect(advice).to_contain_text("Forecast. A random trial in it is expected to have val_accuracy")
    expect(advice).to_contain_text("Backtest: of")
    expect(at(page, ids.SUGGEST)).to_have_text("Suggest")
    expect(cell(page, "learning_rate", "offers")).to_contain_text("val_accuracy is good here")
    expect(cell(page, "learning_rate", "offers").get_by_role("button", pressed=True)).to_have_text("suggested")
    expect(cell(page, "optimizer", "offers")).to_contain_text("has one value left")
    expect(cell(page, "momentum", "offers")).to_contain_text("drops out")
    type_into(page, "learning_rate", "high", "0.02")
    expect(cell(page, "learning_rate", "high")).to_have_text("0.02")
    expect(advice).to_contain_text("The suggested ranges keep")
    press_refine(page)
    expect(advice).to_be_empty()


def test_where_nothing_can_be_suggested_a_sentence_says_why_and_the_table_stays(app_page: AppPage) -> None:
    page = app_page(viewport={"width": 1440, "height": 1400})
    press_refine(page)
    at(page, ids.SUGGEST).click()
    problem = at(page, ids.LAUNCH_PROBLEM)
    expect(problem).to_contain_text("Nothing is suggested: too few: 12 rows for 4 hyperparameters", timeout=120_000)
    expect(cell(page, "rate", "old")).to_have_text("1e-4 … 1")
    expect(at(page, ids.LAUNCH_ADVICE)).to_be_empty()


def test_what_the_analyst_added_removed_and_reshaped_stays() -> None:
    trials = next(study for study in read(EXAMPLE) if study.study.name == "digits-random")
    table = edits.edit(refine(trials, {}), "depth", "step", "3")
    table = remove(add(table, Addition("new", "float", "0 : 1", "0.5", "")), "width")
    said: list[str] = []
    advice = advise(trials, "val_accuracy", {}, 20, say=lambda words: said.append(words.partition(":")[0]))
    filled = applied(table, advice)
    for name in ("new", "width", "depth"):
        assert filled[name] == table[name]
    for name in set(trials.space) - {"width", "depth"}:
        assert filled[name].new.note == advice.reasons[name]
    assert said == [f"{i} of 3" for i in (1, 2, 3)]
    assert filled["learning_rate"].new == advice.ranges["learning_rate"]
    assert stored.from_json(stored.to_json(filled), trials.space)["learning_rate"] == filled["learning_rate"]
    kept = choose(filled, "learning_rate", Origin.KEPT)
    assert choose(kept, "learning_rate", Origin.SUGGESTED)["learning_rate"] == filled["learning_rate"]
