"""What the buffered storage writes is what Optuna's own storage would have written."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState

from data.workspace import Workspace
from trainer import storage
from trainer.cache import TrialCache


@pytest.fixture
def far_zone() -> Iterator[None]:
    """A local time that is far from UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def sequence(study: optuna.Study) -> None:
    """All that a controller does to a study."""
    study.enqueue_trial({"x": 0.5}, user_attrs={"why": "guess"})
    for state in (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL, TrialState.COMPLETE):
        trial = study.ask()
        x = trial.suggest_float("x", 0.1, 1.0, log=True)
        trial.suggest_int("depth", 1, 9, step=2)
        if trial.suggest_categorical("kind", ["a", None, 3, True]) == "a":
            trial.suggest_float("only a", 0.0, 1.0)
        for step, value in ((0, math.nan), (1, math.inf), (2, x)):
            trial.report(value, step)
            trial.should_prune()
        trial.set_user_attr("seen", {"list": [1, None, "ü"]})
        trial.set_user_attr("seen", trial.number)
        trial.set_constraint("size<=3", x - 0.3)
        study.tell(trial, -math.inf if trial.number == 3 else x if state is TrialState.COMPLETE else None, state=state)
    study.ask().suggest_float("x", 0.1, 1.0, log=True)
    study.enqueue_trial({"x": 0.25})


def plain(trial: FrozenTrial) -> dict[str, Any]:
    """All of a trial but its times and its id; nan as text, since it equals nothing."""
    kept = {key: value for key, value in vars(trial).items() if "datetime" not in key and key != "_trial_id"}
    return {**kept, "intermediate_values": {step: str(value) for step, value in trial.intermediate_values.items()}}


@pytest.mark.usefixtures("far_zone")
def test_optuna_reads_the_same_as_from_its_own_storage(workspace: Workspace, tmp_path: Path) -> None:
    began = datetime.now()
    sampler, pruner = optuna.samplers.TPESampler, optuna.pruners.MedianPruner
    with storage.optuna_storage(workspace) as backend:
        study = optuna.create_study(storage=backend, study_name="both", sampler=sampler(seed=3), pruner=pruner())
        sequence(study)
        backend.flush()
        own = RDBStorage(workspace.url)
        written = optuna.load_study(study_name="both", storage=own).trials
        assert [plain(t) for t in study.trials] == [plain(t) for t in written]
        assert [t.duration for t in study.trials] == [t.duration for t in written]
        own.engine.dispose()
    other = RDBStorage(f"sqlite:///{tmp_path}/own.db")
    expected = optuna.create_study(storage=other, study_name="both", sampler=sampler(seed=3), pruner=pruner())
    sequence(expected)
    assert [plain(t) for t in written] == [plain(t) for t in expected.trials]
    for trial in written[:5]:
        assert trial.datetime_start
        assert timedelta(0) <= trial.datetime_start - began < timedelta(hours=1)
    other.remove_session()
    other.engine.dispose()


def test_a_reader_sees_reports_a_batch_at_a_time(workspace: Workspace) -> None:
    with storage.optuna_storage(workspace) as backend, storage.optuna_storage(workspace) as reader:
        study = optuna.create_study(storage=backend, study_name="own")
        seen = optuna.load_study(study_name="own", storage=reader)
        trial = study.ask()
        trial.report(1.0, 1)
        assert seen.trials[0].intermediate_values == {}
        backend.flush()
        assert seen.trials[0].intermediate_values == {1: 1.0}
        trial.report(2.0, 2)
        study.tell(trial, 2.0)
        assert seen.trials[0].intermediate_values == {1: 1.0, 2: 2.0}
        assert seen.trials[0].values == [2.0]


def test_a_study_goes_on_where_another_process_left_it(workspace: Workspace) -> None:
    with storage.optuna_storage(workspace) as first:
        study = optuna.create_study(storage=first, study_name="own")
        study.tell(study.ask(), 1.0)
        study.ask()
        study.enqueue_trial({"x": 0.5})
    with storage.optuna_storage(workspace) as second:
        study = optuna.load_study(study_name="own", storage=TrialCache(second))
        assert [t.state.name for t in study.get_trials(deepcopy=False)] == ["COMPLETE", "RUNNING", "WAITING"]
        assert [t.number for t in study.get_trials(states=(TrialState.WAITING,))] == [2]
        assert [t.number for t in study.get_trials(states=(TrialState.RUNNING, TrialState.COMPLETE))] == [0, 1]
        study.tell(1, state=TrialState.FAIL)
        trial = study.ask()
        assert (trial.number, trial.suggest_float("x", 0, 1)) == (2, 0.5)
        study.tell(trial, 3.0)
        fresh = study.ask()
        assert fresh.number == 3
        assert [t.state.name for t in study.trials] == ["COMPLETE", "FAIL", "COMPLETE", "RUNNING"]
        with pytest.raises(ValueError, match="Cannot set different distribution kind"):
            fresh.suggest_categorical("x", ["a"])


def test_a_trial_that_has_ended_cannot_be_changed_and_one_of_an_earlier_process_can(workspace: Workspace) -> None:
    with storage.optuna_storage(workspace) as backend:
        study = optuna.create_study(storage=backend, study_name="own")
        ended, running = study.ask(), study.ask()
        study.tell(ended, 1.0)
        for _ in range(3):
            with pytest.raises(UpdateFinishedTrialError):
                ended.set_user_attr("late", 1)
            assert len(study.get_trials()) == 2
    with storage.optuna_storage(workspace) as later:
        later.set_trial_user_attr(running._trial_id, "late", 2)
        assert later.get_trial(running._trial_id).user_attrs == {"late": 2}
        with pytest.raises(UpdateFinishedTrialError):
            later.set_trial_user_attr(ended._trial_id, "late", 1)
