"""The comparison's figure and table say what the analysis found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash.development.base_component import Component

from analytics.comparison import Comparison, compare
from components.comparison import default_pair, metric_options, result
from components.figures.distributions import distributions, figure
from components.theme import THEMES, theme
from tests.analytics.test_comparison import NARROW, drawn, study


@pytest.fixture
def found() -> Comparison:
    xs = np.random.default_rng(0).random(60)
    parent = study("<b>parent", 1 - xs, xs)
    return compare(parent, study("child", drawn(1, 40, 0.9, 0.05), xs[:40] * 0.2, space=NARROW), "accuracy")


def entry(study: str, parent: str | None = None, algorithm: str = "random", **metrics: str) -> dict[str, Any]:
    told = [{"name": n, "direction": d, "objective": n == "loss"} for n, d in metrics.items()]
    return {"id": study, "name": study, "parent": parent, "algorithm": algorithm, "metrics": told}


def words(component: Any) -> str:
    if isinstance(component, (list, tuple)):
        return " ".join(map(words, component))
    return words(getattr(component, "children", None)) if isinstance(component, Component) else str(component or "")


def test_bins_are_common_and_hold_every_trial(found: Comparison) -> None:
    seen = distributions(found)
    assert seen.parent.shares.sum() == pytest.approx(1)
    assert seen.child.shares.sum() == pytest.approx(1)
    assert len(seen.parent.shares) == len(seen.child.shares) == len(seen.edges) - 1


def test_the_curve_crosses_the_threshold_at_the_share_in_the_table(found: Comparison) -> None:
    seen = distributions(found)
    for side, sample in ((seen.parent, found.parent), (seen.child, found.child)):
        at_least = side.reaching[np.searchsorted(side.values, found.threshold)]
        assert at_least == pytest.approx(sample.share)


def test_of_a_minimized_metric_the_curve_tells_at_most(found: Comparison) -> None:
    turned = replace(found, metric=replace(found.metric, direction="minimize"))
    seen = distributions(turned)
    assert seen.child.reaching[-1] == 1
    assert seen.child.reaching[0] == pytest.approx(1 / len(seen.child.values))


@pytest.mark.parametrize("name", THEMES)
def test_names_are_text_in_the_figure_and_never_markup(found: Comparison, name: str) -> None:
    drawn_names = {trace.name for trace in figure(distributions(found), theme(name)).data}
    assert drawn_names == {"&lt;b&gt;parent", "child", "&lt;b&gt;parent, in the space of child"}


def test_the_table_says_every_figure_and_how(found: Comparison) -> None:
    text = words(result(found, ("random", "tpe"), theme("light")))
    for part in ("tpe", "expected best of 20", f"{found.child.mean:.4g}", "those of them in the new space"):
        assert part in text
    assert "the first 40 completed trials of each" in text


def test_a_refined_study_and_its_parent_are_offered_first() -> None:
    studies = [entry("a"), entry("b", "a"), entry("c"), entry("d", "a", "given")]
    assert default_pair(studies, ["a", "b", "c", "d"]) == ("a", "b"), "a study that only confirms refines nothing"
    assert default_pair(studies, ["b", "c"]) == ("b", "c")
    assert default_pair(studies, ["c"]) == (None, "c")


def test_only_metrics_of_both_with_one_direction_are_offered() -> None:
    a = entry("a", size="minimize", loss="minimize", accuracy="maximize")
    b = entry("b", size="minimize", loss="minimize", accuracy="minimize")
    assert [choice["value"] for choice in metric_options([a, b], ("a", "b"))] == ["loss", "size"]
    assert metric_options([a], ("a", None)) == []
