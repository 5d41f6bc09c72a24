"""Built-in objective: a multilayer perceptron (PyTorch) on scikit-learn's digits, on one thread of the CPU.

1797 images of 8 × 8 pixels: 1257 to train, 540 to validate, the same split for every trial. Weights, dropout and the
order of the images follow from the run's seed alone.
"""

from __future__ import annotations

import statistics
import time
from functools import cache
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from trainer.objectives import BUILTIN
from trainer.run import Run

EPOCHS = 12
TRAIN_ROWS = 1257
SPLIT_SEED = 20
MEASURED_ROWS = 256
WARM_UPS, REPEATS = 5, 31

ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


def train(run: Run) -> dict[str, float] | None:
    """Train and validate; reports train_loss, val_loss and val_accuracy an epoch.

    Returns val_accuracy, parameters, inference_ms (CPU time of one pass over 256 images, median of repeats, while no
    other trial trains) and train_seconds (CPU time of the training); None if told to stop.
    """
    torch.set_num_threads(1)
    torch.manual_seed(run.seed)
    params = {**BUILTIN["digits"].defaults, **run.params}
    model, optimizer = build(params)
    seconds = accuracy = 0.0
    for epoch in range(1, (run.steps or EPOCHS) + 1):
        with run.working():
            begin = time.process_time()
            train_loss = train_epoch(model, optimizer, params["batch_size"])
            seconds += time.process_time() - begin
            val_loss, accuracy = validate(model)
        if not run.report(epoch, train_loss=train_loss, val_loss=val_loss, val_accuracy=accuracy):
            return None
    with run.alone():
        milliseconds = inference_ms(model)
    size = sum(p.numel() for p in model.parameters())
    return {
        "val_accuracy": accuracy,
        "parameters": size,
        "inference_ms": milliseconds,
        "train_seconds": round(seconds, 4),
    }


def build(params: dict[str, Any]) -> tuple[nn.Module, torch.optim.Optimizer]:
    """The network and its optimizer for a configuration."""
    layers: list[nn.Module] = []
    width = 64
    for _ in range(params["depth"]):
        layers += [
            nn.Linear(width, params["width"]),
            ACTIVATIONS[params["activation"]](),
            nn.Dropout(params["dropout"]),
        ]
        width = params["width"]
    model = nn.Sequential(*layers, nn.Linear(width, 10))
    rates = {"lr": params["learning_rate"], "weight_decay": params["weight_decay"]}
    if params["optimizer"] == "sgd":
        return model, torch.optim.SGD(model.parameters(), momentum=params["momentum"], **rates)
    return model, torch.optim.Adam(model.parameters(), **rates)


def train_epoch(model: nn.Module, optimizer: torch.optim.Optimizer, batch_size: int) -> float:
    """One pass over the training images in random order; returns the mean loss."""
    images, labels, _, _ = digits()
    model.train()
    total = 0.0
    for rows in torch.split(torch.randperm(len(images)), batch_size):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
        torch.autograd.backward(loss)
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(images)


@torch.inference_mode()
def validate(model: nn.Module) -> tuple[float, float]:
    """Loss and accuracy (0 to 1) on the validation images."""
    _, _, images, labels = digits()
    model.eval()
    scores = model(images)
    loss = nn.functional.cross_entropy(scores, labels).item()
    return loss, (scores.argmax(1) == labels).double().mean().item()


@torch.inference_mode()
def inference_ms(model: nn.Module) -> float:
    """CPU milliseconds of one pass over 256 images on one thread, median of 31 after 5 to warm up."""
    images = digits()[2][:MEASURED_ROWS]
    model.eval()
    times = []
    for _ in range(WARM_UPS + REPEATS):
        begin = time.process_time_ns()
        model(images)
        times.append(time.process_time_ns() - begin)
    return statistics.median(times[WARM_UPS:]) / 1e6


@cache
def digits() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Training images (1257, 64) in 0 to 1 and labels (1257,), then validation images (540, 64) and labels (540,)."""
    data, target = load_digits(return_X_y=True)
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(SPLIT_SEED))
    images = torch.tensor(data, dtype=torch.float32)[order] / 16
    labels = torch.tensor(target, dtype=torch.int64)[order]
    return images[:TRAIN_ROWS], labels[:TRAIN_ROWS], images[TRAIN_ROWS:], labels[TRAIN_ROWS:]
