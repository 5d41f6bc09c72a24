"""Runs the original fANOVA in an environment of its own: JSON in, JSON out; imports nothing of ours.

Reads ``{"axes": [[low, high] | count of levels, …], "codes": [[…], …], "values": […], "trees", "min_samples_leaf",
"seeds": […], "pairs": bool}``, where codes are of shape (rows, axes), and writes ``{"singles": [[share, spread], …],
"pairs": [[share, spread], …]}``, the mean over the seeds, pairs in the order of `itertools.combinations`.
"""

import itertools
import json
import logging
import sys
from typing import Any

import numpy as np

np.float = float  # type: ignore[attr-defined] # fanova 2.0.19 was written for numpy 1

from ConfigSpace import CategoricalHyperparameter, ConfigurationSpace, UniformFloatHyperparameter  # noqa: E402
from fanova import fANOVA  # noqa: E402


def tell(asked: dict[str, Any]) -> dict[str, Any]:
    """The shares, averaged over the forests."""
    forests = [fit(asked, seed) for seed in asked["seeds"]]

    def share(*axes: int) -> float:
        return float(np.mean([forest.quantify_importance(axes)[axes]["individual importance"] for forest in forests]))

    axes = range(len(asked["axes"]))
    pairs = itertools.combinations(axes, 2) if asked["pairs"] else iter(())
    return {"singles": [share(axis) for axis in axes], "pairs": [share(*pair) for pair in pairs]}


def fit(asked: dict[str, Any], seed: int) -> Any:
    """A forest of the package with every hyperparameter considered at every split, as ours does."""
    space = ConfigurationSpace()
    for number, axis in enumerate(asked["axes"]):
        name = f"x{number:03}"
        category = isinstance(axis, int)
        space.add(CategoricalHyperparameter(name, range(axis)) if category else UniformFloatHyperparameter(name, *axis))
    return fANOVA(
        np.array(asked["codes"], dtype=np.float64),
        np.array(asked["values"], dtype=np.float64),
        config_space=space,
        n_trees=asked["trees"],
        seed=seed,
        max_features=len(asked["axes"]),
        min_samples_leaf=asked["min_samples_leaf"],
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    json.dump(tell(json.load(sys.stdin)), sys.stdout)
