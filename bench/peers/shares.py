"""For a peer's Python: `shares.py PEER SAMPLE.npz TREES singles|pairs` prints CPU seconds, one line a step of the work.

The first line is the fit's, each other one that of a share of the variance: of one axis, or of two. It stops by itself
when the limit on its CPU kills it (`ulimit -t`).
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Share = Callable[[tuple[int, ...]], float]


def sklearn_trees(tree_class: Any) -> Callable[[Any, Any, int], Share]:
    """Optuna's way: a forest of scikit-learn, whose trees one of the classes reads."""
    from sklearn.ensemble import RandomForestRegressor

    def fit(x: Any, y: Any, trees: int) -> Share:
        forest = RandomForestRegressor(n_estimators=trees, max_depth=64, random_state=0).fit(x, y)
        bounds = np.array([[0.0, 1.0]] * x.shape[1])
        found = [tree_class(one.tree_, bounds) for one in forest.estimators_]
        return lambda axes: float(
            np.mean([tree.get_marginal_variance(np.array(axes)) / tree.variance for tree in found])
        )

    return fit


def optunas() -> Callable[[Any, Any, int], Share]:
    from optuna.importance._fanova._tree import _FanovaTree

    return sklearn_trees(_FanovaTree)


def fast() -> Callable[[Any, Any, int], Share]:
    from optuna_fast_fanova._fanova import FanovaTree

    return sklearn_trees(FanovaTree)


def reference() -> Callable[[Any, Any, int], Share]:
    np.float = float  # type: ignore[attr-defined] # fanova 2.0.19 was written for numpy 1
    from ConfigSpace import ConfigurationSpace, UniformFloatHyperparameter
    from fanova import fANOVA

    logging.disable(logging.CRITICAL)

    def fit(x: Any, y: Any, trees: int) -> Share:
        space = ConfigurationSpace()
        for axis in range(x.shape[1]):
            space.add(UniformFloatHyperparameter(f"x{axis}", 0.0, 1.0))
        forest = fANOVA(x, y, config_space=space, n_trees=trees, seed=0, max_features=x.shape[1], min_samples_leaf=1)
        return lambda axes: float(forest.quantify_importance(axes)[axes]["individual importance"])

    return fit


PEERS = {"optuna": optunas, "fast": fast, "reference": reference}


def main(peer: str, sample: str, trees: str, what: str) -> None:
    data, fit = np.load(sample), PEERS[peer]()
    begun = time.process_time()
    share = fit(data["x"], data["y"], int(trees))
    print(time.process_time() - begun, flush=True)
    for axes in itertools.combinations(range(data["x"].shape[1]), 1 if what == "singles" else 2):
        begun = time.process_time()
        share(axes)
        print(time.process_time() - begun, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
