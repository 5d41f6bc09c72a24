"""Objectives by type and name. Importing this imports none of them: torch is loaded by training processes only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from analytics.settings import Setting
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
    spec's space with their defaults; ``settings`` are what a study sets for all its trials; ``metrics`` says what each
    metric is; ``unseen`` names for a metric its twin on images that the search never saw, measured with the setting
    ``evaluate: test``; ``checkpoints``: a trial can go on from another's, if the hyperparameters ``shapes`` are the
    same; ``preload`` are the modules that its training processes share.
    """

    help: str
    target: str
    limits: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, Measure]
    preload: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)
    checkpoints: bool = False
    shapes: tuple[str, ...] = ()

    @property
    def defaults(self) -> dict[str, Any]:
        """Value of each hyperparameter that a study leaves out."""
        return {name: entry["default"] for name, entry in self.limits.items()}


PRELOAD = ("torch", "torch._dynamo", "sklearn.datasets")
DATASETS = ("digits", "sums", "mnist", "cifar", "folder")
DEVICES = ("auto", "cpu", "cuda")
EVALUATED = ("validation", "test")

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
        preload=PRELOAD,
    ),
    "images": Builtin(
        help="A convolutional network or multilayer perceptron (PyTorch) that classifies images: digits, MNIST, CIFAR "
        "or folders of your own.",
        target="trainer.objectives.images:train",
        limits={
            "network": {"type": "categorical", "choices": ["cnn", "mlp"], "default": "cnn"},
            "learning_rate": {"type": "float", "low": 1e-8, "high": 100.0, "log": True, "default": 1e-3},
            "weight_decay": {"type": "float", "low": 0.0, "high": 10.0, "default": 1e-5},
            "dropout": {"type": "float", "low": 0.0, "high": 0.99, "default": 0.0},
            "depth": {"type": "int", "low": 1, "high": 16, "default": 2},
            "width": {"type": "int", "low": 1, "high": 1024, "log": True, "default": 32},
            "batch_size": {"type": "int", "low": 1, "high": 8192, "log": True, "default": 64},
            "activation": {"type": "categorical", "choices": ["relu", "tanh", "gelu"], "default": "relu"},
            "optimizer": {"type": "categorical", "choices": ["sgd", "adam", "rmsprop"], "default": "adam"},
            "momentum": {"type": "float", "low": 0.0, "high": 1.0, "default": 0.9},
            "beta1": {"type": "float", "low": 0.0, "high": 0.9999, "default": 0.9},
            "beta2": {"type": "float", "low": 0.0, "high": 0.999999, "default": 0.999},
            "alpha": {"type": "float", "low": 0.0, "high": 0.999999, "default": 0.99},
        },
        metrics={
            "val_accuracy": Measure("share of the validation images classified rightly", "maximize"),
            "val_loss": Measure("cross-entropy on the validation images", "minimize"),
            "train_accuracy": Measure("share classified rightly over the last pass of training", "maximize"),
            "train_loss": Measure("cross-entropy over the last pass of training", "minimize"),
            "test_accuracy": Measure("share of the test images classified rightly", "maximize"),
            "test_loss": Measure("cross-entropy on the test images", "minimize"),
            "parameters": Measure("weights and biases of the network, known before training", "minimize"),
            "file_size": Measure("bytes of the saved weights, known before training", "minimize", "B"),
            "inference_ms": Measure("time to classify 256 images, measured alone, median of 31", "minimize", "ms"),
            "train_seconds": Measure("time of training; on a CPU its own time", "minimize", "s"),
        },
        preload=PRELOAD,
        settings=(
            Setting("dataset", "choice", "digits", "Where the images come from.", choices=DATASETS),
            Setting("path", "text", "", "Folder of the images; the digits need none."),
            Setting("image_size", "int", 32, "Pixels a side that images from folders are cut and made to.", 8, 512),
            Setting("limit", "int", 0, "How many images to train on; 0 takes all.", 0, 10_000_000),
            Setting("validation_share", "float", 0.2, "Share to validate on, where no file says which.", 0.01, 0.8),
            Setting("test_share", "float", 0.2, "Share kept from the search, where no file says which.", 0.01, 0.8),
            Setting("split_seed", "int", 0, "Seed of the split into parts, the same for all trials.", 0, 2**31 - 1),
            Setting("device", "choice", "auto", "Where to train: auto takes a GPU if there is one.", choices=DEVICES),
            Setting("evaluate", "choice", "validation", "Test also measures the test images.", choices=EVALUATED),
            Setting("save_model", "bool", False, "Keep the weights of every trial as an artifact."),
        ),
        unseen={"val_accuracy": "test_accuracy", "val_loss": "test_loss"},
        checkpoints=True,
        shapes=("network", "depth", "width", "optimizer"),
    ),
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
