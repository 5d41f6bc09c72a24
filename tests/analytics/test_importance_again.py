"""The same trials and seed give the same bytes, in another process and under another hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOLD = """
import json
from analytics.advice import advise
from analytics.importance import fanova
from analytics.pedanova import ped_anova, ped_uncertainty
from analytics.uncertainty import bootstrap
from data.readers import read

trials = next(study for study in read("data/examples/digits.db") if study.study.name == "digits-random")
importance = fanova(trials, "val_accuracy")
ped = ped_anova(trials, "val_accuracy")
advice = advise(trials, "val_accuracy", {"optimizer": ["adam"]}, 20)
print([importance.single, importance.pairs, importance.marginal("depth"), importance.oob_r2])
print([bootstrap(importance, 3), ped.single, ped_uncertainty(ped, resamples=3), advice])
"""


def test_two_processes_tell_the_same_to_the_last_digit() -> None:
    def told(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", TOLD], cwd=ROOT, env=environment, check=True, capture_output=True
        ).stdout

    first = told("1")
    assert b"The suggested ranges keep" in first
    assert told("2") == first
