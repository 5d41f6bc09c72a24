"""Each method answers its own question, under the same refusals; a sentence says who chose the trials."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import optuna
import pytest

from analytics.columns import Role, State, category_column
from analytics.evidence import ImportanceError
from analytics.methods import METHODS
from analytics.pedanova import ped_anova, ped_uncertainty
from analytics.samplers import SAMPLERS, sampler_line
from analytics.space import parse_space
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study

SPACE: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", True, 1]},
    "momentum": UNIT | {"when": {"optimizer": ["sgd"]}},
    "inert": {"type": "int", "low": 1, "high": 9},
}
CONFIGS = sampled(parse_space(SPACE), 600, seed=2)


def cliff_and_valley(rows: int = 600) -> Trials:
    """x0 diverges on the last tenth of its axis, and among what does not, x1 decides."""
    return unit_study(lambda points: 10 * (points[:, 0] > 0.9) + (points[:, 1] - 0.3) ** 2, rows, 3)


def test_what_explains_the_variance_and_what_reaches_the_best_are_two_questions() -> None:
    trials = cliff_and_valley()
    overall, best = (METHODS[name].run(trials, "score", rows="completed", within=None) for name in ("fanova", "ped"))
    assert overall.single["x0"] > 0.95 > 0.9 < best.single["x1"] > 0.9
    assert METHODS["fanova"].question("score") != METHODS["ped"].question("score")


def test_the_question_names_the_metric_and_how_many_count_as_the_best() -> None:
    question = METHODS["ped"].question("{loss}", best=0.05)
    assert question == "How much does it take the right value of each for {loss} to be among the best 5 %?"


def test_ped_anova_is_that_of_optuna() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    searched = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1))

    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("rate", 1e-4, 1, log=True)
        kind = trial.suggest_categorical("kind", ["a", "b", "c"])
        return float(-abs(np.log10(rate) + 2) + (kind == "b") + trial.suggest_int("depth", 1, 4) / 4)

    searched.optimize(objective, n_trials=200)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.2)
    theirs = optuna.importance.get_param_importances(searched, evaluator=evaluator)
    space = {
        "rate": SPACE["rate"],
        "kind": {"type": "categorical", "choices": ["a", "b", "c"]},
        "depth": {"type": "int", "low": 1, "high": 4},
    }
    configs, values = [trial.params for trial in searched.trials], [trial.value or 0.0 for trial in searched.trials]
    ours = ped_anova(study(space, configs, values, direction="maximize"), "score", best=0.2)
    assert ours.single == pytest.approx(theirs, abs=1e-12)


def test_the_share_that_counts_as_best_changes_the_answer() -> None:
    trials = unit_study(lambda points: np.where(points[:, 0] > 0.5, 1, points[:, 1]), 1000, 2)
    wide, narrow = (ped_anova(trials, "score", best=best).single for best in (0.4, 0.02))
    assert wide["x0"] > wide["x1"]
    assert narrow["x1"] > narrow["x0"]


def test_a_conditional_hyperparameter_counts_where_it_is_active() -> None:
    values = [c.get("momentum", 0.0) + 0.01 * np.log10(c["rate"]) for c in CONFIGS]
    told = ped_anova(study(SPACE, CONFIGS, values, direction="maximize"), "score").single
    assert list(told) == list(SPACE)
    assert told["momentum"] > 0.05 > 0.01 > told["inert"]


def test_levels_that_python_takes_for_equal_stay_apart() -> None:
    values = [float(c["optimizer"] is True) + 0.001 * np.log10(c["rate"]) for c in CONFIGS]
    told = ped_anova(study(SPACE, CONFIGS, values, direction="maximize"), "score", best=0.2).single
    assert told["optimizer"] > 0.5


def test_within_a_brush_the_best_are_those_of_its_rows() -> None:
    told = ped_anova(cliff_and_valley(2000), "score", within={"x1": [[0.6, 0.7]], "x0": [[0.5, 0.8]]})
    assert told.single["x1"] > 0.8
    assert told.rows == told.inside == 2000 - told.left_out["outside the brush"]


def test_within_a_brush_a_hyperparameter_that_is_never_active_has_no_share() -> None:
    values = [c.get("momentum", 0.5) + 0.1 * np.log10(c["rate"]) for c in CONFIGS]
    told = ped_anova(study(SPACE, CONFIGS, values), "score", within={"optimizer": ["adam"]})
    assert told.single["momentum"] == 0
    assert told.single["rate"] > 0.9


def test_uncertainty_comes_from_resampled_trials() -> None:
    few, many = (ped_anova(cliff_and_valley(rows), "score") for rows in (60, 1500))
    assert 0 < ped_uncertainty(many).single["x1"] < ped_uncertainty(few).single["x1"]
    assert ped_uncertainty(few) == ped_uncertainty(few)


@pytest.mark.parametrize("method", ["fanova", "ped", "reference"])
def test_every_method_refuses_what_tells_nothing(method: str) -> None:
    def refused(trials: Trials, **more: Any) -> ImportanceError:
        with pytest.raises(ImportanceError) as caught:
            METHODS[method].run(trials, **{"metric": "score", "rows": "completed", "within": None} | more)
        return caught.value

    configs, values = CONFIGS[:200], np.linspace(0, 1, 200)
    failed = [State.FAILED] * 170 + [State.COMPLETE] * 30
    few = refused(study(SPACE, configs, values, states=failed))
    assert (few.reason, few.counts["rows"], few.counts["left out"]) == ("too few", 30, 170)
    assert refused(study(SPACE, configs, np.ones(200))).reason == "constant"
    assert refused(study(SPACE, configs, values), metric="loss").reason == "metric"
    assert refused(study(SPACE, configs, values), rows="best").reason == "metric"
    assert refused(study(SPACE, configs, values), within={"rate": [[2, 3]]}).reason in ("brush", "too few")
    assert refused(study({}, [{}] * 30, np.arange(30.0))).reason == "too few"
    assert refused(study(SPACE, configs, [np.nan] * 200)).reason == "too few"
    member = category_column("member", [row % 20 for row in range(200)], Role.ROW)
    assert refused(study(SPACE, configs, values, more=[member])).reason == "population"


@pytest.mark.parametrize("method", ["fanova", "ped"])
def test_methods_count_what_they_leave_out(method: str) -> None:
    values = np.random.default_rng(0).random(600)
    values[[3, 4]] = np.nan, -np.inf
    rows = [State.FAILED] * 2 + [State.COMPLETE] * 597 + [State.RUNNING]
    told = METHODS[method].run(study(SPACE, CONFIGS, values, states=rows), "score", rows="completed", within=None)
    assert told.rows == 595
    assert told.left_out == {"failed": 2, "running": 1, "without a finite score": 2}


def test_the_best_need_a_direction_and_some_rows() -> None:
    values = np.random.default_rng(0).random(600)
    with pytest.raises(ImportanceError, match="no direction; expected one, to know the best"):
        ped_anova(study(SPACE, CONFIGS, values, direction=None), "score")
    with pytest.raises(ImportanceError, match=r"3 of 600 rows are the best 0.5 %; expected at least 5"):
        ped_anova(study(SPACE, CONFIGS, values), "score", best=0.005)
    with pytest.raises(ImportanceError, match="as good as all 600 rows"):
        ped_anova(study(SPACE, CONFIGS, (values > 0.99).astype(float)), "score", best=0.995)
    with pytest.raises(ValueError, match="best is 10; expected a share between 0 and 1"):
        ped_anova(study(SPACE, CONFIGS, values), "score", best=10)


@pytest.mark.parametrize(
    ("algorithm", "says"),
    [
        ("random", "Random search chose the trials: every part"),
        ("RandomSampler", "Random search chose the trials: every part"),
        ("TPESampler", "TPE chose the trials: it seeks good regions and under-samples bad ones"),
        ("nsga2", "NSGA-II chose"),
        ("NSGAIISampler", "NSGA-II chose"),
        ("CmaEsSampler", "CMA-ES chose"),
        ("Hyperopt <b>", "Hyperopt <b> chose the trials; what it biases is not known"),
        ("", "Which sampler chose the trials is not known"),
    ],
)
def test_a_sentence_says_who_chose_the_trials_and_what_that_biases(algorithm: str, says: str) -> None:
    trials = cliff_and_valley(60)
    line = sampler_line(replace(trials, study=replace(trials.study, algorithm=algorithm)))
    assert line.startswith(says)
    assert line.endswith(".")
    assert ". " not in line


def test_every_known_sampler_has_a_sentence_that_ends() -> None:
    assert {line[-1] for line in SAMPLERS.values()} == {"."}
