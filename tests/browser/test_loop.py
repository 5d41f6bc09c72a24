"""The closed loop as an analyst walks it: open, brush in two views, refine, launch, and watch the new study train."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from components import ids

ROOT = Path(__file__).resolve().parents[2]
A_MINUTE = 60_000


@contextmanager
def app_process(workspace: Path, *sources: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``python app.py`` as an analyst starts it; yields its address and the process, which is killed at the end."""
    command = [sys.executable, "app.py", *sources, "--workspace", str(workspace), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://")), process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def open_page(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_function("window.trellis !== undefined")
    page.evaluate("window.trellis.ready")
    return page


def state(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("window.trellis.state()"))


def drag_axis(page: Page, name: str, start: float, end: float) -> None:
    """Drag along an axis of the parallel coordinates; 0 is its top, 1 its bottom."""
    axis = next(axis for axis in page.evaluate("window.trellis.axes()") if axis["name"] == name)
    place = [axis["y0"] + part * (axis["y1"] - axis["y0"]) for part in (start, end)]
    page.mouse.move(axis["x"], place[0])
    page.mouse.down()
    page.mouse.move(axis["x"], sum(place) / 2, steps=3)
    page.mouse.move(axis["x"], place[1], steps=3)
    page.mouse.up()


def api(address: str, path: str) -> Any:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        return json.load(answer)


def study(address: str, name: str) -> dict[str, Any]:
    return next(dict(entry) for entry in api(address, "/api/studies")["studies"] if entry["name"] == name)


def launch(page: Page, name: str, trials: int) -> None:
    page.locator(f"#{ids.REFINE}").click()
    expect(page.locator(f"#{ids.LAUNCH_START}")).to_be_visible()
    expect(page.locator(f"#{ids.LAUNCH_NAME}")).not_to_have_value("")
    for place, value in ((ids.LAUNCH_NAME, name), (ids.LAUNCH_TRIALS, str(trials)), (ids.LAUNCH_WORKERS, "2")):
        page.locator(f"#{place}").fill(value)
        page.locator(f"#{place}").press("Tab")
    page.locator(f"#{ids.LAUNCH_START}").click()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def test_a_brush_becomes_a_study_that_trains_and_appears_beside_its_parent(
    folder: Path, new_page: Callable[..., Page]
) -> None:
    with app_process(folder) as (address, _):
        page = open_page(new_page(), address)
        parent = study(address, "digits-random")
        whole = state(page)
        assert parent["id"] in whole["studies"]
        assert whole["selected"] == whole["total"] >= 200

        drag_axis(page, "val_accuracy", 0.0, 0.25)
        by_objective = state(page)
        drag_axis(page, "learning_rate", 0.2, 0.6)
        both = state(page)
        assert both["selected"] < by_objective["selected"] < whole["selected"]
        low, high = both["brushes"]["learning_rate"]["ranges"][0]

        launch(page, "loop-child", 4)
        child = page.locator(".tr-study", has_text="loop-child")
        expect(child).to_be_visible(timeout=A_MINUTE)
        page.wait_for_function(
            "total => window.trellis.state().total === total", arg=whole["total"] + 4, timeout=2 * A_MINUTE
        )
        expect(child).to_contain_text("finished", timeout=2 * A_MINUTE)

        made = study(address, "loop-child")
        assert made["parent"] == parent["id"]
        assert made["counts"]["complete"] == 4
        space = made["space"]["learning_rate"]
        assert space["log"]
        assert (space["low"], space["high"]) == pytest.approx((low, high))
        assert made["space"]["dropout"]["high"] == parent["space"]["dropout"]["high"]
        assert "val_accuracy" not in made["space"]
        assert any("learning_rate" in sentence for sentence in made["changed"])
        page.close()


def test_a_study_outlives_page_and_server_and_can_be_stopped(folder: Path, new_page: Callable[..., Page]) -> None:
    with app_process(folder) as (address, server):
        page = open_page(new_page(), address)
        page.evaluate("window.trellis.brush('depth', [[1, 2]])")
        launch(page, "long-child", 400)
        expect(page.locator(".tr-study", has_text="long-child")).to_be_visible(timeout=A_MINUTE)
        page.close()
        server.send_signal(signal.SIGKILL)
        server.wait()

    with app_process(folder) as (address, _):
        before = sum(study(address, "long-child")["counts"].values())
        page = open_page(new_page(), address)
        names = [entry["name"] for entry in api(address, "/api/studies")["studies"] if entry["shown"]]
        assert {"digits-random", "long-child"} <= set(names), "a refined study is shown with the study it came from"
        total = state(page)["total"]
        page.wait_for_function("total => window.trellis.state().total > total + 1", arg=total, timeout=A_MINUTE)
        item = page.locator(".tr-study", has_text="long-child")
        item.get_by_role("button", name="Stop").click()
        expect(item).to_contain_text("stopped", timeout=A_MINUTE)
        counts = study(address, "long-child")["counts"]
        assert before < sum(counts.values()) < 400
        assert counts["running"] == 0
        wait_until(lambda: not training_processes(folder), "a training process is left")
        page.close()


def wait_until(done: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def training_processes(folder: Path) -> list[str]:
    """Command lines of running processes that name the workspace."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command and "trainer" in command and path.parent.name != str(os.getpid()):
            found.append(command)
    return found
