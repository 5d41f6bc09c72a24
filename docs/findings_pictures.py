"""The pictures of docs/findings.md: each finding on the real search that shows it, in the tab Algorithm."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page

from tests.real.findings.specs import BUILT, STUDIES

SOURCE = BUILT
SHOW = """async (name) => {
  const { studies } = await (await fetch('/api/studies')).json();
  const shown = [studies.find((study) => study.name === name).id];
  location.hash = `v1=${encodeURIComponent(JSON.stringify({ shown, settings: { tab: 'algorithm' } }))}`;
}"""
"""Opens a link to one study in the tab Algorithm."""


def picture_name(kind: str) -> str:
    """``finding-no-better`` of the kind ``no better``."""
    return f"finding-{kind.replace(' ', '-')}"


def steps() -> dict[str, Callable[[Page], None]]:
    """What to do for each picture."""
    return {picture_name(kind): partial(_look, kind) for kind in STUDIES if kind != "found"}


def _look(kind: str, page: Page) -> None:
    """Show one study, and select the trials of its finding."""
    page.evaluate(SHOW, STUDIES[kind]["name"])
    page.wait_for_function("trellis.state().studies.length === 1")
    page.locator(f'.tr-finding[data-kind="{kind}"] .tr-finding-say').first.click()
    page.locator('.tr-finding-say[aria-pressed="true"]').first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
