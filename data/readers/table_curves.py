"""A second table with metrics over steps: learning curves of the trials of a first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.columns import Role, public_name
from analytics.trials import HISTORY_COLUMNS
from data.readers.base import ReadError, no_history
from data.readers.table_file import read_table
from data.readers.table_roles import NUMBERS, is_number

STEPS = ("step", "epoch", "iteration", "iter", "budget")


@dataclass(frozen=True, eq=False)
class Curves:
    """Steps and metrics of all trials, sorted by trial number and step."""

    frame: pd.DataFrame
    metrics: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Curves:
        """A table with a trial column, a step column, and a numeric column a metric.

        Raises:
            ReadError: the table cannot be read or lacks one of them.
        """
        frame = read_table(path)
        number, step = _find(path, frame, NUMBERS, "trial"), _find(path, frame, STEPS, "step")
        metrics = [column for column in frame.columns if column not in (number, step) and is_number(frame[column])]
        if not metrics:
            raise ReadError(f"{path} has no numeric column beside {number!r} and {step!r}; expected a metric")
        frame = frame[[number, step, *metrics]].sort_values([number, step], kind="stable", ignore_index=True)
        return cls(frame.set_axis(["number", "step", *metrics], axis=1), tuple(metrics))

    def load(self, numbers: Sequence[int] | None) -> pd.DataFrame:
        """The long table of some trials (None: all), as :class:`analytics.trials.Trials` wants it."""
        frame = self.frame if numbers is None else self._of(numbers)
        if frame.empty:
            return no_history(None)
        parts = [
            pd.DataFrame(
                {
                    "number": frame["number"].astype(np.int64),
                    "step": frame["step"].astype(np.float64),
                    "metric": public_name(metric, Role.METRIC),
                    "value": frame[metric].astype(np.float64),
                }
            )
            for metric in self.metrics
        ]
        long = pd.concat(parts, ignore_index=True)[list(HISTORY_COLUMNS)]
        return long.sort_values(["number", "metric", "step"], kind="stable", ignore_index=True)

    def _of(self, numbers: Sequence[int]) -> pd.DataFrame:
        known = self.frame["number"].to_numpy()
        wanted = np.unique(np.asarray(numbers, dtype=np.int64))
        bounds = zip(np.searchsorted(known, wanted), np.searchsorted(known, wanted, side="right"), strict=True)
        return self.frame.iloc[np.concatenate([np.zeros(0, np.int64), *(np.arange(a, b) for a, b in bounds)])]


def _find(path: Path, frame: pd.DataFrame, names: Sequence[str], what: str) -> str:
    lower = {str(column).lower(): str(column) for column in reversed(frame.columns)}
    found = next((lower[name] for name in names if name in lower), None)
    if found is None or not is_number(frame[found]) or frame[found].isna().any():
        problem = f"has no {what} column" if found is None else f"has rows without a number in column {found!r}"
        raise ReadError(f"{path} {problem}; expected a number in one called {' or '.join(names)}")
    return found
