"""Exports: code that runs and samples inside the space, whatever names and categories hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import optuna
import pytest
import yaml

from analytics.exports import EXPORTS, optuna_code, ray_code, space_json, wandb_yaml
from analytics.space import SearchSpace, parse_space
from analytics.trials import Metric
from tests.analytics.studies import SPACE

HOSTILE = {
    "it's \"quoted\"\n) or __import__('os').system('false') #": {"type": "float", "low": 0.0, "high": 1.0},
    "<b>ünï</b>\\": {
        "type": "categorical",
        "choices": ["'", '"', "\\n", "a\nb", "{x}", "", "# no", "- y: {", "null"],
    },
    "mixed": {"type": "categorical", "choices": [1, True, "1", None, 0.5, float("inf"), float("-inf")]},
    "child": {"type": "int", "low": 1, "high": 9, "step": 2, "when": {"mixed": [True, None]}},
    "grandchild": {"type": "float", "low": 0.5, "high": 2.0, "step": 0.5, "when": {"child": [3, 5], "mixed": [None]}},
    "fixed": {"type": "float", "low": 0.3, "high": 0.3},
    "only": {"type": "categorical", "choices": ["one\ttab"]},
    "many": {"type": "int", "low": 0, "high": 10_000_000, "step": 10},
}
ACCURACY = Metric("accuracy 'x'", "maximize", objective=True)
SPACES = [pytest.param(parse_space(space), id=name) for name, space in (("plain", SPACE), ("hostile", HOSTILE))]


def run(code: str, **names: Any) -> dict[str, Any]:
    namespace: dict[str, Any] = {**names}
    exec(compile(code, "export", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("space", SPACES)
def test_the_optuna_code_samples_inside_the_space_with_its_conditions(space: SearchSpace) -> None:
    suggest: Callable[[optuna.Trial], dict[str, Any]] = run(optuna_code(space, [ACCURACY]))["suggest"]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    seen = set()
    for _ in range(80):
        trial = study.ask()
        params = suggest(trial)
        assert list(params) == [h.name for h in space.hyperparameters if h.active(params)]
        for name, value in params.items():
            assert trial.distributions[name] == space[name].distribution
            assert space[name].distribution._contains(space[name].distribution.to_internal_repr(value))
        seen |= set(params)
    assert seen == set(space)


class Tune:
    """Records what ``ray.tune`` would be asked for; it is not installed here."""

    def __getattr__(self, name: str) -> Callable[..., tuple[Any, ...]]:
        return lambda *args, **kwargs: (name, *args, *kwargs.items())


def ray_space(space: SearchSpace) -> dict[str, Any]:
    code = ray_code(space, [ACCURACY])
    assert code.startswith("from ray import tune\n")
    return run(code.removeprefix("from ray import tune\n"), tune=Tune())


def test_the_ray_space_names_ray_s_distributions() -> None:
    assert ray_space(parse_space(SPACE))["param_space"] == {
        "lr": ("loguniform", 1e-5, 1.0),
        "dropout": ("uniform", 0.0, 0.5),
        "layers": ("randint", 1, 9),
        "units": ("lograndint", 16, 257),
        "batch": ("choice", [16, 32, 48, 64, 80, 96, 112, 128]),
        "optimizer": ("choice", ["adam", "sgd", "rmsprop"]),
        "momentum": ("uniform", 0.0, 0.99),
    }
    assert ray_space(parse_space(SPACE))["tune_config"] == (
        "TuneConfig",
        ("metric", "accuracy 'x'"),
        ("mode", "max"),
    )


def test_the_ray_code_survives_hostile_names_and_says_what_counts() -> None:
    made = ray_space(parse_space(HOSTILE))
    assert list(made["param_space"]) == list(HOSTILE)
    assert made["param_space"]["fixed"] == 0.3
    assert made["param_space"]["only"] == "one\ttab"
    assert made["param_space"]["grandchild"] == ("choice", [0.5, 1.0, 1.5, 2.0])
    config = dict.fromkeys(HOSTILE, 0)
    assert "child" not in made["active"]({**config, "mixed": 1, "child": 3})
    assert "child" in made["active"]({**config, "mixed": True, "child": 3})
    assert "grandchild" in made["active"]({**config, "mixed": None, "child": 3})
    assert "grandchild" not in made["active"]({**config, "mixed": True, "child": 3})


@pytest.mark.parametrize("space", SPACES)
def test_the_sweep_parses_back_with_every_name_and_category(space: SearchSpace) -> None:
    sweep = yaml.safe_load(wandb_yaml(space, [ACCURACY]))
    assert sweep["metric"] == {"name": "accuracy 'x'", "goal": "maximize"}
    assert list(sweep["parameters"]) == list(space)
    for h in space.hyperparameters:
        entry = sweep["parameters"][h.name]
        if h.is_category and len(h.choices) > 1:
            assert [repr(value) for value in entry["values"]] == [repr(choice) for choice in h.choices]


def test_the_sweep_names_w_and_b_s_distributions() -> None:
    parameters = yaml.safe_load(wandb_yaml(parse_space(SPACE)))["parameters"]
    assert parameters["lr"] == {"distribution": "log_uniform_values", "min": 1e-5, "max": 1.0}
    assert parameters["layers"] == {"distribution": "int_uniform", "min": 1, "max": 8}
    assert parameters["units"] == {"distribution": "q_log_uniform_values", "min": 16, "max": 256, "q": 1}
    assert parameters["batch"] == {"values": [16, 32, 48, 64, 80, 96, 112, 128]}
    assert yaml.safe_load(wandb_yaml(parse_space(HOSTILE)))["parameters"]["fixed"] == {"value": 0.3}


def test_the_sweep_says_which_conditions_it_leaves_out() -> None:
    first = wandb_yaml(parse_space(SPACE)).splitlines()[0]
    assert first == '# "momentum" counts only if "optimizer" is one of ["sgd", "rmsprop"]'


def test_the_json_is_the_space_of_a_study_spec() -> None:
    exported = json.loads(space_json(parse_space(SPACE), [ACCURACY, Metric("seconds")]))
    assert parse_space(exported["space"]) == parse_space(SPACE)
    assert exported["metrics"] == {"accuracy 'x'": "maximize"}
    hostile = json.loads(space_json(parse_space(HOSTILE)))
    assert hostile["space"]["mixed"]["choices"][-2:] == [{"float": "inf"}, {"float": "-inf"}]


@pytest.mark.parametrize("space", [*SPACES, pytest.param(SearchSpace(), id="empty")])
def test_every_export_writes_text_for_every_space(space: SearchSpace) -> None:
    for label, language, write in EXPORTS.values():
        assert label
        text = write(space, [])
        assert text.endswith("\n")
        if language == "python":
            compile(text, label, "exec")
