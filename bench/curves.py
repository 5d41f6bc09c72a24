"""Learning curves of 200 models out of a study of 2,000 trials with 52 steps each: time until painted, and bytes.

Ours: from a brush that selects 200 models whose curves the page does not have yet to the frame that shows them:
request, server, wire, canvas, with all other views of the tab following the brush. The alternative, in the same run on
the same server: all points of the same two metrics of the same models as JSON, drawn by plotly in a page that shows
nothing else and has plotly loaded already. Bytes are those on the wire.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import plotly
from playwright.sync_api import Browser, Page

from bench.brush import browser
from bench.result import Row
from bench.server import Server, app

TRIALS, STEPS, MODELS = 2_000, 52, 200
LONG, LONG_STEPS = 200, 1_000
PEER = "all points as JSON, plotly"
METRICS = ("val_accuracy", "val_loss")
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

OURS = """([first, models]) => new Promise((done) => {
  const start = performance.now();
  trellis.brush('number', [[first, first + models - 1]]);
  const look = () => {
    const { trials, loading } = trellis.curves();
    const here = trials.length === models && trials.every(({ number }) => number >= first && number < first + models);
    if (here && !loading) requestAnimationFrame(() => done(performance.now() - start));
    else requestAnimationFrame(look);
  };
  look();
})"""
THEIRS = """async ([study, numbers, metrics]) => {
  const start = performance.now();
  const query = metrics.map((name) => `&metric=${name}`).join('');
  const answer = await (await fetch(`/api/history?study=${study}&trials=${numbers.join()}${query}`)).json();
  const axis = (metric) => (metric === metrics[0] ? '' : '2');
  const traces = answer.curves.map(({ number, metric, step, value }) => ({
    x: step, y: value, name: String(number), xaxis: 'x' + axis(metric), yaxis: 'y' + axis(metric), line: { width: 1 },
  }));
  const layout = { width: 1080, height: 260, grid: { rows: 1, columns: 2, pattern: 'independent' }, showlegend: false };
  await Plotly.newPlot(document.body, traces, layout);
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  Plotly.purge(document.body);
  return performance.now() - start;
}"""
STEP = """(low) => new Promise((done) => {
  const start = performance.now();
  trellis.brush('rate', [[low, null]]);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""


def write(folder: Path, trials: int, steps: int) -> tuple[Path, Path]:
    """A table of trials and the table of their curves; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    results, curves = folder / f"curves-{trials}.csv", folder / f"curves-{trials}-{steps}.parquet"
    if results.exists() and curves.exists():
        return results, curves
    random = np.random.default_rng(0)
    rate, speed = random.random(trials), random.uniform(3, 12, trials)
    at = np.arange(1, steps + 1) / steps
    loss = 0.1 + np.exp(-speed[:, None] * at) + 0.02 * random.standard_normal((trials, steps))
    told = {"trial": np.repeat(np.arange(trials), steps), "step": np.tile(np.arange(1, steps + 1), trials)}
    pd.DataFrame({**told, METRICS[0]: (1 - loss / 2).ravel(), METRICS[1]: loss.ravel()}).to_parquet(curves)
    final = {METRICS[0]: 1 - loss[:, -1] / 2, METRICS[1]: loss[:, -1]}
    pd.DataFrame({"trial": np.arange(trials), "rate": rate, **final}).to_csv(results, index=False)
    return results, curves


@contextmanager
def serving(results: Path, curves: Path) -> Iterator[tuple[Browser, Server]]:
    """A browser, and the app over a table with its curves."""
    with (
        tempfile.TemporaryDirectory() as workspace,
        browser() as started,
        app(Path(workspace), results, "--curves", curves) as server,
    ):
        yield started, server


def opened(started: Browser, server: Server, script: Path | None = None) -> tuple[Page, list[int]]:
    """A page of the server, and the bytes of each answer with curves that it got, as they come in."""
    page = started.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=script is not None)
    page.set_default_timeout(120_000)
    sizes: list[int] = []

    def note(request: Any) -> None:
        if "/api/history" in request.url:
            sizes.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", note)
    page.goto(server.url + ("/health" if script else ""))
    if script is not None:
        page.add_script_tag(path=script)
    return page, sizes


def show_models(page: Page, models: int) -> None:
    """Open the tab Models with the curves in sight."""
    page.evaluate("trellis.ready")
    page.evaluate("models => trellis.brush('number', [[0, models - 1]])", models)
    page.click("#tab-models")
    page.wait_for_function("n => trellis.curves().trials.length === n && !trellis.curves().loading", arg=models)
    page.evaluate("document.querySelector('[data-view=curves]').scrollIntoView({block: 'center'})")


def rows(folder: Path) -> list[Row]:
    """Time and bytes for 200 models, ours and the alternative's, and a brush step over 200 curves of 1,000 steps."""
    return [*shown(folder), *stepped(folder)]


def shown(folder: Path) -> list[Row]:
    results, curves = write(folder, TRIALS, STEPS)
    firsts = range(MODELS, TRIALS, MODELS)
    with serving(results, curves) as (started, server):
        page, sizes = opened(started, server)
        show_models(page, MODELS)
        sizes.clear()
        ours = [page.evaluate(OURS, [first, MODELS]) for first in firsts]
        study = page.evaluate("trellis.state().studies[0]")
        other, peer_sizes = opened(started, server, PLOTLY)
        theirs = [
            other.evaluate(THEIRS, [study, list(range(first, first + MODELS)), list(METRICS)]) for first in firsts
        ]
    points = f"{MODELS} models, {STEPS} steps, two metrics"
    return [
        Row(f"learning curves of {points}: until painted, median", TRIALS, "ms", median(ours), median(theirs), PEER),
        Row(f"learning curves of {points}: slowest", TRIALS, "ms", max(ours), max(theirs), PEER),
        Row("learning curves: bytes", TRIALS, "kB", median(sizes) / 1e3, median(peer_sizes) / 1e3, PEER),
    ]


def stepped(folder: Path) -> list[Row]:
    results, curves = write(folder, LONG, LONG_STEPS)
    with serving(results, curves) as (started, server):
        page, _ = opened(started, server)
        show_models(page, LONG)
        steps = [page.evaluate(STEP, 0.02 * (i + 1)) for i in range(12)]
    what = f"brush over {LONG} curves of {LONG_STEPS:,} steps, two metrics: until painted, median"
    return [Row(what, LONG, "ms", median(steps))]
