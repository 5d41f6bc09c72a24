"""Optuna databases in which others left something: odd attributes, rows of deleted trials, damaged cells."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import create_trial

from data.readers import ReadError, open_source, read
from tests.data.conftest import contents

UNIT = FloatDistribution(0, 1)


def add(path: Path, values: dict[str, Any], system_attrs: dict[str, Any] | None = None) -> None:
    """A study of one trial more, with these values of its hyperparameters."""
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="s", load_if_exists=True)
    distributions: dict[str, BaseDistribution] = dict.fromkeys(values, UNIT)
    study.add_trial(create_trial(params=values, distributions=distributions, value=1.0, system_attrs=system_attrs))


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_attributes_of_unknown_samplers_that_are_no_numbers_are_left_out(results: Path) -> None:
    odd: dict[str, Any] = {
        "other:generation": "first",
        "constraints": [1.5, None],
        "constraints:fast": "no",
        "mine:generation": True,
    }
    add(results / "odd.db", {"x": 0.5}, odd)
    (trials,) = read(results / "odd.db")
    assert list(trials.metrics) == ["value", "constraint:0"]
    assert trials.frame["constraint:0"].tolist() == [1.5]
    assert trials.columns["generation"].missing.all()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_rows_that_a_deleted_trial_left_behind_belong_to_no_other_trial(results: Path, number: int) -> None:
    path = results / "study.db"
    for i in range(3):
        add(path, {"x": i / 4, "only": 0.75} if i == number else {"x": i / 4})
    sql(path, f"DELETE FROM trials WHERE number = {number}")
    (trials,) = read(path)
    assert trials.frame["x"].tolist() == [i / 4 for i in range(3) if i != number]
    assert trials.params == ["x"]


def test_a_distribution_that_is_none_is_named_and_the_source_is_followed_on(results: Path) -> None:
    path = results / "study.db"
    add(path, {"x": 0.25})
    source = open_source(path)
    before = source.trials()
    add(path, {"x": 0.5})
    sql(path, "UPDATE trial_params SET distribution_json = '{\"low\": 0}' WHERE param_id = 2")
    for _ in range(2):
        with pytest.raises(ReadError, match=r"""study\.db holds .*: hyperparameter 'x' has the distribution '{"low"""):
            source.trials()
        assert source.changed()
    sql(path, f"UPDATE trial_params SET distribution_json = '{optuna.distributions.distribution_to_json(UNIT)}'")
    (after,) = source.trials()
    assert after.frame["x"].tolist() == [0.25, 0.5]
    assert after.study.id == before[0].study.id


def test_a_file_that_ends_in_the_middle_of_a_page_is_cut_off(results: Path) -> None:
    path = results / "study.db"
    add(path, {"x": 0.25})
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)
    before = contents(results)
    with pytest.raises(ReadError, match=r"study\.db is cut off: 100 bytes are missing at its end"):
        read(path)
    assert contents(results) == before
