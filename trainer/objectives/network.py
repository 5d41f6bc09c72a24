"""Networks and optimizers of the image classifier, from a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}
SMALLEST = 4
"""Pixels a side below which images are not pooled further."""
WIDEST = 4
"""Times the width that a convolution has at most: it doubles with every pooling."""


def build_network(params: Mapping[str, Any], shape: tuple[int, ...], classes: int) -> nn.Module:
    """A network for images of a shape (channels, height, width), its input scaled to mean 0 and spread 1."""
    layers, features = (_perceptron if params["network"] == "mlp" else _convolutions)(params, shape)
    return nn.Sequential(*layers, nn.Linear(features, classes))


def _perceptron(params: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[list[nn.Module], int]:
    layers: list[nn.Module] = [nn.Flatten()]
    inputs = shape[0] * shape[1] * shape[2]
    for _ in range(params["depth"]):
        layers += [nn.Linear(inputs, params["width"]), *_after(params)]
        inputs = params["width"]
    return layers, inputs


def _convolutions(params: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[list[nn.Module], int]:
    """``depth`` convolutions of 3 × 3, each normalized, halved in size and doubled in channels as far as it goes."""
    layers: list[nn.Module] = []
    inputs, height, width = shape
    times = 1
    for _ in range(params["depth"]):
        channels = params["width"] * min(times, WIDEST)
        layers += [nn.Conv2d(inputs, channels, 3, padding=1), nn.GroupNorm(1, channels), *_after(params)]
        inputs = channels
        if min(height, width) >= SMALLEST:
            layers.append(nn.MaxPool2d(2))
            height, width, times = height // 2, width // 2, times * 2
    return [*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten()], inputs * 4


def _after(params: Mapping[str, Any]) -> list[nn.Module]:
    return [ACTIVATIONS[params["activation"]](), nn.Dropout(params["dropout"])]


def build_optimizer(model: nn.Module, params: Mapping[str, Any]) -> torch.optim.Optimizer:
    """The optimizer with those hyperparameters that it has."""
    rates = {"lr": params["learning_rate"], "weight_decay": params["weight_decay"]}
    match params["optimizer"]:
        case "sgd":
            return torch.optim.SGD(model.parameters(), momentum=params["momentum"], **rates)
        case "rmsprop":
            more = {"momentum": params["momentum"], "alpha": params["alpha"]}
            return torch.optim.RMSprop(model.parameters(), **more, **rates)
        case _:
            return torch.optim.Adam(model.parameters(), betas=(params["beta1"], params["beta2"]), **rates)
