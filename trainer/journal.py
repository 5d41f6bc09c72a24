"""The metric log: every metric of every report, written in batches together with what Optuna is told."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from data.workspace import metric_log
from trainer.buffered import BufferedStorage

INTERVAL = 0.5
"""Seconds that a report may wait before it is written."""


class Journal:
    """Collects reports of one study in its storage; what is not a number is stored as null."""

    def __init__(self, storage: BufferedStorage, study_id: int) -> None:
        self._storage = storage
        self._study_id = study_id
        self._written = time.monotonic()

    def add(self, number: int, step: int, metrics: Mapping[str, float]) -> None:
        now = time.time()
        rows = [
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
        self._storage.append(metric_log, rows)

    def flush(self) -> None:
        """Write what has come in."""
        self._written = time.monotonic()
        self._storage.flush()

    def flush_if_due(self) -> None:
        if time.monotonic() - self._written >= INTERVAL:
            self.flush()
