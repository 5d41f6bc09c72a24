"""Weights & Biases: the folders of runs on this machine, each with ``files/config.yaml`` and ``wandb-summary.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.columns import State
from data.readers.evaluations import Evaluation, Run, flat, number
from data.readers.files_within import is_plain, read_json, read_yaml
from data.readers.runs.common import guessed_objective, numeric

NAME = "Weights & Biases runs"
CONFIG, SUMMARY = Path("files/config.yaml"), Path("files/wandb-summary.json")


def recognises(folder: Path) -> bool:
    return any(True for _ in _runs(folder))


def files(folder: Path) -> list[Path]:
    return [run / name for run in _runs(folder) for name in (CONFIG, SUMMARY)]


def read(folder: Path) -> Run:
    """The run in a folder: a row a run of Weights & Biases; what it measured are the numbers of its summary.

    Raises:
        ReadError: a file is damaged.
    """
    evaluations = sorted(map(_evaluation, _runs(folder)), key=lambda e: _time(e.start))
    objective = guessed_objective(evaluations)
    return Run(evaluations, [objective] if objective else [], algorithm="Weights & Biases")


def settings(entries: Any) -> dict[str, Any]:
    """The settings of a configuration, each perhaps as ``{"value": …}``; those that begin with ``_`` are left out."""
    if not isinstance(entries, Mapping):
        return {}
    own = {str(key): value for key, value in entries.items() if not str(key).startswith(("_", "wandb_version"))}
    return flat({k: v["value"] if isinstance(v, Mapping) and "value" in v else v for k, v in own.items()})


def measured(summary: Any) -> dict[str, float]:
    """The numbers of a summary; without those that Weights & Biases adds itself."""
    return {name: value for name, value in numeric(summary).items() if not name.startswith("_")}


def _runs(folder: Path) -> Iterator[Path]:
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return iter(())
    return (path for path in inner if is_plain(path / CONFIG) and not (path / "files").is_symlink())


def _evaluation(run: Path) -> Evaluation:
    summary = read_json(run / SUMMARY) if is_plain(run / SUMMARY) else {}
    about = summary if isinstance(summary, Mapping) else {}
    end = number(about.get("_timestamp"))
    return Evaluation(
        settings(read_yaml(run / CONFIG)),
        measured(about),
        State.COMPLETE if about else State.RUNNING,
        start=end - number(about.get("_runtime")),
        end=end,
    )


def _time(value: float | None) -> float:
    return value if value is not None and value == value else float("inf")
