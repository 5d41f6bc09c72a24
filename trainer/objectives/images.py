"""Built-in objective: a network (PyTorch) that classifies images, on the CPU or a GPU.

Weights, dropout and the order of the images follow from the run's seed, the split of the data from a setting.
"""

from __future__ import annotations

import csv
import io
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.objectives import BUILTIN
from trainer.objectives.checkpoints import Checkpoints
from trainer.objectives.imagesets import Dataset, load
from trainer.objectives.network import build_network, build_optimizer
from trainer.run import Run, RunError

EPOCHS = 12
MEASURED = 256
WARM_UPS, REPEATS = 5, 31
SAMPLED = 5000
"""Images to train on whose mean and spread scale the input."""
CHUNK = 512
"""Images that are classified together when nothing is learnt."""


class Reading(NamedTuple):
    """A network's answers for some images: their mean loss, and label, answer and confidence of each."""

    loss: float
    labels: Tensor
    answers: Tensor
    confidences: Tensor

    @property
    def accuracy(self) -> float:
        return (self.labels == self.answers).double().mean().item()


class Classifier:
    """A network under training on a data set."""

    def __init__(self, params: dict[str, Any], data: Dataset, device: torch.device) -> None:
        self.device = device
        self._images, self._labels = self.placed(data.images), self.placed(data.labels)
        self._batch_size: int = params["batch_size"]
        pixels = self._images[self.placed(data.train[:SAMPLED])].to(torch.float32)
        self._mean, self._spread = pixels.mean((0, 2, 3), keepdim=True), pixels.std((0, 2, 3), keepdim=True).clamp(1)
        self.model = build_network(params, data.images.shape[1:], len(data.classes)).to(device)
        self.optimizer = build_optimizer(self.model, params)
        self.batch_losses: list[tuple[int, int, float]] = []

    def placed(self, array: NDArray[Any]) -> Tensor:
        """An array on the device: the one way by which data get there."""
        return torch.from_numpy(array).to(self.device)

    def inputs(self, rows: Tensor) -> Tensor:
        return (self._images[rows].to(torch.float32) - self._mean) / self._spread

    def train_epoch(self, epoch: int, rows: Tensor) -> tuple[float, float]:
        """One pass over the images in random order; returns mean loss and accuracy on the way."""
        self.model.train()
        total = right = 0.0
        for i, batch in enumerate(torch.split(self._shuffled(rows), self._batch_size)):
            self.optimizer.zero_grad()
            labels = self._labels[batch]
            scores = self.model(self.inputs(batch))
            loss = nn.functional.cross_entropy(scores, labels)
            torch.autograd.backward(loss)
            self.optimizer.step()
            self.batch_losses.append((epoch, i, loss.item()))
            total += self.batch_losses[-1][2] * len(batch)
            right += (scores.detach().argmax(1) == labels).sum().item()
        return total / len(rows), right / len(rows)

    def _shuffled(self, rows: Tensor) -> Tensor:
        """The rows in an order that follows from the seed alone, wherever they lie."""
        return rows[torch.randperm(len(rows)).to(self.device)]

    @torch.inference_mode()
    def read(self, rows: Tensor) -> Reading:
        """The network's answers for some images."""
        self.model.eval()
        scores = torch.cat([self.model(self.inputs(part)) for part in torch.split(rows, CHUNK)])
        labels = self._labels[rows]
        confidences, answers = scores.softmax(1).max(1)
        loss = nn.functional.cross_entropy(scores, labels).item()
        return Reading(loss, labels.cpu(), answers.cpu(), confidences.cpu())

    @torch.inference_mode()
    def inference_ms(self, rows: Tensor) -> float:
        """Milliseconds to classify 256 images (or all, if fewer), median of 31 after 5 to warm up: the time of one
        thread of the CPU, or of the GPU until it is done."""
        self.model.eval()
        images = self.inputs(rows[:MEASURED])
        threads, cuda = torch.get_num_threads(), self.device.type == "cuda"
        torch.set_num_threads(1)
        clock = time.perf_counter_ns if cuda else time.process_time_ns
        times = []
        for _ in range(WARM_UPS + REPEATS):
            begin = clock()
            self.model(images)
            if cuda:
                torch.cuda.synchronize()
            times.append(clock() - begin)
        torch.set_num_threads(threads)
        return statistics.median(times[WARM_UPS:]) / 1e6

    def file_size(self) -> int:
        """Bytes of the saved weights."""
        buffer = io.BytesIO()
        torch.save(self.model.state_dict(), buffer)
        return buffer.getbuffer().nbytes


