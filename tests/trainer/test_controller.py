"""A controller runs a study: what is asked, reported, told and written, in one process or several."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from data.workspace import Workspace, metric_log
from tests.trainer.conftest import run_study
from trainer import launch, storage
from trainer.controller import control
from trainer.spec import parse_spec

Spec = Callable[..., dict[str, Any]]
run = run_study


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_a_study_of_ones_own_function_is_recorded_with_history_and_final_metrics(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec("""
        def main(run):
            for epoch in range(1, run.steps + 1):
                assert run.report(epoch, score=run.params["x"] * epoch, loss=float("nan") if epoch == 2 else 1 / epoch)
            return {"score": run.params["x"], "size": 7, "seed_seen": run.seed}
    """)
    trials = run(workspace, {**spec, "budget": {"trials": 3, "steps": 4}, "workers": 2})
    assert [t.state for t in trials] == [TrialState.COMPLETE] * 3
    for trial in trials:
        x = trial.params["x"]
        assert trial.values == [x]
        assert trial.intermediate_values == {step: x * step for step in (1, 2, 3, 4)}
        attrs = trial.user_attrs
        assert attrs == {
            "size": 7,
            "loss": 0.25,
            "seed_seen": attrs["trellis:seed"],
            "trellis:seed": attrs["trellis:seed"],
            "trellis:budget": 4,
            "trellis:config": trial.number,
            "trellis:code": attrs["trellis:code"],
        }
    log = metric_log.c
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(log.step, log.value).where(log.number == 1, log.metric == "loss")).all()
    assert [tuple(row) for row in rows] == [(1, 1), (2, None), (3, pytest.approx(1 / 3)), (4, 0.25)]
    [entry] = launch.list_studies(workspace)
    assert entry["state"] == "finished"
    assert entry["counts"] == {"complete": 3, "pruned": 0, "failed": 0, "running": 0, "waiting": 0}


@pytest.mark.parametrize(
    ("returned", "value"), [("0.5", 0.5), ("None", 3.0), ("{'score': __import__('numpy').float32(0.25)}", 0.25)]
)
def test_a_number_a_dict_or_the_last_report_is_final(
    workspace: Workspace, own_spec: Spec, returned: str, value: float
) -> None:
    spec = own_spec(f"""
        def main(run):
            run.report(1, score=2)
            run.report(2, score=3)
            return {returned}
    """)
    [trial] = run(workspace, {**spec, "budget": {"trials": 1}})
    assert trial.values == [value]


def test_a_missing_module_or_function_is_named(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("x = 1", budget={"trials": 1})
    [trial] = run(workspace, spec)
    assert trial.user_attrs["trellis:reason"] == "LookupError: objective 'own:main': module own has no function main"
    spec["objective"]["target"] = "nowhere:main"
    [trial] = run(workspace, {**spec, "name": "nowhere"})
    assert trial.user_attrs["trellis:reason"] == "ModuleNotFoundError: No module named 'nowhere'"


def test_own_code_runs_in_its_folder_and_none_of_our_packages_shadows_it(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("""
        import importlib.util, os
        import data
        import trainer.deep

        def main(run):
            assert data.VALUE == 42 and trainer.deep.VALUE == 43
            assert importlib.util.find_spec("analytics") is None
            assert os.environ["MY_SETTING"] == "yes"
            assert os.path.samefile(os.getcwd(), os.path.dirname(__file__))
            with open(run.checkpoint_out / "weights", "w") as file:
                file.write("w")
            run.log_artifact("weights.txt", run.checkpoint_out / "weights")
            return data.VALUE
    """)
    folder = Path(spec["objective"]["cwd"])
    (folder / "data.py").write_text("VALUE = 42\n")
    (folder / "trainer").mkdir()
    (folder / "trainer" / "deep.py").write_text("VALUE = 43\n")
    spec["objective"]["env"] = {"MY_SETTING": "yes"}
    trials = run(workspace, spec)
    assert [(t.values, t.user_attrs.get("trellis:reason")) for t in trials] == [([42.0], None)] * 4
    assert len(list((workspace.folder / "runs").rglob("artifacts/*/weights.txt"))) == 4


CONDITIONAL = {
    "momentum": {"type": "float", "low": 0, "high": 1, "when": {"optimizer": ["sgd"]}},
    "rate": {"type": "float", "low": 1e-4, "high": 1, "log": True},
    "optimizer": {"type": "categorical", "choices": ["sgd", "adam"]},
    "depth": {"type": "int", "low": 1, "high": 9, "step": 2},
}


def test_random_search_draws_the_same_configurations_whatever_the_number_of_workers(
    workspace: Workspace, own_spec: Spec
) -> None:
    spec = own_spec(
        "def main(run): return run.seed",
        space=CONDITIONAL,
        budget={"trials": 6},
    )
    alone = run(workspace, {**spec, "name": "alone", "workers": 1})
    many = run(workspace, {**spec, "name": "many", "workers": 4})
    other = run(workspace, {**spec, "name": "other", "seed": 6})
    assert [(t.params, t.values) for t in alone] == [(t.params, t.values) for t in many]
    assert all(a.params != b.params and a.values != b.values for a, b in zip(alone, other, strict=True))
    assert {t.params["optimizer"] for t in alone} == {"sgd", "adam"}
    assert all(("momentum" in t.params) == (t.params["optimizer"] == "sgd") for t in alone)


def test_tpe_learns_where_good_configurations_are(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("def main(run): return -abs(run.params['x'] - 0.3)", budget={"trials": 20}, workers=1)
    spec["algorithm"] = {"name": "tpe", "settings": {"n_startup_trials": 6}}
    trials = run(workspace, spec)
    first, last = ([abs(t.params["x"] - 0.3) for t in part] for part in (trials[:6], trials[-6:]))
    assert sum(last) < sum(first) / 2


def test_two_objectives_are_recorded_in_order(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(
        "def main(run): return {'cost': 2.0, 'score': 1.0}", metrics={"score": "maximize", "cost": "minimize"}
    )
    trials = run(workspace, spec)
    assert [t.values for t in trials] == [[1.0, 2.0]] * 4
    with storage.optuna_storage(workspace) as backend:
        study = optuna.load_study(study_name="own", storage=backend)
        assert study.metric_names == ["score", "cost"]
        assert [d.name for d in study.directions] == ["MAXIMIZE", "MINIMIZE"]


def test_the_median_pruner_ends_the_worse_trials_early(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("""
        def main(run):
            for step in range(1, 6):
                if not run.report(step, score=-run.number):
                    return None
    """)
    trials = run(workspace, {**spec, "budget": {"trials": 8}, "algorithm": {"name": "random", "pruner": "median"}})
    assert [t.state for t in trials] == [TrialState.COMPLETE] * 5 + [TrialState.PRUNED] * 3
    assert [t.user_attrs["trellis:budget"] for t in trials] == [5] * 5 + [1] * 3
    assert not any("trellis:stopped" in t.user_attrs for t in trials)


def test_a_budget_of_seconds_ends_the_study_when_the_running_trials_are_done(
    workspace: Workspace, own_spec: Spec
) -> None:
    trials = run(workspace, own_spec("def main(run): return 1", budget={"seconds": 1}))
    assert trials
    assert all(t.state is TrialState.COMPLETE for t in trials)


def test_an_infinite_value_is_kept(workspace: Workspace, own_spec: Spec) -> None:
    [trial] = run(workspace, own_spec("def main(run): return float('-inf')", budget={"trials": 1}))
    assert trial.values == [-math.inf]


def test_the_stored_spec_reads_back_with_a_drawn_seed(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec("def main(run): return 1", budget={"trials": 1}, seed=None)
    run(workspace, spec)
    stored = json.loads(storage.study_row(workspace, storage.find(workspace, "own"))["spec"])
    assert isinstance(stored["seed"], int)
    assert parse_spec({**stored, "seed": None}) == parse_spec(spec)


def test_a_controller_that_breaks_says_why(workspace: Workspace, own_spec: Spec) -> None:
    study_id, lock = launch.prepare(parse_spec(own_spec("def main(run): return 1")), workspace)

    def break_tables(_controller: object) -> None:
        with workspace.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE trial_user_attributes")

    with pytest.raises(OperationalError):
        control(workspace, study_id, lock, on_start=break_tables)
    row = storage.study_row(workspace, study_id)
    assert row["state"] == "failed"
    assert row["message"] == "OperationalError: no such table: trial_user_attributes"
