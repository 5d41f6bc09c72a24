"""What a launch would run: listed, told whether it has been run, predicted, and as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analytics.stored import to_json
from callbacks import launching, preview_words, previewing, refining
from callbacks.context import Trellis
from callbacks.previewing import Runs
from callbacks.refining import View
from tests.pages.forms import RATE, filled, refined, studies, toy
from trainer.spec import parse_spec
from trainer.specfile import read_spec


def test_a_grid_lists_what_has_been_run_and_can_skip_it(context: Trellis) -> None:
    trials = context.catalog.trials(toy(context)) if studies(context) else None
    assert trials is not None
    rates = trials.frame["rate"].tolist()[:2]
    cells = {"rate": f"{rates[0]!r}, {rates[1]!r}, 0.5", "layers": str(int(trials.frame["layers"][0]))}
    cells |= {"optimizer": str(trials.frame["optimizer"][0]), "momentum": repr(float(trials.frame["momentum"][0]))}
    changed = [{"action": "edit", "name": n, "field": "values", "value": v} for n, v in cells.items() if v != "nan"]
    entry = to_json(refining.apply(context.catalog, refined(context), changed))
    form = filled(context, algorithm="grid", trials="")
    plan, preview = previewing.chosen(context, entry, form, [toy(context)], Runs())
    assert preview is not None
    assert (preview.ahead.total, preview.run_before) == (3, 1)
    said = preview_words.sentences(plan, preview)
    assert said[:2] == ["3 configurations.", "1 of 3 listed have been run in the shown studies."]
    texts = [preview_words.earlier_text(found) for found in preview.earlier]
    assert next(text for text in texts if text).endswith("in toy, trial 0, 1 steps")
    left, _ = previewing.chosen(context, entry, form, [toy(context)], Runs("new"))
    spec = parse_spec(left.specs[0])
    assert spec.algorithm.name == "given"
    assert {config["rate"] for config in spec.configurations} == {rates[1], 0.5}


def test_the_best_predicted_of_a_grid_can_run_alone(context: Trellis) -> None:
    study = next(s for s in context.catalog.open("data/examples/digits.db") if s)
    entry = to_json(refining.fill(context.catalog, View({}, [study], None), study, around=False))
    kept = ("learning_rate", "width")
    takes = [
        {"action": "take", "name": row["name"], "origin": "default"} for row in entry["rows"] if row["name"] not in kept
    ]
    entry = to_json(refining.apply(context.catalog, entry, takes))
    form = {**launching.first_form(context, study).form, "algorithm": "grid", "trials": ""}
    plan, preview = previewing.chosen(context, entry, form, [study], Runs.read("best", "3"))
    assert preview is not None
    chosen = parse_spec(plan.specs[0]).configurations
    values = dict(zip(map(repr, preview.ahead.configs), preview.predicted, strict=True))
    assert [values[repr(config)] for config in chosen] == sorted(preview.predicted, reverse=True)[:3]
    assert preview_words.sentences(plan, preview)[0] == "3 of 25 configurations."


def test_the_spec_as_a_file_is_the_spec_that_launches(context: Trellis, tmp_path: Path) -> None:
    plan = launching.planned(context, refined(context, RATE), filled(context, seed="5"))
    file = tmp_path / "spec.yaml"
    file.write_text(preview_words.spec_text(context, plan.specs[0]), encoding="utf-8")
    read, launched = read_spec(file).to_json(), parse_spec(plan.specs[0]).to_json()
    assert {**read, "parent": None} == {**launched, "parent": None}
    assert read["parent"] == "toy"


def preview(context: Trellis, **typed: Any) -> tuple[list[str], previewing.Preview | None]:
    """The sentences of a preview of the toy study's refinement, or what is in the way; and the preview."""
    form = filled(context, **typed)
    plan, made = previewing.chosen(context, refined(context, RATE), form, [], Runs())
    return preview_words.sentences(plan, made) if made else preview_words.missing(plan), made


def test_what_does_not_depend_on_results_is_listed_as_it_will_run(context: Trellis) -> None:
    said, made = preview(context, trials="30", seed="5")
    assert said[0] == "30 trials; the first 20 are listed, the others are drawn likewise."
    assert made is not None
    assert len(made.ahead.configs) == 20
    said, _ = preview(context, trials="30", algorithm="tpe", repeats="3")
    assert said[0] == "30 trials, each 3 times; the first 10 are listed, the others depend on what comes out."
    said, _ = preview(context, trials="", wall="2 h", seed="")
    assert said[0] == "Trials until the time is over."


def test_a_study_that_starts_from_earlier_trials_lists_the_best_of_them(context: Trellis) -> None:
    said, made = preview(context, trials="30", algorithm="tpe", enqueue="2", warm=0)
    trials = context.catalog.trials(toy(context))
    inside = trials.frame[trials.frame["rate"].between(1e-3, 0.1)].sort_values("score", ascending=False)
    assert said[1] == (
        f"{len(inside)} of 12 completed trials of 'toy' fit: the best 2 run first, "
        "and the sampler is told of all of them."
    )
    assert made is not None
    assert [config["rate"] for config in made.ahead.configs] == inside["rate"].tolist()[:2]
    said, _ = preview(context, trials="30", enqueue="2", goals="maximize other")
    assert said == ["Not yet: start.study: 'toy' has no metric 'other'; expected one with it (has score)."]


def test_what_is_in_the_way_is_said_instead(context: Trellis) -> None:
    said, made = preview(context, trials="many")
    assert made is None
    assert said[0].startswith("Not yet: budget.trials is 'many'; expected a whole number")


def test_the_command_is_safe_to_paste_whatever_the_study_is_called(context: Trellis) -> None:
    text = preview_words.command(context, "../a b; rm -rf 'x'")
    assert text == f"python -m trainer run a_b_rm_-rf_x.yaml --workspace {context.workspace.folder}"
