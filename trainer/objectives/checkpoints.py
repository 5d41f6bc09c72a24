"""Checkpoints of the built-in classifiers: model, optimizer, epoch and random state, so that a training goes on."""

from __future__ import annotations

import os
import shutil
import time
from typing import Any

import torch
from torch import nn

from trainer.run import Run, RunError

FILE = "state.pt"
EVERY = 10.0
"""Seconds between two checkpoints of a training under way."""


class Checkpoints:
    """Keeps the state of one training in its run's folder, and takes up the one that the run begins from."""

    def __init__(self, run: Run, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self._run, self._model, self._optimizer = run, model, optimizer
        self._saved = time.monotonic()

    def restore(self) -> tuple[int, float]:
        """Epochs and seconds trained so far; (0, 0.0) where there is nothing to go on from.

        The hyperparameters of the optimizer stay the run's own: population-based training changes them on the way. The
        random state is taken up only by a run of the same seed, which then goes on as if never interrupted.

        Raises:
            RunError: the checkpoint is damaged, or that of another network.
        """
        path = None if self._run.checkpoint_in is None else self._run.checkpoint_in / FILE
        if path is None or not path.is_file():
            return 0, 0.0
        own = [{key: value for key, value in g.items() if key != "params"} for g in self._optimizer.param_groups]
        try:
            state = torch.load(path, weights_only=True, map_location="cpu")
            self._model.load_state_dict(state["model"])
            self._optimizer.load_state_dict(state["optimizer"])
        except Exception as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise RunError(f"checkpoint {path} does not fit this trial's network: {reason}") from error
        for group, kept in zip(self._optimizer.param_groups, own, strict=True):
            group.update(kept)
        if state["seed"] == self._run.seed:
            torch.set_rng_state(state["random"])
            if torch.cuda.is_available() and state["cuda_random"] is not None:
                torch.cuda.set_rng_state(state["cuda_random"])
        return int(state["epoch"]), float(state["seconds"])

    def save_if_due(self, epoch: int, seconds: float) -> None:
        """Save a training under way, at most every ten seconds."""
        if time.monotonic() - self._saved >= EVERY:
            self._save(epoch, seconds)

    def end(self, epoch: int, seconds: float, stopped: bool = False) -> None:
        """Keep the last state if another trial or the same one can go on from it, else nothing."""
        if self._run.handed_on or (stopped and self._run.interrupted):
            self._save(epoch, seconds)
        else:
            shutil.rmtree(self._run.checkpoint_out)

    def _save(self, epoch: int, seconds: float) -> None:
        state: dict[str, Any] = {
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "epoch": epoch,
            "seconds": seconds,
            "seed": self._run.seed,
            "random": torch.get_rng_state(),
            "cuda_random": torch.cuda.get_rng_state() if torch.cuda.is_available() else None,
        }
        partial = self._run.checkpoint_out / f"{FILE}.{os.getpid()}"
        torch.save(state, partial)
        partial.replace(partial.with_name(FILE))
        self._saved = time.monotonic()
