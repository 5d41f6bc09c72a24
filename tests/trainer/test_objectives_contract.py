"""Every kind of objective keeps the same contract with its run: the same tests for all that can do a thing."""

from __future__ import annotations

import math
import os
import shlex
import sys
import textwrap
from pathlib import Path
from typing import Any

import optuna
import pytest

from analytics.settings import check_settings
from tests.trainer.trials import Ended, GoesOn, task, train
from trainer.objectives import BUILTIN

PARAMS = {"rate": 0.25, "layers": 3, "kind": "a b; echo $HOME", "fast": True}
SPACE = {
    "rate": {"type": "float", "low": 0.25, "high": 0.25},
    "layers": {"type": "int", "low": 3, "high": 3},
    "kind": {"type": "categorical", "choices": ["a b; echo $HOME"]},
    "fast": {"type": "categorical", "choices": [True]},
}
SOURCES = {
    "python": """
        import os, random
        import data

        def main(run):
            p = run.params
            assert [type(p[name]) for name in ("rate", "layers", "kind", "fast")] == [float, int, str, bool], p
            done = int((run.checkpoint_in / "state").read_text()) if run.checkpoint_in else 0
            for epoch in range(done + 1, run.steps + 1):
                (run.checkpoint_out / "state").write_text(str(epoch))
                if not run.report(epoch, score=p["rate"] * epoch):
                    return None
            (run.artifacts / "kept.txt").write_text("kept")
            random.seed(run.seed)
            drawn = random.random()
            return {"score": p["rate"] * 100, "drawn": drawn, "env": float(os.environ["MINE"]), "own": data.OWN}
    """,
    "optuna": """
        import os, random
        import data
        import optuna

        def main(trial):
            rate = trial.suggest_float("rate", 0, 1)
            layers = trial.suggest_int("layers", 1, 9)
            kind = trial.suggest_categorical("kind", ["x", "a b; echo $HOME"])
            fast = trial.suggest_categorical("fast", [False, True])
            assert [type(v) for v in (rate, layers, kind, fast)] == [float, int, str, bool]
            for epoch in range(1, 4):
                trial.report(rate * epoch, epoch)
                if trial.should_prune():
                    raise optuna.TrialPruned
            trial.set_user_attr("env", float(os.environ["MINE"]))
            trial.set_user_attr("own", data.OWN)
            return rate * 100
    """,
    "command": """
        import argparse, os, pathlib, random
        import data

        parser = argparse.ArgumentParser()
        parser.add_argument("--rate", type=float)
        parser.add_argument("--layers", type=int)
        parser.add_argument("--kind")
        parser.add_argument("--fast")
        parser.add_argument("--epochs", type=int)
        parser.add_argument("--seed", type=int)
        args = parser.parse_args()
        assert (args.kind, args.fast, args.layers) == ("a b; echo $HOME", "true", 3), args
        begin = os.environ.get("TRELLIS_CHECKPOINT_IN")
        done = int((pathlib.Path(begin) / "state").read_text()) if begin else 0
        for epoch in range(done + 1, args.epochs + 1):
            (pathlib.Path(os.environ["TRELLIS_CHECKPOINT_OUT"]) / "state").write_text(str(epoch))
            print(f"Epoch {epoch}/{args.epochs}: score={args.rate * epoch}")
            if os.environ.get("WAIT"):
                open(os.environ["WAIT"]).read()
        (pathlib.Path(os.environ["TRELLIS_ARTIFACTS"]) / "kept.txt").write_text("kept")
        random.seed(args.seed)
        print(f"score: {args.rate * 100} drawn: {random.random()} env: {os.environ['MINE']} own: {data.OWN}")
    """,
}
COMMAND = f"{shlex.quote(sys.executable)} own.py {{args}} --epochs {{steps}} --seed {{seed}}"
OWN = ("python", "optuna", "command")


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def run(kind: str, folder: Path, goes_on: GoesOn = lambda _s, _m: True, **changes: Any) -> Ended:
    """A trial of a kind of objective with the same configuration, in a folder with a package called as one of ours."""
    folder.mkdir(exist_ok=True)
    if kind == "builtin":
        settings = check_settings(BUILTIN["images"].settings, {"limit": 200}, "images")
        metrics = {"val_accuracy": "maximize"}
        params = {"depth": 1, "width": 4, "network": "mlp"}
        return train(
            task(folder, kind, "images", **{"settings": settings, "metrics": metrics, "params": params, **changes}),
            goes_on,
        )
    (folder / "own.py").write_text(textwrap.dedent(SOURCES[kind]))
    (folder / "data.py").write_text("OWN = 42\n")
    entries: dict[str, Any] = {"params": PARAMS, "env": {"MINE": "7"}, "settings": {"checkpoints": True}} | changes
    target = COMMAND if kind == "command" else "own:main"
    return train(task(folder, kind, target, **entries), goes_on, SPACE)


