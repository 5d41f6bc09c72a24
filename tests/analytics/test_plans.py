"""The launch form: each field that cannot be has its own sentence."""

from __future__ import annotations

from analytics.plans import read_plan
from analytics.settings import Setting
from analytics.specs import Plan

SETTINGS = (
    Setting("startup", "int", 10, "Random trials first.", low=1, high=100),
    Setting("gamma", "float", 0.1, "Share of the good.", low=0, high=1),
    Setting("liar", "bool", True, "Keep away from running ones."),
    Setting("kind", "choice", "a", "Which one.", choices=("a", "b")),
)
FORM = {
    "name": " new ",
    "trials": "40",
    "workers": " 2 ",
    "seed": "",
    "startup": "5",
    "gamma": "0.25",
    "liar": 1,
    "kind": 1,
}


def test_a_filled_form_is_a_plan() -> None:
    plan, problems = read_plan(FORM, "tpe", SETTINGS)
    own = {"startup": 5, "gamma": 0.25, "liar": False, "kind": "b"}
    assert plan == Plan("new", "tpe", own, trials=40, workers=2, seed=None)
    assert problems == {}
    with_seed, _ = read_plan({**FORM, "seed": "7"}, "tpe", SETTINGS)
    assert with_seed is not None
    assert with_seed.seed == 7


def test_every_wrong_field_has_its_sentence() -> None:
    wrong = {"name": "", "trials": "many", "workers": "0", "seed": "-1", "startup": "2.5", "gamma": "2", "kind": 9}
    plan, problems = read_plan({**FORM, **wrong}, "tpe", SETTINGS)
    assert plan is None
    assert problems == {
        "name": "the name is empty; expected a name for the study",
        "trials": "'trials' is 'many'; expected a whole number from 1",
        "workers": "'workers' is 0; expected a whole number from 1 to 256",
        "seed": "'seed' is -1; expected a whole number from 0",
        "startup": "'startup' is '2.5'; expected a whole number from 1 to 100",
        "gamma": "'gamma' is 2.0; expected a number from 0 to 1",
        "kind": "'kind' is 9; expected one of a, b",
    }


def test_an_empty_form_names_every_field() -> None:
    plan, problems = read_plan({}, "random", ())
    assert plan is None
    assert problems["trials"] == "'trials' is ''; expected a whole number from 1"
    assert set(problems) == {"name", "trials", "workers"}
