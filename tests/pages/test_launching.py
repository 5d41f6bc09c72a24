"""Refining and launching over open studies, down to a study that trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.exports import EXPORTS
from analytics.stored import to_json
from callbacks import launching, refining
from callbacks.context import Trellis
from callbacks.refining import LaunchError, View
from tests.conftest import write_table
from tests.pages.toy import until

FORM = {"name": "toy-refined", "trials": "3", "workers": "2", "seed": "5"}


def studies(context: Trellis) -> dict[str, dict[str, Any]]:
    context.catalog.refresh()
    return {entry["name"]: entry for entry in context.catalog.studies()}


def look(context: Trellis, brushes: dict[str, Any] | None = None, focus: dict[str, Any] | None = None) -> View:
    return View(brushes or {}, [entry["id"] for entry in studies(context).values()], focus)


def toy(context: Trellis) -> str:
    return str(studies(context)["toy"]["id"])


def test_refine_fills_the_table_from_the_brushes(context: Trellis) -> None:
    made = refining.fill(context.catalog, look(context, {"rate": [[1e-3, 0.1]]}), None, around=False)
    assert made.study == toy(context)
    assert (made["rate"].new.low, made["rate"].new.high) == (1e-3, 0.1)
    assert (made["layers"].new.low, made["layers"].new.high) == (1, 8)
    assert made.total == 12


def test_around_takes_the_focused_trial(context: Trellis) -> None:
    focus = {"study": toy(context), "number": 4}
    made = refining.fill(context.catalog, look(context, focus=focus), None, around=True)
    assert made.centre == 4
    assert made["rate"].new.note == "around trial 4"


def test_what_does_not_fit_is_said_and_leaves_the_table(context: Trellis) -> None:
    with pytest.raises(LaunchError, match="Nothing was refined: brush on 'depth': none of the studies has such"):
        refining.fill(context.catalog, look(context, {"depth": [[1, 2]]}), None, around=False)
    with pytest.raises(LaunchError, match="No shown study has a search space; tick one"):
        refining.fill(context.catalog, View({}, [], None), None, around=False)
    with pytest.raises(LaunchError, match="The study aaaaaaaaaaaa is no longer open"):
        refining.fill(context.catalog, View({}, ["aaaaaaaaaaaa"], None), None, around=False)


def test_cells_change_the_table_and_a_wrong_one_changes_nothing_else(context: Trellis) -> None:
    entry = to_json(refining.fill(context.catalog, look(context, {"rate": [[1e-3, 0.1]]}), None, around=False))
    changes: list[dict[str, Any]] = [
        {"action": "edit", "name": "rate", "field": "low", "value": "much"},
        {"action": "toggle", "name": "optimizer", "index": 0},
        {"action": "take", "name": "layers", "origin": "best"},
    ]
    made = refining.apply(context.catalog, entry, changes)
    assert made.problems == ["hyperparameter 'rate': low is 'much'; expected a number above 0, since its scale is log"]
    assert made["optimizer"].new.choices == ("sgd", "rmsprop")
    assert made["layers"].new.fixed
    with pytest.raises(LaunchError, match="Nothing was changed: hyperparameter 'depth' is not in the search space"):
        refining.apply(context.catalog, entry, [{"action": "toggle", "name": "depth", "index": 0}])
    with pytest.raises(LaunchError, match="Nothing was changed: 'nowhere' is not a valid Origin"):
        refining.apply(context.catalog, entry, [{"action": "take", "name": "rate", "origin": "nowhere"}])


def test_the_page_says_who_drops_out_and_how_many_studies_it_makes(context: Trellis) -> None:
    brushes = {"rate": [[1e-3, 1e-2], [0.1, 1.0]], "optimizer": ["adam"]}
    entry = to_json(refining.fill(context.catalog, look(context, brushes), None, around=False))
    split = to_json(refining.apply(context.catalog, entry, [{"action": "split", "name": "rate", "several": True}]))
    seen = refining.look_at(context.catalog, split, "new")
    assert seen.dropped == {"momentum": "drops out: it needs optimizer = sgd, and optimizer is adam"}
    assert list(seen.studies) == ["new-a (rate 1e-3 … 1e-2)", "new-b (rate 0.1 … 1)"]
    assert refining.look_at(context.catalog, None, "") == refining.TableView()
    gone = refining.look_at(context.catalog, {**split, "study": "aaaaaaaaaaaa"}, "")
    assert "is no longer open" in gone.problems[0]


def test_the_form_starts_as_the_parent_was_searched(context: Trellis) -> None:
    form = launching.first_form(context, toy(context))
    assert (form.plan.name, form.plan.algorithm, form.plan.trials, form.foreign) == ("toy-refined", "random", 12, "")
    assert launching.settings_of(context.catalog, toy(context), "tpe") == {}
    assert launching.settings_of(context.catalog, None, "tpe") == {}


def test_launch_trains_the_refined_study_and_it_stands_under_its_parent(context: Trellis) -> None:
    brushes = {"rate": [[1e-3, 0.1]], "optimizer": ["adam"]}
    entry = to_json(refining.fill(context.catalog, look(context, brushes), None, around=False))
    done = launching.start(context, entry, "random", FORM)
    assert done.sentences == ["toy-refined has started: 3 trials, 2 at a time. It appears on the left, under toy."]
    child = until(lambda: (s := studies(context).get("toy-refined")) and s["state"] == "finished" and s)
    assert child["parent"] == toy(context)
    assert set(child["changed"]) == {
        "rate 1e-3 … 0.1 (was 1e-4 … 1)",
        "optimizer fixed at adam (was adam, sgd, rmsprop)",
        "momentum dropped (was 0 … 0.99)",
    }
    trials = context.catalog.trials(child["id"])
    assert trials.frame["rate"].between(1e-3, 0.1).all()
    assert set(trials.frame["optimizer"]) == {"adam"}
    assert len(trials) == 3


def test_several_studies_start_where_the_brush_is_split(context: Trellis) -> None:
    view = look(context, {"layers": [[1, 2], [7, 8]]})
    entry = to_json(refining.fill(context.catalog, view, None, around=False))
    split = to_json(refining.apply(context.catalog, entry, [{"action": "split", "name": "layers", "several": True}]))
    assert launching.start(context, split, "tpe", {**FORM, **tpe_defaults()}).good
    names = ("toy-refined-a", "toy-refined-b")
    until(lambda: all(studies(context).get(name, {}).get("state") == "finished" for name in names))
    low, high = (context.catalog.trials(studies(context)[name]["id"]).frame["layers"] for name in names)
    assert low.between(1, 2).all()
    assert high.between(7, 8).all()
    again = launching.start(context, split, "random", FORM)
    assert again.fields == {"name": "the name 'toy-refined-a' is taken; expected a new one"}
    assert launching.first_form(context, toy(context)).plan.name == "toy-refined-2"


def tpe_defaults() -> dict[str, Any]:
    return {"n_startup_trials": "10", "n_ei_candidates": "24", "constant_liar": 0}


def test_a_wrong_field_or_cell_launches_nothing(context: Trellis) -> None:
    entry = to_json(refining.fill(context.catalog, look(context), None, around=False))
    wrong = launching.start(context, entry, "random", {**FORM, "trials": "many"})
    assert wrong.sentences == ["Nothing was launched: see the fields above."]
    assert wrong.fields == {"trials": "'trials' is 'many'; expected a whole number from 1"}
    typed = [{"action": "edit", "name": "layers", "field": "low", "value": "9"}]
    bad = to_json(refining.apply(context.catalog, entry, typed))
    refused = launching.start(context, bad, "random", FORM)
    assert refused.sentences == ["Not launched: hyperparameter 'layers': low 9 is above high 8; expected low ≤ high."]
    assert not refused.good
    assert set(studies(context)) == {"toy"}


def test_a_study_we_cannot_run_says_so_and_offers_its_space_as_code(context: Trellis, tmp_path: Path) -> None:
    (foreign,) = context.catalog.open(str(write_table(tmp_path / "results.csv")))
    form = launching.first_form(context, foreign)
    assert form.foreign.startswith("The objective of 'results' cannot be run here: its results do not say how")
    entry = to_json(refining.fill(context.catalog, View({"rate": [[1e-3, 0.01]]}, [foreign], None), None, around=False))
    for kind in EXPORTS:
        assert "rate" in refining.export(context.catalog, entry, kind)
    assert "'rate', 0.001, 0.01" in refining.export(context.catalog, entry, "optuna")
    refused = launching.start(context, entry, "random", FORM)
    assert refused.sentences[0].startswith("Not launched: the study 'results' has no objective that we can run")


def test_an_export_of_a_table_with_a_problem_is_a_comment_that_says_so(context: Trellis) -> None:
    entry = to_json(refining.fill(context.catalog, look(context), None, around=False))
    typed = [{"action": "edit", "name": "layers", "field": "low", "value": "x"}]
    bad = to_json(refining.apply(context.catalog, entry, typed))
    assert refining.export(context.catalog, bad, "optuna") == (
        "# hyperparameter 'layers': low is 'x'; expected a whole number."
    )
    assert refining.export(context.catalog, None, "json").startswith("# Brush what looks good")
