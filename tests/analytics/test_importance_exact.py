"""Shares, marginals and surfaces are those of an enumeration of all cells, and of Optuna's trees on the same forest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from optuna.importance._fanova._tree import _FanovaTree

from analytics.importance import Importance, fanova
from analytics.space import parse_space
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, brute_force, enumerated, sampled, study

MIXED: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
    "depth": {"type": "int", "low": 1, "high": 4},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", "lion"]},
}
CONDITIONAL: dict[str, Any] = {
    "booster": {"type": "categorical", "choices": ["tree", "dart", "linear", None]},
    "depth": {"type": "int", "low": 1, "high": 3, "when": {"booster": ["tree", "dart"]}},
    "policy": {"type": "categorical", "choices": ["a", "b"], "when": {"depth": [2, 3]}},
    "drop": {"type": "float", "low": 0.0, "high": 1.0, "when": {"booster": ["dart", "linear"], "policy": ["b"]}},
    "eta": {"type": "float", "low": 0.0, "high": 1.0},
}
EXACT: Any = {"abs": 1e-9}


def mixed(rows: int = 150) -> Trials:
    configs = sampled(parse_space(MIXED), rows)
    bonus = {"adam": 1.0, "sgd": -1.0, "lion": 0.2}
    return study(MIXED, configs, [np.log10(c["rate"]) * bonus[c["optimizer"]] + c["depth"] ** 2 for c in configs])


def conditional(rows: int = 300) -> Trials:
    configs = sampled(parse_space(CONDITIONAL), rows, seed=1)
    return study(
        CONDITIONAL,
        configs,
        [
            c.get("depth", 5) + 3 * c.get("drop", 0) * c["eta"] + (c.get("policy") == "a") + 2 * (c["booster"] is None)
            for c in configs
        ],
    )


def assert_exact(importance: Importance, shares: Any = None) -> None:
    truth = brute_force(importance, shares)
    assert importance.single == pytest.approx(truth["single"], **EXACT)
    assert importance.pairs == pytest.approx(truth["pairs"], **EXACT)


@pytest.mark.parametrize("make", [mixed, conditional])
def test_singles_and_pairs_are_those_of_all_cells(make: Any) -> None:
    assert_exact(fanova(make(), "score", bins=5, trees=4))


def test_a_marginal_is_the_mean_over_all_cells_of_the_others() -> None:
    importance = fanova(mixed(), "score", bins=5, trees=4)
    grid, mean, std = importance.marginal("rate")
    truth = enumerated(importance).effect(0)
    assert grid == pytest.approx([10 ** (-4 + 0.8 * (i + 0.5)) for i in range(5)])
    assert mean == pytest.approx(truth.mean(axis=0), **EXACT)
    assert std == pytest.approx(truth.std(axis=0, ddof=1), **EXACT)


def test_a_surface_is_the_mean_over_all_cells_of_the_others_with_levels_in_the_order_of_the_space() -> None:
    importance = fanova(mixed(), "score", bins=5, trees=4)
    depth, optimizer, mean, std = importance.surface("depth", "optimizer")
    order = importance.domain.model.axes[2].order
    assert order is not None
    truth = enumerated(importance).effect(1, 2)[:, :, np.argsort(order)]
    assert depth.tolist() == [1, 2, 3, 4]
    assert optimizer.tolist() == ["adam", "sgd", "lion"]
    assert mean == pytest.approx(truth.mean(axis=0), **EXACT)
    assert std == pytest.approx(truth.std(axis=0, ddof=1), **EXACT)


def test_a_conditional_hyperparameter_is_averaged_where_it_counts() -> None:
    importance = fanova(conditional(), "score", bins=5, trees=4)
    grid, mean, _ = importance.marginal("drop")
    truth = enumerated(importance)
    assert grid[:-1] == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert np.isnan(grid[-1])
    assert mean[:-1] == pytest.approx(truth.average(3).mean(axis=0), **EXACT)


def test_the_last_cell_of_a_conditional_hyperparameter_is_the_mean_where_it_does_not_count() -> None:
    importance = fanova(conditional(), "score", bins=5, trees=4)
    _, mean, _ = importance.marginal("depth")
    truth = enumerated(importance)
    order = importance.domain.model.axes[0].order
    assert order is not None
    inactive = [cell for cell, level in enumerate(order) if level >= 2]
    assert mean[-1] == pytest.approx(truth.effect(0)[:, inactive].mean(), **EXACT)


def test_a_surface_is_empty_where_two_values_cannot_meet() -> None:
    importance = fanova(conditional(), "score", bins=5, trees=4)
    booster, depth, mean, _ = importance.surface("booster", "depth")
    assert booster.tolist() == ["tree", "dart", "linear", None]
    assert depth[:-1].tolist() == [1, 2, 3]
    assert np.isnan(mean).tolist() == [[False] * 3 + [True]] * 2 + [[True] * 3 + [False]] * 2
    truth = enumerated(importance).average(0, 1).mean(axis=0)
    order = importance.domain.model.axes[0].order
    assert order is not None
    assert mean[:2, :3] == pytest.approx(truth[np.argsort(order)][:2], **EXACT)


def test_a_value_that_is_missing_without_a_condition_has_a_cell_with_the_share_of_its_rows() -> None:
    random = np.random.default_rng(0)
    space = {"a": UNIT, "b": UNIT}
    configs = [{"a": a} | ({"b": b} if a + b > 0.6 else {}) for a, b in random.random((200, 2)).tolist()]
    importance = fanova(study(space, configs, [c["a"] + c.get("b", 3.0) for c in configs]), "score", bins=5, trees=3)
    missing = sum("b" not in c for c in configs) / 200
    assert 0.1 < missing < 0.3
    assert_exact(importance, [[0.2] * 5, [(1 - missing) / 5] * 5 + [missing]])
    assert importance.marginal("b")[1] == pytest.approx(
        enumerated(importance, [[0.2] * 5, [(1 - missing) / 5] * 5 + [missing]]).effect(1).mean(axis=0), **EXACT
    )


def test_within_a_brush_the_same_forest_is_divided_over_the_sub_box() -> None:
    whole = fanova(mixed(), "score", bins=5, trees=4)
    part = whole.within({"rate": [[10**-3.6, 0.1], [0.5, 1.0]], "depth": [[2, 3]], "optimizer": ["adam", "lion"]})
    assert part.domain.model is whole.domain.model
    order = whole.domain.model.axes[2].order
    assert order is not None
    rate = np.array([0.4, 0.8, 0.8, 0.6, -np.log10(0.5)])
    levels = np.array([0.5 if level in (0, 2) else 0.0 for level in order])
    shares = [rate / rate.sum(), [0, 0.5, 0.5, 0], levels]
    assert_exact(part, shares)
    grid, mean, _ = part.marginal("rate")
    assert mean == pytest.approx(enumerated(part, shares).effect(0).mean(axis=0), **EXACT)
    assert grid[0] == pytest.approx(10**-3.4)
    assert part.marginal("depth")[0].tolist() == [2, 3]
    assert part.marginal("optimizer")[0].tolist() == ["adam", "lion"]


def test_a_brush_on_a_conditional_hyperparameter_asks_that_it_counts() -> None:
    importance = fanova(conditional(), "score", bins=5, trees=4, within={"depth": [[2, 3]]})
    order = importance.domain.model.axes[0].order
    assert order is not None
    booster = [0.5 if level < 2 else 0.0 for level in order]
    policy = [0.5, 0.5]
    assert_exact(importance, [booster, [0, 0.5, 0.5], policy, [0.2] * 5, [0.2] * 5])
    assert importance.marginal("depth")[0].tolist() == [2, 3]


def test_a_brush_on_inactive_leaves_the_values_for_which_it_does_not_count() -> None:
    importance = fanova(conditional(), "score", bins=5, trees=4, within={"depth": {"missing": True}})
    order = importance.domain.model.axes[0].order
    assert order is not None
    booster = [0.5 if level >= 2 else 0.0 for level in order]
    assert_exact(importance, [booster, [1 / 3] * 3, [0.5, 0.5], [0.2] * 5, [0.2] * 5])
    assert importance.single["depth"] == pytest.approx(0, **EXACT)


def test_a_cutoff_on_the_objective_clips_what_the_forest_says() -> None:
    whole = fanova(mixed(), "score", bins=5, trees=4)
    cut = whole.within({"score": [[None, 6.0]], "depth": [[1, 3]]})
    assert cut.domain.model is whole.domain.model
    assert_exact(cut, [[0.2] * 5, [1 / 3] * 3 + [0], [1 / 3] * 3])
    assert cut.marginal("rate")[1].max() <= 6.0


def at_edges(tree: Any) -> Any:
    """The same tree with every threshold at the edge of a cell; scikit-learn puts some into the middle of one."""
    names = ("n_features", "node_count", "children_left", "children_right", "feature", "value")
    return SimpleNamespace(threshold=np.floor(tree.threshold) + 0.5, **{name: getattr(tree, name) for name in names})


def test_shares_are_those_of_optunas_trees_on_the_same_forest() -> None:
    random = np.random.default_rng(3)
    configs = [{"a": a, "b": b, "c": c} for a, b, c in random.random((120, 3)).tolist()]
    trials = study(dict.fromkeys("abc", UNIT), configs, [c["a"] * c["b"] + c["c"] ** 2 for c in configs])
    importance = fanova(trials, "score", bins=16, trees=4)
    bounds = np.array([[-0.5, 15.5]] * 3)
    trees = [_FanovaTree(at_edges(tree.tree_), bounds) for tree in importance.domain.model.forest.estimators]

    def share(*axes: int) -> float:
        return float(np.mean([tree.get_marginal_variance(np.array(axes)) / tree.variance for tree in trees]))

    assert importance.single == pytest.approx({name: share(i) for i, name in enumerate("abc")}, **EXACT)
    for pair, (i, j) in {("a", "b"): (0, 1), ("a", "c"): (0, 2), ("b", "c"): (1, 2)}.items():
        assert importance.pairs[pair] == pytest.approx(share(i, j) - share(i) - share(j), **EXACT)
