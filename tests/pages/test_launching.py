"""Refining and launching over open studies, down to a study that trains."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from analytics.exports import EXPORTS
from analytics.stored import to_json
from callbacks import launching, refining
from callbacks.context import Trellis
from callbacks.refining import LaunchError, View
from tests.conftest import write_table
from tests.pages.forms import RATE, filled, look, refined, studies, toy
from tests.pages.toy import until
from trainer.jobs import launch_studies
from trainer.spec import parse_spec


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


def test_the_form_starts_as_the_parent_was_searched(context: Trellis, toy_folder: Path) -> None:
    start = launching.first_form(context, toy(context))
    expected = {"name": "toy-refined", "algorithm": "random", "trials": "12", "goals": "maximize score", "workers": "1"}
    assert {key: start.form[key] for key in expected} == expected
    assert (start.form["type"], start.form["target"]) == ("python", "toy_objective:train")
    assert start.form["cwd"] == str(toy_folder / "code")
    assert start.foreign == ""
    assert dict(launching.form_of(context, None)) == {}


def test_a_form_and_a_table_are_a_spec_that_the_trainer_takes(context: Trellis) -> None:
    plan = launching.planned(context, refined(context, RATE), filled(context, trials="3", workers="2", seed="5"))
    assert plan.good
    spec = parse_spec(plan.specs[0])
    assert (spec.name, spec.budget.trials, spec.workers, spec.seed) == ("toy-refined", 3, 2, 5)
    assert spec.space["rate"].bounds == (1e-3, 0.1)
    assert launching.order(plan)["parent"] == toy(context)


def test_launch_trains_the_refined_study_and_it_stands_under_its_parent(context: Trellis) -> None:
    table = refined(context, {**RATE, "optimizer": ["adam"]})
    plan = launching.planned(context, table, filled(context, trials="3", workers="2"))
    said: list[str] = []
    answer = launch_studies(said.append, context.workspace, launching.order(plan))
    assert answer == {"sentences": ["toy-refined has started, and its first trial runs."], "good": True}
    assert said[0] == "toy-refined: checking and creating the study …"
    child = until(lambda: (s := studies(context).get("toy-refined")) and s["state"] == "finished" and s)
    assert child["parent"] == toy(context)
    assert set(child["changed"]) == {
        "rate 1e-3 … 0.1 (was 1e-4 … 1)",
        "optimizer fixed at adam (was adam, sgd, rmsprop)",
        "momentum dropped (was 0 … 0.99)",
    }
    trials = context.catalog.trials(child["id"])
    assert trials.frame["rate"].between(1e-3, 0.1).all()
    assert len(trials) == 3
    again = launch_studies(said.append, context.workspace, launching.order(plan))
    assert again["sentences"] == [
        "Not launched: the study name 'toy-refined' is taken in this workspace; expected another one."
    ]
    assert launching.first_form(context, toy(context)).form["name"] == "toy-refined-2"


def test_several_studies_are_planned_where_the_brush_is_split(context: Trellis) -> None:
    entry = refined(context, {"layers": [[1, 2], [7, 8]]})
    split = to_json(refining.apply(context.catalog, entry, [{"action": "split", "name": "layers", "several": True}]))
    plan = launching.planned(context, split, filled(context))
    assert [spec["name"] for spec in plan.specs] == ["toy-refined-a", "toy-refined-b"]
    assert [spec["space"]["layers"]["high"] for spec in plan.specs] == [2, 8]
    taken = launching.planned(context, split, filled(context, name="toy"))
    assert taken.good
    assert launching.planned(context, entry, filled(context, name="toy")).fields == {
        "name": "the name 'toy' is taken; expected a new one"
    }


def test_every_wrong_field_is_marked_by_the_trainer_s_own_check(context: Trellis) -> None:
    wrong = {"trials": "many", "workers": "0", "seed": "-1", "wall": "soon", "goals": "score", "cwd": "/no/such/folder"}
    plan = launching.planned(context, refined(context), filled(context, **wrong, name=""))
    assert set(plan.fields) == {*wrong, "name"}
    assert plan.fields["trials"].startswith("budget.trials is 'many'; expected a whole number from 1")
    assert plan.fields["wall"] == "wall is 'soon'; expected seconds, or a time such as 30 min or 2 h"
    assert plan.fields["cwd"].startswith("objective.cwd is '/no/such/folder'; expected a folder that exists")
    assert not plan.problems
    assert launching.refusal(plan) == ["Nothing was launched: see the marked fields."]


def test_a_wrong_cell_stands_in_the_way_of_a_launch(context: Trellis) -> None:
    typed = [{"action": "edit", "name": "layers", "field": "low", "value": "9"}]
    bad = to_json(refining.apply(context.catalog, refined(context), typed))
    plan = launching.planned(context, bad, filled(context))
    assert launching.refusal(plan) == [
        "Not launched: hyperparameter 'layers': low 9 is above high 8; expected low ≤ high."
    ]
    gone = launching.planned(context, {**bad, "study": "aaaaaaaaaaaa"}, filled(context))
    assert "is no longer open" in gone.problems[0]


def test_a_study_that_does_not_say_how_it_trains_can_be_given_a_command(context: Trellis, tmp_path: Path) -> None:
    (foreign,) = context.catalog.open(str(write_table(tmp_path / "results.csv")))
    start = launching.first_form(context, foreign)
    assert "do not say how a trial is trained. Give a command line or a function" in start.foreign
    assert (start.form["type"], start.form["cwd"]) == ("command", str(tmp_path))
    entry = to_json(refining.fill(context.catalog, View({"rate": [[1e-3, 0.01]]}, [foreign], None), None, around=False))
    missing = launching.planned(context, entry, start.form)
    assert set(missing.fields) == {"target"}
    form = {**start.form, "target": f"{sys.executable} train.py {{args}}", "goals": "maximize accuracy"}
    plan = launching.planned(context, entry, form)
    assert plan.good
    assert plan.specs[0]["objective"]["cwd"] == str(tmp_path)
    for kind in EXPORTS:
        assert "rate" in refining.export(context.catalog, entry, kind)


def test_an_export_of_a_table_with_a_problem_is_a_comment_that_says_so(context: Trellis) -> None:
    entry = to_json(refining.fill(context.catalog, look(context), None, around=False))
    typed = [{"action": "edit", "name": "layers", "field": "low", "value": "x"}]
    bad = to_json(refining.apply(context.catalog, entry, typed))
    assert refining.export(context.catalog, bad, "optuna") == (
        "# hyperparameter 'layers': low is 'x'; expected a whole number."
    )
    assert refining.export(context.catalog, None, "json").startswith("# Brush what looks good")