def train(run: Run) -> dict[str, float] | None:
    """Train and validate; reports parameters and file_size at step 0, then losses and accuracies an epoch.

    Returns the metrics that :data:`BUILTIN` lists; None if told to stop. Keeps ``batch_losses.csv`` and
    ``predictions.csv`` (of the validation images) as artifacts.
    """
    torch.set_num_threads(run.threads)
    params = {**BUILTIN["images"].defaults, **run.params}
    device = find_device(run.settings["device"])
    data = load(run.settings, run.cache)
    if not run.report(0, parameters=count_parameters(params, data)):
        return None
    torch.manual_seed(run.seed)
    classifier = Classifier(params, data, device)
    if not run.report(0, file_size=classifier.file_size()):
        return None
    run.set_user_attr("device", device_name(device))
    return _train(run, classifier, data)


def _train(run: Run, classifier: Classifier, data: Dataset) -> dict[str, float] | None:
    rows, validation = classifier.placed(data.train), classifier.placed(data.validation)
    checkpoints = Checkpoints(run, classifier.model, classifier.optimizer)
    done, seconds = checkpoints.restore()
    cpu = classifier.device.type == "cpu"
    clock = time.process_time if cpu else time.perf_counter
    for epoch in range(done + 1, (run.steps or EPOCHS) + 1):
        with run.working():
            begin = clock()
            loss, accuracy = classifier.train_epoch(epoch, rows)
            seconds += clock() - begin
            reading = classifier.read(validation)
        goes_on = run.report(
            epoch, train_loss=loss, train_accuracy=accuracy, val_loss=reading.loss, val_accuracy=reading.accuracy
        )
        if not goes_on:
            checkpoints.end(epoch, seconds, stopped=True)
            return None
        checkpoints.save_if_due(epoch, seconds)
    checkpoints.end(max(done, run.steps or EPOCHS), seconds)
    return _measure(run, classifier, data, {"train_seconds": round(seconds, 4)})


def _measure(run: Run, classifier: Classifier, data: Dataset, measured: dict[str, float]) -> dict[str, float]:
    """Final metrics and artifacts."""
    validation = classifier.placed(data.validation)
    with run.alone():
        measured["inference_ms"] = classifier.inference_ms(validation)
    reading = classifier.read(validation)
    measured |= {"val_loss": reading.loss, "val_accuracy": reading.accuracy}
    if run.settings["evaluate"] == "test":
        test = classifier.read(classifier.placed(data.test))
        measured |= {"test_loss": test.loss, "test_accuracy": test.accuracy}
    predictions = (
        (int(row), data.classes[label], data.classes[answer], f"{confidence:.6f}")
        for row, label, answer, confidence in zip(
            data.validation,
            reading.labels.tolist(),
            reading.answers.tolist(),
            reading.confidences.tolist(),
            strict=True,
        )
    )
    keep_table(run, "predictions.csv", ("index", "class", "predicted", "confidence"), predictions)
    keep_table(run, "batch_losses.csv", ("epoch", "batch", "loss"), classifier.batch_losses)
    if run.settings["save_model"]:
        with tempfile.NamedTemporaryFile() as file:
            torch.save({name: weights.cpu() for name, weights in classifier.model.state_dict().items()}, file.name)
            run.log_artifact("model.pt", file.name)
    return measured


def keep_table(run: Run, name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Keep a table as a CSV artifact."""
    with tempfile.NamedTemporaryFile("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head)
        table.writerows(rows)
        file.flush()
        run.log_artifact(name, file.name)


def count_parameters(params: dict[str, Any], data: Dataset) -> int:
    """Weights and biases of a configuration's network, without making room for them."""
    with torch.device("meta"):
        model = build_network(params, data.images.shape[1:], len(data.classes))
    return sum(p.numel() for p in model.parameters())


def find_device(name: str) -> torch.device:
    """The device of a setting.

    Raises:
        RunError: there is no such device here.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise RunError("setting 'device' is 'cuda', and PyTorch finds no GPU that it can use; expected auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def device_name(device: torch.device) -> str:
    """What the device calls itself."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpu = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpu.read_text()) if cpu.is_file() else None
    return f"{found[1] if found else platform.machine()}, 1 thread to measure, {torch.get_num_threads()} to train"
