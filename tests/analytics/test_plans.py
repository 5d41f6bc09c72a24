"""The launch form and the part of a study spec that it stands for."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.plans import PLACES, field_of, read_form, write_form
from analytics.settings import Setting

SETTINGS = {
    "setting:startup": Setting("startup", "int", 10, "Random trials first.", low=1, high=100),
    "setting:gamma": Setting("gamma", "float", 0.1, "Share of the good.", low=0, high=1),
    "setting:liar": Setting("liar", "bool", True, "Keep away from running ones."),
    "pruning:kind": Setting("kind", "choice", "a", "Which one.", choices=("a", "b")),
    "objective:path": Setting("path", "text", "", "Folder."),
    "warm": Setting("warm", "bool", False, "Tell the sampler."),
}
SPEC: dict[str, Any] = {
    "name": "new",
    "algorithm": {
        "name": "tpe",
        "settings": {"startup": 5, "gamma": 0.25, "liar": False},
        "pruner": "median",
        "pruner_settings": {"kind": "b"},
    },
    "budget": {"trials": 40, "steps": 12, "seconds": 5400.0},
    "workers": 2,
    "threads": 1,
    "retries": 0,
    "repeats": 3,
    "seed": 7,
    "configurations": [{"lr": 0.01, "optimizer": "adam"}, {"a, b": -2.5e-7, "optimizer": "x = 'y'", "flag": True}],
    "metrics": {"accuracy": "maximize", "parameters": "minimize"},
    "constraints": {"parameters": {"max": 50000}, "speed, cold": {"min": 0.5, "max": 2}},
    "objective": {
        "type": "command",
        "target": "python train.py {args}",
        "cwd": "code",
        "env": {"DATA": "a=b", "MODE": ""},
        "timeout": 90.0,
        "settings": {"metrics": ["accuracy", "loss"], "patterns": {"loss": "loss: (.*)"}, "path": "images"},
    },
    "start": {"enqueue": 5, "warm": True},
}
LIMIT = "expected METRIC <= NUMBER or METRIC >= NUMBER"


def test_a_spec_goes_into_the_form_and_comes_back() -> None:
    form = write_form(SPEC, SETTINGS)
    assert form["wall"] == "90 min"
    assert form["configurations"].splitlines()[0] == "lr = 0.01, optimizer = adam"
    assert form["goals"] == "maximize accuracy, minimize parameters"
    assert form["constraints"] == "parameters <= 50000\nspeed, cold >= 0.5\nspeed, cold <= 2"
    assert form["env"] == "DATA=a=b\nMODE="
    assert read_form(form, SETTINGS) == (SPEC, {})


def test_empty_fields_leave_their_place_to_the_trainer() -> None:
    assert read_form(dict.fromkeys(PLACES, "") | {"seed": None, "env": " \n"}, SETTINGS) == ({}, {})


def test_what_is_no_number_stays_text_for_the_trainer_to_refuse() -> None:
    spec, problems = read_form(
        {"trials": "many", "workers": " 2 ", "setting:gamma": "1e-1", "setting:startup": "x"}, SETTINGS
    )
    assert spec == {
        "budget": {"trials": "many"}, "workers": 2, "algorithm": {"settings": {"gamma": 0.1, "startup": "x"}},
    }  # fmt: skip
    assert problems == {}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("wall", "soon", "wall is 'soon'; expected seconds, or a time such as 30 min or 2 h"),
        ("timeout", "3 weeks", "timeout is '3 weeks'; expected seconds, or a time such as 30 min or 2 h"),
        ("env", "A=1\nB", "env has the line 'B', which is no NAME=VALUE; expected NAME=VALUE once a line"),
        ("env", "A=1\nA=2", "env has the line 'A=2', which stands twice; expected NAME=VALUE once a line"),
        ("patterns", "a", "patterns has the line 'a', which is no NAME: PATTERN; expected NAME: PATTERN once a line"),
        ("constraints", "p < 5", f"constraints has the line 'p < 5'; {LIMIT}"),
        ("constraints", "p <= five", f"constraints has the line 'p <= five'; {LIMIT}"),
        ("constraints", "p <= 5\np <= 6", "constraints has 'p' twice; expected one limit of a kind for each metric"),
        ("goals", "accuracy", "goals has 'accuracy'; expected maximize NAME or minimize NAME"),
        ("goals", "maximize a, minimize a", "goals has 'a' twice; expected each metric once"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_a_spec_is_said_at_its_field(field: str, text: str, sentence: str) -> None:
    assert read_form({field: text}, SETTINGS) == ({}, {field: sentence})


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1.5 h", 5400), ("30min", 1800), ("2 d", 172_800), ("1e3 s", 1000)]
)
def test_a_time_has_a_unit_or_is_in_seconds(text: str, seconds: float) -> None:
    assert read_form({"wall": text}, {}) == ({"budget": {"seconds": seconds}}, {})


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("budget.trials is 'many'; expected a whole number from 1 to 10", "trials"),
        ("budget has neither trials nor seconds; expected at least one of them", "trials"),
        ("budget.seconds is -1; expected a number of seconds above 0", "wall"),
        ("workers is 0; expected a whole number from 1 to 256", "workers"),
        ("name is ''; expected text of 1 to 200 characters", "name"),
        ("setting 'gamma' is 2; expected a number from 0 to 1", "setting:gamma"),
        ("objective.settings: setting 'path' is ''; expected a folder", "objective:path"),
        ("objective.target has {lr}, no hyperparameter; expected one of depth", "target"),
        ("objective.target: there is no program 'pythn'", "target"),
        ("objective.env: 'A' is 1; expected text (in quotes)", "env"),
        ("objective.settings.patterns.loss is '('; expected a pattern", "patterns"),
        ("metrics is empty; expected at least one", "goals"),
        ("the name of a metric is 'x'; expected val_accuracy", "goals"),
        ("constraints.parameters is {}; expected max", "constraints"),
        ("algorithm.name is 'pbt', but the objective has no checkpoints", "algorithm"),
        ("algorithm.pruner is 'median' with 2 metrics; expected none", "pruner"),
        ("start.study is 'x'; expected a study", "enqueue"),
        ("hyperparameter 'name': low is 1", None),
        ("space is empty; expected at least one hyperparameter", None),
    ],
)
def test_a_sentence_of_the_trainer_finds_its_field(sentence: str, field: str | None) -> None:
    assert field_of(sentence, [*PLACES, *SETTINGS]) == field
