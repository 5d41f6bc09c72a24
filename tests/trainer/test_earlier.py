"""A study starts from the trials of an earlier one: the best are trained first, and the sampler knows all that fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from data.readers import read
from data.workspace import Workspace
from tests.trainer.conftest import run_study
from tests.trainer.searching import a_spec, conduct
from trainer import launch, storage
from trainer.earlier import Earlier
from trainer.spec import SpecError, parse_spec

Spec = Callable[..., dict[str, Any]]

BROAD = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
    "optimizer": {"type": "categorical", "choices": ["sgd", "adam", "rmsprop"]},
    "momentum": {"type": "float", "low": 0.0, "high": 1.0, "when": {"optimizer": ["sgd"]}},
    "depth": {"type": "int", "low": 1, "high": 8},
}
NARROW = {
    "rate": {"type": "float", "low": 1e-3, "high": 1.0, "log": True},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd"]},
    "momentum": {"type": "float", "low": 0.0, "high": 1.0, "when": {"optimizer": ["sgd"]}},
    "depth": {"type": "int", "low": 2, "high": 8, "step": 2},
    "dropout": {"type": "float", "low": 0.0, "high": 0.5, "default": 0.0},
}
SCORE = "def main(run): return {'score': run.params['rate'] - run.params['depth'], 'size': run.params['depth']}"


@pytest.fixture
def earlier(workspace: Workspace, own_spec: Spec) -> list[optuna.trial.FrozenTrial]:
    """The trials of a broad study called ``broad`` in the workspace."""
    return run_study(workspace, own_spec(SCORE, name="broad", space=BROAD, budget={"trials": 30}, workers=3))


def fits(trial: optuna.trial.FrozenTrial) -> bool:
    """Whether a trial of the broad study lies in the narrow space."""
    p = trial.params
    return bool(p["rate"] >= 1e-3 and p["optimizer"] != "rmsprop" and p["depth"] % 2 == 0)


def narrow(own_spec: Spec, start: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The spec of a narrow study that starts from an earlier one."""
    settings = {
        "name": "narrow",
        "space": NARROW,
        "start": start,
        "algorithm": {"name": "tpe"},
        "budget": {"trials": 4},
    }
    return own_spec(SCORE, **{**settings, **changes})


def test_the_best_that_fit_are_trained_first_and_count(
    workspace: Workspace, own_spec: Spec, earlier: list[optuna.trial.FrozenTrial]
) -> None:
    best = sorted(filter(fits, earlier), key=lambda t: -t.values[0])[:2]
    trials = run_study(workspace, narrow(own_spec, {"study": "broad", "enqueue": 2}))
    assert [t.params for t in trials[:2]] == [{**t.params, "dropout": 0.0} for t in best]
    assert [t.user_attrs.get("trellis:enqueued") for t in trials] == [*(t.number for t in best), None, None]
    assert [t.state for t in trials] == [TrialState.COMPLETE] * 4


def test_a_warm_sampler_knows_all_that_fit_and_nobody_else_counts_them(
    workspace: Workspace, own_spec: Spec, earlier: list[optuna.trial.FrozenTrial]
) -> None:
    spec = narrow(own_spec, {"study": "broad", "warm": True}, constraints={"size": {"max": 4}})
    fitting = list(filter(fits, earlier))
    found = launch.earlier(parse_spec(spec), workspace)
    assert found is not None
    assert found.sentence == f"{len(fitting)} of 30 completed trials of 'broad' fit"
    trials = run_study(workspace, spec)
    known, ours = trials[: len(fitting)], trials[len(fitting) :]
    assert {t.user_attrs["trellis:from"]: (t.params, t.values) for t in known} == {
        t.number: ({**t.params, "dropout": 0.0}, t.values) for t in fitting
    }
    assert all(t.constraints == {"size<=4": t.params["depth"] - 4} for t in known)
    assert all(d == parse_spec(spec).space[n].distribution for t in known for n, d in t.distributions.items())
    assert [t.user_attrs["trellis:config"] for t in ours] == [0, 1, 2, 3]
    assert launch.list_studies(workspace)[1]["counts"]["complete"] == 4
    shown = next(t for t in read(workspace.folder / "hypertrellis.db") if t.study.name == "narrow")
    assert shown.numbers.tolist() == [t.number for t in ours]
    assert shown.columns["rate"].values.tolist() == [t.params["rate"] for t in ours]


