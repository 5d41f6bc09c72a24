"""The detectors on real searches of the example project: where they must speak up, and where they must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.diagnosis import diagnose
from analytics.findings import Finding
from analytics.trials import Trials
from data.readers import read
from trainer.spec import parse_spec

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"


@pytest.fixture(scope="module")
def studies() -> Mapping[str, Trials]:
    return {trials.study.name: trials for path in EXAMPLES.glob("paper-*.db") for trials in read(path)}


@pytest.fixture(scope="module")
def found(studies: Mapping[str, Trials]) -> Mapping[str, list[Finding]]:
    return {name: diagnose(trials) for name, trials in studies.items()}


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


def test_a_population_judged_early_is_told_to_have_lost_its_deep_networks_for_good(
    studies: Mapping[str, Trials], found: Mapping[str, list[Finding]]
) -> None:
    [finding] = [finding for finding in found["depth-early"] if finding.kind == "decided"]
    assert finding.sentence.startswith("Trials are judged too early: high depth is discarded for good")
    depth = studies["depth-early"].columns["depth"].objects()
    assert {depth[number] for number in finding.trials} == {4}
    assert finding.trials == tuple(number for number in range(len(depth)) if depth[number] == 4)


def test_its_button_fills_in_the_study_that_was_launched_from_it(
    studies: Mapping[str, Trials], found: Mapping[str, list[Finding]]
) -> None:
    [finding] = [finding for finding in found["depth-early"] if finding.kind == "decided"]
    early, relaunch = (studies[name].study for name in ("depth-early", "depth-relaunch"))
    assert relaunch.parent == early.id
    assert early.spec is not None
    assert relaunch.spec is not None
    assert finding.change is not None
    filled, launched = parse_spec({**early.spec, **finding.change}), parse_spec(relaunch.spec)
    assert replace(filled, name=launched.name, parent=launched.parent, seed=launched.seed) == launched


@pytest.mark.parametrize("name", ["depth-late", "depth-relaunch"])
def test_judged_late_nothing_is_said_and_the_best_is_better(
    studies: Mapping[str, Trials], found: Mapping[str, list[Finding]], name: str
) -> None:
    assert not kinds(found[name]) & {"decided", "early", "slow"}
    best = {key: studies[key].columns["val_accuracy"].values.max() for key in ("depth-early", name)}
    assert best[name] > best["depth-early"] + 0.1


def test_a_perturbation_of_plain_values_is_told_of_every_hyperparameter_and_one_on_its_own_scale_is_not(
    found: Mapping[str, list[Finding]],
) -> None:
    told = [finding.sentence for finding in found["fig9-value"] if finding.kind == "perturbation"]
    for name in ("learning_rate", "weight_decay"):
        assert any(sentence.startswith(f"The perturbation of {name} is biased down") for sentence in told)
    assert any(sentence.startswith("The perturbation of dropout is not on its scale") for sentence in told)
    assert found["fig9-own"] == []


def test_a_low_survivor_rate_is_told_to_converge_too_soon_and_a_high_one_is_not(
    found: Mapping[str, list[Finding]],
) -> None:
    assert kinds(found["fig5-pbt-few"]) == {"converged"}
    assert found["fig5-pbt-most"] == []


@pytest.mark.parametrize("name", ["random", "gp", "hyperband-half", "hyperband-quarter", "bohb"])
def test_nothing_is_said_of_the_other_searches_of_fig_5(found: Mapping[str, list[Finding]], name: str) -> None:
    assert found[f"fig5-{name}"] == []
