"""Results leave again: what is written for other tools and read back is what was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.trials import Trials
from data.export import main
from data.readers import read
from tests.data.run_folders import write


def exported(name: str, tmp_path: Path, file: str) -> tuple[Trials, Trials]:
    """A run before, and as what was written of it is read."""
    source = write(name, tmp_path / "run")
    assert main([str(source), "--to", str(tmp_path / file)]) == 0
    (before,), (after,) = read(source), read(tmp_path / file)
    return before, after


def same(before: Trials, after: Trials, columns: list[str]) -> None:
    for column in columns:
        a, b = before.columns[column], after.columns[column]
        assert [str(v) for v in a.series().tolist()] == [str(v) for v in b.series().tolist()], column


@pytest.mark.parametrize("file", ["study.csv", "study.parquet"])
def test_a_table_keeps_rows_hyperparameters_and_metrics(file: str, tmp_path: Path) -> None:
    before, after = exported("bohb", tmp_path, file)
    assert (after.params, list(after.metrics)) == (before.params, list(before.metrics))
    same(before, after, ["lr", "kind", "loss", "size", "number", "state", "budget", "bracket", "rung", "start", "end"])


def test_hiplot_keeps_who_came_from_whom(tmp_path: Path) -> None:
    before, after = exported("ray_pbt", tmp_path, "points.hiplot.csv")
    same(before, after, ["lr", "kind", "accuracy", "parent"])


def test_what_exists_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write("bohb", tmp_path / "run")
    (tmp_path / "mine.csv").write_text("x")
    assert main([str(source), "--to", str(tmp_path / "mine.csv")]) == 2
    assert "mine.csv exists; expected the name of a new file" in capsys.readouterr().err
    assert main([str(source), "--to", str(tmp_path / "mine.xls")]) == 2
    assert "ends in '.xls'; expected .db, .csv" in capsys.readouterr().err
