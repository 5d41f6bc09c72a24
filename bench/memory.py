"""The server's memory with 100,000 trials open in a page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.brush import browser, trellis
from bench.result import Row
from bench.server import app
from bench.study import write_study

TRIALS = 100_000


def rows(folder: Path) -> list[Row]:
    """Resident memory after the page has everything, and its peak; the bound is 1 GB."""
    study = write_study(folder / f"{TRIALS}.db", TRIALS)
    with tempfile.TemporaryDirectory() as workspace, app(Path(workspace), study) as server, browser() as started:
        page = started.new_page()
        page.set_default_timeout(120_000)
        trellis(server.url, TRIALS).open(page)
        now, peak = server.memory()
    return [
        Row("server memory with the study open", TRIALS, "MB", now, bound=1000),
        Row("server memory, peak", TRIALS, "MB", peak, bound=1000),
    ]
