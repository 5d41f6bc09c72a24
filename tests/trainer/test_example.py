"""The example project: what is shipped is what the shipped specs give, and what training gives again."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from analytics.space import SearchSpace
from data.readers import read
from data.workspace import Workspace
from tests.trainer.conftest import run_study
from trainer.algorithms import ALGORITHMS
from trainer.draws import suggest
from trainer.example import (
    RANDOM,
    REFINED,
    SHIPPED,
    STEADY_RATE,
    STEADY_TOLERANCE,
    refine,
)
from trainer.objectives import BUILTIN
from trainer.samplers import Draw, trial_seeds
from trainer.spec import StudySpec, parse_spec
from trainer.specfile import read_spec

SPECS = {"digits-random": RANDOM, "digits-refined": REFINED}


@pytest.fixture(scope="module", autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[FrozenTrial]]]:
    """The shipped trials by study, from a copy: Optuna's own storage writes."""
    copy = tmp_path_factory.mktemp("example") / "digits.db"
    copy.write_bytes(SHIPPED.read_bytes())
    storage = optuna.storages.RDBStorage(f"sqlite:///{copy}")
    yield {name: optuna.load_study(study_name=name, storage=storage).get_trials() for name in SPECS}
    storage.engine.dispose()


def draw(spec: StudySpec, number: int) -> tuple[dict[str, object], int]:
    """Configuration and training seed of a trial of a random search, drawn anew."""
    sampler_seed, seed = trial_seeds(spec.seed or 0, number)
    study = optuna.create_study(sampler=ALGORITHMS["random"].sampler(Draw(sampler_seed)))
    return suggest(study.ask(), spec.space), seed


@pytest.mark.parametrize("name", SPECS)
def test_the_shipped_specs_draw_exactly_the_shipped_configurations_and_seeds(
    shipped: dict[str, list[FrozenTrial]], name: str
) -> None:
    spec, trials = read_spec(SPECS[name]), shipped[name]
    assert len(trials) == spec.budget.trials
    for trial in trials:
        assert draw(spec, trial.number) == (trial.params, trial.user_attrs["trellis:seed"])


def test_the_shipped_file_holds_the_shipped_specs_and_their_lineage() -> None:
    with closing(sqlite3.connect(f"file:{SHIPPED}?immutable=1", uri=True)) as connection:
        rows = connection.execute("SELECT spec, parent, parent_source, state, pid FROM trellis_study").fetchall()
        [journal_mode] = connection.execute("PRAGMA journal_mode").fetchone()
    assert [parse_spec(json.loads(spec)) for spec, *_ in rows] == [read_spec(path) for path in SPECS.values()]
    assert [rest for _, *rest in rows] == [[None, None, "finished", None]] * 2
    assert json.loads(rows[1][0])["parent"] == "digits-random"
    assert journal_mode == "delete"


def test_the_refined_spec_follows_from_the_first_study_by_the_documented_rule(
    shipped: dict[str, list[FrozenTrial]],
) -> None:
    assert refine(read_spec(RANDOM), shipped["digits-random"]) == read_spec(REFINED)


def test_both_studies_are_whole_real_and_small(shipped: dict[str, list[FrozenTrial]]) -> None:
    assert SHIPPED.stat().st_size < 2_000_000
    assert stat.S_ISREG(SHIPPED.stat().st_mode)
    assert [path.name for path in SHIPPED.parent.glob("digits.db*")] == ["digits.db"]
    for trials in shipped.values():
        for trial in trials:
            assert trial.state is TrialState.COMPLETE
            assert list(trial.intermediate_values) == list(range(1, 13))
            assert {"val_loss", "train_loss", "parameters", "inference_ms", "train_seconds"} < set(trial.user_attrs)
            assert min(trial.user_attrs[name] for name in ("parameters", "inference_ms", "train_seconds")) > 0
    first, refined = ([t.values[0] for t in shipped[name]] for name in SPECS)
    assert sum(refined) / len(refined) > sum(first) / len(first) + 0.1


def test_its_metrics_say_which_way_is_better_and_in_what_unit() -> None:
    metrics = read(SHIPPED)[0].metrics
    assert list(metrics) == list(BUILTIN["digits"].metrics)
    assert [name for name, metric in metrics.items() if metric.objective] == ["val_accuracy"]
    assert (metrics["parameters"].direction, metrics["inference_ms"].unit) == ("minimize", "ms")


def test_our_reader_opens_it_and_leaves_nothing_beside_it() -> None:
    first, refined = read(SHIPPED)
    assert (len(first), len(refined)) == (240, 80)
    assert refined.study.parent == first.study.id
    assert isinstance(first.space, SearchSpace)
    assert len(first.space) == 9
    assert first.space["momentum"].when == {"optimizer": ("sgd",)}
    history = first.load_history([0, 17])
    assert sorted(set(history["metric"])) == ["train_loss", "val_accuracy", "val_loss"]
    assert len(history) == 2 * 12 * 3
    assert [path.name for path in SHIPPED.parent.glob("digits.db*")] == ["digits.db"]


@pytest.mark.parametrize("trials", [10, pytest.param(240, marks=pytest.mark.long)])
def test_trained_again_the_trials_come_out_as_shipped(
    shipped: dict[str, list[FrozenTrial]], workspace: Workspace, trials: int
) -> None:
    spec = read_spec(RANDOM)
    again = run_study(workspace, replace(spec, budget=replace(spec.budget, trials=trials)).to_json())
    steady = 0
    for new, old in zip(again, shipped[spec.name], strict=False):
        assert new.params == old.params
        assert new.user_attrs["trellis:seed"] == old.user_attrs["trellis:seed"]
        assert new.user_attrs["parameters"] == old.user_attrs["parameters"]
        if new.params["learning_rate"] <= STEADY_RATE:
            steady += 1
            assert new.values[0] == pytest.approx(old.values[0], abs=STEADY_TOLERANCE)
            for loss in ("val_loss", "train_loss"):
                assert new.user_attrs[loss] == pytest.approx(old.user_attrs[loss], rel=0.01)
    assert steady >= 3
