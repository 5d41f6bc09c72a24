"""Brush step → all canvases painted: one real mouse drag over the objective's axis, measured alike in both tools."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.machine import CHROMIUM_ARGUMENTS, chromium
from bench.result import Row
from bench.server import PEERS, ROOT, app
from bench.study import OBJECTIVE, write_study, write_table

STEPS = 25
FROM, TO = 0.05, 0.60
SIZES = (1_000, 10_000, 100_000)
HARNESS = Path(__file__).with_name("harness.js")
LOAD_MS = 120_000

Axis = tuple[float, float, float]
Steps = list[dict[str, float] | None]

HIPLOT_AXIS = """name => {
  const dimension = [...document.querySelectorAll('.dimension')].find(one => one.__data__ === name);
  const { x, width, top, bottom } = dimension.querySelector('.pplot-brush').getBoundingClientRect();
  return [x + width / 2, top, bottom];
}"""
HIPLOT_SELECTED = "() => eval(document.body.innerText.match(/Selected:\\s*(\\d+)\\/(\\d+)/).slice(1).join('/'))"
OUR_AXIS = """name => {
  const { x, y0, y1 } = trellis.axes().find(one => one.name === name);
  return [x, Math.min(y0, y1), Math.max(y0, y1)];
}"""
OUR_SELECTED = "() => trellis.state().selected / trellis.state().total"


@dataclass(frozen=True)
class Tool:
    """How to open a tool's page, and to read an axis (x, top, bottom in client pixels) and the selected share in it.

    Of an axis that runs ``across`` it reads (y, left, right).
    """

    name: str
    open: Callable[[Page], None]
    axis: str
    selected: str
    across: bool = False

    def point(self, page_axis: Axis, share: float) -> tuple[float, float]:
        """Where on the axis a share of it lies, in client pixels."""
        aside, start, end = page_axis
        along = start + share * (end - start)
        return (along, aside) if self.across else (aside, along)


@dataclass(frozen=True)
class Drag:
    """What one drag took.

    ms from the mouse event, one a step: to the first paint, to the step completely painted, and to what is painted
    later, at rest; the shares selected by the first and last step; how many canvases are seen, and how many of them
    have other pixels after the last step than after the first.
    """

    firsts: list[float]
    steps: list[float]
    rests: list[float]
    shares: list[float]
    canvases: int
    changed: int


def drag(page: Page, tool: Tool) -> Drag:
    """Drag from the top of the objective's axis until 60 % are selected. AssertionError if a step paints nothing."""
    tool.open(page)
    page.evaluate("bench.quiet()")
    axis = page.evaluate(tool.axis, OBJECTIVE)
    page.mouse.move(*tool.point(axis, 0.0))
    page.mouse.down()
    measured: Steps = []
    shares: list[float] = []
    pixels: list[list[str]] = []
    for step in range(STEPS + 1):
        share = FROM + (TO - FROM) * step / STEPS
        page.evaluate("bench.arm()")
        page.mouse.move(*tool.point(axis, share))
        measured.append(page.evaluate("bench.painted"))
        if step in (0, STEPS):
            shares.append(page.evaluate(tool.selected))
            pixels.append(page.evaluate("bench.pixels()"))
    page.mouse.up()
    painted = [one for one in measured if one is not None]
    assert len(painted) == len(measured), f"{tool.name}: {len(measured) - len(painted)} steps painted nothing"
    changed = sum(a != b for a, b in zip(*pixels, strict=True))
    assert changed, f"{tool.name}: no canvas changed between {shares[0]:.0%} and {shares[1]:.0%} selected"
    firsts, steps, rests = ([one[name] for one in painted] for name in ("first", "step", "rest"))
    return Drag(firsts, steps, rests, shares, len(pixels[0]), changed)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a graphics processor."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


def measure(tool: Tool) -> Drag:
    """One drag in a fresh browser, with the harness injected before the page's own scripts."""
    with browser() as started:
        page = started.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(LOAD_MS)
        page.add_init_script(path=HARNESS)
        return drag(page, tool)


def hiplot(folder: Path, trials: int) -> Tool:
    """HiPlot's HTML export of the same trials, parallel coordinates and one scatter plot."""
    table, html = write_table(folder / f"{trials}.csv", trials), folder / f"{trials}.html"
    script = ROOT / "bench" / "peers" / "hiplot_page.py"
    subprocess.run([PEERS / "python", script, table, html], check=True)

    def open_page(page: Page) -> None:
        page.goto(html.resolve().as_uri())
        page.wait_for_selector(".pplot-brush")

    return Tool("HiPlot", open_page, HIPLOT_AXIS, HIPLOT_SELECTED)


def trellis(url: str, trials: int) -> Tool:
    """The app at `url` when it shows `trials` rows."""

    def open_page(page: Page) -> None:
        page.goto(url)
        page.evaluate("trellis.ready")
        total = page.evaluate("trellis.state().total")
        assert total == trials, f"the page shows {total} of {trials} trials"

    return Tool("HyperTrellis", open_page, OUR_AXIS, OUR_SELECTED)


def rows(folder: Path, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Median and slowest step at every size, ours and HiPlot's, side by side."""
    found: list[Row] = []
    for trials in sizes:
        peer = measure(hiplot(folder, trials))
        study = write_study(folder / f"{trials}.db", trials)
        with tempfile.TemporaryDirectory() as workspace, app(Path(workspace), study) as server:
            ours = measure(trellis(server.url, trials))
        found += compare(trials, ours, peer)
    return found


def compare(trials: int, ours: Drag, peer: Drag) -> list[Row]:
    """Four figures a size; the bounds are: not slower than HiPlot at 10k and under 100 ms median at 100k."""
    bound = {10_000: median(peer.steps), 100_000: 100.0}.get(trials)
    seen = f"{describe(ours)}; HiPlot: {describe(peer)}"

    def row(what: str, figure: float, theirs: float, bound: float | None = None, note: str = "") -> Row:
        return Row(f"brush step, {what}", trials, "ms", figure, theirs, "HiPlot", bound, note)

    return [
        row("first paint, median", median(ours.firsts), median(peer.firsts)),
        row("painted, median", median(ours.steps), median(peer.steps), bound, seen),
        row("painted, slowest", max(ours.steps), max(peer.steps)),
        row("complete at rest, slowest", max(ours.rests), max(peer.rests)),
    ]


def describe(one: Drag) -> str:
    """What was selected and that it was painted."""
    return f"{one.shares[0]:.0%} to {one.shares[1]:.0%} selected, {one.changed} of {one.canvases} canvases changed"
