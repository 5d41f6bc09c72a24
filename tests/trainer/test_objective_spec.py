"""The objective of a study spec is checked at the edge: what cannot be trained is refused in a sentence."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from trainer.spec import SpecError, StudySpec, parse_spec

COMMAND = {"type": "command", "target": f"{sys.executable} own.py --lr {{lr}} {{args}}"}
SPACE = {"lr": {"type": "float", "low": 0, "high": 1}, "depth": {"type": "int", "low": 1, "high": 3}}


def spec(objective: dict[str, Any], **changes: Any) -> dict[str, Any]:
    metrics = {"val_accuracy" if objective.get("type") == "builtin" else "score": "maximize"}
    space = {"depth": SPACE["depth"]} if objective.get("type") == "builtin" else SPACE
    return {"name": "s", "objective": objective, "space": space, "metrics": metrics, "budget": {"trials": 1}, **changes}


def parsed(objective: dict[str, Any], folder: Path, **changes: Any) -> StudySpec:
    return parse_spec(spec(objective, **changes), folder)


def images(**settings: Any) -> dict[str, Any]:
    return {"type": "builtin", "target": "images", "settings": settings}


@pytest.mark.parametrize(
    "objective",
    [
        images(evaluate="test", device="cpu"),
        {"type": "optuna", "target": "pkg.own:main", "cwd": "."},
        {"type": "python", "target": "own:main", "env": {"A": "1"}, "timeout": 3},
        {**COMMAND, "settings": {"metrics": ["score"], "patterns": {"score": r"F1 (\S+)"}, "checkpoints": True}},
        {**COMMAND, "target": "sh -c \\\n 'cat {args}' {args}"},
    ],
)
def test_every_kind_survives_json_with_its_folder_made_absolute(objective: dict[str, Any], tmp_path: Path) -> None:
    found = parsed(objective, tmp_path)
    assert parse_spec(json.loads(json.dumps(found.to_json()))) == found
    assert found.objective.cwd in (None, str(tmp_path.resolve()))


def test_settings_are_filled_in_and_a_path_in_them_begins_at_the_spec(tmp_path: Path) -> None:
    assert parsed(images(), tmp_path).objective.settings["dataset"] == "digits"
    for kind in ("cats", "dogs"):
        (tmp_path / "photos" / kind).mkdir(parents=True)
        (tmp_path / "photos" / kind / "1.png").touch()
    settings = parsed(images(dataset="folder", path="photos"), tmp_path).objective.settings
    assert settings["path"] == str(tmp_path.resolve() / "photos")


def test_which_kinds_keep_checkpoints(tmp_path: Path) -> None:
    kinds = {
        "images": images(),
        "python": {"type": "python", "target": "own:main"},
        "optuna": {"type": "optuna", "target": "own:main"},
        "command": COMMAND,
        "kept": {**COMMAND, "settings": {"checkpoints": True}},
    }
    kept = {name for name, objective in kinds.items() if parsed(objective, tmp_path).objective.checkpoints}
    assert kept == {"images", "python", "kept"}


REFUSED = [
    (images(dataset="imagenet"), "objective.settings: setting 'dataset' is 'imagenet'; expected one of digits, sums"),
    (images(dataset="cifar", path="nowhere"), "nowhere'; expected the folder of the images"),
    (images(dataset="cifar", path="."), "has no file data_batch_1; expected the python batches of CIFAR-10"),
    (images(path="a\nb"), "objective.settings: setting 'path' is 'a\\nb'; expected text without control characters"),
    (images(test_share=2), "setting 'test_share' is 2; expected a number from 0.01 to 0.8"),
    ({**COMMAND, "target": ""}, "objective.target is ''; expected a command, as in python train.py --lr {lr}"),
    ({**COMMAND, "target": "python 'x"}, 'objective.target is "python \'x", which cannot be split: No closing quot'),
    ({**COMMAND, "target": "python a\0b"}, "expected text without control characters"),
    ({**COMMAND, "target": "nosuch {args}"}, "there is no program 'nosuch'; expected one on the PATH, or its full pa"),
    ({**COMMAND, "target": "./nosuch {args}"}, "there is no program './nosuch'"),
    ({**COMMAND, "target": "{lr} {args}"}, "objective.target begins with '{lr}'; expected a program, not a hyperpa"),
    ({**COMMAND, "target": "sh {args} {HOME}"}, "objective.target has {HOME}, no hyperparameter; expected one of lr"),
    ({**COMMAND, "target": "sh --lr {lr}"}, "objective.target has no place for 'depth'; expected {depth} or {args}"),
    ({**COMMAND, "settings": {"shell": True}}, "objective.settings has the unknown key 'shell'; expected metrics, pat"),
    ({**COMMAND, "settings": {"metrics": "score"}}, "objective.settings.metrics is 'score'; expected a list of names"),
    ({**COMMAND, "settings": {"metrics": ["loss"]}}, "the name of a metric is 'score'; expected loss"),
    ({**COMMAND, "settings": {"checkpoints": 1}}, "objective.settings.checkpoints is 1; expected true or false"),
    ({**COMMAND, "settings": {"patterns": {"score": "("}}}, "objective.settings.patterns.score is '(', no regular exp"),
    ({**COMMAND, "settings": {"patterns": {"score": "a"}}}, "is 'a' with 0 groups; expected one, around the number"),
    ({**COMMAND, "settings": {"patterns": {"score": 1}}}, "objective.settings.patterns.score is 1; expected a regul"),
    ({"type": "optuna", "target": "own"}, "objective.target is 'own'; expected module:function, with a colon"),
    (
        {"type": "optuna", "target": "own:f", "settings": {"a": 1}},
        "unknown key 'a'; expected none: the type optuna has",
    ),
]


@pytest.mark.parametrize(("objective", "sentence"), REFUSED, ids=[sentence[:40] for _, sentence in REFUSED])
def test_what_cannot_be_trained_is_refused(objective: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        parsed(objective, tmp_path)
    assert sentence in str(caught.value)


def test_accuracy_on_the_test_images_is_optimized_only_where_it_is_measured(tmp_path: Path) -> None:
    metrics = {"test_accuracy": "maximize"}
    assert parsed(images(evaluate="test"), tmp_path, metrics=metrics).metrics == metrics
    with pytest.raises(SpecError, match="metrics has 'test_accuracy', which is measured only with"):
        parsed(images(), tmp_path, metrics=metrics)