def test_any_table_of_trials_is_a_start(workspace: Workspace, own_spec: Spec, tmp_path: Path) -> None:
    rows = ["rate,optimizer,momentum,depth,score", "0.5,sgd,0.9,4,3.0", "0.01,adam,,2,5.0", "0.01,sgd,,2,9.0"]
    (tmp_path / "tried.csv").write_text("\n".join(rows))
    start = {"study": "tried", "source": str(tmp_path / "tried.csv"), "enqueue": 5, "warm": True}
    trials = run_study(workspace, narrow(own_spec, start, budget={"trials": 3}))
    assert [t.values[0] for t in trials[:2]] == [5.0, 3.0]
    expected = [
        {"rate": 0.01, "optimizer": "adam", "depth": 2, "dropout": 0.0},
        {"rate": 0.5, "optimizer": "sgd", "momentum": 0.9, "depth": 4, "dropout": 0.0},
    ]
    assert [t.params for t in trials[:2]] == expected
    assert [t.params for t in trials[2:4]] == expected
    assert len(trials) == 5


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"study": "none"}, {}, "start.study is 'none'; expected the id or name of a study there ('broad')"),
    ({"source": "/nowhere.db"}, {}, "start.source: "),
    (
        {},
        {"metrics": {"loss": "minimize"}},
        "start.study: 'broad' has no metric 'loss'; expected one with it (has scor",
    ),
    ({}, {"algorithm": {"name": "random"}}, "start.warm is true with 'random', which does not learn from other trials"),
    (
        {"enqueue": 1, "warm": False},
        {
            "algorithm": {"name": "given"},
            "configurations": [{"rate": 0.1, "optimizer": "adam", "depth": 2, "dropout": 0.1}],
        },
        "start.enqueue is 1 with 'given', which runs a list of its own; expected 0",
    ),
]


def test_a_start_that_cannot_be_is_refused_and_leaves_no_study(
    workspace: Workspace, own_spec: Spec, earlier: list[optuna.trial.FrozenTrial]
) -> None:
    assert earlier
    for start, changes, sentence in REFUSED:
        with pytest.raises(SpecError) as refused:
            launch.start(narrow(own_spec, {"study": "broad", "warm": True, **start}, **changes), workspace)
        assert str(refused.value).startswith(sentence)
    assert list(storage.names(workspace)) == ["broad"]


@pytest.mark.parametrize("name", ["tpe", "cmaes", "nsga2"])
def test_a_warm_search_begins_where_earlier_trials_were_good(workspace: Workspace, name: str) -> None:
    tried = [t for t in conduct(a_spec("random", budget={"trials": 80, "steps": 9})) if t.value is not None]
    tried.sort(key=lambda t: t.value or 0.0)
    metrics = [{"loss": t.value or 0.0} for t in tried]
    known = Earlier("random", len(tried), [t.number for t in tried], [t.params for t in tried], metrics)
    spec = a_spec(name, budget={"trials": 10, "steps": 9}, start={"study": "random", "warm": True})
    storage.create_study(workspace, spec, known)
    with storage.optuna_storage(workspace) as backend:
        warm = [t.value or 0.0 for t in conduct(spec, backend) if "trellis:from" not in t.user_attrs]
    cold = [t.value or 0.0 for t in conduct(a_spec(name, budget={"trials": 10, "steps": 9}))]
    assert len(warm) == len(cold) == 10
    assert sum(warm) < 0.7 * sum(cold)
