"""Folders that optimizers write, one module a format.

A module says by ``recognises`` whether a folder is of its format, by its content, by ``files`` in which files a change
shows, and by ``read`` what :class:`data.readers.evaluations.Run` is in it; ``follow`` does that for a run that was read
before, where its files only grow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.readers.evaluations import Run
from data.readers.memory import Memory
from data.readers.runs import amltk, bohb, dataframe, deepcave, dehb, mlflow, ray, smac, synetune, wandb

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """``files`` are those of a folder in which a change shows."""

    name: str
    recognises: Callable[[Path], bool]
    files: Callable[[Path], list[Path]]
    follow: Callable[[Path, Memory], Run]


def _anew(read: Callable[[Path], Run]) -> Callable[[Path, Memory], Run]:
    return lambda folder, _memory: read(folder)


FORMATS = tuple(
    Format(module.NAME, module.recognises, module.files, getattr(module, "follow", None) or _anew(module.read))
    for module in (smac, bohb, deepcave, dehb, amltk, dataframe, synetune, mlflow, wandb, ray)
)
