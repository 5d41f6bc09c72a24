"""Names that JavaScript, HTML and plotly would take for something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import create_trial
from playwright.sync_api import Page, expect

from tests.browser.steps import brush, chip, open_table, state

MARKUP = "<img src=x onerror=alert(1)>"
NAMES = ["__proto__", "constructor", "$cost", MARKUP, "two\nlines", "state", "x" * 300]


@pytest.fixture
def page(app_page: Callable[..., Page], tmp_path: Path) -> Page:
    url = f"sqlite:///{tmp_path / 'names.db'}"
    study = optuna.create_study(storage=url, study_name="__proto__")
    kinds = {**dict.fromkeys(NAMES, FloatDistribution(0, 1)), "kind": CategoricalDistribution([float("inf"), MARKUP])}
    for i in range(3):
        values = {**dict.fromkeys(NAMES, i / 4), "kind": [float("inf"), MARKUP][i % 2]}
        attributes = {"__proto__": i, "metric:state": i}
        study.add_trial(create_trial(params=values, distributions=kinds, value=float(i), user_attrs=attributes))
    return app_page(url)


def test_every_name_is_a_column_to_brush_and_changes_nothing_else(page: Page) -> None:
    expect(page.locator(".tr-study", has_text="__proto__").first).to_be_visible()
    for name in ["param:__proto__", *NAMES[1:5], "param:state", NAMES[6], "__proto__"]:
        brush(page, name, [[0.25, None]])
        assert state(page)["selected"] == 2, name
        expect(chip(page, name.replace("\n", "\\a "))).to_have_count(1)
        brush(page, name, None)
    brush(page, "kind", [float("inf")])
    assert state(page)["selected"] == 2
    assert page.evaluate("Object.keys(Object.prototype)") == []


def test_the_table_and_the_launch_tab_open_over_such_names(page: Page) -> None:
    open_table(page)
    page.get_by_role("tab", name="Launch").click()
    expect(page.locator("#launch-parent")).to_be_visible()
    assert page.evaluate("Object.keys(Object.prototype)") == []


def test_a_metric_of_such_a_name_can_be_the_objective(page: Page) -> None:
    page.locator("#objective-choice").click()
    page.get_by_role("option", name="proto__, higher").click()
    expect(page.locator("#objective-choice")).to_contain_text("proto__, higher")
    expect(page.locator("#control-panel [data-view=legend]")).to_contain_text("__proto__, higher is better")
    assert page.evaluate("Object.keys(Object.prototype)") == []
