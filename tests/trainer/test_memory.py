"""What a search keeps in memory of the trials that have ended."""

from __future__ import annotations

import gc
from typing import Any

import optuna
import pytest
from optuna.trial import FrozenTrial

from data.workspace import Workspace
from tests.trainer.searching import a_spec, conduct
from trainer import storage
from trainer.cache import TrialCache

TRIALS = 60


def kept(workspace: Workspace, name: str, **entries: Any) -> tuple[int, list[FrozenTrial]]:
    """How many trials more are in memory after a study of 60 whose result nobody holds, and what it stored."""
    before = in_memory()
    spec = a_spec(name, budget={"trials": TRIALS, "steps": 2}, **entries)
    with storage.optuna_storage(workspace) as backend:
        optuna.create_study(storage=backend, study_name=spec.name, directions=list(spec.metrics.values()))
        cache = TrialCache(backend)
        conduct(spec, cache)
        return in_memory() - before, cache.get_all_trials(1)


def in_memory() -> int:
    gc.collect()
    return sum(type(thing) is FrozenTrial for thing in gc.get_objects())  # isinstance would load lazy modules


@pytest.mark.parametrize(
    ("name", "entries"),
    [("random", {}), ("qmc", {}), ("random", {"repeats": 3}), ("random", {"retries": 2})],
)
def test_of_a_search_that_does_not_learn_none_that_has_ended_is_kept(
    workspace: Workspace, name: str, entries: dict[str, Any]
) -> None:
    held, stored = kept(workspace, name, **entries)
    assert held < 5
    assert [trial.number for trial in stored] == list(range(TRIALS * entries.get("repeats", 1)))
    assert {trial.state.name for trial in stored} == {"COMPLETE"}


@pytest.mark.parametrize(("name", "pruner"), [("tpe", None), ("random", "median")])
def test_a_sampler_or_pruner_that_learns_has_them_all(workspace: Workspace, name: str, pruner: str | None) -> None:
    assert kept(workspace, name, pruner=pruner)[0] >= TRIALS
