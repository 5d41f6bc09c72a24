"""Objectives by type and name. Importing this imports none of them: torch is loaded by training processes only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from analytics.trials import Direction


class Measure(NamedTuple):
    """What a metric of an objective is, which way is better, and its unit."""

    help: str
    direction: Direction
    unit: str = ""


@dataclass(frozen=True)
class Builtin:
    """An objective that ships with HyperTrellis.

    ``target`` is its ``module:function``; ``limits`` are the values its hyperparameters may take, as entries of a study
    spec's space with their defaults; ``metrics`` says what each metric is; ``preload`` are the modules that its
    training processes share.
    """

    help: str
    target: str
    limits: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, Measure]
    preload: tuple[str, ...] = ()

    @property
    def defaults(self) -> dict[str, Any]:
        return {name: entry["default"] for name, entry in self.limits.items()}


BUILTIN: dict[str, Builtin] = {
    "digits": Builtin(
        help="A multilayer perceptron (PyTorch) that reads the 8 × 8 images of scikit-learn's digits.",
        target="trainer.objectives.digits:train",
        limits={
            "learning_rate": {"type": "float", "low": 1e-8, "high": 100.0, "log": True, "default": 1e-3},
            "weight_decay": {"type": "float", "low": 0.0, "high": 10.0, "default": 1e-5},
            "dropout": {"type": "float", "low": 0.0, "high": 0.99, "default": 0.0},
            "depth": {"type": "int", "low": 1, "high": 16, "default": 2},
            "width": {"type": "int", "low": 1, "high": 4096, "log": True, "default": 64},
            "batch_size": {"type": "int", "low": 1, "high": 1257, "log": True, "default": 64},
            "activation": {"type": "categorical", "choices": ["relu", "tanh", "gelu"], "default": "relu"},
            "optimizer": {"type": "categorical", "choices": ["sgd", "adam"], "default": "adam"},
            "momentum": {"type": "float", "low": 0.0, "high": 1.0, "default": 0.9},
        },
        metrics={
            "val_accuracy": Measure("share of 540 validation images read rightly", "maximize"),
            "parameters": Measure("weights and biases of the network", "minimize"),
            "inference_ms": Measure("CPU time to read 256 images, measured alone, median of 31", "minimize", "ms"),
            "train_seconds": Measure("CPU time of training", "minimize", "s"),
            "val_loss": Measure("cross-entropy on the validation images", "minimize"),
            "train_loss": Measure("cross-entropy over the last pass of training", "minimize"),
        },
        preload=("torch", "torch._dynamo", "sklearn.datasets"),
    )
}


def load(target: str) -> Callable[[Any], Any]:
    """The function that ``module:function`` names.

    Raises:
        LookupError: the module has no such function; ImportError: there is no such module.
    """
    module_name, _, name = target.partition(":")
    found: Any = importlib.import_module(module_name)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise LookupError(f"objective {target!r}: module {module_name} has no function {name}")
    return found  # type: ignore[no-any-return]
