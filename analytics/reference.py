"""The original fANOVA package beside ours, for comparison: where it is installed, in an environment of its own.

`make fanova` installs it (licence: non-commercial use). It kills its process on a missing value and takes days for all
pairs at 10,000 rows, so it runs in a process of its own, on complete rows, for a limited time.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from analytics.axes import make_axis
from analytics.columns import Floats
from analytics.evidence import ImportanceError, Rows
from analytics.forest import Settings
from analytics.selection import Brushes
from analytics.shares import Asked, Shares, ask
from analytics.space import Hyperparameter
from analytics.trials import Trials

PYTHON = Path(__file__).parents[1] / ".venv-fanova" / "bin" / "python"
SCRIPT = Path(__file__).with_name("reference_script.py")
SETTINGS = Settings()
PATIENCE = 60.0
"""Seconds after which a run is given up."""


def reference(
    trials: Trials,
    metric: str,
    *,
    settings: Settings = SETTINGS,
    seeds: Sequence[int] = (0,),
    rows: Rows = "completed",
    within: Brushes | None = None,
    pairs: bool = False,
    seconds: float = PATIENCE,
    python: Path = PYTHON,
) -> Shares:
    """What the package `fanova` tells with forests like ours, averaged over ``seeds``; pairs only if asked for.

    Within brushes it gets their rows; its space is the hull of their ranges.

    Raises:
        ImportanceError: as of `analytics.importance.fanova`; ``unsupported`` where it is not installed, where a
            hyperparameter is inactive in a row, where it fails and where it takes longer than ``seconds``.
        BrushError: as of `analytics.importance.fanova`.
    """
    asked = ask(trials, metric, rows, within)
    if not python.exists():
        raise ImportanceError(
            "the package fanova is not installed: 'make fanova' builds it, with swig and a compiler (its licence "
            "allows non-commercial use only)",
            "unsupported",
        )
    columns = {h.name: _column(asked, h, settings) for h in asked.space.values()}
    varying = {name: column for name, column in columns.items() if np.ptp(column[1])}
    question = {
        "axes": [axis for axis, _ in varying.values()],
        "codes": np.stack([values for _, values in varying.values()], axis=1).tolist(),
        "values": asked.evidence.values.tolist(),
        "trees": settings.trees,
        "min_samples_leaf": settings.min_samples_leaf,
        "seeds": list(seeds),
        "pairs": pairs,
    }
    return _named(asked, list(varying), _run(python, question, seconds), pairs)


def _column(asked: Asked, h: Hyperparameter, settings: Settings) -> tuple[int | list[float], Floats]:
    """What a hyperparameter may be (how many levels, or both ends on its own scale), and its value in each row."""
    column = asked.trials.columns[h.name]
    rows = asked.evidence.rows
    values = column.values[rows]
    if inactive := int(np.isnan(values).sum()):
        raise ImportanceError(
            f"the package fanova knows no inactive hyperparameter, and {h.name!r} has no value in {inactive} of "
            f"{len(rows)} rows; expected rows that have one: brush what activates it",
            "unsupported",
            {"rows": len(rows), "inactive": inactive},
        )
    if h.bounds is None:
        return len(column.levels), values
    axis = make_axis(h, column, rows, asked.evidence.values, settings.bins)
    return [float(axis.edges[0]), float(axis.edges[-1])], axis.scale(np.clip(values, *h.bounds))


def _run(python: Path, question: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """The answer of the package; it fails and hangs in a process of its own."""
    count = len(question["values"])
    try:
        done = subprocess.run(
            [python, "-I", SCRIPT], input=json.dumps(question), capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired as expired:
        raise ImportanceError(
            f"the package fanova did not answer within {expired.timeout:g} s on {count:,} rows; brush fewer of them",
            "unsupported",
            {"rows": count},
        ) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ImportanceError(
            f"the package fanova failed on {count:,} rows with exit status {done.returncode}; it said: {said}",
            "unsupported",
            {"rows": count},
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _named(asked: Asked, varying: Sequence[str], answer: Mapping[str, Any], pairs: bool) -> Shares:
    """Shares by name; a hyperparameter that does not vary has none."""
    place = {name: i for i, name in enumerate(varying)}
    at = {pair: i for i, pair in enumerate(combinations(varying, 2))}
    space = asked.trials.space
    single = {name: answer["singles"][place[name]] if name in place else 0.0 for name in space}
    names = combinations(space, 2) if pairs else iter(())
    double = {pair: answer["pairs"][at[pair]] if pair in at else 0.0 for pair in names}
    return Shares(asked, single, double)
