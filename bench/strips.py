"""Brush step → monitor and strips painted, with 10,000 evaluations of a population; beside it Plotly's WebGL plots.

Plotly draws the points alone, a subplot a hyperparameter, and selects the brushed ones in all of them by
`selectedpoints`, as a page of linked Plotly charts does; it draws none of the 9,900 links that ours has in every strip.
The drag runs along x, so that each step selects more generations.
"""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import plotly
from playwright.sync_api import Page

from bench.brush import Tool, describe, measure
from bench.result import Row
from bench.server import app
from bench.study import SPACE, sample

MEMBERS, GENERATIONS = 100, 100
EVALUATIONS = MEMBERS * GENERATIONS
SURVIVORS = 0.5
BUDGET_MS = 50.0
"""What a brush step may take: three frames."""

BRUSHED = "learning_rate"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
OUR_PLOT = """() => {
  const { y, height } = document.querySelector("[data-view=monitor]").getBoundingClientRect();
  const { x0, x1 } = trellis.strips()[0];
  return [y + height - 20, x0 + 1, x1];
}"""
OUR_SELECTED = "() => trellis.state().selected / trellis.state().total"
PAGE = Path(__file__).parent / "peers" / "strips.html"


def population(seed: int = 0) -> dict[str, list[float]]:
    """A synchronous population: lineage, hyperparameters in 0 … 1, and the objective, generation by generation."""
    random = np.random.default_rng(seed)
    columns: dict[str, list[float]] = {
        name: [] for name in ("config", "member", "generation", "parent", "budget", "value", *SPACE)
    }
    units, config = random.random((MEMBERS, len(SPACE))), np.arange(MEMBERS)
    parent = np.full(MEMBERS, np.nan)
    for generation in range(GENERATIONS):
        value = 1 - ((units - 0.6) ** 2).mean(axis=1) + 0.001 * generation + 0.01 * random.standard_normal(MEMBERS)
        rows = zip(config, range(MEMBERS), parent, value, units, strict=True)
        for own, member, source, reached, unit in rows:
            told = (own, member, generation, source, generation + 1, reached, *unit)
            for name, cell in zip(columns, told, strict=True):
                columns[name].append(float(cell))
        best = np.argsort(-value)[: int(SURVIVORS * MEMBERS)]
        chosen = np.where(np.isin(np.arange(MEMBERS), best), np.arange(MEMBERS), random.choice(best, MEMBERS))
        moved = chosen != np.arange(MEMBERS)
        units = np.where(moved[:, None], np.abs(units[chosen] + random.normal(0, 0.15, units.shape)) % 1, units)
        config = np.where(moved, MEMBERS * (generation + 1) + np.arange(MEMBERS), config)
        parent = generation * MEMBERS + chosen
    return columns


def write_population(path: Path, columns: dict[str, list[float]]) -> Path:
    """The population as a table that names its lineage."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = {name: np.array(cells) for name, cells in columns.items()}
    external = {name: sample(d, shown[name]) for name, d in SPACE.items()}
    whole = {name: [int(c) if c == c else "" for c in columns[name]] for name in list(columns)[:5]}
    table = {**whole, "value": columns["value"], **{name: cells.tolist() for name, cells in external.items()}}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


def plotly_page(path: Path, columns: dict[str, list[float]]) -> Tool:
    """The same evaluations as linked WebGL scatter plots, a subplot a hyperparameter."""
    shown = {name: columns[name] for name in [*SPACE, "value"]}
    data = json.dumps({"x": columns["generation"], "columns": shown})
    text = PAGE.read_text(encoding="utf-8").replace("PLOTLY.JS", PLOTLY.as_uri()).replace("DATA", data)
    path.write_text(text, encoding="utf-8")

    def open_page(page: Page) -> None:
        page.goto(path.resolve().as_uri())
        page.wait_for_function("window.drawn")

    return Tool(
        "Plotly", open_page, "() => [400, window.plotLeft, window.plotRight]", "() => window.selectedShare", across=True
    )


def strips(url: str) -> Tool:
    """The tab Algorithm of the app at `url`."""

    def open_page(page: Page) -> None:
        page.goto(url)
        page.evaluate("trellis.ready")
        page.get_by_role("tab", name="Algorithm").click()
        page.wait_for_function(f"trellis.strips('{BRUSHED}')[0]?.evaluations.length === {EVALUATIONS}")
        page.get_by_text("The study is being diagnosed").wait_for(state="hidden")  # what it finds moves the views

    return Tool("HyperTrellis", open_page, OUR_PLOT, OUR_SELECTED, across=True)


def rows(folder: Path) -> list[Row]:
    """Median and slowest brush step over monitor and strips, ours and Plotly's."""
    columns = population()
    table = write_population(folder / "population.csv", columns)
    peer = measure(plotly_page(folder / "strips.html", columns))
    with tempfile.TemporaryDirectory() as workspace, app(Path(workspace), table) as server:
        ours = measure(strips(server.url))
    seen = f"{describe(ours)}; Plotly: {describe(peer)}"
    return [
        Row(
            "strips, painted, median",
            EVALUATIONS,
            "ms",
            median(ours.steps),
            median(peer.steps),
            "Plotly",
            BUDGET_MS,
            seen,
        ),
        Row("strips, painted, slowest", EVALUATIONS, "ms", max(ours.steps), max(peer.steps), "Plotly"),
    ]
