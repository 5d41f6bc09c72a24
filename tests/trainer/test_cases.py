"""The paper's cases in the example project: what is shipped is what the specs give, and one command gives it again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.trials import Trials
from data.readers import read
from trainer.example import FOLDER, build, case_folders
from trainer.spec import SpecError, StudySpec, parse_spec
from trainer.specfile import read_spec

MEMBERS = 2
SPECS = {folder.name: [read_spec(path) for path in sorted(folder.glob("*.yaml"))] for folder in case_folders()}
NAMES = [spec.name for specs in SPECS.values() for spec in specs]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Trials]:
    return {trials.study.name: trials for name in SPECS for trials in read(FOLDER / f"{name}.db")}


def shortened(spec: StudySpec) -> StudySpec:
    """Two members over two generations of one epoch, or two trials of two epochs, on fewer images."""
    algorithm, objective = spec.algorithm, spec.objective
    limited = {**objective.settings, "limit": 200} if objective.settings else objective.settings
    trials = MEMBERS
    if algorithm.name == "pbt":
        fewer = {"population": MEMBERS, "generations": 2, "interval": 1}
        algorithm, trials = replace(algorithm, settings={**algorithm.settings, **fewer}), 2 * MEMBERS
    budget = replace(spec.budget, trials=trials, steps=2)
    return replace(spec, algorithm=algorithm, objective=replace(objective, settings=limited), budget=budget)


def begun(trials: Trials) -> list[tuple[Mapping[str, object], float]]:
    """Configurations and training seeds of the first trials."""
    columns = {name: trials.columns[name].objects()[:MEMBERS] for name in (*trials.params, "seed")}
    rows = [{name: values[i] for name, values in columns.items()} for i in range(MEMBERS)]
    return [(row, row.pop("seed")) for row in rows]


def test_one_command_trains_the_whole_project_again_here_shortened(tmp_path: Path, shipped: dict[str, Trials]) -> None:
    build(tmp_path, adapt=shortened)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["digits.db", *(f"{name}.db" for name in SPECS)])
    again = {trials.study.name: trials for path in tmp_path.iterdir() for trials in read(path)}
    assert set(again) == {"digits-random", "digits-refined", *NAMES}
    for name, trials in again.items():
        assert set(trials.columns["state"].objects()) <= {"complete", "pruned"}, name
        if name in shipped:
            assert begun(trials) == begun(shipped[name]), f"{name} begins with the shipped configurations and seeds"
    lineage = {trials.study.name: trials.study.parent for trials in again.values()}
    assert lineage["depth-relaunch"] == again["depth-early"].study.id


def test_an_example_of_another_name_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="the name of an example is 'paper'; expected one of digits, paper-algorithms"):
        build(tmp_path, ["paper"])


@pytest.mark.parametrize("name", SPECS)
def test_the_shipped_files_hold_the_shipped_specs_and_leave_nothing_beside_them(name: str) -> None:
    path = FOLDER / f"{name}.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        rows = connection.execute("SELECT spec, state FROM trellis_study ORDER BY study_id").fetchall()
        [journal_mode] = connection.execute("PRAGMA journal_mode").fetchone()
    assert [parse_spec(json.loads(spec)) for spec, _ in rows] == SPECS[name]
    assert {state for _, state in rows} == {"finished"}
    assert journal_mode == "delete"
    read(path)
    assert [found.name for found in FOLDER.glob(f"{name}.db*")] == [path.name]


def test_the_example_project_is_small_and_its_studies_are_whole(shipped: dict[str, Trials]) -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 15_000_000
    for spec in (spec for specs in SPECS.values() for spec in specs):
        settings = spec.algorithm.settings
        planned = spec.budget.trials or settings["population"] * settings["generations"]
        assert len(shipped[spec.name]) == planned
        assert set(shipped[spec.name].columns["state"].objects()) <= {"complete", "pruned"}


def test_early_and_late_differ_in_when_they_judge_alone_and_train_every_member_as_long() -> None:
    early, late, relaunch = SPECS["paper-depth"]
    for spec in (late, relaunch):
        assert replace(spec, name=early.name, parent=None, seed=early.seed, algorithm=early.algorithm) == early
        others = {**early.algorithm.settings, "interval": 25, "generations": 2}
        assert spec.algorithm.settings == others
    assert early.algorithm.settings["interval"] * early.algorithm.settings["generations"] == 50
    assert (late.seed, relaunch.parent) == (early.seed, early.name)
