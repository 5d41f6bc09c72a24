"""What the replay of a refinement searches: digits, really trained, and response surfaces of LCBench tasks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from analytics.columns import Floats
from analytics.space import SearchSpace, parse_space
from bench.server import ROOT
from trainer.specfile import read_spec

SURROGATES = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data")) / "surrogate"
EPOCHS = 12
TREES = 100
LCBENCH = {
    "batch_size": {"type": "int", "low": 16, "high": 512, "log": True},
    "learning_rate": {"type": "float", "low": 1e-4, "high": 0.1, "log": True},
    "max_dropout": {"type": "float", "low": 0.0, "high": 1.0},
    "max_units": {"type": "int", "low": 64, "high": 1024, "log": True},
    "momentum": {"type": "float", "low": 0.1, "high": 0.99},
    "num_layers": {"type": "int", "low": 1, "high": 5},
    "weight_decay": {"type": "float", "low": 1e-5, "high": 0.1},
}

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Landscape:
    """A search space and what a configuration reaches in it with a seed: a share of 1, higher is better."""

    name: str
    space: SearchSpace
    score: Callable[[Params, int], float]
    label: str


def landscapes() -> Iterator[Landscape]:
    """Digits; and the response surfaces, where the tables that they are fitted to are at hand."""
    space = read_spec(ROOT / "data" / "examples" / "digits-random.yaml").space
    yield Landscape("digits", space, digits, f"digits, {EPOCHS} epochs, really trained")
    for task in ("lcbench_3945", "lcbench_167168"):
        if (SURROGATES / f"{task}.csv").exists():
            yield Landscape(task, parse_space(LCBENCH), partial(lcbench, task), f"response surface of {task}")


def digits(params: Params, seed: int) -> float:
    """Validation accuracy of the built-in objective after twelve epochs of training, as in the example project."""
    import torch

    from trainer.objectives import BUILTIN
    from trainer.objectives.digits import build, train_epoch, validate

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    full = {**BUILTIN["digits"].defaults, **params}
    model, optimizer = build(full)
    for _ in range(EPOCHS):
        train_epoch(model, optimizer, full["batch_size"])
    return validate(model)[1]


@dataclass(frozen=True)
class _Surface:
    """A forest, and what each of the rows it was fitted to lies off the trees that did not see it."""

    forest: RandomForestRegressor
    expected: Floats
    residuals: Floats


@cache
def surface(task: str) -> _Surface:
    """The forest of a task's 2,000 configurations; residuals are out of bag, in the order of what was expected."""
    table = pd.read_csv(SURROGATES / f"{task}.csv")
    target = table["val_accuracy"].to_numpy() / 100
    forest = RandomForestRegressor(TREES, min_samples_leaf=2, oob_score=True, random_state=0, n_jobs=1)
    forest.fit(_scaled(table[list(LCBENCH)]), target)
    order = np.argsort(forest.oob_prediction_)
    return _Surface(forest, forest.oob_prediction_[order], (target - forest.oob_prediction_)[order])


def lcbench(task: str, params: Params, seed: int) -> float:
    """What the forest expects, and a residual of one of the 100 rows of which it expects about the same."""
    found = surface(task)
    expected = float(found.forest.predict(_scaled(pd.DataFrame([params])[list(LCBENCH)]))[0])
    at = int(np.searchsorted(found.expected, expected))
    first = min(max(0, at - 50), len(found.residuals) - 100)
    noise = float(np.random.default_rng(seed).choice(found.residuals[first : first + 100]))
    return min(1.0, max(0.0, expected + noise))


def _scaled(table: pd.DataFrame) -> Floats:
    """Configurations of shape (rows, 7), hyperparameters with a log scale as logarithms."""
    return np.column_stack([np.log(table[n]) if entry.get("log") else table[n] for n, entry in LCBENCH.items()])
