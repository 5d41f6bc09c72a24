"""MLflow: an experiment of the file store (``mlruns/EXPERIMENT``), a folder a run with a file a value and metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.columns import State
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Point, Run, number
from data.readers.files_within import plain_files, read_bytes, read_yaml, utf8
from data.readers.runs.common import guessed_objective, head, reason

NAME = "MLflow experiment"
META = "meta.yaml"
STATES = {
    **dict.fromkeys(("FINISHED", "3"), State.COMPLETE),
    **dict.fromkeys(("RUNNING", "1"), State.RUNNING),
    **dict.fromkeys(("SCHEDULED", "2"), State.WAITING),
}


@dataclass
class Logged:
    """What one run of MLflow logged: times in milliseconds, values over steps in the order in which they came."""

    status: str
    start: Any = None
    end: Any = None
    params: dict[str, Any] = field(default_factory=dict)
    curves: dict[str, list[Point]] = field(default_factory=dict)


def recognises(folder: Path) -> bool:
    """Whether a folder describes an experiment of which a folder in it describes a run."""
    return b"experiment_id:" in head(folder / META, 4096) and any(True for _ in _runs(folder))


def files(folder: Path) -> list[Path]:
    inner = [path for run in _runs(folder) for path in (run / META, run / "params", *plain_files(run / "metrics"))]
    return [folder / META, *inner]


def read(folder: Path) -> Run:
    """The run in a folder: a row a run of the experiment, deleted ones left out.

    Raises:
        ReadError: a file is damaged.
    """
    about = read_yaml(folder / META)
    name = about.get("name") if isinstance(about, Mapping) else None
    return to_run(str(name or folder.name), filter(None, map(_logged, _runs(folder))))


def to_run(name: str, logged: Iterable[Logged]) -> Run:
    """The runs of an experiment, in order of time; a metric's value is its last."""
    rows = sorted(logged, key=lambda run: start if (start := number(run.start)) == start else float("inf"))
    evaluations = [_evaluation(run) for run in rows]
    objective = guessed_objective(evaluations)
    return Run(evaluations, [objective] if objective else [], algorithm="MLflow", name=name)


def _evaluation(run: Logged) -> Evaluation:
    history = [point for curve in run.curves.values() if len(curve) > 1 for point in curve]
    last = {name: max(curve, key=lambda point: point[0])[2] for name, curve in run.curves.items() if curve}
    state = STATES.get(str(run.status), State.FAILED)
    return Evaluation(
        run.params,
        last,
        state,
        start=number(run.start) / 1000,
        end=number(run.end) / 1000,
        row=reason(state is State.FAILED, {"4": "failed", "5": "killed"}.get(run.status, run.status.lower())),
        history=history,
    )


def _runs(folder: Path) -> Iterator[Path]:
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return iter(())
    return (path for path in inner if b"run_" in head(path / META, 4096))


def _logged(folder: Path) -> Logged | None:
    about = read_yaml(folder / META)
    if not isinstance(about, Mapping):
        raise ReadError(f"{folder / META} is no mapping; expected the description of a run")
    if about.get("lifecycle_stage") == "deleted":
        return None
    found = Logged(str(about.get("status")), about.get("start_time"), about.get("end_time"))
    for path in plain_files(folder / "params"):
        found.params[_name(folder / "params", path)] = utf8(read_bytes(path).decode("utf-8", "replace"))
    for path in plain_files(folder / "metrics"):
        name = _name(folder / "metrics", path)
        found.curves[name] = list(_curve(path, name))
    return found


def _name(folder: Path, path: Path) -> str:
    return utf8(path.relative_to(folder).as_posix())


def _curve(path: Path, name: str) -> Iterator[Point]:
    """The values of a metric, a line each: time, value, step; a last line that is being written is left out."""
    lines: Sequence[bytes] = read_bytes(path).split(b"\n")
    for at, line in enumerate(lines, 1):
        parts = line.split()
        try:
            if parts:
                yield float(parts[2]) if len(parts) > 2 else 0.0, name, float(parts[1])
        except (ValueError, IndexError) as error:
            if at == len(lines):
                return
            raise ReadError(f"{path}: line {at} is {line[:60]!r}; expected a time, a value and a step") from error
