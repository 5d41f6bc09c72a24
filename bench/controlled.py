"""A controller under measurement, in a process of its own."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import optuna

from bench.server import status_mb
from data.workspace import open_workspace
from trainer import launch
from trainer.controller import control
from trainer.spec import parse_spec


class Samples(logging.Handler):
    """Notes seconds, CPU seconds and resident MB of this process alone at every so many ended trials."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every, self.ended = every, 0
        self.taken: list[tuple[int, float, float, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith("trial %d "):
            self.ended += 1
            if self.ended % self.every == 0:
                self.take()

    def take(self) -> None:
        self.taken.append((self.ended, time.monotonic(), time.process_time(), status_mb("self", "VmRSS")))


def main(spec: str, workspace: str, every: str) -> None:
    """Run a study to its end and print the samples as JSON; the first is taken before it begins."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    samples = Samples(int(every))
    log = logging.getLogger("trainer")
    log.setLevel(logging.INFO)
    log.addHandler(samples)
    place = open_workspace(workspace)
    study_id, lock = launch.prepare(parse_spec(json.loads(Path(spec).read_text(encoding="utf-8"))), place)
    samples.take()
    control(place, study_id, lock)
    samples.take()
    json.dump(samples.taken, sys.stdout)
