"""The page around the views, in a real browser: origin, tabs, theme, drawers, dialogs, problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import optuna
import pytest
from playwright.sync_api import Page, expect

from components import ids
from tests.conftest import AppPage, Serve

PLOTLY = "plotly.min.js"


def test_everything_the_page_asks_for_comes_from_its_own_origin_and_a_curve_needs_no_plotly(
    serve: Serve, new_page: Callable[..., Page], optuna_study: Path
) -> None:
    asked: list[str] = []
    page = new_page()
    page.on("request", lambda request: asked.append(request.url))
    address = serve(optuna_study).address
    page.goto(address)
    page.evaluate("window.trellis.ready")
    show_curve(page)
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(address).netloc}
    assert any("/api/history" in url for url in asked)
    assert not any(PLOTLY in url for url in asked)


def show_curve(page: Page) -> None:
    """Focus the first trial, as the kit does on a click, and wait for its learning curve."""
    study = page.evaluate("window.trellis.state().studies[0]")
    page.evaluate("study => dash_clientside.trellis.focus(study, 1)", study)
    page.wait_for_function("trellis.curves('curves-pinned').trials.length === 1")


def test_a_study_without_trials_says_that_they_will_appear(app_page: AppPage, tmp_path: Path) -> None:
    page = app_page(new_database(tmp_path / "empty.db", "waiting for trials"))
    expect(page.locator(f"#{ids.EMPTY}")).to_contain_text("No trial yet")
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_contain_text("waiting for trials")


def test_without_a_study_the_page_says_what_to_do(app_page: AppPage, tmp_path: Path) -> None:
    page = app_page(new_database(tmp_path / "empty.db", None))
    expect(page.locator(f"#{ids.EMPTY}")).to_contain_text("python app.py results.db")
    expect(page.locator("[data-view=parallel]")).to_be_hidden()


def new_database(path: Path, study: str | None) -> Path:
    """An SQLite file as Optuna makes it, with a study without trials or without any study."""
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    if study:
        optuna.create_study(study_name=study, storage=storage)
    storage.engine.dispose()
    return path


def test_the_panel_lists_the_studies_with_their_counts(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_contain_text("demo")
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_contain_text("13 trials: 12 complete, 1 failed")
    expect(page.locator(f"#{ids.SOURCE_LABEL}")).to_have_text("demo.db")


def test_a_study_that_is_not_ticked_leaves_the_views(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.get_by_role("checkbox", name="demo").uncheck()
    expect(page.locator(f"#{ids.EMPTY}")).to_contain_text("Tick a study")
    page.wait_for_function("() => window.trellis.state().total === 0")
    page.get_by_role("checkbox", name="demo").check()
    expect(page.locator(f"#{ids.EMPTY}")).to_be_empty()
    page.wait_for_function("() => window.trellis.state().total === 13")


def test_a_study_that_grows_takes_the_focus_from_nothing_in_the_panel(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    tick = page.get_by_role("checkbox", name="demo")
    tick.focus()
    optuna.load_study(study_name=None, storage=f"sqlite:///{optuna_study}").optimize(lambda _: 1.0, n_trials=1)
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_contain_text("14 trials: 13 complete, 1 failed")
    expect(tick).to_be_focused()


def test_the_objective_is_chosen_from_the_metrics(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    choice = page.locator(f"#{ids.OBJECTIVE_CHOICE}")
    expect(choice).to_contain_text("value, higher")
    choice.click()
    page.get_by_text("seconds, lower").click()
    expect(choice).to_contain_text("seconds, lower")


def test_tabs_are_reached_by_keyboard(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.get_by_role("tab", name="Explore").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Algorithm")).to_be_focused()
    expect(page.get_by_role("tab", name="Algorithm")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-view=strips]")).to_be_visible()
    expect(page.locator("[data-view=parallel]")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-view=parallel]")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Runs")).to_be_visible()


def test_refine_opens_the_tab_launch(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.locator(f"#{ids.REFINE}").click()
    expect(page.get_by_role("tabpanel", name="Launch")).to_be_visible()


def test_the_theme_follows_the_system_until_it_is_chosen_and_is_remembered(
    app_page: AppPage, optuna_study: Path
) -> None:
    page = app_page(optuna_study, color_scheme="dark")
    html, body = page.locator("html"), page.locator("body")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    expect(body).to_have_attribute("data-ag-theme-mode", "dark")
    page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.locator(f"#{ids.THEME_TOGGLE}").click()
    page.locator(f"#{ids.THEME_TOGGLE}").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    expect(body).to_have_attribute("data-ag-theme-mode", "dark")


def test_help_opens_by_key_and_closes_by_escape(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Drag on empty")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_a_view_shows_is_explained_beside_it(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.locator("[data-view=parallel]").locator("..").get_by_label("About Search space").click()
    expect(page.get_by_text("One axis a hyperparameter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("One axis a hyperparameter")).to_be_hidden()


def test_the_first_focused_trial_opens_the_drawer_and_once_closed_it_stays_closed(
    app_page: AppPage, optuna_study: Path
) -> None:
    page = app_page(optuna_study)
    expect(page.locator("[data-view=pins]")).to_be_hidden()
    show_curve(page)
    expect(page.locator("[data-view=pins]")).to_be_visible()
    page.get_by_role("button", name="Pinned").click()
    expect(page.locator("[data-view=pins]")).to_be_hidden()
    study = page.evaluate("window.trellis.state().studies[0]")
    page.evaluate("([id, data]) => dash_clientside.set_props(id, { data })", [ids.FOCUS, {"study": study, "number": 2}])
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-view=pins]")).to_be_hidden()


def test_a_problem_is_shown_and_can_be_put_away(app_page: AppPage, optuna_study: Path, tmp_path: Path) -> None:
    page = app_page(tmp_path / "missing.db", optuna_study)
    alert = page.locator(f"#{ids.PROBLEMS} [role=alert]")
    expect(alert).to_contain_text("missing.db")
    page.get_by_role("alert").get_by_label("Close").click()
    expect(alert).to_have_count(0)


def test_the_trials_table_opens_from_the_bottom_of_every_tab(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    for tab in ("Explore", "Algorithm", "Models", "Launch", "Runs"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("button", name="Trials")).to_be_visible()
    page.get_by_role("button", name="Trials").click()
    expect(page.locator(f"#{ids.TRIALS_TABLE}")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_at_1440_by_900_the_search_space_and_the_row_under_it_show_without_scrolling(
    app_page: AppPage, optuna_study: Path, theme: str
) -> None:
    page = app_page(optuna_study, color_scheme=theme)
    drawer = page.locator(f"#{ids.TABLE_DRAWER}").bounding_box()
    row = page.locator("[data-view=histograms]").bounding_box()
    assert row is not None
    assert drawer is not None
    assert row["y"] + row["height"] <= drawer["y"]


def test_at_1024_the_panel_is_a_rail_that_opens_over_the_views_and_nothing_is_cut_off(
    app_page: AppPage, optuna_study: Path
) -> None:
    page = app_page(optuna_study, viewport={"width": 1024, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_be_hidden()
    width = page.locator("[data-view=parallel]").bounding_box()
    page.get_by_role("button", name="Studies").click()
    expect(page.locator(f"#{ids.STUDY_LIST}")).to_be_visible()
    assert page.locator("[data-view=parallel]").bounding_box() == width


def test_a_link_from_another_site_opens_the_page(
    serve: Serve, new_page: Callable[..., Page], optuna_study: Path
) -> None:
    address = serve(optuna_study).address
    page = new_page()
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body=f"<a href='{address}/'>look</a>"))
    page.goto("http://elsewhere.example/")
    page.get_by_text("look").click()
    expect(page.get_by_role("heading", name="HyperTrellis")).to_be_visible()


def test_a_page_of_another_site_cannot_read_results(
    serve: Serve, new_page: Callable[..., Page], optuna_study: Path, browser_errors: list[str]
) -> None:
    address = serve(optuna_study).address
    page = new_page()
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body="<p>elsewhere</p>"))
    page.goto("http://elsewhere.example/")
    fetched = page.evaluate(
        "url => fetch(url, { mode: 'no-cors' }).then(() => 'read', () => 'refused')", f"{address}/health"
    )
    assert fetched == "refused"
    browser_errors.clear()


def test_automation_may_poll_an_expression(app_page: AppPage, optuna_study: Path) -> None:
    page = app_page(optuna_study)
    page.evaluate("setTimeout(() => window.trellis.brush('number', [[0, 3]]), 300)")
    page.wait_for_function("window.trellis.state().selected === 4")
