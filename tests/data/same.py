"""Whether two studies are the same in all but where they lie."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from analytics.trials import HISTORY_COLUMNS, Trials


def assert_same(a: Trials, b: Trials) -> None:
    """Every column with its levels and cells, the space, the metrics, the histories, and what the study says."""
    for name in ("name", "algorithm", "settings", "notes", "spec"):
        assert getattr(a.study, name) == getattr(b.study, name), name
    assert list(a.columns) == list(b.columns)
    for name, column in a.columns.items():
        other = b.columns[name]
        assert (column.kind, column.role) == (other.kind, other.role), name
        assert np.array_equal(column.values, other.values, equal_nan=True), name
        assert name == "study" or repr(column.levels) == repr(other.levels), name
    assert json.dumps(a.space.to_json()) == json.dumps(b.space.to_json())
    assert a.metrics == b.metrics
    pd.testing.assert_frame_equal(history(a), history(b), check_exact=True)


def history(trials: Trials) -> pd.DataFrame:
    frame = trials.load_history(None).astype({"number": "int64", "step": "float64", "metric": str, "value": "float64"})
    frame = frame if "time" in frame else frame.assign(time=np.nan)
    return frame[[*HISTORY_COLUMNS, "time"]].sort_values(["number", "metric", "step"], kind="stable", ignore_index=True)
