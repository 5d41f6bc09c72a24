"""AMLTK: the history that it writes as Parquet or CSV, ``metric:``, ``config:`` and ``summary:`` before its columns."""

from __future__ import annotations

import re
from pathlib import Path

from data.readers.base import ReadError
from data.readers.evaluations import Run
from data.readers.files_within import is_plain, plain_file
from data.readers.runs.common import declared_space, head
from data.readers.runs.frames import Layout, evaluations_of
from data.readers.table_file import read_table

NAME = "AMLTK history"
FILES = "history.parquet", "history.csv"
BUDGET = re.compile(r"budget=([0-9]+(?:\.[0-9]+)?)")


def recognises(folder: Path) -> bool:
    return head(folder / FILES[0], 4) == b"PAR1" or b"metric:" in head(folder / FILES[1], 4096)


def files(folder: Path) -> list[Path]:
    return [folder / name for name in (*FILES, "configspace.json")]


def read(folder: Path) -> Run:
    """The run in a folder; a budget is taken from the names of the trials, where they tell it.

    Raises:
        ReadError: the history is damaged, or has no metric.
    """
    path = next(folder / name for name in FILES if is_plain(folder / name))
    frame = read_table(plain_file(path))
    if "bucket" in frame:
        budgets = frame["bucket"].astype("string").str.extract(BUDGET.pattern, expand=False)
        frame = frame.assign(trial_budget=budgets.astype("Float64"))
    layout = Layout(
        params="config:",
        metrics="summary:",
        status="status",
        seed="trial_seed",
        budget="trial_budget",
        start=("profile:trial:time:start", "deepcave:time:start", "created_at"),
        end=("profile:trial:time:end", "deepcave:time:end", "reported_at"),
        reason=("exception", "traceback"),
    )
    evaluations, objectives = evaluations_of(frame, layout)
    if not objectives:
        raise ReadError(f"{path} has no column that begins with 'metric:'; expected the history of AMLTK")
    space, notes = declared_space(folder)
    return Run(evaluations, objectives, space, "AMLTK", notes=notes)
