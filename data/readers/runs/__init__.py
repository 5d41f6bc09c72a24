"""Folders that optimizers write, one module a format.

A format has a ``name``, ``marks`` (files of which a folder of the format has all, telling it by content where names are
not enough through ``recognises``), and ``read``, which gives the :class:`data.readers.evaluations.Run` of a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.readers.evaluations import Run
from data.readers.runs import amltk, bohb, dataframe, deepcave, dehb, mlflow, ray, smac, synetune, wandb

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """``files`` are those of a folder in which a change shows."""

    name: str
    recognises: Callable[[Path], bool]
    files: Callable[[Path], list[Path]]
    read: Callable[[Path], Run]


FORMATS = tuple(
    Format(module.NAME, module.recognises, module.files, module.read)
    for module in (smac, bohb, deepcave, dehb, amltk, dataframe, synetune, mlflow, wandb, ray)
)
