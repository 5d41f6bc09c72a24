"""Section 7.1 over several seeds: studies are kept, nothing runs twice, and the table says what the trials say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import optuna
import pytest

from bench.cases import SPECS, Outcome, outcome, run, seeded, table
from bench.populations import trained
from data.workspace import open_workspace
from trainer import launch
from trainer.controller import control
from trainer.example import FOLDER, study_trials
from trainer.spec import StudySpec
from trainer.specfile import read_spec


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What the shipped studies came to, from a copy: Optuna's own storage writes."""
    copy = tmp_path_factory.mktemp("example") / "paper-depth.db"
    copy.write_bytes((FOLDER / "paper-depth.db").read_bytes())
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{copy}")
    names = {name: f"depth-{name}" for name in SPECS}
    found = {key: outcome(optuna.load_study(study_name=name, storage=storage).trials) for key, name in names.items()}
    storage.engine.dispose()
    return found


def test_an_outcome_is_that_of_the_trial_that_the_search_thinks_best(shipped: dict[str, Outcome]) -> None:
    early, late = shipped["early"], shipped["late"]
    assert (early.searched, early.unseen) == (0.716, 0.655)
    assert early.deep.tolist() == [0.5] + 9 * [0.0]
    assert late.deep.tolist() == [0.5, 0.9375]
    assert late.unseen > early.unseen + 0.2


def test_the_table_has_every_seed_that_all_have_and_what_the_first_is_less(shipped: dict[str, Outcome]) -> None:
    early, late = shipped["early"], shipped["late"]
    better = replace(late, unseen=late.unseen + 0.01)
    lines = table({"early": {1: early, 2: early, 3: early}, "late": {1: late, 2: better}}).splitlines()
    assert lines[2] == "| 1 | 0.655 (0.716), 50 0 0 0 0 0 0 0 0 0 % | 0.867 (0.890), 50 94 % |"
    assert [line.partition(" | ")[0] for line in lines[2:4]] == ["| 1", "| 2"]
    assert lines[-1].startswith("- late less early: +0.22 (")
    assert lines[-1].endswith("; better in 2 of 2 seeds")


@pytest.fixture(scope="module")
def short() -> StudySpec:
    """Two members over two generations of one epoch, on few images."""
    spec = seeded(read_spec(SPECS["early"]), 3)
    fewer = {**spec.algorithm.settings, "population": 2, "generations": 2, "interval": 1}
    limited = {**spec.objective.settings, "limit": 100}
    return replace(
        spec,
        algorithm=replace(spec.algorithm, settings=fewer),
        objective=replace(spec.objective, settings=limited),
    )


def test_a_study_is_kept_and_not_trained_twice(short: StudySpec, tmp_path: Path) -> None:
    first = run(short, tmp_path)
    [kept] = tmp_path.iterdir()
    assert kept.name == "depth-early-3.json"
    written = kept.stat().st_mtime_ns
    again = run(short, tmp_path)
    assert (again.searched, again.unseen, again.deep.tolist()) == (first.searched, first.unseen, first.deep.tolist())
    assert kept.stat().st_mtime_ns == written


def test_a_population_in_one_process_is_the_one_that_the_controller_trains(short: StudySpec, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    control(workspace, *launch.prepare(short, workspace))
    controlled = study_trials(workspace, short.name)
    workspace.engine.dispose()
    for mine, theirs in zip(trained(short), controlled, strict=True):
        assert (mine.params, mine.values) == (theirs.params, theirs.values)
        assert mine.user_attrs["test_accuracy"] == theirs.user_attrs["test_accuracy"]
        assert mine.user_attrs.get("trellis:parent") == theirs.user_attrs.get("trellis:parent")
