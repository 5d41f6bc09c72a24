"""What a diagnosis says of real searches: those of findings.db, the example, and what other optimizers left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analytics.diagnosis import DETECTORS, diagnose
from analytics.trials import Trials
from data.readers import read
from tests.real.findings.specs import BUILT, STUDIES

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data"))
SHOWN = [kind for kind in DETECTORS if kind in STUDIES]

elsewhere = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real results at {FOLDER}; set TRELLIS_REAL_DATA")


@pytest.fixture(scope="module")
def trained() -> dict[str, Trials]:
    return {trials.study.name: trials for trials in read(str(BUILT))}


def kinds(trials: Trials, *related: Trials) -> set[str]:
    return {finding.kind for finding in diagnose(trials, related)}


def children(of: Trials, studies: dict[str, Trials]) -> list[Trials]:
    return [trials for trials in studies.values() if trials.study.parent == of.study.id]


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_wrong_in_a_real_search_is_found(kind: str, trained: dict[str, Trials]) -> None:
    study = trained[STUDIES[kind]["name"]]
    assert kind in kinds(study, *children(study, trained))


def test_the_search_by_tpe_over_the_same_networks_has_nothing_wrong(trained: dict[str, Trials]) -> None:
    assert kinds(trained[STUDIES["found"]["name"]]) == set()


def test_the_example_has_nothing_wrong() -> None:
    for trials in read(str(ROOT / "data" / "examples" / "digits.db")):
        assert kinds(trials) == set()


@elsewhere
@pytest.mark.parametrize(
    ("run", "kind", "words"),
    [
        ("DeepCAVE/mnist_pytorch/run_1", "failures", "75 % of 307 lie at learning_rate from 7.19e-3 to 0.1"),
        ("RayTune/run_1", "duplicates", "54 of 81 trials ran a configuration that had been run before"),
        ("SMAC3v1/outlier-detection/DEHB-pendigits-015-0-0", "bound", "the upper bound of optimizer:AdamWOptimizer:lr"),
        ("SMAC3v1/outlier-detection/SMAC-pendigits-015-0-0", "failures", "optimizer:SGDOptimizer:lr from 3.13e-3"),
    ],
)
def test_runs_of_other_optimizers_say_what_went_wrong(run: str, kind: str, words: str) -> None:
    [trials] = read(str(FOLDER / "optimizer_runs" / run))
    [finding] = diagnose(trials)
    assert finding.kind == kind
    assert words in finding.sentence
    assert finding.change is None


@elsewhere
@pytest.mark.parametrize("run", ["AMLTK/optuna_optimizer/run_1", "BOHB/run_3", "SMAC3v2/mlp-nondeterministic/run_1"])
def test_runs_of_other_optimizers_without_a_fault_are_not_accused(run: str) -> None:
    [trials] = read(str(FOLDER / "optimizer_runs" / run))
    assert diagnose(trials) == []


@elsewhere
def test_two_thousand_random_networks_with_saturated_curves_have_nothing_wrong() -> None:
    folder = FOLDER / "surrogate"
    [trials] = read(str(folder / "lcbench_3945.csv"))
    assert diagnose(trials) == []
