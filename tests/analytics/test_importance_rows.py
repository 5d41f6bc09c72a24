"""Which rows an importance rests on, what brushes do to them, and when there is none to tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.columns import Floats, Kind, Role, State, category_column, number_column
from analytics.importance import Importance, ImportanceError, fanova
from analytics.selection import BrushError
from analytics.trials import HISTORY_COLUMNS, Trials
from tests.analytics.importance_cases import UNIT, study, unit_study

ROWS = 200
SPACE = {"a": UNIT, "b": UNIT}
POINTS = np.random.default_rng(7).random((ROWS, 2))
CONFIGS = [{"a": a, "b": b} for a, b in POINTS.tolist()]
A, B = POINTS.T


def made(values: Floats = A, **more: Any) -> Trials:
    return study(SPACE, CONFIGS, values, **more)


def refused(trials: Trials, **more: Any) -> ImportanceError:
    with pytest.raises(ImportanceError) as caught:
        fanova(trials, "score", **more)
    return caught.value


def states(**some: State) -> list[State]:
    """All completed but for those rows, named r0, r1, …"""
    return [some.get(f"r{row}", State.COMPLETE) for row in range(ROWS)]


def same(first: Importance, second: Importance) -> bool:
    return first.single == second.single and first.pairs == second.pairs and first.single_std == second.single_std


def test_the_same_input_and_seed_give_the_same_numbers() -> None:
    noisy = unit_study(lambda points: points[:, 0], 300, 3, noise=0.5)
    assert same(fanova(noisy, "score", seed=4), fanova(noisy, "score", seed=4))
    assert not same(fanova(noisy, "score", seed=4), fanova(noisy, "score", seed=5))


def test_shares_are_plain_floats_in_the_order_of_the_space() -> None:
    importance = fanova(made(), "score")
    assert [type(share) for share in importance.single.values()] == [float, float]
    assert list(importance.single) == list(importance.single_std) == ["a", "b"]
    assert list(importance.pairs) == list(importance.pairs_std) == [("a", "b")]


def test_rows_that_cannot_be_compared_are_left_out_and_counted() -> None:
    values = A.copy()
    values[[5, 6]] = np.nan, np.inf
    rows = states(r0=State.FAILED, r1=State.RUNNING, r2=State.PRUNED, r3=State.PRUNED)
    final = [row not in (3, 4) for row in range(ROWS)]
    importance = fanova(made(values, states=rows, final=final), "score")
    assert importance.rows == ROWS - 7
    assert importance.left_out == {
        "failed": 1,
        "running": 1,
        "pruned": 2,
        "at a lower budget": 1,
        "without a finite score": 2,
    }


def test_budgets_are_not_mixed() -> None:
    low = [row < ROWS // 2 for row in range(ROWS)]
    values = np.where(low, 100 + B, A)
    importance = fanova(made(values, final=[not is_low for is_low in low]), "score")
    assert importance.rows == ROWS // 2
    assert importance.single["a"] > 0.95


def test_where_configurations_were_measured_at_several_budgets_only_the_highest_counts() -> None:
    """A quarter went on to the budget 9; what stopped at 1 is no worse for that, or the worst, when asked."""
    on = [row for row in range(ROWS) if row % 4 == 0]
    configs = [*CONFIGS, *(CONFIGS[row] for row in on)]
    budget = number_column("budget", [1.0] * ROWS + [9.0] * len(on), Role.ROW)
    config = category_column("config", [*range(ROWS), *on], Role.ROW)
    values = np.concatenate([100 + B, A[on]])
    final = [row % 4 != 0 for row in range(ROWS)] + [True] * len(on)
    trials = study(SPACE, configs, values, final=final, more=[budget, config])
    highest, lowest, worst = (fanova(trials, "score", rows=rows) for rows in ("completed", 1.0, "worst"))
    assert (highest.rows, highest.left_out) == (len(on), {"at a lower budget": ROWS})
    assert highest.single["a"] > 0.95
    assert (lowest.rows, lowest.imputed) == (ROWS, 0)
    assert lowest.single["b"] > 0.95
    assert (worst.rows, worst.imputed, worst.pruned) == (ROWS, ROWS - len(on), 0)
    assert worst.evidence.values.max() == A[on].max()


def test_a_budget_of_each_configurations_own_is_no_reason_to_leave_it_out() -> None:
    budget = number_column("budget", [float(row % 3) for row in range(ROWS)], Role.ROW)
    config = category_column("config", range(ROWS), Role.ROW)
    assert fanova(made(more=[budget, config]), "score").rows == ROWS


def test_pruned_trials_count_as_the_worst_completed_one_when_asked() -> None:
    rows = [State.PRUNED if b > 0.7 else State.COMPLETE for b in B]
    values = np.where(B > 0.7, np.nan, A)
    alone, imputed = (
        fanova(made(values, states=rows), "score"),
        fanova(made(values, states=rows), "score", rows="worst"),
    )
    pruned = int((B > 0.7).sum())
    assert (alone.rows, alone.imputed, alone.left_out) == (ROWS - pruned, 0, {"pruned": pruned})
    assert (imputed.rows, imputed.imputed, imputed.left_out) == (ROWS, pruned, {})
    assert (alone.pruned, imputed.pruned) == (0, pruned)
    assert alone.single["b"] < 0.02 < 0.4 < imputed.single["b"]
    _, mean, _ = imputed.marginal("b")
    assert mean[-1] == pytest.approx(A[B <= 0.7].max(), abs=0.02)


def test_the_worst_of_a_maximized_metric_is_its_lowest_value() -> None:
    rows = [State.PRUNED if b > 0.7 else State.COMPLETE for b in B]
    importance = fanova(made(5 + A, states=rows, direction="maximize"), "score", rows="worst")
    assert importance.marginal("b")[1][-1] == pytest.approx(5 + A[B <= 0.7].min(), abs=0.02)


def test_at_a_budget_each_trial_counts_with_its_value_there() -> None:
    rows = states(**{f"r{row}": State.PRUNED for row in range(50)}, r60=State.FAILED)
    numbers = [number for number in range(ROWS) if number != 61]
    told = [(number, step, "score", B[number] + 10 * step) for number in numbers for step in (1, 2)]
    history = pd.DataFrame(told, columns=list(HISTORY_COLUMNS))
    importance = fanova(made(states=rows, history=history), "score", rows=2)
    assert (importance.rows, importance.pruned, importance.imputed) == (ROWS - 2, 50, 0)
    assert importance.left_out == {"failed": 1, "without a value at the budget": 1}
    assert importance.single["b"] > 0.95
    assert importance.marginal("b")[1].mean() == pytest.approx(20.5, abs=0.1)


def test_at_a_budget_a_configuration_counts_with_its_own_row_there() -> None:
    half = ROWS // 2
    budget = number_column("budget", [1.0] * half + [9.0] * half, Role.ROW)
    config = category_column("config", [*range(half), *range(half)], Role.ROW)
    history = pd.DataFrame([(n, 1, "score", 99.0) for n in range(ROWS)], columns=list(HISTORY_COLUMNS))
    final = [False] * half + [True] * half
    importance = fanova(made(more=[budget, config], final=final, history=history), "score", rows=1.0)
    assert importance.rows == half
    assert importance.single["a"] > 0.9


def test_a_brush_on_another_metric_fits_the_rows_within() -> None:
    size = number_column("size", B, Role.METRIC)
    values = np.where(B < 0.5, A, 10 * B)
    importance = fanova(made(values, more=[size]), "score", within={"size": [[None, 0.5]], "a": [[0, 0.5]]})
    inside = B <= 0.5
    assert importance.rows == inside.sum()
    assert importance.inside == (inside & (A <= 0.5)).sum()
    assert importance.left_out == {"outside the brush": (~inside).sum()}
    assert importance.single["a"] > 0.9


def test_a_brush_without_a_refit_gives_the_same_as_from_the_start() -> None:
    trials = made(A * B)
    whole = fanova(trials, "score")
    brushes = {"a": [[0.2, 0.4]], "score": [[None, 0.3]]}
    assert same(whole.within(brushes), fanova(trials, "score", within=brushes))
    assert same(whole.within(brushes).within({}), whole)


def test_inactive_under_two_conditions_is_a_forest_of_its_own() -> None:
    space: dict[str, Any] = {
        "p": {"type": "categorical", "choices": [0, 1]},
        "q": {"type": "categorical", "choices": [0, 1]},
        "c": UNIT | {"when": {"p": [1], "q": [1]}},
        "a": UNIT,
    }
    configs: list[dict[str, Any]] = [
        {"p": row % 2, "q": row // 2 % 2, "a": A[row]} | ({"c": B[row]} if row % 4 == 3 else {}) for row in range(ROWS)
    ]
    whole = fanova(study(space, configs, [c["a"] + c.get("c", 0) for c in configs]), "score")
    inactive = whole.within({"c": {"missing": True}})
    assert inactive.rows == inactive.inside == ROWS * 3 // 4
    assert inactive.single["a"] > 0.95


def test_support_counts_the_rows_near_each_cell() -> None:
    configs = [{"a": a / 2, "b": b} for a, b in POINTS.tolist()]
    importance = fanova(study(SPACE, configs, A), "score")
    near = importance.support("a")
    assert near.shape == (64,)
    assert near[0] == sum(c["a"] < 5 / 64 for c in configs)
    assert near[-20:].max() == 0
    surface = importance.support("a", "b")
    assert surface.shape == importance.surface("a", "b")[2].shape == (64, 64)
    assert surface[10, 60] == sum(6 / 64 <= c["a"] < 15 / 64 and c["b"] >= 56 / 64 for c in configs)
    assert surface[50].max() == 0


def test_too_few_rows_are_refused_with_the_counts() -> None:
    rows = [State.COMPLETE if row < 19 else State.FAILED for row in range(ROWS)]
    error = refused(made(states=rows))
    assert error.reason == "too few"
    assert error.counts == {"rows": 19, "hyperparameters": 2, "needed": 20, "left out": ROWS - 19}
    assert str(error) == (
        "too few: 19 rows for 2 hyperparameters that vary; expected at least 20, 10 for each (left out: 181 failed)"
    )
    enough = [State.COMPLETE if row < 20 else State.FAILED for row in range(ROWS)]
    assert fanova(made(states=enough), "score").rows == 20


def test_a_constant_hyperparameter_needs_no_rows_and_explains_nothing() -> None:
    space = SPACE | {"c": {"type": "categorical", "choices": ["only"]}, "d": {"type": "float", "low": 2.0, "high": 2.0}}
    configs = [config | {"c": "only", "d": 2.0} for config in CONFIGS[:20]]
    importance = fanova(study(space, configs, A[:20]), "score")
    assert max(importance.single["c"], importance.single["d"]) < 1e-12
    assert importance.marginal("d")[0].tolist() == [2.0]


def test_no_row_at_all_is_too_few() -> None:
    error = refused(made(states=[State.RUNNING] * ROWS))
    assert (error.reason, error.counts["rows"], error.counts["left out"]) == ("too few", 0, ROWS)


def test_a_study_without_hyperparameters_has_no_importance() -> None:
    assert refused(study({}, [{}] * 30, list(range(30)))).reason == "too few"


def test_a_constant_objective_is_said() -> None:
    error = refused(made(np.full(ROWS, 0.5)))
    assert error.reason == "constant"
    assert str(error) == "all 200 rows have the value 0.5: nothing to explain"


def test_a_brush_that_leaves_nothing_to_explain_is_said() -> None:
    assert refused(made(), within={"score": [[5, 6]]}).reason == "constant"
    assert refused(made(), within={"a": [[5, 6]]}).reason == "brush"
    assert refused(made(), within={"score": []}).reason == "brush"
    configs = [{"a": a / 2, "b": b} for a, b in POINTS.tolist()]
    error = refused(study(SPACE, configs, A), within={"a": [[0.6, 0.9]]})
    assert (error.reason, error.counts) == ("too few", {"rows": ROWS, "inside": 0})


def test_one_hyperparameter_explains_everything() -> None:
    importance = fanova(study({"a": UNIT}, CONFIGS, A), "score")
    assert importance.single == pytest.approx({"a": 1.0})
    assert importance.pairs == importance.pairs_std == {}


def test_population_based_training_is_refused_with_the_reason() -> None:
    member = category_column("member", [row % 20 for row in range(ROWS)], Role.ROW)
    parent = number_column("parent", [np.nan] * 20 + list(range(ROWS - 20)), Role.ROW, Kind.INT)
    error = refused(made(more=[member, parent]))
    assert error.reason == "population"
    assert error.counts == {"members": 20, "changed": 20}
    assert str(error).startswith("20 of 20 members changed their hyperparameters while they trained")


def test_members_that_keep_their_hyperparameters_are_no_population() -> None:
    configs = [CONFIGS[row % 50] for row in range(ROWS)]
    member = category_column("member", [row % 50 for row in range(ROWS)], Role.ROW)
    values = [A[row % 50] for row in range(ROWS)]
    assert fanova(study(SPACE, configs, values, more=[member]), "score").single["a"] > 0.95


def test_an_unknown_metric_is_named_with_those_there_are() -> None:
    with pytest.raises(ImportanceError, match=r"metric 'loss' is not a numeric metric .* one of: score"):
        fanova(made(), "loss")


def test_an_unknown_hyperparameter_or_column_is_named() -> None:
    importance = fanova(made(), "score")
    with pytest.raises(KeyError, match=r"'z' is not in the space; expected one of: a, b"):
        importance.marginal("z")
    with pytest.raises(BrushError, match="no such column"):
        importance.within({"z": [[0, 1]]})