@pytest.mark.parametrize("kind", OWN)
def test_parameters_come_in_their_types_and_metrics_go_back(kind: str, tmp_path: Path) -> None:
    ended = run(kind, tmp_path)
    assert ended.failure is None, ended.details
    scores = [(step, metrics["score"]) for step, metrics in ended.reports if "score" in metrics]
    assert scores == [(1, 0.25), (2, 0.5), (3, 0.75)]
    assert ended.result["score"] == 25
    facts = {**ended.result, **{message[1]: message[2] for message in ended.messages if message[0] == "user_attr"}}
    assert (facts["env"], facts["own"]) == (7, 42)


def test_the_classifier_reports_what_it_listed(tmp_path: Path) -> None:
    ended = run("builtin", tmp_path, steps=2)
    assert ended.failure is None, ended.details
    first, size, *epochs = ended.reports
    assert (first[0], size[0], [step for step, _ in epochs]) == (0, 0, [1, 2])
    assert first[1] == {"parameters": 64 * 4 + 4 + 4 * 10 + 10}
    named = {**first[1], **size[1], **epochs[-1][1], **ended.result}
    assert set(named) == set(BUILTIN["images"].metrics) - {"test_accuracy", "test_loss"}
    assert {path.name for path in tmp_path.glob("runs/artifacts/0/*")} == {"batch_losses.csv", "predictions.csv"}


@pytest.mark.parametrize("kind", ["builtin", *OWN])
def test_a_report_that_is_answered_with_false_ends_the_trial(kind: str, tmp_path: Path) -> None:
    gate = tmp_path / "never written to"
    os.mkfifo(gate)
    changes = {"env": {"MINE": "7", "WAIT": str(gate)}} if kind == "command" else {}
    ended = run(kind, tmp_path, lambda step, _metrics: step < 1, **changes)
    assert ended.failure is None, ended.details
    assert max(step for step, _ in ended.reports) == 1
    assert kind != "optuna" or ("prune",) in ended.messages


@pytest.mark.parametrize("kind", ["builtin", "python", "command"])
def test_a_trial_goes_on_from_the_checkpoint_of_another(kind: str, tmp_path: Path) -> None:
    first = run(kind, tmp_path, steps=2, handed_on=True)
    checkpoint = tmp_path / "runs" / "checkpoints" / "0"
    assert first.failure is None, first.details
    assert any(checkpoint.iterdir())
    second = run(kind, tmp_path, steps=3, number=1, checkpoint_in=str(checkpoint))
    assert second.failure is None, second.details
    assert next(step for step, _ in second.reports if step > 0) == 3


@pytest.mark.parametrize("kind", ["python", "command"])
def test_artifacts_are_kept_with_their_trial(kind: str, tmp_path: Path) -> None:
    assert run(kind, tmp_path, number=4).failure is None
    assert (tmp_path / "runs" / "artifacts" / "4" / "kept.txt").read_text() == "kept"


@pytest.mark.parametrize("kind", ["python", "command"])
def test_the_seed_decides_what_is_drawn(kind: str, tmp_path: Path) -> None:
    drawn = [run(kind, tmp_path, seed=seed).result["drawn"] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


FAULTS = {
    "python": "def main(run): raise ValueError('no such\\nlayer')",
    "optuna": "def main(trial): raise ValueError('no such\\nlayer')",
    "command": "raise ValueError('no such layer')",
}


@pytest.mark.parametrize("kind", OWN)
def test_an_exception_becomes_a_sentence(kind: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(FAULTS[kind])
    ended = train(task(tmp_path, kind, f"{shlex.quote(sys.executable)} own.py" if kind == "command" else "own:main"))
    said = "ValueError: no such layer"
    assert ended.failure == (f"the command ended with exit status 1: {said}" if kind == "command" else said)
    assert "own.py" in ended.details


NAN = {
    "python": "def main(run): return float('nan')",
    "optuna": "def main(trial): return float('nan')",
    "command": "print('score=nan')",
}


@pytest.mark.parametrize("kind", OWN)
def test_a_value_that_is_no_number_is_handed_back_as_such(kind: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(NAN[kind])
    ended = train(task(tmp_path, kind, f"{shlex.quote(sys.executable)} own.py" if kind == "command" else "own:main"))
    assert ended.failure is None
    assert math.isnan(ended.result if kind == "python" else ended.result["score"])
