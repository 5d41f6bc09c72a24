"""Results leave again: what is written for other tools and read back is what was there."""

from __future__ import annotations

from pathlib import Path

import optuna
import pytest

from analytics.columns import State
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


@pytest.mark.parametrize("name", ["bohb", "smac_2", "ray_pbt", "deepcave"])
def test_an_optuna_storage_keeps_all_but_objectives_of_trials_that_did_not_complete(name: str, tmp_path: Path) -> None:
    before, after = exported(name, tmp_path, "study.db")
    assert {m.name: m.direction for m in before.metrics.values() if m.objective} == {
        m.name: m.direction for m in after.metrics.values() if m.objective
    }
    others = [m.name for m in before.metrics.values() if not m.objective]
    same(before, after, [*before.params, *others, "number", "state"])
    complete = before.in_state(State.COMPLETE)
    for metric in (m.name for m in before.metrics.values() if m.objective):
        assert before.frame[metric][complete].tolist() == after.frame[metric][complete].tolist()
    for column in ("budget", "seed", "parent", "rung", "bracket"):
        same(before, after, [column])
    assert {n: h.distribution for n, h in before.space.items() if not h.inferred}.items() <= {
        n: h.distribution for n, h in after.space.items()
    }.items()
    assert len(optuna.load_study(study_name=None, storage=f"sqlite:///{tmp_path / 'study.db'}").trials) == len(before)


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
