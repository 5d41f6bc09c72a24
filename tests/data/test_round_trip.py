"""Results leave and come back whole, in every format, whatever they hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import optuna
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.columns import State
from analytics.trials import Direction, Metric, Trials
from data.export import FORMATS, write
from data.readers import read
from data.readers.evaluations import Evaluation, Run, to_trials
from data.readers.kept import SIDECAR
from tests.data.run_folders import write as write_run
from tests.data.same import assert_same, history

SUFFIXES = [suffix for suffix, _ in FORMATS.values()]
NAMES = st.one_of(
    st.sampled_from(
        ["lr", "loss", "state", "number", "reason", "budget", " a ", 'b"', "c,d", "e\nf", "g\rh", "__proto__"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=5),
)
FLOATS = st.floats(allow_nan=False)
CELLS = st.one_of(
    *(FLOATS, st.integers(-(2**53), 2**53), st.booleans(), st.none()),
    st.sampled_from(["", "a", "1", "True", "None", "nan", "NaN", "inf", "a,b", "c\nd", '"', "'", "\r", "é", " x "]),
)
WHOLE = st.integers(0, 2**31)
SLOW = [HealthCheck.too_slow]


@st.composite
def evaluations(draw: st.DrawFn) -> Evaluation:
    metrics = st.dictionaries(NAMES, FLOATS, max_size=3)
    points = st.tuples(st.one_of(st.integers(-3, 9).map(float), st.floats(0, 9)), NAMES, FLOATS)
    numbers = dict.fromkeys(("seed", "generation", "bracket", "rung", "parent"), WHOLE)
    texts = {"reason": st.text("a\n'\"é", min_size=1), "member": CELLS}
    row = draw(st.fixed_dictionaries({}, optional={**numbers, **texts}))
    return Evaluation(
        draw(st.dictionaries(NAMES, CELLS, max_size=4)),
        draw(metrics),
        draw(st.sampled_from(State)),
        draw(st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["a", "b"]))),
        draw(st.one_of(st.none(), st.floats(0, 100))),
        draw(st.one_of(st.none(), st.floats(1e9, 2e9))),
        draw(st.one_of(st.none(), st.floats(1e9, 2e9))),
        row,
        draw(st.lists(points, max_size=5, unique_by=lambda point: point[:2])),
    )


@st.composite
def studies(draw: st.DrawFn) -> Trials:
    rows = draw(st.lists(evaluations(), min_size=1, max_size=6))
    ways: st.SearchStrategy[Direction] = st.sampled_from(["minimize", "maximize"])
    names = draw(st.lists(NAMES, max_size=2, unique=True))
    objectives = [Metric(name, draw(ways), objective=True, unit="s", inferred=draw(st.booleans())) for name in names]
    return to_trials("/nowhere", "run", draw(NAMES), Run(rows, objectives, algorithm="BOHB", settings={"eta": 3}))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_study_comes_back_as_it_was(suffix: str) -> None:
    count = 8 if suffix == ".db" else 25

    @settings(max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    @given(studies())
    def holds(trials: Trials) -> None:
        with TemporaryDirectory() as folder:
            path = write(trials, Path(folder) / f"study{suffix}")[0]
            (back,) = read(path)
            assert_same(trials, back)

    holds()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["bohb", "smac_2", "ray_pbt", "deepcave", "synetune", "wandb"])
def test_a_run_comes_back_as_it_was(name: str, suffix: str, tmp_path: Path) -> None:
    (before,) = read(write_run(name, tmp_path / "run"))
    (after,) = read(write(before, tmp_path / f"study{suffix}")[0])
    assert_same(before, after)
    numbers = before.numbers[:2].tolist()
    part = history(before)[history(before)["number"].isin(numbers)].reset_index(drop=True)
    found = after.load_history(numbers).sort_values(["number", "metric", "step"], ignore_index=True)
    assert found["value"].tolist() == part["value"].tolist()


def test_optuna_itself_finds_what_it_knows_in_its_storage(tmp_path: Path) -> None:
    (before,) = read(write_run("smac_2", tmp_path / "run"))
    write(before, tmp_path / "study.db")
    study = optuna.load_study(study_name=None, storage=f"sqlite:///{tmp_path / 'study.db'}")
    assert [d.name for d in study.directions] == ["MINIMIZE", "MINIMIZE"]
    assert [trial.values for trial in study.trials] == before.frame[["error", "size"]].to_numpy().tolist()
    for trial in study.trials:
        row = before.frame.loc[trial.number]
        assert trial.params == {name: row[name] for name in before.params if not pd.isna(row[name])}
    study.optimize(lambda trial: (trial.suggest_float("lr", 1e-4, 1.0, log=True), 1.0), n_trials=2)
    (after,) = read(tmp_path / "study.db")
    assert (len(after), after.frame["error"].tolist()[:4]) == (6, before.frame["error"].tolist())


def test_rows_that_were_added_to_an_exported_table_are_read_too(tmp_path: Path) -> None:
    (before,) = read(write_run("bohb", tmp_path / "run"))
    path, beside = write(before, tmp_path / "study.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[-1].replace("8,", "9,", 1), ""]))
    (after,) = read(path)
    assert (len(after), beside.name) == (len(before) + 1, f"study.csv{SIDECAR}")
    assert after.space["depth"].when == before.space["depth"].when


@pytest.mark.parametrize("damage", ["{", "[]", '{"trellis": 2}', '{"trellis": 1}', "zlib:!", "zlib:AAAA", "null", ""])
def test_a_damaged_second_file_becomes_a_note(damage: str, tmp_path: Path) -> None:
    (before,) = read(write_run("bohb", tmp_path / "run"))
    path, beside = write(before, tmp_path / "study.csv")
    beside.write_text(damage)
    (after,) = read(path)
    assert len(after) == len(before)
    assert after.study.notes[-1].startswith(f"What was kept of this study in {path} is damaged (")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def test_anything_in_the_second_file_is_a_note_or_a_whole_study(tmp_path: Path) -> None:
    (before,) = read(write_run("bohb", tmp_path / "run"))
    path, beside = write(before, tmp_path / "study.csv")
    whole = json.loads(beside.read_text())

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        kept = json.loads(json.dumps(whole))
        place: Any = kept
        for _ in range(data.draw(st.integers(1, 4))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            parent, place = place, place[key]
            if not isinstance(place, dict | list) or not place:
                break
        parent[key] = data.draw(JSON)
        beside.write_text(json.dumps(kept))
        (after,) = read(path)
        assert len(after) == len(before)
        assert all(math.isfinite(number) for number in after.columns["number"].values)
        json.dumps(after.space.to_json(), default=str)
        after.load_history(None)

    holds()
