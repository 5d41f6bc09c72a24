"""Section 7.1 over several seeds: studies are kept, nothing runs twice, and the table says what the trials say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import optuna
import pytest

from bench.cases import SPECS, Outcome, outcome, run, seeded, table
from data.workspace import open_workspace
from trainer.example import FOLDER
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


def test_a_study_is_kept_and_not_trained_twice(tmp_path: Path) -> None:
    spec = seeded(read_spec(SPECS["early"]), 3)
    fewer = {**spec.algorithm.settings, "population": 2, "generations": 2, "interval": 1}
    limited = {**spec.objective.settings, "limit": 100}
    spec = replace(
        spec,
        algorithm=replace(spec.algorithm, settings=fewer),
        objective=replace(spec.objective, settings=limited),
    )
    workspace = open_workspace(tmp_path)
    first, again = run(spec, workspace), run(spec, workspace)
    workspace.engine.dispose()
    assert spec.name == "depth-early-3"
    assert [trial.datetime_complete for trial in again] == [trial.datetime_complete for trial in first]
    assert len(outcome(first).deep) == 2
