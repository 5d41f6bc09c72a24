"""What a diagnosis says, what it leaves unsaid, and what it offers to change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.diagnosis import DETECTORS, LEVEL, diagnose, examine
from analytics.examination import Examination, Examinations
from analytics.trials import Trials
from tests.findings.planted import PLANTED, early, killed
from tests.findings.studies import a_spec, clean_study, landscape, study_of


@pytest.fixture(scope="module")
def hyperband() -> Trials:
    return early(0)[0]


def test_of_few_trials_nothing_is_said_and_every_question_says_what_it_lacks() -> None:
    few = study_of(a_spec("tpe", 1, trials=6), landscape(1).train)
    told = examine(few)
    assert told.findings == []
    assert told.quiet == []
    assert {question.kind for question in told.unasked} >= {"bound", "stalled", "no better", "saturated", "duplicates"}
    assert all(question.why for question in told.unasked)


def test_a_study_without_any_trial_is_no_error() -> None:
    study = clean_study("random", 1)
    none = {name: replace(column, values=column.values[:0]) for name, column in study.columns.items()}
    assert diagnose(replace(study, columns=none)) == []


def test_random_search_is_never_told_that_it_is_no_better_than_random() -> None:
    told = examine(clean_study("random", 1))
    assert "no better" not in {question.kind for question in (*told.quiet, *told.unasked)}


def test_findings_are_ordered_by_effect_from_0_to_1_and_hold_their_evidence() -> None:
    study, *related = killed(0)
    findings = diagnose(study, related)
    effects = [finding.effect for finding in findings]
    assert len(findings) >= 2
    assert effects == sorted(effects, reverse=True)
    for finding in findings:
        assert 0 <= finding.effect <= 1
        assert finding.p <= LEVEL
        assert finding.evidence["n"] > 0  # type: ignore[operator]
        assert finding.evidence["test"]
        assert set(finding.trials) <= set(study.numbers.tolist())
        assert finding.trials


def test_pruned_trials_without_a_final_value_are_an_open_question_with_five_to_train_out() -> None:
    study = study_of(a_spec("random", 3, trials=60, algorithm={"pruner": "halving"}), landscape(3).train)
    [question] = [one for one in examine(study).unasked if one.kind == "early"]
    assert question.why.startswith("not identifiable")
    assert question.remedy is not None
    change = question.remedy.change
    assert question.remedy.button == "Train five pruned ones out"
    assert change["algorithm"]["name"] == "given"
    assert change["budget"] == {"steps": 9}
    assert len(change["configurations"]) == 5
    for configuration in change["configurations"]:
        assert {"rate", "width", "depth", "dropout", "optimizer"} <= set(configuration)


def test_the_five_trained_out_answer_the_question() -> None:
    study, out = killed(0)
    assert "killed" not in {finding.kind for finding in diagnose(study)}
    assert "killed" in {finding.kind for finding in diagnose(study, [out])}


def test_judging_later_is_what_a_finding_of_an_early_judgement_changes(hyperband: Trials) -> None:
    [finding] = [one for one in diagnose(hyperband) if one.kind == "early"]
    assert finding.button == "Judge from step 3 on"
    assert finding.change is not None
    assert finding.change["algorithm"]["pruner_settings"]["min_resource"] == 3


def test_a_study_that_our_trainer_did_not_run_has_findings_without_a_launch(hyperband: Trials) -> None:
    foreign = replace(hyperband, study=replace(hyperband.study, spec=None))
    assert all(finding.change is None for finding in diagnose(foreign))


def test_a_study_with_two_objectives_is_asked_only_what_needs_no_best() -> None:
    study = clean_study("random", 1)
    second = replace(study.metrics["loss"], name="size")
    columns = {**study.columns, "size": replace(study.columns["loss"], name="size")}
    told = examine(replace(study, columns=columns, metrics={**study.metrics, "size": second}))
    assert {question.kind for question in told.quiet} <= {"duplicates", "failures"}


def test_an_answer_is_computed_once_a_revision() -> None:
    answers, study = Examinations(), clean_study("random", 1)
    asked = Examination(study.study.id, "1")
    assert answers.trials(asked) is None
    told = answers.answer(asked, [study], lambda: None)
    assert answers.answer(asked, answers.trials(asked) or (), lambda: None) is told
    assert answers.trials(Examination(study.study.id, "2")) is None
    assert {question["kind"] for question in told["quiet"]} | {one["kind"] for one in told["unasked"]} <= set(DETECTORS)


def test_a_greater_objective_is_diagnosed_as_a_smaller_one_turned_around() -> None:
    study, *_ = PLANTED["bound"](1)
    turned = replace(study.columns["loss"], values=-study.columns["loss"].values)
    metric = replace(study.metrics["loss"], direction="maximize")
    history = study.load_history(None).assign(value=lambda frame: -frame["value"])
    other = replace(
        study,
        columns={**study.columns, "loss": turned},
        metrics={"loss": metric},
        load_history=lambda _numbers: history,
    )
    ours, theirs = diagnose(study), diagnose(other)
    assert [finding.kind for finding in ours] == [finding.kind for finding in theirs]
    assert np.allclose([finding.effect for finding in ours], [finding.effect for finding in theirs])
