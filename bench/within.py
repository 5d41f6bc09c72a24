"""From a brush to the updated importance view, in a page with everything open; and what refitting would take.

Wall time from `trellis.brush` to the frame after the last change of the numbers within the brush: request, server, the
process that keeps the forests, answer, page. The peer is Optuna's fANOVA evaluator on the trials within the same brush,
as a dashboard would compute it anew: the shares of the single hyperparameters only, without a page.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import optuna
from optuna.importance import FanovaImportanceEvaluator
from playwright.sync_api import Page

from bench.brush import browser, trellis
from bench.importance import PEER, PEER_UP_TO, TREES
from bench.result import Row
from bench.server import app
from bench.study import NAME, write_study

SIZES = (1_000, 10_000)
BRUSHES = [("learning_rate", [1e-4 * (1 + step), 1e-2 * (1 + step)]) for step in range(7)]
REFITTED = [("number", [0, 0.5 + 0.03 * step]) for step in range(5)]
"""Trials by number, of shares of the study: they are no part of the search space, so a forest is fitted on them."""
AT_MOST_MS = 500.0

READY = "() => document.querySelector('.tr-view-importance')?.getAttribute('aria-busy') === 'false' && "
READY += "/±/.test(document.querySelector('.tr-share-number')?.textContent)"
UPDATED = """([name, range]) => new Promise((done) => {
  const view = document.querySelector('.tr-view-importance');
  const told = () => [...view.querySelectorAll('.tr-share-brushed')].map((one) => one.textContent).join();
  const before = told();
  const start = performance.now();
  const look = () => {
    if (view.getAttribute('aria-busy') === 'true' || told() === before) return;
    watching.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  };
  const watching = new MutationObserver(look);
  watching.observe(view, {subtree: true, childList: true, characterData: true, attributes: true});
  trellis.brush(name, [range]);
})"""


def updates(page: Page, brushes: list[tuple[str, Any]]) -> list[float]:
    """ms from each brush to the numbers within it; the first brush puts the marks into the view and does not count."""
    page.evaluate("trellis.clear()")
    return [page.evaluate(UPDATED, [name, interval]) for name, interval in brushes][1:]


def refit(study: Path, interval: list[float]) -> float:
    """Seconds of wall time of Optuna's evaluator on the trials within a brush on the learning rate."""
    loaded = optuna.load_study(study_name=NAME, storage=f"sqlite:///{study}")
    low, high = interval
    within = [trial for trial in loaded.get_trials(deepcopy=False) if low <= trial.params["learning_rate"] <= high]
    kept = optuna.create_study(direction=loaded.direction)
    kept.add_trials(within)
    start = time.perf_counter()
    FanovaImportanceEvaluator(n_trees=TREES, seed=0).evaluate(kept)
    return time.perf_counter() - start


def rows(folder: Path) -> list[Row]:
    """Median and slowest update at both sizes, of brushes that need no new forest and of brushes that do."""
    found = []
    for trials in SIZES:
        study = write_study(folder / f"{trials}.db", trials)
        with tempfile.TemporaryDirectory() as workspace, app(Path(workspace), study) as server, browser() as started:
            page = started.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            trellis(server.url, trials).open(page)
            page.wait_for_function(READY)
            ours = updates(page, BRUSHES)
            anew = updates(page, [(name, [low, high * trials]) for name, (low, high) in REFITTED])
        theirs = 1000 * refit(study, BRUSHES[1][1]) if trials <= PEER_UP_TO else None
        peer = f"{PEER}, refitted" if theirs else ""
        found += [
            Row("brush to importance within it, median", trials, "ms", median(ours), theirs, peer, AT_MOST_MS),
            Row("brush to importance within it, slowest", trials, "ms", max(ours)),
            Row("the same where a forest is fitted anew, median", trials, "ms", median(anew)),
        ]
    return found
