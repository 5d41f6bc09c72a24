"""An analyst's Optuna objective runs unchanged on the study's own space, which narrows, fixes and removes."""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FrozenTrial, TrialState

from data.workspace import Workspace
from tests.trainer.test_controller import run
from tests.trainer.trials import task, train
from trainer.answers import narrowed

OBJECTIVE = """
    import warnings
    import optuna

    def build(trial):
        kind = trial.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop"])
        if kind == "sgd":
            momentum = trial.suggest_float("momentum", 0.0, 1.0)
        layers = trial.suggest_int("layers", 1, 4)
        units = [trial.suggest_int(f"units_{i}", 16, 256, step=16) for i in range(layers)]
        rate = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
        assert trial.suggest_int("layers", 1, 4) == layers
        assert trial.params == {**trial.params, "optimizer": kind, "lr": rate}
        return rate

    def main(trial: optuna.Trial):
        assert isinstance(trial, optuna.trial.BaseTrial)
        assert trial.study.direction == optuna.study.StudyDirection.MAXIMIZE
        assert trial.datetime_start is not None and trial.relative_params == {}
        rate = build(trial)
        trial.set_user_attr("note", {"a": [1, "b"]})
        for step in range(3):
            trial.report(rate * step, step)
            if trial.should_prune():
                raise optuna.TrialPruned()
        return rate
"""
SPACE = {
    "lr": {"type": "float", "low": 1e-3, "high": 1e-2, "log": True},
    "layers": {"type": "int", "low": 2, "high": 2},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd"]},
    "units_0": {"type": "int", "low": 20, "high": 100},
}


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def spec(folder: Path, source: str = OBJECTIVE, **changes: Any) -> dict[str, Any]:
    (folder / "own.py").write_text(textwrap.dedent(source))
    return {
        "name": "own",
        "objective": {"type": "optuna", "target": "own:main", "cwd": str(folder)},
        "space": SPACE,
        "metrics": {"score": "maximize"},
        "budget": {"trials": 8},
        "workers": 2,
        "seed": 5,
        **changes,
    }


def reason(trial: FrozenTrial) -> str | None:
    found = trial.user_attrs.get("trellis:reason")
    return None if found is None else str(found)


def test_an_unchanged_objective_is_searched_on_the_refined_space(workspace: Workspace, tmp_path: Path) -> None:
    trials = run(workspace, spec(tmp_path, algorithm={"name": "tpe", "settings": {"n_startup_trials": 4}}))
    assert [(t.state, reason(t)) for t in trials] == [(TrialState.COMPLETE, None)] * 8
    for trial in trials:
        p = trial.params
        assert set(p) - {"momentum"} == {"optimizer", "layers", "units_0", "units_1", "lr"}
        assert ("momentum" in p) == (p["optimizer"] == "sgd")
        assert 1e-3 <= p["lr"] <= 1e-2
        assert p["layers"] == 2
        assert p["optimizer"] in ("adam", "sgd")
        assert p["units_0"] in (32, 48, 64, 80, 96)
        assert p["units_1"] % 16 == 0
        assert trial.values == [p["lr"]]
        assert trial.intermediate_values == {step: p["lr"] * step for step in range(3)}
        assert trial.user_attrs["note"] == {"a": [1, "b"]}
    assert len({t.params["lr"] for t in trials}) == 8
    assert {t.params["optimizer"] for t in trials} == {"adam", "sgd"}


def test_its_own_pruning_and_the_studys_pruner_end_trials(workspace: Workspace, tmp_path: Path) -> None:
    source = """
        import optuna

        def main(trial):
            x = trial.suggest_float("x", 0, 1)
            if trial.number == 0:
                raise optuna.TrialPruned("too poor")
            for step in range(5):
                trial.report(-trial.number, step)
                if trial.should_prune():
                    raise optuna.TrialPruned
            return x
    """
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    trials = run(workspace, spec(tmp_path, source, space=space, algorithm={"pruner": "median"}, workers=1))
    states = [t.state for t in trials]
    assert states == [TrialState.PRUNED] + [TrialState.COMPLETE] * 5 + [TrialState.PRUNED] * 2
    assert [len(t.intermediate_values) for t in trials] == [0, 5, 5, 5, 5, 5, 1, 1]


def test_several_objectives_come_as_a_tuple(workspace: Workspace, tmp_path: Path) -> None:
    source = """
        def main(trial):
            x = trial.suggest_float("x", 0, 1)
            trial.set_constraint("small", x - 0.5)
            return (x, 2.0) if trial.number else x
    """
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    metrics = {"score": "maximize", "cost": "minimize"}
    first, *others = run(
        workspace, spec(tmp_path, source, space=space, metrics=metrics, budget={"trials": 3}, workers=1)
    )
    assert "expected 2 numbers (score, cost)" in (reason(first) or "")
    assert [t.values for t in others] == [[t.params["x"], 2.0] for t in others]
    assert [t.constraints for t in others] == [{"small": t.params["x"] - 0.5} for t in others]


