"""What the formats of runs share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.space import Hyperparameter
from analytics.trials import Direction, Metric
from data.readers.base import ReadError
from data.readers.configspace import ConfigSpaceError, hyperparameters
from data.readers.evaluations import Evaluation, number
from data.readers.files_within import is_plain, read_json
from data.readers.table_roles import direction

DEEP = 3
"""Numbers nested deeper than this in a result are left out."""

LONGEST = 500
"""A longer name of a column is not taken apart, a longer reason is cut."""

TITLED = re.compile(r"metric:(?P<name>.*?)\s*(\[[^\]]*\])?\s*\((?P<way>minimize|maximize)\)")


def head(path: Path, size: int = 256) -> bytes:
    """The first bytes of a plain file; empty where there is none."""
    try:
        if not is_plain(path):
            return b""
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def declared_space(folder: Path) -> tuple[list[Hyperparameter], list[str]]:
    """The space that ``configspace.json`` declares, none without one, and notes on what it lost.

    Raises:
        ReadError: it is there and cannot be read.
    """
    path = folder / "configspace.json"
    if not path.is_file():
        return [], []
    try:
        return hyperparameters(read_json(path))
    except ConfigSpaceError as error:
        raise ReadError(f"{path}: {error}") from error


def numeric(values: Any, prefix: str = "", depth: int = DEEP) -> dict[str, float]:
    """The numbers of a nested mapping under joined names, as in ``train/loss``."""
    found: dict[str, float] = {}
    for key, value in values.items() if isinstance(values, Mapping) else ():
        name = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(value, Mapping) and depth > 1:
            found |= numeric(value, name, depth - 1)
        elif isinstance(value, (bool, int, float)):
            found[name] = number(value)
    return found


def guessed_objective(evaluations: Sequence[Evaluation]) -> Metric | None:
    """The metric whose name sounds most like an objective; its direction is a guess."""
    names = list(dict.fromkeys(name for e in evaluations for name in e.metrics if name != "time_total_s"))
    if not names:
        return None
    name = next((n for n in names if any(word in n.lower() for word in ("loss", "acc", "score", "reward"))), names[0])
    way: Direction = "minimize" if direction(name) == "minimize" else "maximize"
    return Metric(name, way, objective=True, inferred=True, read="last")


def reason(failed: bool, *told: Any) -> dict[str, str]:
    """Why an evaluation failed, as the row's ``reason``: the first of some texts, of a traceback its last line."""
    texts = [str(text).strip() for text in told if text and failed]
    lines = [text.splitlines()[-1].strip() for text in texts if text]
    return {"reason": lines[0][:LONGEST]} if lines else {}


def skipped_note(skipped: int) -> list[str]:
    """A sentence on lines that were still being written."""
    lines = "a last line is" if skipped == 1 else f"{skipped} last lines are"
    return [f"{lines[0].upper()}{lines[1:]} still being written and left out."] if skipped else []


def titled_metric(column: str) -> Metric | None:
    """The metric of a column called as in ``metric:accuracy [0.0, 1.0] (maximize)``; None for another."""
    found = TITLED.fullmatch(column) if len(column) < LONGEST else None
    if not found:
        return None
    way: Direction = "maximize" if found["way"] == "maximize" else "minimize"
    return Metric(found["name"], way, objective=True)
