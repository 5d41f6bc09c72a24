"""What tests share: a workspace, a table of results, a served app, and that app in a real browser."""

from __future__ import annotations

import csv
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from dash import Dash
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import create_app
from bench.machine import CHROMIUM_ARGUMENTS, chromium
from callbacks import serving
from callbacks.context import EXTENSION, attach
from callbacks.importance_process import Forests
from data.workspace import Workspace, open_workspace

pytest_plugins = ["tests.no_skips"]

PATIENCE_MS = 30_000
"""How long a browser test waits for what must come, on a busy machine too."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Served:
    """An app that answers at ``address``."""

    address: str
    app: Dash
    workspace: Workspace


Serve = Callable[..., Served]
AppPage = Callable[..., Page]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "workspace")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A CSV of 60 trials: two numeric hyperparameters, a categorical one, and an accuracy."""
    return write_table(tmp_path / "results.csv")


def write_table(path: Path, rows: int = 60) -> Path:
    draw = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["trial", "rate", "layers", "optimizer", "accuracy"])
        for number in range(rows):
            rate, layers = 10 ** draw.uniform(-4, -1), draw.randint(1, 5)
            writer.writerow([number, rate, layers, draw.choice(["adam", "sgd"]), 0.9 - abs(rate - 0.01) * layers])
    return path


@contextmanager
def serving_app(app: Dash) -> Iterator[str]:
    """Serve an app on a free port of 127.0.0.1; yields its address."""
    with serving.listen(serving.HOST, 0) as listener:
        server = serving.make(app.server, listener)
        address = serving.address(listener, serving.HOST)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def forests() -> Iterator[Forests]:
    """The process that tells importance, one for all tests: it starts in a second, a page asks at once."""
    shared = Forests()
    yield shared
    shared.close()


@pytest.fixture
def serve(workspace: Workspace, forests: Forests) -> Iterator[Serve]:
    """``serve(*sources, **options of create_app)``: an app over the test's workspace, until the test ends."""
    with ExitStack() as stack:

        def start(*sources: str | os.PathLike[str], **options: Any) -> Served:
            app = create_app(workspace, [str(source) for source in sources], **options)
            attach(app.server, replace(app.server.extensions[EXTENSION], forests=forests))
            return Served(stack.enter_context(serving_app(app)), app, workspace)

        yield start


def find_browser() -> str:
    """$CHROMIUM, else chromium or google-chrome on the path; without any the run fails."""
    try:
        return chromium()
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def browser_errors() -> Iterator[list[str]]:
    """What went wrong in the pages of a test; it must be empty at the end. A test that provokes an error clears it."""
    errors: list[str] = []
    yield errors
    assert errors == []


@pytest.fixture
def new_page(browser: Browser, browser_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """``new_page(**options of Playwright's new_context)``: an empty page in a fresh context."""
    with ExitStack() as stack:

        def make(**options: Any) -> Page:
            context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: browser_errors.append(str(error)))
            page.on("console", lambda said: browser_errors.append(said.text) if said.type == "error" else None)
            return page

        yield make


@pytest.fixture
def app_page(serve: Serve, new_page: Callable[..., Page]) -> AppPage:
    """``app_page(*sources, link="/", **options of new_context)``: a page that shows an app and has its studies."""

    def open_page(*sources: str | os.PathLike[str], link: str = "/", **options: Any) -> Page:
        page = new_page(**options)
        page.goto(serve(*sources).address + link)
        page.evaluate("window.trellis.ready")
        return page

    return open_page


@pytest.fixture(scope="session")
def optuna_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with a study ``demo`` of 12 completed trials that report five steps each, and one that failed."""
    path = tmp_path_factory.mktemp("optuna") / "demo.db"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    study = optuna.create_study(
        study_name="demo", storage=storage, direction="maximize", sampler=optuna.samplers.RandomSampler(seed=3)
    )
    study.optimize(_objective, n_trials=13, catch=(ArithmeticError,))
    storage.engine.dispose()
    return path


def _objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    if trial.number == 5:
        raise ArithmeticError("diverged")
    for step in range(5):
        trial.report(rate * step, step)
    trial.set_user_attr("seconds", 1.5 + trial.number)
    return rate * 4 + (optimizer == "adam")
