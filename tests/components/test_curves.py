"""Learning curves: which panels there are, and how they are drawn."""

from __future__ import annotations

from components.figures.curves import FOCUS, Curve, arrange, figure
from components.theme import THEMES, theme


def curve(metric: str, label: str = "1", values: tuple[float | None, ...] = (0.5, 0.7), focus: bool = False) -> Curve:
    steps = tuple(float(step) for step in range(len(values)))
    return Curve(label, f"{label} study #4", metric, steps, values, focus)


def test_the_objective_is_on_top_and_the_rest_in_order_of_the_log() -> None:
    result = arrange([curve("loss"), curve("time"), curve("accuracy")], ["accuracy"], [])
    assert result.metrics == ("accuracy", "loss", "time")


def test_more_than_three_metrics_are_left_out_by_name() -> None:
    result = arrange([curve(name) for name in "abcde"], [], [])
    assert (result.metrics, result.left_out) == (("a", "b", "c"), ("d", "e"))


def test_chosen_metrics_are_the_panels_and_unknown_ones_are_ignored() -> None:
    result = arrange([curve(name) for name in "abc"], [], ["c", "gone"])
    assert (result.metrics, result.left_out) == (("c",), ("a", "b"))


def test_a_metric_without_any_number_has_no_panel() -> None:
    assert arrange([curve("a", values=(None, None))], [], []).metrics == ()


def test_each_panel_has_its_own_y_axis_and_all_share_x() -> None:
    drawn = figure(arrange([curve("a"), curve("b")], [], []), THEMES["light"])
    assert [(trace.xaxis, trace.yaxis) for trace in drawn.data] == [("x", "y"), ("x", "y2")]
    assert [note.text for note in drawn.layout.annotations] == ["a", "b"]
    assert drawn.layout.yaxis.domain[0] > drawn.layout.yaxis2.domain[1]


def test_a_curve_ends_in_the_number_of_its_pin() -> None:
    (line,) = figure(arrange([curve("a", label="3", values=(1.0, 2.0, 3.0))], [], []), THEMES["light"]).data
    assert list(line.text) == ["", "", "3"]


def test_pins_keep_their_colours_in_every_panel_and_the_focus_has_its_own() -> None:
    curves = [curve(metric, label) for metric in "ab" for label in ("1", "2", FOCUS)]
    colours = [line.line.color for line in figure(arrange(curves, [], []), THEMES["dark"]).data]
    assert colours == [*THEMES["dark"].categories[:2], THEMES["dark"].focus] * 2


def test_the_focus_is_drawn_wider() -> None:
    pinned, focused = figure(arrange([curve("a"), curve("a", "2", focus=True)], [], []), THEMES["light"]).data
    assert focused.line.width > pinned.line.width


def test_a_single_step_is_a_point() -> None:
    (point,) = figure(arrange([curve("a", values=(0.3,))], [], []), THEMES["light"]).data
    assert "markers" in point.mode


def test_markup_in_names_is_shown_not_obeyed() -> None:
    drawn = figure(arrange([curve("<b>loss</b>")], [], []), THEMES["light"])
    assert drawn.layout.annotations[0].text == "&lt;b&gt;loss&lt;/b&gt;"


def test_an_unknown_theme_is_the_light_one() -> None:
    assert theme(None) is theme("sepia") is THEMES["light"]
