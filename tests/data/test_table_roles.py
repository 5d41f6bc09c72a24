"""A table that tells how a search went is read with its lineage."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.traces import trace
from data.readers import read

TABLE = """config,member,generation,parent,lr,batch,accuracy
a,0,0,,0.1,16,0.5
b,1,0,,0.3,32,0.2
a,0,1,0,0.1,16,0.7
c,1,1,0,0.12,16,0.8
"""


def test_columns_named_after_a_lineage_are_one_and_no_hyperparameters(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(TABLE, encoding="utf-8")
    (trials,) = read(str(path))
    assert trials.params == ["lr", "param:batch"]
    found = trace(trials)
    assert found.x.tolist() == [0, 0, 1, 1]
    assert found.mutation.tolist() == [False, True]


@pytest.mark.parametrize("table", ["config,lr,accuracy\na,0.1,0.5\n", "generation,lr,accuracy\n0.5,0.1,0.5\n"])
def test_a_name_alone_makes_no_lineage(tmp_path: Path, table: str) -> None:
    path = tmp_path / "results.csv"
    path.write_text(table, encoding="utf-8")
    (trials,) = read(str(path))
    assert len(trials.params) == 2
