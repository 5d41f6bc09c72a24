"""A study spec is checked at the edge: what is possible survives unchanged, what is not is refused in one sentence."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

from trainer.spec import SpecError, StudySpec, parse_spec
from trainer.specfile import EXAMPLE, read_spec


@pytest.fixture
def example(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "example.yaml").write_text(EXAMPLE)
    return read_spec(tmp_path / "example.yaml").to_json()


def changed(mapping: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The mapping with the entry at a dotted path replaced."""
    mapping = copy.deepcopy(mapping)
    *parents, last = path.split(".")
    entry = mapping
    for parent in parents:
        entry = entry[parent]
    entry[last] = value
    return mapping


def test_the_printed_example_is_a_spec_and_survives_json(example: dict[str, Any]) -> None:
    spec = parse_spec(example)
    assert spec.name == "digits-example"
    assert spec.space["momentum"].when == {"optimizer": ("sgd",)}
    assert spec.space["momentum"].default == 0.9
    assert spec.space["learning_rate"].bounds == (1e-4, 1.0)
    assert parse_spec(json.loads(json.dumps(spec.to_json()))) == spec


def test_only_name_space_metrics_and_budget_are_needed() -> None:
    spec = parse_spec(
        {
            "name": "few words",
            "space": {"depth": {"type": "int", "low": 1, "high": 3}},
            "metrics": {"val_accuracy": "maximize"},
            "budget": {"trials": 3},
        }
    )
    assert isinstance(spec, StudySpec)
    assert (spec.objective.target, spec.algorithm.name, spec.workers, spec.seed) == ("digits", "random", 1, None)


