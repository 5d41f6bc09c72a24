"""Weights & Biases: the folders of runs on this machine, each with its log ``run-ID.wandb``, or with
``files/config.yaml`` and ``wandb-summary.json`` where the log is gone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analytics.columns import State
from data.readers.evaluations import Evaluation, Run, flat, number
from data.readers.files_within import is_plain, read_json, read_yaml
from data.readers.runs.common import guessed_objective, head, numeric, reason
from data.readers.runs.wandb_log import MAGIC, RunLog, read_log

NAME = "Weights & Biases runs"
CONFIG, SUMMARY = Path("files/config.yaml"), Path("files/wandb-summary.json")


def recognises(folder: Path) -> bool:
    return bool(_runs(folder))


def files(folder: Path) -> list[Path]:
    logs = [log for run in _runs(folder) for log in _logs(run)]
    return [folder, *logs, *(run / name for run in _runs(folder) for name in (CONFIG, SUMMARY))]


def read(folder: Path) -> Run:
    """The run in a folder: a row a run of Weights & Biases; its metrics are those of its summary, over steps its log.

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


def _runs(folder: Path) -> list[Path]:
    """The runs in a folder, by name; the folder itself if it is one."""
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []
    return [path for path in [folder, *inner] if _logs(path) or _has_config(path)]


def _has_config(run: Path) -> bool:
    return is_plain(run / CONFIG) and not (run / "files").is_symlink()


def _logs(run: Path) -> list[Path]:
    return sorted(path for path in run.glob("run-*.wandb") if head(path, len(MAGIC)) == MAGIC)


def _evaluation(run: Path) -> Evaluation:
    logs = _logs(run)
    return _logged(read_log(logs[0])) if logs else _synced(run)


def _logged(log: RunLog) -> Evaluation:
    """A run from its log; without a summary the last values of its history count."""
    last = {name: value for _, values in log.history for name, value in values.items()}
    told = [(step, name, value) for step, values in log.history for name, value in measured(values).items()]
    state = State.RUNNING if log.exit is None else State.FAILED if log.exit else State.COMPLETE
    spent = [number(about.get("_runtime")) for about in (log.summary, last)]
    return Evaluation(
        settings(log.config),
        measured(log.summary or last),
        state,
        start=log.start,
        end=None if log.start is None or state is State.RUNNING else log.start + max(spent, default=math.nan),
        row=reason(state is State.FAILED, f"exit code {log.exit}"),
        history=told if len(log.history) > 1 else (),
    )


def _synced(run: Path) -> Evaluation:
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
