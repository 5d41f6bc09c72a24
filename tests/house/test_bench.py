"""The benchmarks measure what they say: Optuna reads the made study, and the harness sees paints and only paints."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from playwright.sync_api import Page

from bench.brush import HARNESS
from bench.result import Row, table
from bench.study import NAME, OBJECTIVE, SPACE, draw, write_study, write_table

CANVAS = "<canvas width=200 height=100></canvas><script>const pen = document.querySelector('canvas').getContext('2d');"
PAINTS_AT_ONCE = f"{CANVAS} onmousemove = event => pen.fillRect(event.clientX, 0, 5, 5)</script>"
PAINTS_LATER_TOO = (
    f"{CANVAS} onmousemove = event => {{ pen.fillRect(event.clientX, 0, 5, 5);"
    " setTimeout(() => pen.fillRect(event.clientX, 50, 5, 5), 300) }</script>"
)
PAINTS_NOTHING = f"{CANVAS} onmousemove = event => pen.save()</script>"


@pytest.fixture
def measured(new_page: Callable[..., Page]) -> Callable[[str], dict[str, float] | None]:
    """What the harness says of one mouse move over a page."""

    def measure(html: str) -> Any:
        page = new_page()
        page.add_init_script(path=HARNESS)
        page.route("http://page.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://page.test/")
        page.evaluate("bench.arm()")
        page.mouse.move(60, 60)
        return page.evaluate("bench.painted")

    return measure


def test_optuna_reads_every_trial_of_the_made_study(tmp_path: Path) -> None:
    path = write_study(tmp_path / "study.db", 50)
    trials = optuna.load_study(study_name=NAME, storage=f"sqlite:///{path}").trials
    drawn = draw(50)
    assert [trial.number for trial in trials] == list(range(50))
    assert [trial.value for trial in trials] == drawn[OBJECTIVE].tolist()
    assert all(trial.distributions == SPACE for trial in trials)
    assert trials[7].params["dropout"] == drawn["dropout"][7]


def test_the_table_for_a_peer_holds_the_same_trials(tmp_path: Path) -> None:
    path = write_study(tmp_path / "study.db", 20)
    frame = optuna.load_study(study_name=NAME, storage=f"sqlite:///{path}").trials_dataframe()
    lines = write_table(tmp_path / "study.csv", 20).read_text(encoding="utf-8").splitlines()
    names, rows = lines[0].split(","), [line.split(",") for line in lines[1:]]
    assert set(names) == {OBJECTIVE, *SPACE}
    assert [row[names.index("optimizer")] for row in rows] == frame["params_optimizer"].tolist()
    assert [float(row[names.index("dropout")]) for row in rows] == frame["params_dropout"].tolist()


def test_half_of_the_objective_s_axis_is_half_of_the_trials() -> None:
    assert (draw(1000)[OBJECTIVE] > 0.5).mean() == 0.5


def test_a_step_ends_with_its_last_paint(measured: Callable[[str], dict[str, float] | None]) -> None:
    found = measured(PAINTS_AT_ONCE)
    assert found is not None
    assert 0 < found["first"] == found["step"] == found["rest"]


def test_what_is_painted_at_rest_is_a_figure_of_its_own(measured: Callable[[str], dict[str, float] | None]) -> None:
    found = measured(PAINTS_LATER_TOO)
    assert found is not None
    assert found["rest"] > found["step"] + 100


def test_a_step_that_paints_nothing_is_no_fast_step(measured: Callable[[str], dict[str, float] | None]) -> None:
    assert measured(PAINTS_NOTHING) is None


def test_the_table_shows_ratios_and_whether_a_bound_is_kept() -> None:
    rows = [
        Row("read", 10, "s", 0.5, 2.0, "Optuna", 1.0),
        Row("load", 1000, "kB", 1500, None, "", 600, "note"),
        Row("x", 1, "s", 1),
    ]
    head, read, load, plain, _, note = table(rows).splitlines()
    assert head.split()[:3] == ["what", "trials", "ours"]
    assert read.split() == ["read", "10", "0.5", "s", "2", "s", "Optuna", "0.25", "1", "s", "kept"]
    assert load.split() == ["load", "1,000", "1,500", "kB", "600", "kB", "NOT", "KEPT"]
    assert plain.split() == ["x", "1", "1", "s"]
    assert note == "load, 1,000 trials: note"
