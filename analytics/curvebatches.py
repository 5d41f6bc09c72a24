"""The curves of a study as matrices: those with the same steps together, so that all are looked at at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.columns import Floats
from analytics.curveshape import Ints


@dataclass(frozen=True, eq=False)
class Batch:
    """Curves of some trials with the same steps: ``raw`` by metric, of shape (trials, steps), NaN where not finite."""

    numbers: Ints
    steps: Floats
    raw: dict[str, Floats]


def batches(history: pd.DataFrame) -> Iterator[Batch]:
    """The curves in a history with ``HISTORY_COLUMNS``, those of trials with the same steps together."""
    if history.empty:
        return
    table = history.drop_duplicates(["number", "metric", "step"], keep="last")
    wide = table.pivot(index=["number", "step"], columns="metric", values="value")
    wide = wide.where(np.isfinite(wide)).sort_index()
    numbers = wide.index.get_level_values("number").to_numpy(np.int64)
    steps = wide.index.get_level_values("step").to_numpy(np.float64)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    ends = np.append(starts[1:], len(numbers))
    alike: dict[bytes, list[int]] = {}
    for i, (a, b) in enumerate(zip(starts, ends, strict=True)):
        alike.setdefault(steps[a:b].tobytes(), []).append(i)
    columns = {str(name): wide[name].to_numpy(np.float64) for name in wide.columns}
    for places in alike.values():
        first, last = starts[places], ends[places]
        rows = first[:, None] + np.arange(last[0] - first[0])
        yield Batch(numbers[first], steps[rows[0]], {name: values[rows] for name, values in columns.items()})
