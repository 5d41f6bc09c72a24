"""The form of the tab Launch in a real browser: grids, added hyperparameters, foreign studies, marks, and launches."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from components import ids
from data.readers import read
from data.workspace import Workspace
from tests.browser.launching import TALL, at, cell, choose, field, fill, open_group, refined, type_into
from tests.conftest import AppPage, Served, write_table
from tests.pages.toy import until
from trainer import storage
from trainer.launch import list_studies

COMMAND = """
import sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print(f"accuracy={0.9 - abs(float(given['--rate']) - 0.01)}")
"""


@pytest.fixture
def page(app_page: AppPage, toys: str) -> Page:
    return refined(app_page(toys, viewport=TALL))


def test_a_grid_of_value_lists_is_listed_and_runs(page: Page, workspace: Workspace) -> None:
    choose(page, ids.LAUNCH_ALGORITHM, "Grid search")
    expect(at(page, ids.LAUNCH_TRIALS)).to_have_value("")
    expect(cell(page, "layers", "values")).to_have_text("1, 3, 5, 6, 8")
    type_into(page, "rate", "values", "1e-3:1e-1:log3")
    type_into(page, "layers", "values", "2, 4")
    type_into(page, "momentum", "values", "0.5")
    type_into(page, "optimizer", "values", "adam, lion")
    expect(cell(page, "optimizer", "offers").get_by_role("alert")).to_have_text(
        "hyperparameter 'optimizer': a value of its list is 'lion'; expected one of adam, sgd, rmsprop"
    )
    expect(cell(page, "optimizer", "values")).to_have_class(re.compile("tr-cell-wrong"))
    type_into(page, "optimizer", "values", "adam, sgd")
    summary = at(page, ids.PREVIEW_SUMMARY)
    expect(summary).to_contain_text("12 configurations.")
    rows = at(page, ids.PREVIEW_GRID).locator(".ag-center-cols-container .ag-row")
    expect(rows).to_have_count(10)
    page.get_by_label("Run only the best predicted").check()
    expect(summary).to_contain_text("The completed trials are too few to predict with")
    page.get_by_label("Run all").check()
    expect(summary).to_contain_text("12 configurations.")
    at(page, ids.LAUNCH_START).click()
    expect(at(page, ids.LAUNCH_RESULT)).to_contain_text("toy-refined has started")
    done = until(lambda: next((s for s in list_studies(workspace) if s["state"] == "finished"), None))
    assert {state: n for state, n in done["counts"].items() if n} == {"complete": 12}


def test_what_has_been_run_is_shown_with_its_result_and_can_be_skipped(page: Page, toys: str) -> None:
    trial = read(toys)[0].frame.iloc[0]
    choose(page, ids.LAUNCH_ALGORITHM, "Grid search")
    type_into(page, "rate", "values", f"{float(trial['rate'])!r}, 0.5")
    type_into(page, "layers", "values", str(trial["layers"]))
    type_into(page, "optimizer", "values", trial["optimizer"])
    if trial["optimizer"] == "sgd":
        type_into(page, "momentum", "values", repr(float(trial["momentum"])))
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("1 of 2 listed have been run in the shown studies.")
    expect(at(page, ids.PREVIEW_GRID)).to_contain_text(f"{trial['score']:.4g} in toy, trial 0")
    page.get_by_label("Run only those not run yet").check()
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("1 of 2 configurations.")


def test_a_hyperparameter_is_added_another_removed_and_scale_step_condition_and_categories_are_cells(
    page: Page,
) -> None:
    open_group(page, "Add a hyperparameter")
    at(page, ids.ADD_BUTTON).click()
    adding = page.locator(".tr-add")
    expect(adding.get_by_role("alert").first).to_have_text("the name is empty; expected a new name")
    at(page, ids.ADD_NAME).fill("warmup")
    choose(page, ids.ADD_KIND, "int")
    at(page, ids.ADD_RANGE).fill("0 : 10")
    at(page, ids.ADD_DEFAULT).fill("0")
    at(page, ids.ADD_WHEN).fill("optimizer = lion")
    at(page, ids.ADD_WHEN).press("Tab")
    at(page, ids.ADD_BUTTON).click()
    expect(adding).to_contain_text("the value is 'lion'; expected one of adam, sgd, rmsprop")
    at(page, ids.ADD_WHEN).fill("optimizer = sgd")
    at(page, ids.ADD_WHEN).press("Tab")
    at(page, ids.ADD_BUTTON).click()
    expect(cell(page, "warmup", "old")).to_have_text("new")
    expect(at(page, ids.ADD_NAME)).to_have_value("")
    at(page, ids.LAUNCH_COLUMNS).get_by_role("checkbox").check()
    expect(cell(page, "warmup", "when")).to_have_text("optimizer = sgd")
    expect(cell(page, "warmup", "default")).to_have_text("0")
    expect(at(page, ids.EXPORT_CODE)).to_contain_text("suggest_int('warmup', 0, 10)")
    cell(page, "layers", "name").hover()
    page.get_by_role("button", name="Remove layers").click()
    expect(cell(page, "layers", "offers")).to_contain_text("Removed: the new study does not search it.")
    expect(at(page, ids.EXPORT_CODE)).not_to_contain_text("layers")
    page.get_by_role("button", name="Put layers back").click()
    expect(at(page, ids.EXPORT_CODE)).to_contain_text("layers")
    at(page, ids.REFINE).click()
    expect(cell(page, "warmup", "low")).to_have_text("0")
    at(page, ids.LAUNCH_RESET).click()
    expect(cell(page, "warmup", "low")).to_have_count(0)
    type_into(page, "layers", "step", "3")
    expect(cell(page, "layers", "high")).to_have_text("7")
    type_into(page, "momentum", "when", "optimizer = nothing")
    expect(cell(page, "momentum", "when")).to_have_class(re.compile("tr-cell-wrong"))
    type_into(page, "momentum", "when", "")
    expect(cell(page, "momentum", "name")).not_to_contain_text("if optimizer")
    box = page.get_by_label("Add a category to optimizer")
    box.fill("lion")
    box.press("Enter")
    expect(cell(page, "optimizer", "low").get_by_role("button", pressed=True)).to_have_text(
        ["adam", "sgd", "rmsprop", "lion"]
    )


def test_settings_are_those_of_algorithm_and_pruner_and_every_wrong_field_is_marked(page: Page) -> None:
    expect(at(page, ids.LAUNCH_SETTINGS)).to_be_empty()
    choose(page, ids.LAUNCH_ALGORITHM, "TPE")
    open_group(page, "Algorithm settings")
    fill(page, "n_startup_trials", "0")
    expect(field(page, "n_startup_trials").get_by_role("alert")).to_contain_text("expected a whole number from 1")
    open_group(page, "Pruning")
    choose(page, ids.LAUNCH_PRUNER, "Successive halving")
    expect(at(page, ids.LAUNCH_PRUNING)).to_contain_text("reduction_factor")
    choose(page, ids.LAUNCH_ALGORITHM, "Population-based training")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("expected")
    choose(page, ids.LAUNCH_ALGORITHM, "Random search")
    fill(page, "Trials", "many")
    expect(field(page, "Trials").get_by_role("alert")).to_have_text(
        re.compile("budget.trials is 'many'; expected a whole")
    )
    open_group(page, "Budget of a trial")
    fill(page, "Wall time", "soon")
    expect(field(page, "Wall time").get_by_role("alert")).to_have_text(
        "wall is 'soon'; expected seconds, or a time such as 30 min or 2 h"
    )
    open_group(page, "Budget of a trial")
    expect(field(page, "Wall time")).to_be_hidden()
    fill(page, "Name of the study", "toy")
    at(page, ids.LAUNCH_NAME).press("Tab")
    expect(field(page, "Name of the study").get_by_role("alert")).to_contain_text("the name 'toy' is taken")
    at(page, ids.LAUNCH_START).click()
    expect(at(page, ids.LAUNCH_REFUSED)).to_have_text("Nothing was launched: see the marked fields.")
    open_group(page, "Objective")
    fill(page, "Working folder", "/no/such/folder")
    expect(field(page, "Working folder").get_by_role("alert")).to_contain_text("expected a folder that exists")


def test_a_foreign_study_is_given_a_command_and_trains_here(
    app_page: AppPage, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(COMMAND, encoding="utf-8")
    page = refined(app_page(write_table(tmp_path / "results.csv"), viewport=TALL))
    expect(at(page, ids.LAUNCH_FOREIGN)).to_contain_text("The results of 'results' do not say how a trial is trained.")
    fill(page, "Trials", "2")
    at(page, ids.LAUNCH_START).click()
    expect(field(page, "Command").get_by_role("alert")).to_contain_text("expected a command")
    expect(field(page, "Command")).to_be_visible()
    fill(page, "Command", f"{sys.executable} train.py {{args}}")
    expect(field(page, "Command").get_by_role("alert")).to_have_count(0)
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text(
        re.compile("The first runs .* train.py --rate 0.0[0-9]+ --layers")
    )
    open_group(page, "The same as a command")
    expect(at(page, ids.PREVIEW_SPEC)).to_contain_text("train.py {args}")
    expect(at(page, ids.PREVIEW_COMMAND)).to_contain_text("python -m trainer run results-refined.yaml")
    at(page, ids.LAUNCH_START).click()
    expect(at(page, ids.LAUNCH_RESULT)).to_contain_text("results-refined has started")
    done = until(lambda: next((s for s in list_studies(workspace) if s["state"] == "finished"), None))
    assert done["counts"]["complete"] == 2
    expect(at(page, ids.STUDY_LIST)).to_contain_text("results-refined")


def test_pressed_twice_and_loaded_again_it_is_one_study(
    serve: Callable[..., Served], new_page: Callable[..., Page], toys: str, workspace: Workspace
) -> None:
    page = new_page(viewport=TALL)
    page.goto(serve(toys).address)
    page.evaluate("window.trellis.ready")
    refined(page)
    fill(page, "Trials", "2")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("2 configurations")
    page.evaluate("place => { const b = document.getElementById(place); b.click(); b.click(); }", ids.LAUNCH_START)
    until(lambda: storage.names(workspace))
    page.reload()
    page.evaluate("window.trellis.ready")
    expect(at(page, ids.STUDY_LIST)).to_contain_text("toy-refined")
    done = until(lambda: next((s for s in list_studies(workspace) if s["state"] == "finished"), None))
    assert done["counts"]["complete"] == 2
    assert list(storage.names(workspace)) == ["toy-refined"]


def test_a_launch_whose_process_is_killed_says_so_and_can_be_repeated(page: Page) -> None:
    fill(page, "Trials", "2")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("2 configurations")
    at(page, ids.LAUNCH_START).click()
    until(lambda: [job.kill() for job in psutil.Process().children() if "trainer.jobs" in " ".join(job.cmdline())])
    expect(at(page, ids.LAUNCH_RESULT)).to_contain_text("The launch broke off: its process ended without a word")
    expect(at(page, ids.LAUNCH_PROGRESS)).to_be_empty()
    expect(at(page, ids.LAUNCH_START)).to_be_enabled()


def test_a_brush_on_a_metric_comes_in_as_a_constraint(app_page: AppPage) -> None:
    page = app_page(viewport=TALL)
    page.evaluate("window.trellis.brush('parameters', [[null, 5000]])")
    page.evaluate("window.trellis.brush('val_accuracy', [[0.5, null]])")
    refined(page)
    open_group(page, "What to optimize, and limits")
    expect(at(page, ids.LAUNCH_LIMITS)).to_have_value("parameters <= 5000")
    expect(at(page, ids.PREVIEW_SUMMARY)).to_contain_text("Random search does not steer by constraints")
    choose(page, ids.LAUNCH_ALGORITHM, "TPE")
    expect(at(page, ids.PREVIEW_SUMMARY)).not_to_contain_text("does not steer")
    goals = field(page, "Optimize").locator("input").first
    for picked, text in (
        ("minimize inference_ms", "maximize val_accuracy, minimize inference_ms"),
        ("minimize val_accuracy", "minimize inference_ms, minimize val_accuracy"),
    ):
        page.locator(".tr-pick").click()
        page.get_by_role("option", name=picked, exact=True).click()
        expect(goals).to_have_value(text)
    fill(page, "Constraints", "parameters < 5")
    expect(field(page, "Constraints").get_by_role("alert")).to_contain_text("expected METRIC <= NUMBER")
