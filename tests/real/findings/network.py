"""What the studies of findings.db train: a small network on scikit-learn's digits, some of its labels wrong."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

SIZE = 450


def main(run: Any) -> None:
    """Train ``run.steps`` epochs from ``run.params``; settings in the environment: WRONG (share of labels), DATA."""
    params = run.params
    x, y, val_x, val_y = data(run.seed if os.environ.get("DATA") == "split" else 0)
    torch.manual_seed(run.seed)
    model = _model(params)
    rate = float(params.get("learning_rate", 1e-3))
    sgd = params.get("optimizer", "adam") == "sgd"
    optimizer = (torch.optim.SGD if sgd else torch.optim.Adam)(
        model.parameters(), lr=rate, weight_decay=float(params.get("weight_decay", 0.0))
    )
    if run.checkpoint_in:
        known = torch.load(run.checkpoint_in / "state.pt")
        model.load_state_dict(known["model"])
        optimizer.load_state_dict(known["optimizer"])
        for group in optimizer.param_groups:
            group.update(lr=rate, weight_decay=float(params.get("weight_decay", 0.0)))
    first = known["step"] if run.checkpoint_in else 0
    drop = nn.Dropout(float(params.get("dropout", 0.0)))
    for step in range(first + 1, run.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, step / int(params.get("warmup", 1)))
        model.train()
        for batch in torch.randperm(SIZE).split(32):  # type: ignore[no-untyped-call]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(drop(x[batch])), y[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        if not torch.isfinite(loss):
            raise FloatingPointError("the loss is not finite")
        model.eval()
        with torch.no_grad():
            right = (model(val_x).argmax(1) == val_y).float().mean()
        if not run.report(step, val_accuracy=float(right), train_loss=float(loss)):
            return
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": run.steps},
        run.checkpoint_out / "state.pt",
    )


def _model(params: dict[str, Any]) -> nn.Module:
    width, depth = int(params.get("width", 32)), int(params.get("depth", 1))
    sizes = [64, *[width] * depth]
    layers: list[nn.Module] = []
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), nn.Tanh() if params.get("activation") == "tanh" else nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 10))


def data(split: int) -> tuple[torch.Tensor, ...]:
    """Training and validation images, (n, 64) from 0 to 1, with labels, some of the training ones wrong."""
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        x, y = torch.tensor(file["x"] / 16, dtype=torch.float32), torch.tensor(file["y"], dtype=torch.long)
    draw = np.random.default_rng(split)
    order = draw.permutation(len(y))
    train, val = order[:SIZE], order[SIZE : SIZE + int(os.environ.get("VAL", "600"))]
    labels = y[train].clone()
    wrong = draw.random(SIZE) < float(os.environ.get("WRONG", "0"))
    labels[wrong] = torch.tensor(draw.integers(10, size=int(wrong.sum())), dtype=torch.long)
    return x[train], labels, x[val], y[val]
