"""A table of results, written and opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.trials import Trials
from data.readers import read

ROWS = 200


def make_frame() -> pd.DataFrame:
    """Hyperparameters of every kind, one of them conditional, and two metrics."""
    draw = np.random.default_rng(5)
    optimizer = draw.choice(["adam", "sgd"], ROWS)
    return pd.DataFrame(
        {
            "trial": np.arange(ROWS) + 10,
            "rate": 10 ** draw.uniform(-5, -1, ROWS),
            "dropout": draw.uniform(0.001, 0.5, ROWS),
            "units": (2 ** draw.uniform(4, 9, ROWS)).astype(int),
            "layers": draw.integers(1, 11, ROWS),
            "optimizer": optimizer,
            "nesterov": draw.choice([True, False], ROWS),
            "momentum": np.where(optimizer == "sgd", draw.uniform(0, 1, ROWS), np.nan),
            "train_loss": draw.uniform(0, 1, ROWS),
            "accuracy": draw.uniform(0, 1, ROWS),
        }
    )


def written(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False)
    return path


def opened(frame: pd.DataFrame, folder: Path, **options: Any) -> Trials:
    (trials,) = read(written(frame, folder / "table.csv"), **options)
    return trials
