"""A model as code that trains it again, and what it came from."""

from __future__ import annotations

import json
from typing import Any

import optuna
import pytest

from analytics.columns import State
from analytics.kinship import Relative, kin
from analytics.reproduce import enqueue_code, own_configuration, snippets
from analytics.trials import Trials
from tests.analytics.studies import CONFIGS, SPACE, make_trials, spec_of
from tests.analytics.tracing import traced
from trainer.spec import parse_spec

HOSTILE = 'x"); import os; os.abort() #\n'


def run(code: str, **names: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(names)
    exec(code, found)  # the code is what is tested
    return found


@pytest.fixture
def hostile() -> Trials:
    """A study with a hyperparameter called state, and names and categories that would end a string."""
    space = {
        "state": {"type": "float", "low": 0.0, "high": 1.0},
        HOSTILE: {"type": "categorical", "choices": [HOSTILE, True, 1, None]},
    }
    configs: list[dict[str, Any]] = [{"state": 0.5, HOSTILE: HOSTILE}, {"state": 0.25, HOSTILE: None}]
    return make_trials(space, configs, [0.1, 0.2], [State.COMPLETE] * 2, renamed={"state": "param:state"})


def test_a_configuration_is_a_dict_of_what_is_active_under_the_objectives_names(hostile: Trials) -> None:
    assert own_configuration(make_trials(), 1) == CONFIGS[1]
    assert "momentum" not in own_configuration(make_trials(), 0)
    assert own_configuration(hostile, 1) == {"state": 0.25, HOSTILE: None}
    with pytest.raises(KeyError):
        own_configuration(hostile, 7)


@pytest.mark.parametrize("number", [0, 1])
def test_the_code_gives_an_objective_just_this_configuration(hostile: Trials, number: int) -> None:
    python, fixed, *_ = snippets(hostile, number)
    wanted = own_configuration(hostile, number)
    assert run(python.code)["params"] == wanted
    seen = run(fixed.code, objective=lambda trial: dict(trial.params) or trial._params)
    assert seen["value"] == wanted


def test_the_optuna_study_runs_the_models_first(hostile: Trials) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for trials, numbers in ((make_trials(spec=spec_of()), [3, 1]), (hostile, [1, 0])):
        names = run(enqueue_code(trials, numbers))
        names["study"].optimize(lambda trial, suggest=names["suggest"]: len(suggest(trial)), n_trials=2)
        assert [trial.params for trial in names["study"].trials] == [own_configuration(trials, n) for n in numbers]
        assert names["study"].trials[0].user_attrs == {"trial": numbers[0], "study": "digits"}


def test_a_study_of_ours_has_a_spec_that_trains_the_model_again() -> None:
    ours = {**spec_of(), "objective": {"type": "command", "target": "true {args}"}}
    *_, spec = snippets(make_trials(spec=ours), 1)
    assert spec.label == "Study spec"
    parsed = parse_spec(json.loads(spec.code))
    assert (parsed.name, list(parsed.configurations)) == ("digits-1-again", [CONFIGS[1]])
    assert set(parsed.space) == set(SPACE)
    assert [found.label for found in snippets(make_trials(), 1)] == ["Python", "Optuna, this trial", "Optuna, a study"]


def test_kin_are_the_trials_right_before_and_after_with_what_changed() -> None:
    rows = [
        {"member": "a", "generation": 0},
        {"member": "b", "generation": 0},
        {"member": "a", "generation": 1, "parent": 0},
        {"member": "b", "generation": 1, "parent": 0, "lr": 0.9},
    ]
    study = traced(rows, algorithm={"name": "pbt", "settings": {"population": 2, "interval": 1, "generations": 2}})
    found = kin(study, 0)
    assert found.parents == ()
    assert [(one.number, one.mutation) for one in found.children] == [(2, False), (3, True)]
    assert found.children[0].changed == ()
    (parent,) = kin(study, 3).parents
    assert isinstance(parent, Relative)
    assert [(name, after) for name, _, after in parent.changed] == [("lr", 0.9)]
    assert kin(study, 1) == ((), ())
