"""The metric log: every metric of every report, written in batches."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from data.workspace import Workspace, metric_log

INTERVAL = 0.5
"""Seconds that a report may wait before it is written."""


class Journal:
    """Collects reports of one study and writes them together; what is not a number is stored as null."""

    def __init__(self, workspace: Workspace, study_id: int) -> None:
        self._engine = workspace.engine
        self._study_id = study_id
        self._rows: list[dict[str, float | int | str | None]] = []
        self._written = time.monotonic()

    def add(self, number: int, step: int, metrics: Mapping[str, float]) -> None:
        now = time.time()
        self._rows += [
            {
                "study_id": self._study_id,
                "number": number,
                "step": step,
                "metric": name,
                "value": None if math.isnan(value) else value,
                "time": now,
            }
            for name, value in metrics.items()
        ]

    def flush(self) -> None:
        """Write what has come in."""
        self._written = time.monotonic()
        if self._rows:
            with self._engine.begin() as connection:
                connection.execute(metric_log.insert(), self._rows)
            self._rows = []

    def flush_if_due(self) -> None:
        if time.monotonic() - self._written >= INTERVAL:
            self.flush()
