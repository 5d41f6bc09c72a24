"""What an analyst does while a study runs: watch, cancel a trial, read why one failed, extend, set a target."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from components import ids
from data.workspace import Workspace
from tests.browser import launching
from tests.conftest import AppPage
from trainer import launch
from trainer.example import study_trials

A_MINUTE = 60_000
POINTS = "(Object.values(trellis.curves('curves-pinned').trials[0]?.points ?? {})[0] ?? 0)"
"""How many steps the first learning curve in the drawer has."""

OBJECTIVE = """
import time
from pathlib import Path


def train(run):
    print("the rate is", run.params["rate"], flush=True)
    if run.number == 1:
        raise ValueError("<b>too hot</b> for this machine")
    for step in range(1, 10_000):
        if not run.report(step, score=run.number + run.params["rate"]):
            return None
        if step >= 3 and not (Path(__file__).parent / "hold").exists():
            return None
        time.sleep(0.05)
"""


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """As long as this file is there, trials go on."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "slow.py").write_text(OBJECTIVE, encoding="utf-8")
    (code / "hold").touch()
    return code / "hold"


def start(workspace: Workspace, hold: Path, name: str = "slow", trials: int = 3, **more: Any) -> str:
    spec = {
        "name": name,
        "project": "toys",
        "objective": {"type": "python", "target": "slow:train", "cwd": str(hold.parent)},
        "space": {"rate": {"type": "float", "low": 0.1, "high": 0.9}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": trials},
        "seed": 1,
    }
    return launch.start({**spec, **more}, workspace)


def open_runs(page: Page) -> Page:
    page.locator(f"#{ids.tab('runs')}").click()
    return page


def block(page: Page, name: str) -> Locator:
    return page.locator(f"#{ids.RUNS}").get_by_role("region", name=name, exact=True)


def points(page: Page) -> int:
    return int(page.evaluate(POINTS))


def test_a_study_is_watched_a_trial_cancelled_and_the_log_of_a_failed_one_read(
    workspace: Workspace, hold: Path, app_page: AppPage
) -> None:
    start(workspace, hold)
    page = open_runs(app_page())
    run = block(page, "slow")
    expect(run.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "3", timeout=A_MINUTE)
    running = run.get_by_role("row", name="Trial 0")
    expect(running).to_contain_text(re.compile(r"step \d"), timeout=A_MINUTE)

    running.get_by_role("button", name="Curve").click()
    page.wait_for_function(f"{POINTS} > 1")
    before = points(page)
    page.wait_for_function(f"n => {POINTS} > n", arg=before)
    expect(page.locator(f"#{ids.FOCUS_RUN}").get_by_role("button", name="Cancel")).to_be_visible()

    running.get_by_role("button", name="Cancel").click()
    expect(page.locator(f"#{ids.RUNS_MESSAGE}")).to_have_text("Trial 0 of slow ends; slow goes on.")
    failures = run.locator(".tr-failures")
    expect(failures).to_contain_text("<b>too hot</b> for this machine", timeout=A_MINUTE)
    failures.get_by_role("button", name="Log of trial 1").click()
    log = page.locator(f"#{ids.TRIAL_LOG}")
    expect(log.locator("pre")).to_contain_text("the rate is 0.")
    expect(log.locator("pre")).to_contain_text("ValueError: <b>too hot</b>")
    page.keyboard.press("Escape")

    hold.unlink()
    expect(run).to_contain_text("finished", timeout=A_MINUTE)
    expect(run).to_contain_text("3 trials: 1 complete, 1 pruned, 1 failed")

    run.get_by_role("textbox").fill("2")
    run.get_by_role("button", name="Extend").click()
    expect(run).to_contain_text("5 trials: 3 complete", timeout=A_MINUTE)
    expect(run).to_contain_text("finished", timeout=A_MINUTE)
    run.get_by_role("textbox").fill("many")
    run.get_by_role("button", name="Extend").click()
    expect(run.get_by_role("alert")).to_contain_text(
        "extend by is 'many'; expected a whole number of trials, 1 or more."
    )

    (hold.parent / "slow.py").write_text(f"{OBJECTIVE}# another version\n", encoding="utf-8")
    page.locator(f"#{ids.tab('launch')}").click()
    launching.choose(page, ids.LAUNCH_ALGORITHM, "Grid search")
    rate = study_trials(workspace, "slow")[2].params["rate"]
    launching.type_into(page, "rate", "values", f"{rate!r}, 0.5")
    listed = page.locator(f"#{ids.PREVIEW_GRID}")
    expect(listed).to_contain_text("in slow, trial 2")
    expect(listed).to_contain_text("with other code or data")
    expect(page.locator(f"#{ids.PREVIEW_SUMMARY}")).to_contain_text("1 of 2 listed have been run")


def test_several_studies_are_stopped_resumed_and_held_against_the_project_s_target(
    workspace: Workspace, hold: Path, app_page: AppPage
) -> None:
    for name in ("first", "second"):
        start(workspace, hold, name, trials=1)
    page = open_runs(app_page())
    for name in ("first", "second"):
        expect(block(page, name).get_by_role("row", name="Trial 0")).to_be_visible(timeout=A_MINUTE)
    expect(page.locator(f"#{ids.RUNNING}")).to_have_text("2 running")

    block(page, "first").get_by_role("button", name="Stop").click()
    expect(block(page, "first")).to_contain_text("stopped", timeout=A_MINUTE)
    block(page, "first").get_by_role("button", name="Resume").click()
    hold.unlink()
    for name in ("first", "second"):
        expect(block(page, name)).to_contain_text("finished", timeout=A_MINUTE)
    bar = block(page, "first").get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-label", "2 of 2 trials are done, 0 running")

    target = page.locator(f"#{ids.TARGETS}").get_by_label("Target of toys: score at least")
    target.fill("0.05")
    target.press("Enter")
    expect(block(page, "second")).to_contain_text("the target 0.05 was reached by trial 0")
    page.reload()
    page.wait_for_function("window.trellis !== undefined")
    open_runs(page)
    expect(target).to_have_value("0.05")
    target.fill("99")
    target.press("Enter")
    expect(block(page, "second")).to_contain_text("short of the target 99")
    target.fill("a lot")
    target.press("Enter")
    problem = page.locator(f"#{ids.TARGETS}").get_by_role("alert")
    expect(problem).to_have_text("the target is 'a lot'; expected a number, or nothing for no target.")
