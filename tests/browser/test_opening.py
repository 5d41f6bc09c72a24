"""Results are opened from the page, followed while they are written, shown as groups, and taken away again."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from playwright.sync_api import Page, expect

from data.readers import read
from tests.browser.steps import state
from tests.conftest import write_table
from tests.data.run_folders import write
from tests.data.same import assert_same


@pytest.fixture
def page(app_page: Callable[..., Page], tmp_path: Path) -> Page:
    """The app over a table of 60 rows."""
    return app_page(write_table(tmp_path / "results.csv"))


def type_path(page: Page, path: Path | str) -> None:
    page.get_by_role("button", name="Open…").click()
    page.get_by_label("Path or URL").fill(str(path))
    page.keyboard.press("Enter")


def shows(page: Page, rows: int) -> None:
    """Wait until the views draw so many rows, and the panel ticks what they draw."""
    page.wait_for_function("rows => window.trellis.state().total === rows", arg=rows)
    expect(page.locator(".tr-study .tr-tick input:checked")).to_have_count(len(state(page)["studies"]))


def test_a_path_that_holds_nothing_says_so_and_what_lies_beside_is_offered(page: Page, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    type_path(page, tmp_path / "noth")
    message = page.locator("#open-message")
    expect(message).to_contain_text(f"{tmp_path}/noth does not exist; expected one of: MLflow database, Optuna")
    expect(page.locator(f'#open-paths option[value="{tmp_path}/nothing/"]')).to_have_count(1)
    page.get_by_label("Path or URL").fill("")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(message).to_have_text("The field is empty; expected a path or a URL.")
    page.get_by_label("Path or URL").fill('/tmp/<img src=x onerror="alert(1)">')
    page.keyboard.press("Enter")
    expect(message).to_contain_text('<img src=x onerror="alert(1)"> does not exist')
    shows(page, 60)


def test_a_pickle_opens_only_once_its_risk_was_taken(page: Page, tmp_path: Path) -> None:
    study = optuna.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=7)
    path = tmp_path / "study.pkl"
    path.write_bytes(pickle.dumps(study))
    type_path(page, path)
    expect(page.locator("#open-message")).to_contain_text("runs whatever code its maker put into it, with your rights")
    shows(page, 60)
    page.get_by_role("button", name="Run its code and open it").click()
    shows(page, 7)
    page.get_by_role("button", name="Open…").click()
    expect(page.locator(f'#open-paths option[value="{path}"]')).to_have_count(1)


def test_runs_of_a_folder_are_followed_and_ticked_as_one_group(page: Page, tmp_path: Path) -> None:
    folders = tmp_path / "runs"
    for i in range(3):
        write("bohb", folders / "big" / f"seed_{i}")
    type_path(page, folders)
    shows(page, 27)
    last = (folders / "big" / "seed_0" / "results.json").read_text().splitlines()[0]
    with (folders / "big" / "seed_0" / "results.json").open("a") as file:
        entry = json.loads(last)
        file.write(json.dumps([entry[0], 27.0, *entry[2:]]) + "\n" + last[:30])
    shows(page, 28)
    expect(page.locator(".tr-study", has_text="seed_0")).to_contain_text("A last line is still being written")
    tick = page.get_by_role("checkbox", name="Show all 3 runs of big")
    expect(tick).to_have_attribute("aria-checked", "true")
    page.locator(".tr-study .tr-tick input").last.click()
    expect(tick).to_have_attribute("aria-checked", "mixed")
    shows(page, 19)
    tick.click()
    shows(page, 28)
    tick.click()
    shows(page, 0)
    tick.click()
    average = page.get_by_role("button", name="averaged")
    average.click()
    expect(average).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('averaged')")


@pytest.mark.parametrize("suffix", [".db", ".parquet", ".csv.zip", ".hiplot.csv.zip"])
def test_a_study_is_taken_away_whole(page: Page, tmp_path: Path, suffix: str) -> None:
    kind = {".db": "Optuna storage", ".parquet": "Parquet table", ".csv.zip": "CSV table"}.get(suffix, "HiPlot CSV")
    page.locator(".tr-study summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=kind).click()
    name = download.value.suggested_filename
    assert name == f"results{suffix}"
    path = tmp_path / "taken" / name
    download.value.save_as(path)
    expect(page.locator("#action-message")).to_have_text(f"Saved as {name}.")
    (before,), (after,) = read(tmp_path / "results.csv"), read(path)
    assert_same(before, after)
    assert re.fullmatch(r"[0-9a-f]{12}", after.study.id)