def test_settings_of_the_algorithm_are_filled_in_with_their_defaults(example: dict[str, Any]) -> None:
    spec = parse_spec(changed(example, "algorithm", {"name": "tpe", "settings": {"n_startup_trials": 5}}))
    assert spec.algorithm.settings == {"n_startup_trials": 5, "n_ei_candidates": 24, "constant_liar": True}


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("name", "", "name is ''; expected text of 1 to 200 characters"),
        ("name", "a\nb", "name is 'a\\nb'; expected text without control characters"),
        ("colour", 1, "the study spec has the unknown key 'colour'; expected name, project, parent"),
        ("objective.type", "magic", "objective.type is 'magic'; expected one of builtin, python, optuna"),
        ("objective.target", "cifar", "objective.target is 'cifar'; expected digits or images"),
        ("objective.settings", {"path": "x"}, "objective.settings: objective 'digits' has no setting 'path'; expected"),
        ("objective.timeout", -1, "objective.timeout is -1; expected a number of seconds above 0"),
        ("objective.env", {"A": 1}, "objective.env: 'A' is 1; expected text (in quotes)"),
        ("objective", {"type": "python", "target": "train"}, "objective.target is 'train'; expected module:function"),
        ("objective", {"type": "python", "target": "a/b:c"}, "objective.target is 'a/b:c'; expected module:function"),
        (
            "objective",
            {"type": "python", "target": "m:f", "cwd": "/no/such"},
            "objective.cwd is '/no/such'; expected a",
        ),
        ("space", {}, "space is empty; expected at least one hyperparameter"),
        ("space.depth.low", "two", "hyperparameter 'depth': low is 'two'; expected a number"),
        ("space.depth.low", 9, "hyperparameter 'depth': range 9 to 4 is not possible"),
        ("space.depth.high", float("inf"), "hyperparameter 'depth': high is inf; expected a finite number"),
        ("space.depth.step", 0, "hyperparameter 'depth': step is 0; expected a number above 0"),
        ("space.depth.when", "sgd", "hyperparameter 'depth': when is 'sgd'; expected a mapping"),
        ("space.depth.when", {"heads": [1]}, "hyperparameter 'depth' depends on 'heads', which is not in the space"),
        (
            "space.depth",
            {"type": "int", "low": 0, "high": 4},
            "hyperparameter 'depth': 0; expected values from 1 to 16",
        ),
        ("space.depth", {"type": "float", "low": 1, "high": 4}, "hyperparameter 'depth': 1.0; expected whole numbers"),
        ("space.activation.choices", ["relu", "elu"], "hyperparameter 'activation': 'elu'; expected one of relu, tanh"),
        ("space.heads", {"type": "int", "low": 1, "high": 2}, "hyperparameter 'heads' is unknown to the objective"),
        ("metrics", {}, "metrics is empty; expected at least one"),
        ("metrics", {"val_accuracy": "up"}, "metrics.val_accuracy is 'up'; expected minimize or maximize"),
        ("metrics", {"f1": "maximize"}, "the name of a metric is 'f1'; expected one of val_accuracy, "),
        ("algorithm.name", "annealing", "algorithm.name is 'annealing'; expected one of random, grid, "),
        ("algorithm.pruner", "asha", "algorithm.pruner is 'asha'; expected one of none, median, "),
        ("algorithm.settings", {"gamma": 1}, "algorithm 'random' has no setting 'gamma'; expected none"),
        (
            "algorithm",
            {"name": "tpe", "settings": {"n_startup_trials": 0}},
            "setting 'n_startup_trials' is 0; expected",
        ),
        ("budget", {"steps": 3}, "budget has neither trials nor seconds; expected at least one of them"),
        ("budget.trials", 2.5, "budget.trials is 2.5; expected a whole number from 1 to"),
        ("workers", 0, "workers is 0; expected a whole number from 1 to 256"),
        ("seed", True, "seed is True; expected a whole number from 0 to"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_with_key_value_and_expectation(
    example: dict[str, Any], path: str, value: Any, sentence: str
) -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(changed(example, path, value))
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_pruner_needs_a_single_metric(example: dict[str, Any]) -> None:
    example["metrics"] = {"val_accuracy": "maximize", "inference_ms": "minimize"}
    assert parse_spec(example).metrics == example["metrics"]
    with pytest.raises(SpecError, match=r"algorithm\.pruner is 'median' with 2 metrics; expected none"):
        parse_spec(changed(example, "algorithm.pruner", "median"))


def test_yaml_reads_as_an_analyst_means_it(tmp_path: Path, example: dict[str, Any]) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(EXAMPLE.replace("relu, tanh, gelu", "on, 1e-3, tanh"))
    with pytest.raises(SpecError, match="hyperparameter 'activation': 'on'; expected one of"):
        read_spec(spec)
    spec.write_text(EXAMPLE + "seed: 2\n")
    with pytest.raises(SpecError, match=r"line \d+: the key 'seed' stands twice"):
        read_spec(spec)
    spec.write_text("name: [")
    with pytest.raises(SpecError, match=r"spec\.yaml: line \d+: .*expected JSON or YAML"):
        read_spec(spec)
    spec.write_text(json.dumps(example, indent="\t"))
    assert read_spec(spec).to_json() == example


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.yaml: No such file or directory; expected a study spec"):
        read_spec(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match=r"binary\.yaml: not UTF-8 text; expected a study spec"):
        read_spec(tmp_path / "binary.yaml")


def test_a_working_folder_is_relative_to_the_spec_file(tmp_path: Path, example: dict[str, Any]) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "spec.json").write_text(
        json.dumps(changed(example, "objective", {"type": "python", "target": "train:main", "cwd": "code"}))
    )
    assert read_spec(tmp_path / "spec.json").objective.cwd == str(tmp_path / "code")


def test_a_spec_through_a_pipe_begins_in_the_current_folder(
    example: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reading, writing = os.pipe()
    os.write(writing, json.dumps(changed(example, "objective", {"type": "python", "target": "train:main"})).encode())
    os.close(writing)
    assert read_spec(f"/dev/fd/{reading}").objective.cwd == str(tmp_path)
    os.close(reading)
