"""`make screenshots`: start the app, drive it in Chromium, and write docs/images/*.png, light and dark, 1440 × 900."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.brush import browser
from bench.server import ROOT, Server, app
from components import ids
from data.readers import read
from docs import findings_pictures

IMAGES = ROOT / "docs" / "images"
EXAMPLE = ROOT / "data" / "examples" / "digits.db"
THEMES = ("light", "dark")
SIZE = {"width": 1440, "height": 900}
Steps = Callable[[Page], None]
SHOW = """async names => {
  const { studies } = await (await fetch("/api/studies")).json();
  await dash_clientside.trellis.showStudies(names.map(name => studies.find(study => study.name === name).id));
}"""


def brush_best(page: Page) -> None:
    """Select accurate trials with a middling learning rate, with brushes that show on two axes."""
    page.evaluate("trellis.brush('learning_rate', [[2e-3, 3e-2]])")
    page.evaluate("trellis.brush('val_accuracy', [[0.9, null]])")


def open_tab(name: str) -> Steps:
    """A step that brushes the best and opens a tab."""

    def steps(page: Page) -> None:
        brush_best(page)
        page.click(f"#{ids.tab(name)}")

    return steps


def look_at_one(page: Page) -> None:
    """Brush the best, and see on its axis where the learning rate is good."""
    brush_best(page)
    page.wait_for_function("trellis.importance().state === 'ready'")
    page.click('.tr-axis-box[data-name="learning_rate"]')
    page.mouse.move(0, 0)


def look_at_a_pair(page: Page) -> None:
    """Brush the best, and open the heatmap of the strongest pair in the importance card."""
    brush_best(page)
    page.click(".tr-pair-cell >> nth=0")
    page.evaluate("document.querySelector('.tr-importance').closest('.tr-card').scrollIntoView({block: 'center'})")


def list_a_grid(page: Page) -> None:
    """Fix all but two hyperparameters, list values of these, and look at what a grid of them would run."""
    open_tab("launch")(page)
    rows = page.locator(f"#{ids.LAUNCH_SPACE}")
    for name in ("weight_decay", "dropout", "depth", "batch_size", "activation", "momentum"):
        row = rows.locator(f'.ag-row[row-id="{name}"]')
        row.get_by_role("button", name="fix default").click()
        row.get_by_role("button", name="fix default", pressed=True).wait_for()
    page.click(f"#{ids.LAUNCH_ALGORITHM}")
    page.get_by_role("option", name="Grid search").click()
    rows.locator('.ag-row[row-id="width"] [col-id="values"]').click()
    page.keyboard.type("32:128:*2")
    page.keyboard.press("Enter")
    page.locator(f"#{ids.PREVIEW_GRID} .ag-center-cols-container .ag-row").first.wait_for()
    page.evaluate(f"document.getElementById('{ids.LAUNCH_START}').scrollIntoView({{block: 'end'}})")
    page.mouse.move(0, 0)


def constrain(page: Page) -> None:
    """Two constraints on the tab Models."""
    page.click(f"#{ids.tab('models')}")
    page.evaluate("trellis.brush('parameters', [[null, 10000]])")
    page.evaluate("trellis.brush('inference_ms', [[null, 0.1]])")
    page.wait_for_selector(".tr-constraint-cost:has-text('costs')")


def weigh(page: Page) -> None:
    """The trade-off under two constraints, and the front of three metrics."""
    constrain(page)
    page.click("summary:has-text('metrics of the front')")
    page.click(".tr-menu-row[title*='inference_ms'] >> nth=0")
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Hypervolume so far")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, document.querySelector('.tr-trade').getBoundingClientRect().top + scrollY - 120)")


SELECT = """async () => {
  const { studies } = await (await fetch('/api/studies')).json();
  const id = (name) => studies.find((study) => study.name === name).id;
  const trials = [['digits-random', 62], ['digits-random', 126], ['digits-refined', 18], ['digits-refined', 73]];
  const pins = trials.map(([name, number]) => ({ study: id(name), number }));
  const settings = { tab: 'models', compare: pins.map(({ study, number }) => `${study}:${number}`) };
  location.hash = `v1=${encodeURIComponent(JSON.stringify({ pins, settings }))}`;
}"""
"""Opens a link with selected models that are compared; what a link selects stays out of the workspace."""


def select_models(page: Page) -> None:
    """Four selected models side by side."""
    page.evaluate(SELECT)
    page.wait_for_selector(".tr-compare-curves svg")
    page.evaluate("scrollTo(0, document.querySelector('.tr-models').getBoundingClientRect().top + scrollY - 160)")
    page.mouse.move(0, 0)


def searches(*names: str, strips: bool = False) -> Steps:
    """A step that shows these studies of the example project alone in the tab Algorithm, or their strips."""

    def steps(page: Page) -> None:
        page.evaluate(SHOW, list(names))
        page.click(f"#{ids.tab('algorithm')}")
        page.wait_for_function("!document.body.innerText.includes('being diagnosed')")
        if strips:
            card = "document.querySelector('[data-view=strips]').closest('.tr-card')"
            page.evaluate(f"scrollTo(0, {card}.getBoundingClientRect().top + scrollY - 380)")
        page.mouse.move(0, 0)

    return steps


def show_curves(page: Page) -> None:
    """Wait for the curves of the tab Models and bring their card into sight."""
    page.click(f"#{ids.tab('models')}")
    page.wait_for_function("trellis.curves()?.trials.length > 0 && !trellis.curves().loading")
    card = "document.querySelector('[data-view=curves]').closest('.tr-card')"
    page.evaluate(f"scrollTo(0, {card}.getBoundingClientRect().top + scrollY - 380)")


def look_at_curves(page: Page) -> None:
    """The learning curves of the accurate trials, smoothed, with two of them pinned."""
    page.evaluate("trellis.brush('val_accuracy', [[0.6, null]])")
    show_curves(page)
    page.locator("[role=group][aria-label=Flags] button").first.wait_for()
    for place in (0.2, 0.9):
        x, y = page.evaluate(f"trellis.curves().trials.at({place} * trellis.curves().trials.length).at.val_accuracy")
        page.mouse.click(x - 2, y)
        page.keyboard.press("p")
    page.get_by_label("smoothing", exact=True).select_option("moving average")
    show_curves(page)
    page.mouse.move(0, 0)


def try_a_rung(page: Page) -> None:
    """A rung at step 4 of the example, whose study had none."""
    show_curves(page)
    page.get_by_role("button", name="Try a rung").click()
    page.get_by_label("Step of the rung").fill("4")
    page.get_by_label("Step of the rung").press("Enter")
    page.get_by_text("go on from step 4").wait_for()
    page.mouse.move(0, 0)


def follow_a_lineage(page: Page) -> None:
    """Point at the last member of a population, in its strips."""
    searches("fig5-pbt-few", strips=True)(page)
    page.wait_for_function("trellis.strips('learning_rate')[0]?.evaluations.length")
    page.evaluate("new Promise(requestAnimationFrame)")
    last = page.evaluate("trellis.strips('learning_rate')[0].evaluations.at(-1)")
    page.mouse.move(last["x"], last["y"])
    page.locator(".tr-tooltip:visible").wait_for()


PICTURES: dict[str, Steps] = {
    "explore": look_at_one,
    "importance": look_at_a_pair,
    "algorithm": open_tab("algorithm"),
    "models": constrain,
    "tradeoff": weigh,
    "selected": select_models,
    "curves": look_at_curves,
    "rung": try_a_rung,
    "launch": open_tab("launch"),
    "preview": list_a_grid,
    "history": searches("fig5-hyperband-half", "fig5-hyperband-quarter"),
    "lineage": follow_a_lineage,
    "case-early": searches("depth-early"),
    "case-relaunch": searches("depth-relaunch"),
    "case-survivors": searches("fig5-pbt-most", "fig5-pbt-few", strips=True),
    "case-scale": searches("fig9-value", "fig9-own", strips=True),
}


UNPIN = """async () => {
  const { pins } = await (await fetch('/api/pins')).json();
  const headers = { 'Content-Type': 'application/json' };
  await fetch('/api/pins', { method: 'POST', headers, body: JSON.stringify({ remove: pins }) });
}"""
"""Takes the pins of a picture out of the workspace, which the next picture shares."""


@contextmanager
def page_of(started: Browser, server: Server, theme: str) -> Iterator[Page]:
    """A fresh page that shows the server's studies in one theme."""
    context = started.new_context(viewport=SIZE, color_scheme="dark" if theme == "dark" else "light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.url)
    page.evaluate("trellis.ready")
    yield page
    page.evaluate(UNPIN)
    context.close()


def picture(started: Browser, server: Server, name: str, theme: str, steps: Steps) -> None:
    """Drive a fresh page, wait until nothing is loading, and write NAME-THEME.png."""
    with page_of(started, server, theme) as page:
        steps(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("new Promise(done => requestIdleCallback(() => requestAnimationFrame(done)))")
        page.screenshot(path=IMAGES / f"{name}-{theme}.png")


def write_table(folder: Path) -> Path:
    """The example's trials as a CSV table, the way an analyst would bring their own."""
    trials = next(one for one in read(str(EXAMPLE)) if one.study.name == "digits-random")
    names = [*trials.space, *trials.metrics]
    trials.frame[names].to_csv(folder / "results.csv", index=False)
    return folder / "results.csv"


def main() -> None:
    """All pictures: the example project's tabs, and a table."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, browser() as started:
        folder = Path(temporary)
        with app(folder / "example") as server:
            for name, steps in PICTURES.items():
                for theme in THEMES:
                    picture(started, server, name, theme, steps)
        with app(folder / "table", write_table(folder)) as server:
            picture(started, server, "table", "light", brush_best)
        with app(folder / "findings", findings_pictures.SOURCE) as server:
            for name, steps in findings_pictures.steps().items():
                picture(started, server, name, "light", steps)


if __name__ == "__main__":
    main()