REFUSED = [
    (
        {"x": {"type": "float", "low": 3, "high": 3}},
        "trial.suggest_float('x', 0, 1)",
        "RunError: hyperparameter 'x' is 3 in this study, but the objective's is 0 to 1",
    ),
    (
        {"x": {"type": "categorical", "choices": ["lion"]}},
        "trial.suggest_categorical('x', ['sgd', 'adam'])",
        "RunError: hyperparameter 'x' is 'lion' in this study, but the objective's is 'sgd', 'adam'",
    ),
    (
        {"x": {"type": "float", "low": 1, "high": 3}},
        "trial.suggest_categorical('x', [1, 2])",
        "RunError: hyperparameter 'x' is 1 to 3 in this study, but the objective's is 1, 2",
    ),
]


@pytest.mark.parametrize(("space", "asks", "sentence"), REFUSED)
def test_a_space_without_a_value_in_common_is_told(
    tmp_path: Path, space: dict[str, Any], asks: str, sentence: str
) -> None:
    (tmp_path / "own.py").write_text(f"def main(trial):\n    return {asks}\n")
    assert train(task(tmp_path, "optuna", "own:main"), space=space).failure == sentence


def test_old_calls_tuples_as_choices_and_a_step_told_twice_work_as_in_optuna(tmp_path: Path) -> None:
    source = """
        import warnings

        def main(trial):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                a = trial.suggest_uniform("a", 0, 1)
                b = trial.suggest_loguniform("b", 1e-3, 1)
                c = trial.suggest_discrete_uniform("c", 0, 1, 0.25)
                layers = trial.suggest_categorical("layers", [(50,), (100, 50)])
            assert layers == (100, 50)
            trial.report(1, step=1)
            trial.report(2, step=1)
            return c
    """
    (tmp_path / "own.py").write_text(textwrap.dedent(source))
    space = {
        "layers": {"type": "categorical", "choices": ["(100, 50)"]},
        "c": {"type": "float", "low": 0.5, "high": 0.5},
    }
    ended = train(task(tmp_path, "optuna", "own:main"), space=space)
    assert ended.failure is None, ended.details
    assert (ended.reports, ended.result) == ([(1, {"score": 1})], {"score": 0.5})


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("return None", "RunError: the objective returned None; expected a number"),
        ("return 'good'", "RunError: the returned metrics: metric 'score' is 'good'; expected a number"),
        ("trial.report('good', 1)", "TypeError: trial.report: 'good' at step 1; expected a number at a whole number"),
        (
            "trial.set_user_attr('x', object)",
            "RunError: set_user_attr: 'x' is <class 'object'>; expected text, a number",
        ),
        ("trial.study.best_value", "AttributeError: trial.study.best_value is not known here; expected direction, di"),
        ("trial.suggest_float('x', 2, 1)", "ValueError: "),
    ],
)
def test_wrong_use_is_told_in_a_sentence(tmp_path: Path, source: str, sentence: str) -> None:
    (tmp_path / "own.py").write_text(f"def main(trial):\n    {source}\n")
    failure = train(task(tmp_path, "optuna", "own:main")).failure
    assert failure is not None
    assert failure.startswith(sentence)


FLOAT, LOG = FloatDistribution(0.1, 0.9), FloatDistribution(1e-4, 1e-1, log=True)
STEPS = FloatDistribution(0.1, 0.9, step=0.2)
INT, UNITS = IntDistribution(1, 9), IntDistribution(16, 256, step=16)


@pytest.mark.parametrize(
    ("own", "wanted", "expected"),
    [
        (FLOAT, FloatDistribution(0.0, 0.5), FloatDistribution(0.1, 0.5)),
        (FLOAT, LOG, FloatDistribution(0.1, 0.1, log=True)),
        (LOG, FloatDistribution(1e-3, 1.0), FloatDistribution(1e-3, 1e-1)),
        (FLOAT, STEPS, STEPS),
        (STEPS, FloatDistribution(0.2, 0.65), FloatDistribution(0.3, 0.5, step=0.2)),
        (INT, IntDistribution(0, 4, step=2), IntDistribution(2, 4, step=2)),
        (INT, FloatDistribution(2.5, 20), IntDistribution(3, 9)),
        (INT, IntDistribution(2, 8, log=True), IntDistribution(2, 8, log=True)),
        (UNITS, IntDistribution(20, 100, log=True), IntDistribution(32, 96, step=16)),
        (UNITS, CategoricalDistribution([32, 33, 64]), CategoricalDistribution([32, 64])),
        (
            CategoricalDistribution(["a", 1, True]),
            CategoricalDistribution([True, "b"]),
            CategoricalDistribution([True]),
        ),
    ],
)
def test_a_distribution_is_narrowed_and_keeps_the_objectives_steps(
    own: BaseDistribution, wanted: BaseDistribution, expected: BaseDistribution
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert narrowed("x", own, wanted) == expected
