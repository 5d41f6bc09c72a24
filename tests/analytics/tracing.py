"""Studies with a lineage, for tests of their traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import ROW_KINDS, Column, Kind, Role, State, category_column, number_column
from analytics.space import parse_space
from analytics.trials import HISTORY_COLUMNS, Metric, Study, Trials
from data.readers.base import STATES, assemble, state_column

SPACE = {"lr": {"type": "float", "low": 1e-4, "high": 1.0, "log": True}}


def traced(
    rows: Sequence[Mapping[str, Any]],
    *,
    algorithm: Mapping[str, Any] | None = None,
    history: Sequence[tuple[int, float, float]] = (),
) -> Trials:
    """A study of rows with lr, accuracy, state and any of our own columns; ``history`` is number, step, accuracy."""
    own = {"number": number_column("number", [r.get("number", i) for i, r in enumerate(rows)], Role.ROW, Kind.INT)}
    states = [STATES.index(r.get("state", State.COMPLETE)) for r in rows]
    own["state"] = state_column(np.array(states, dtype=np.float64))
    for name in {key for row in rows for key in row} & set(ROW_KINDS) - {"number", "state"}:
        own[name] = _own(name, [row.get(name) for row in rows])
    space = parse_space(SPACE)
    lr = number_column("lr", [row.get("lr", 0.1) for row in rows], Role.PARAM)
    accuracy = np.array([row.get("accuracy", np.nan) for row in rows], dtype=np.float64)
    frame = pd.DataFrame(
        [(number, step, "accuracy", value) for number, step, value in history], columns=list(HISTORY_COLUMNS)
    )
    spec = {"algorithm": dict(algorithm)} if algorithm else None
    return assemble(
        Study("aaaaaaaaaaaa", "traced", "traced.db", "1", spec=spec),
        own,
        [(space["lr"], lr)],
        [(Metric("accuracy", "maximize", objective=True), accuracy)],
        lambda numbers: frame if numbers is None else frame[frame["number"].isin(numbers)],
    )


def _own(name: str, values: Sequence[Any]) -> Column:
    known = [np.nan if value is None else value for value in values]
    if ROW_KINDS[name] is Kind.CATEGORY:
        return category_column(name, known, Role.ROW)
    return number_column(name, known, Role.ROW, ROW_KINDS[name])
