"""The image classifier: what it trains, what it keeps, and how it goes on from a checkpoint."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Mapping
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
import torch

from analytics.settings import check_settings
from trainer.objectives import BUILTIN
from trainer.objectives.checkpoints import FILE
from trainer.objectives.images import count_parameters, train
from trainer.objectives.imagesets import load
from trainer.run import Run, RunError, Task

SMALL = {"network": "mlp", "depth": 1, "width": 8, "learning_rate": 0.01}
GoesOn = Callable[[int, Mapping[str, float]], bool]


class Trial:
    """The classifier in this process, its messages answered from a thread."""

    def __init__(
        self, folder: Path, params: dict[str, Any], goes_on: GoesOn = lambda _s, _m: True, **changes: Any
    ) -> None:
        settings = {"limit": 300, **changes.pop("settings", {})}
        settings = check_settings(BUILTIN["images"].settings, settings, "images")
        entries = {"number": 0, "seed": 1, "steps": 2, "folder": str(folder), "locks": str(folder), **changes}
        folder.mkdir(exist_ok=True)
        task = Task(params=params, type="builtin", target="images", cwd=None, settings=settings, **entries)
        self.reports: list[tuple[int, dict[str, float]]] = []
        self.attributes: dict[str, Any] = {}
        self._goes_on = goes_on
        ours, theirs = Pipe()
        answering = threading.Thread(target=self._answer, args=(ours,))
        answering.start()
        try:
            self.result = train(Run(task, theirs))
        finally:
            theirs.close()
            answering.join()
            ours.close()
            torch.set_num_threads(1)

    def _answer(self, connection: Any) -> None:
        while True:
            try:
                kind, *content = connection.recv()
            except EOFError:
                return
            if kind == "report":
                self.reports.append((content[0], content[1]))
                connection.send(self._goes_on(*content))
            else:
                if kind == "user_attr":
                    self.attributes[content[0]] = content[1]
                connection.send("stopped" if kind == "cut" else None)

    @property
    def losses(self) -> list[float]:
        return [metrics["train_loss"] for step, metrics in self.reports if step]


def state(folder: Path, number: int = 0) -> dict[str, Any]:
    return dict(torch.load(folder / "checkpoints" / str(number) / FILE, weights_only=True))


@pytest.mark.parametrize("network", ["cnn", "mlp"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_every_network_learns_with_every_optimizer(tmp_path: Path, network: str, optimizer: str) -> None:
    rate = {"sgd": 0.05, "adam": 0.01, "rmsprop": 0.002}[optimizer]
    params = {"network": network, "optimizer": optimizer, "width": 8, "learning_rate": rate, "batch_size": 32}
    trial = Trial(tmp_path, params, steps=5, settings={"limit": 0})
    assert trial.result is not None
    assert trial.result["val_accuracy"] > 0.6
    assert trial.losses[-1] < trial.losses[0]


def test_parameters_and_file_size_are_told_before_training(tmp_path: Path) -> None:
    trial = Trial(tmp_path, SMALL, lambda step, _metrics: step > 0)
    assert trial.reports == [(0, {"parameters": 64 * 8 + 8 + 8 * 10 + 10})]
    assert trial.result is None
    enormous = {"network": "cnn", "depth": 16, "width": 1024}
    data = load(check_settings(BUILTIN["images"].settings, {}, "images"))
    assert count_parameters({**BUILTIN["images"].defaults, **enormous}, data) > 1.9e9


def test_a_seed_repeats_a_training_and_another_does_not(tmp_path: Path) -> None:
    first, same, other = (Trial(tmp_path, {**SMALL, "dropout": 0.3}, seed=seed).losses for seed in (1, 1, 2))
    assert first == same != other


def test_the_test_images_are_measured_only_when_asked_for(tmp_path: Path) -> None:
    plain = Trial(tmp_path, SMALL).result or {}
    tested = Trial(tmp_path, SMALL, settings={"evaluate": "test"}).result or {}
    assert set(tested) - set(plain) == {"test_accuracy", "test_loss"}
    assert tested["val_accuracy"] == plain["val_accuracy"]


def test_predictions_losses_and_weights_are_kept(tmp_path: Path) -> None:
    trial = Trial(tmp_path, SMALL, number=5, settings={"save_model": True})
    assert trial.result is not None
    folder = tmp_path / "artifacts" / "5"
    rows = list(csv.DictReader((folder / "predictions.csv").read_text().splitlines()))
    right = sum(row["class"] == row["predicted"] for row in rows) / len(rows)
    assert right == pytest.approx(trial.result["val_accuracy"])
    assert all(0.1 <= float(row["confidence"]) <= 1 for row in rows)
    data = load(check_settings(BUILTIN["images"].settings, {}, "images"))
    assert [int(row["index"]) for row in rows] == data.validation.tolist()
    batches = list(csv.DictReader((folder / "batch_losses.csv").read_text().splitlines()))
    assert [(row["epoch"], row["batch"]) for row in batches] == [(str(e), str(b)) for e in (1, 2) for b in range(5)]
    weights = torch.load(folder / "model.pt", weights_only=True)
    assert sum(tensor.numel() for tensor in weights.values()) == trial.reports[0][1]["parameters"]
    assert trial.reports[1][1]["file_size"] == pytest.approx((folder / "model.pt").stat().st_size, rel=0.05)
    assert "1 to train" in trial.attributes["device"]


def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    params = {**SMALL, "dropout": 0.2, "optimizer": "adam"}
    whole = Trial(tmp_path / "whole", params, steps=4)
    first = Trial(tmp_path, params, lambda step, _metrics: step < 2, steps=4)
    rest = Trial(tmp_path, params, steps=4, number=1, checkpoint_in=str(tmp_path / "checkpoints" / "0"))
    assert first.losses + rest.losses == whole.losses
    assert rest.result is not None
    assert whole.result is not None
    assert rest.result["val_loss"] == whole.result["val_loss"]
    assert not (tmp_path / "checkpoints" / "1").exists()


def test_a_child_takes_over_weights_and_optimizer_state_and_keeps_its_own_hyperparameters(tmp_path: Path) -> None:
    params = {**SMALL, "optimizer": "sgd", "momentum": 0.9}
    Trial(tmp_path, params, handed_on=True)
    parent = state(tmp_path)
    changed = {**params, "learning_rate": 0.5, "momentum": 0.1}
    checkpoint = str(tmp_path / "checkpoints" / "0")
    child = Trial(tmp_path, changed, steps=2, number=1, seed=9, checkpoint_in=checkpoint, handed_on=True)
    assert child.losses == []
    kept = state(tmp_path, 1)
    assert all(torch.equal(kept["model"][name], tensor) for name, tensor in parent["model"].items())
    buffers = [kept["optimizer"]["state"][0]["momentum_buffer"], parent["optimizer"]["state"][0]["momentum_buffer"]]
    assert torch.equal(*buffers)
    [group] = kept["optimizer"]["param_groups"]
    assert (group["lr"], group["momentum"], kept["epoch"]) == (0.5, 0.1, 2)


def test_a_checkpoint_that_does_not_fit_is_told(tmp_path: Path) -> None:
    Trial(tmp_path, SMALL, handed_on=True)
    checkpoint = tmp_path / "checkpoints" / "0"
    with pytest.raises(RunError, match=r"state\.pt does not fit this trial's network: Error"):
        Trial(tmp_path, {**SMALL, "width": 9}, number=1, checkpoint_in=str(checkpoint))
    (checkpoint / FILE).write_bytes(b"damaged")
    with pytest.raises(RunError, match="does not fit this trial's network"):
        Trial(tmp_path, SMALL, number=1, checkpoint_in=str(checkpoint))


def test_a_gpu_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(RunError, match="setting 'device' is 'cuda', and PyTorch finds no GPU that it can use"):
        Trial(tmp_path, SMALL, settings={"device": "cuda"})
