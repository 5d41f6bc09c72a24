"""Brushes become ranges, and the space they leave follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from optuna.distributions import FloatDistribution, IntDistribution

from analytics import ranges
from analytics.columns import State
from analytics.refine import choose, default_parent, refine, refine_around, split, variants
from analytics.refinement import Origin, Proposal, RefineError, Refinement
from analytics.selection import BrushError
from analytics.trials import Metric
from tests.analytics.studies import STUDY, make_trials


def span(refinement: Refinement, name: str) -> tuple[float | None, float | None]:
    return refinement[name].new.low, refinement[name].new.high


def offer(refinement: Refinement, name: str, origin: Origin) -> Proposal:
    return refinement[name].offers[origin]


def test_without_a_brush_every_hyperparameter_keeps_its_own_range() -> None:
    refinement = refine(make_trials(), {})
    assert span(refinement, "lr") == (1e-5, 1.0)
    assert span(refinement, "batch") == (16, 128)
    assert refinement["optimizer"].new.choices == ("adam", "sgd", "rmsprop")
    assert {row.new.origin for row in refinement.rows} == {Origin.KEPT}
    assert (refinement.selected, refinement.total) == (5, 5)


def test_a_brushed_hyperparameter_gives_its_range() -> None:
    refinement = refine(make_trials(), {"lr": [[1e-4, 1e-2]]})
    assert span(refinement, "lr") == (1e-4, 1e-2)
    assert refinement["lr"].new.origin is Origin.BRUSH
    assert span(refinement, "dropout") == (0.0, 0.5)
    assert refinement.selected == 3


@pytest.mark.parametrize(
    ("name", "brush", "expected"),
    [
        ("lr", [[None, 1e-2]], (1e-5, 1e-2)),
        ("lr", [[1e-2, None]], (1e-2, 1.0)),
        ("lr", [[1e-9, 7.0]], (1e-5, 1.0)),
        ("layers", [[1.5, 4.7]], (2, 4)),
        ("layers", [[2, 5]], (2, 5)),
        ("layers", [[2.2, 2.9]], (3, 3)),
        ("units", [[20.5, 100.5]], (21, 100)),
        ("batch", [[20, 100]], (32, 96)),
        ("batch", [[33, 47]], (48, 48)),
        ("batch", [[16, 16]], (16, 16)),
    ],
)
def test_ranges_are_clipped_and_rounded_inwards_to_what_the_hyperparameter_can_take(
    name: str, brush: list[list[float | None]], expected: tuple[float, float]
) -> None:
    low, high = span(refine(make_trials(), {name: brush}), name)
    assert (low, high) == expected
    assert isinstance(low, float if name == "lr" else int)


def test_several_ranges_become_their_hull_or_several_studies_as_the_analyst_says() -> None:
    refinement = refine(make_trials(), {"lr": [[1e-2, 1e-1], [1e-5, 1e-4]], "layers": [[1, 2], [7, 8]]})
    assert span(refinement, "lr") == (1e-5, 1e-1)
    assert refinement["lr"].in_pieces
    assert len(variants(refinement)) == 1
    two = variants(split(refinement, "lr", True))
    assert [span(part, "lr") for part in two] == [(1e-5, 1e-4), (1e-2, 1e-1)]
    assert [span(part, "layers") for part in two] == [(1, 8), (1, 8)]
    assert len(variants(split(split(refinement, "lr", True), "layers", True))) == 4


def test_ranges_that_touch_are_one() -> None:
    refinement = refine(make_trials(), {"dropout": [[0.1, 0.2], [0.2, 0.3]]})
    assert refinement["dropout"].pieces == ((0.1, 0.3),)
    assert not refinement["dropout"].in_pieces


def test_more_studies_than_sixteen_are_refused() -> None:
    fifths = [[i / 10, i / 10 + 0.05] for i in range(5)]
    brushes = {"dropout": fifths, "momentum": fifths}
    refinement = split(split(refine(make_trials(), brushes), "dropout", True), "momentum", True)
    with pytest.raises(RefineError, match="would make 25 studies; expected at most 16"):
        variants(refinement)


def test_values_brushed_on_a_number_are_ranges_of_one() -> None:
    refinement = refine(make_trials(), {"layers": [2, 4]})
    assert refinement["layers"].pieces == ((2, 2), (4, 4))
    assert span(refinement, "layers") == (2, 4)


def test_removed_categories_go_and_the_order_stays() -> None:
    refinement = refine(make_trials(), {"optimizer": ["rmsprop", "adam"]})
    assert refinement["optimizer"].new.choices == ("adam", "rmsprop")


def test_categories_are_told_apart_by_type_and_value() -> None:
    space = {"flag": {"type": "categorical", "choices": [1, True, "1", None]}}
    trials = make_trials(space, [{"flag": True}], [0.5], [State.COMPLETE])
    assert refine(trials, {"flag": [1.0]})["flag"].new.choices == (1,)
    kept = refine(trials, {"flag": [True, None]})["flag"].new.choices
    assert [type(choice) for choice in kept] == [bool, type(None)]


def test_a_brush_on_the_objective_never_becomes_a_range() -> None:
    refinement = refine(make_trials(), {"accuracy": [[0.85, None]], "state": ["complete"]})
    assert [row.name for row in refinement.rows] == [*make_trials().space]
    assert {row.new.origin for row in refinement.rows} == {Origin.KEPT}
    assert refinement.selected == 2


def test_rectangles_give_their_side_if_all_of_them_cover_the_hyperparameter() -> None:
    box = {"x": "lr", "y": "accuracy", "box": [1e-4, 1e-2, 0.7, 1.0]}
    refinement = refine(make_trials(), {"$regions": [box]})
    assert span(refinement, "lr") == (1e-4, 1e-2)
    other = {"x": "dropout", "y": "accuracy", "box": [0.1, 0.2, 0.7, 1.0]}
    assert refine(make_trials(), {"$regions": [box, other]})["lr"].new.origin is Origin.KEPT


def test_a_rectangle_and_a_brush_leave_what_both_hold() -> None:
    box = {"x": "accuracy", "y": "lr", "box": [0.0, 1.0, 1e-4, 1e-2]}
    assert span(refine(make_trials(), {"$regions": [box], "lr": [[1e-3, 1e-1]]}), "lr") == (1e-3, 1e-2)


def test_a_rectangle_over_categories_keeps_those_inside() -> None:
    box = {"x": "optimizer", "y": "accuracy", "box": [-0.5, 1.5, 0.0, 1.0]}
    assert refine(make_trials(), {"$regions": [box]})["optimizer"].new.choices == ("adam", "sgd")


def test_a_brush_that_leaves_nothing_keeps_the_range_and_says_so() -> None:
    refinement = refine(make_trials(), {"lr": [[2.0, 3.0]], "optimizer": ["lion"]})
    assert span(refinement, "lr") == (1e-5, 1.0)
    assert refinement["lr"].new.note == "its own: the brush leaves none of it"
    assert refinement["optimizer"].new.choices == ("adam", "sgd", "rmsprop")


def test_the_extent_of_the_selected_is_one_click_away() -> None:
    refinement = refine(make_trials(), {"accuracy": [[0.85, None]], "state": ["complete"]})
    chosen = choose(refinement, "lr", Origin.EXTENT)
    low, high = np.percentile(np.log([1e-3, 1e-2]), [5, 95])
    margin = (high - low) * 0.05
    assert span(chosen, "lr") == pytest.approx((np.exp(low - margin), np.exp(high + margin)))
    assert chosen["lr"].new.note == "extent of 2 selected"
    assert span(choose(refinement, "layers", Origin.EXTENT), "layers") == (3, 4)
    assert choose(refinement, "optimizer", Origin.EXTENT)["optimizer"].new.choices == ("adam", "sgd")
    assert choose(chosen, "lr", Origin.KEPT)["lr"].new == refinement["lr"].new


def test_the_extent_is_ten_percent_wider_on_the_own_scale_and_clipped() -> None:
    d = FloatDistribution(0.0, 100.0)
    values = np.linspace(20.0, 40.0, 101)
    assert ranges.extent(d, values) == pytest.approx((21.0 - 0.9, 39.0 + 0.9))
    assert ranges.extent(d, np.linspace(0.0, 100.0, 101)) == pytest.approx((0.5, 99.5))
    log = FloatDistribution(1e-4, 1.0, log=True)
    low, high = ranges.extent(log, np.logspace(-4, 0, 101)) or (0, 0)
    assert (np.log10(low), np.log10(high)) == pytest.approx((-3.98, -0.02))


def test_the_extent_of_one_value_is_that_value_and_of_none_is_none() -> None:
    d = FloatDistribution(1e-4, 1.0, log=True)
    assert ranges.extent(d, np.array([0.003, np.nan])) == (0.003, 0.003)
    assert ranges.extent(d, np.array([np.nan, np.inf])) is None
    assert Origin.EXTENT not in refine(make_trials(), {"accuracy": [[2, None]]})["lr"].offers


def test_the_extent_of_whole_numbers_is_whole() -> None:
    low, high = ranges.extent(IntDistribution(1, 9), np.arange(1.0, 10.0)) or (0, 0)
    assert (low, high) == (1, 9)
    assert isinstance(low, int)


def test_fix_takes_the_value_of_the_best_selected_trial_that_may_compete() -> None:
    refinement = refine(make_trials(), {"dropout": [[0.3, None]]})
    best = offer(refinement, "lr", Origin.BEST)
    assert best.low == best.high == 1e-2
    assert best.fixed
    assert best.note == "trial 2, best accuracy of the selected"
    everything = refine(make_trials(), {})
    assert offer(everything, "lr", Origin.BEST).low == 1e-3  # trial 4 is better, but pruned
    assert offer(everything, "optimizer", Origin.BEST).choices == ("sgd",)


def test_fix_takes_the_best_trial_in_which_the_hyperparameter_counts() -> None:
    refinement = refine(make_trials(), {"optimizer": ["adam", "rmsprop"]})
    assert offer(refinement, "momentum", Origin.BEST).low == 0.5
    assert "trial 3" in offer(refinement, "momentum", Origin.BEST).note


def test_where_none_of_the_selected_may_compete_fix_takes_the_best_of_all_and_says_so() -> None:
    best = offer(refine(make_trials(), {"state": ["pruned"]}), "lr", Origin.BEST)
    assert best.low == 1e-3
    assert best.note == "trial 1, best accuracy of all"


def test_fix_minimizes_where_the_objective_is_minimized() -> None:
    trials = make_trials()
    loss = replace(trials, metrics={"accuracy": Metric("accuracy", "minimize", objective=True)})
    assert offer(refine(loss, {}), "lr", Origin.BEST).low == 1e-1


def test_fix_takes_the_declared_default() -> None:
    refinement = refine(make_trials(), {})
    assert offer(refinement, "lr", Origin.DEFAULT).low == 1e-3
    assert offer(refinement, "optimizer", Origin.DEFAULT).choices == ("adam",)
    with pytest.raises(RefineError, match="'dropout' has nothing to take from 'default'; expected kept, extent, best"):
        choose(refinement, "dropout", Origin.DEFAULT)


def test_around_a_trial_every_range_is_a_quarter_as_wide_about_its_value() -> None:
    refinement = refine_around(make_trials(), 2)
    low, high = span(refinement, "lr")
    assert (np.log10(low or 0), np.log10(high or 0)) == pytest.approx((-2 - 5 / 8, -2 + 5 / 8))
    assert span(refinement, "dropout") == pytest.approx((0.3 - 0.0625, 0.3 + 0.0625))
    assert span(refinement, "layers") == (3, 5)
    assert span(refinement, "batch") == (48, 80)
    assert refinement["optimizer"].new.choices == ("adam",)
    assert refinement["momentum"].new.note == "its own: trial 2 has no value"
    assert refinement["lr"].new.note == "around trial 2"
    assert choose(refinement, "lr", Origin.KEPT)["lr"].new.low == 1e-5


def test_around_a_trial_at_the_edge_is_clipped() -> None:
    refinement = refine_around(make_trials(), 4)
    assert span(refinement, "dropout") == pytest.approx((0.4375, 0.5))
    assert span(refinement, "layers") == (7, 8)


def test_around_a_trial_numeric_categories_keep_their_neighbours() -> None:
    space = {"width": {"type": "categorical", "choices": [128, 16, 64, 32]}}
    trials = make_trials(space, [{"width": 32}], [0.5], [State.COMPLETE])
    assert refine_around(trials, 0)["width"].new.choices == (16, 64, 32)


def test_an_unknown_trial_or_hyperparameter_is_named() -> None:
    with pytest.raises(RefineError, match="trial 99 is not in the study 'digits'"):
        refine_around(make_trials(), 99)
    with pytest.raises(RefineError, match="hyperparameter 'depth' is not in the search space; expected one of lr"):
        choose(refine(make_trials(), {}), "depth", Origin.KEPT)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(BrushError, match="brush on 'depth': none of the studies has such a column"):
        refine(make_trials(), {"depth": [[1, 2]]})


def test_other_studies_add_their_rows_to_the_extent_but_never_the_best() -> None:
    here = make_trials()
    there = make_trials(
        {"lr": {"type": "float", "low": 1e-5, "high": 1.0, "log": True}},
        [{"lr": 1.0}, {"lr": 1.0}],
        [1.0, 1.0],
        [State.COMPLETE] * 2,
        study="bbbbbbbbbbbb",
    )
    refinement = refine([here, there], {"lr": [[0.1, None]]})
    assert (refinement.study, refinement.selected, refinement.total) == (STUDY, 3, 7)
    assert offer(refinement, "lr", Origin.EXTENT).note == "extent of 3 selected"
    assert offer(refinement, "lr", Origin.BEST).low == 0.1
    assert refine([here, there], {"layers": [[1, 3]]}).selected == 2
    assert refine([here, there], {"layers": {"missing": True}}).selected == 2


def test_the_study_with_most_selected_rows_is_refined_else_that_of_the_focus() -> None:
    here = make_trials()
    there = make_trials(configs=[{"lr": 0.5}] * 3, accuracy=[0.1] * 3, states=[State.COMPLETE] * 3, study="b" * 12)
    assert default_parent([here, there], {"lr": [[0.2, None]]}) is there
    assert default_parent([here, there], {"lr": [[None, 0.2]]}, focus="b" * 12) is here
    assert default_parent([here, there], {}, focus="b" * 12) is there
    assert default_parent([here, there], {}) is here
    assert default_parent([], {}) is None
