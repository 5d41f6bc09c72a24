"""The studies of findings.db: real searches, one thing set up wrongly in each, as the comment beside it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BUILT = HERE / "findings.db"
RATE = {"type": "float", "low": 1e-4, "high": 0.03, "log": True}
SPACE = {
    "learning_rate": RATE,
    "weight_decay": {"type": "float", "low": 1e-6, "high": 1e-2, "log": True},
    "width": {"type": "int", "low": 8, "high": 128, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.6},
}
WIDE = {**SPACE, "learning_rate": {**RATE, "low": 1e-6, "high": 10.0}}
POPULATION = {"population": 16, "interval": 3, "generations": 8}
LITTLE = {
    "weight_decay": {"type": "float", "low": 1e-6, "high": 1e-4, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.1},
}
"""A space in which nothing matters."""
OTHER_IMAGES = {"VAL": "50", "DATA": "split"}
"""Another fifty validation images with each seed."""


def _study(
    name: str, trials: int | None, steps: int | None, algorithm: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    env = more.pop("env", {})
    return {
        "name": name,
        "project": "findings",
        "objective": {"type": "python", "target": "network:main", "cwd": str(HERE), "env": env, "timeout": 300},
        "space": SPACE,
        "metrics": {"val_accuracy": "maximize"},
        "algorithm": algorithm,
        "budget": {"trials": trials, "steps": steps},
        "workers": 2,
        "seed": 1,
        **more,
    }


STUDIES: dict[str, dict[str, Any]] = {
    "early": _study(  # most labels are wrong: what learns fast learns them by heart, and ends worse
        "judged at step 1",
        180,
        27,
        {"name": "random", "pruner": "hyperband"},
        space={"learning_rate": {**RATE, "low": 3e-4, "high": 0.01}, "width": {"type": "int", "low": 64, "high": 256}},
        env={"WRONG": "0.6"},
    ),
    "killed": _study(  # the same; five of the pruned are trained out in a study of their own
        "pruned at step 1",
        180,
        27,
        {"name": "random", "pruner": "hyperband"},
        space={"learning_rate": {**RATE, "low": 2e-4, "high": 6e-3}, "width": {"type": "int", "low": 128, "high": 384}},
        env={"WRONG": "0.75"},
    ),
    "slow": _study(  # a long warm-up of the learning rate begins slowly
        "short warm-ups survive",
        None,
        None,
        {"name": "pbt", "settings": {"population": 40, "interval": 24, "generations": 3, "inherit": "warmup"}},
        space={
            "warmup": {"type": "int", "low": 1, "high": 90},
            "learning_rate": {**RATE, "low": 8e-4, "high": 1.2e-3},
            "dropout": {"type": "float", "low": 0.0, "high": 0.1},
        },
    ),
    "converged": _study(  # one in sixteen survives
        "one survivor", None, None, {"name": "pbt", "settings": {**POPULATION, "survivors": 0.06, "inherit": "width"}}
    ),
    "perturbation": _study(  # the plain value is multiplied, whatever its scale
        "perturbed value",
        None,
        None,
        {
            "name": "pbt",
            "settings": {**POPULATION, "generations": 10, "scale": "value", "factor_high": 1.2, "inherit": "width"},
        },
    ),
    "bound": _study(  # the learning rate may not be high enough
        "low rates", 60, 5, {"name": "tpe"}, space={**SPACE, "learning_rate": {**RATE, "low": 1e-5, "high": 5e-4}}
    ),
    "found": _study("found before", 80, 5, {"name": "tpe"}, space=WIDE),
    "stalled": _study(  # begins with the best that another study found
        "found again", 60, 5, {"name": "random"}, space=WIDE, start={"study": "found before", "enqueue": 5}, seed=2
    ),
    "no better": _study(  # nothing that matters may vary
        "nothing matters",
        130,
        5,
        {"name": "tpe", "settings": {"n_startup_trials": 40}},
        space=LITTLE,
        env=OTHER_IMAGES,
    ),
    "duplicates": _study(  # a space of 18 configurations
        "eighteen configurations",
        60,
        5,
        {"name": "tpe"},
        space={
            "width": {"type": "categorical", "choices": [16, 32, 64]},
            "depth": {"type": "int", "low": 1, "high": 3},
            "activation": {"type": "categorical", "choices": ["relu", "tanh"]},
        },
    ),
    "failures": _study(  # plain SGD diverges at high rates
        "some diverge",
        80,
        5,
        {"name": "random"},
        space={
            **SPACE,
            "learning_rate": {**RATE, "high": 1e8},
            "optimizer": {"type": "categorical", "choices": ["sgd"]},
        },
    ),
    "noise": _study("three seeds", 30, 5, {"name": "random"}, space=LITTLE, repeats=3, env=OTHER_IMAGES),
    "saturated": _study(  # twelve validation images tell thirteen accuracies apart
        "twelve images",
        60,
        20,
        {"name": "random"},
        space={**LITTLE, "learning_rate": {**RATE, "low": 3e-4}},
        env={"VAL": "12"},
    ),
    "improving": _study(  # learning rates for a longer training
        "ten epochs",
        40,
        10,
        {"name": "random"},
        space={**SPACE, "learning_rate": {**RATE, "low": 3e-5, "high": 3e-4}},
    ),
}
