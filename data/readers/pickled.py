"""Pickled Optuna studies, opened only with the analyst's explicit consent, in a process of their own.

Opening a pickle runs whatever its maker put into it. The process (``unpickle.py``) gets no environment, little memory
and time, and where the system allows it no network; it can still read and write what the analyst can.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analytics.columns import State
from analytics.trials import Metric, Trials
from data.readers.base import ReadError
from data.readers.distributions import Axis
from data.readers.evaluations import Evaluation, Run, level, number, to_trials
from data.readers.files import absolute
from data.readers.files_within import read_json
from data.readers.table_roles import state_of
from data.readers.watch import Watch

PROTOCOLS = tuple(bytes([0x80, version]) for version in range(2, 6))
SECONDS = 120
RISK = (
    "is a pickle, and opening one runs whatever code its maker put into it; if you trust that maker, name it with "
    "--allow-pickle (in Python: allow_pickle=True)"
)


class Pickled:
    """The study in a pickle; see :class:`data.readers.base.Source`."""

    is_table = False

    def __init__(self, address: str) -> None:
        self.path = absolute(address)
        self.address, self.label = str(self.path), self.path.name
        self.epoch = 0
        self._watch = Watch([self.path])
        self._built: list[Trials] = []

    def changed(self) -> bool:
        return self._watch.changed()

    def trials(self) -> list[Trials]:
        if self._built and not self.changed():
            return self._built
        self._watch.mark()
        study = _unpickled(self.path)
        try:
            run = _run(study)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReadError(f"{self.path} holds no study as Optuna pickles it: {error!r}") from error
        self.epoch += bool(self._built)
        self._built = [to_trials(self.address, self.path.stem, self.path.stem, run)]
        return self._built

    def close(self) -> None:
        """Nothing stays open between reads."""


def can_read(address: str) -> bool:
    """Whether an address is a file that begins as a pickle does."""
    try:
        with Path(address).expanduser().open("rb") as file:
            return file.read(2) in PROTOCOLS
    except OSError:
        return False


def _unpickled(path: Path) -> Any:
    script = Path(__file__).with_name("unpickle.py")
    with TemporaryDirectory(prefix="hypertrellis-") as folder:
        result = Path(folder) / "study.json"
        command = [sys.executable, "-I", str(script), str(path), str(result)]
        try:
            done = subprocess.run(
                command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ReadError(f"{path}: opening the pickle took over {SECONDS} s; expected a study of Optuna") from error
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1][:200] if lines else f"its process ended with status {done.returncode}"
            raise ReadError(f"{path}: the pickle cannot be opened: {reason}; expected a study of Optuna")
        return read_json(result)


def _run(study: Mapping[str, Any]) -> Run:
    ways = study["directions"]
    names = study["metric_names"] or [f"value_{i}" if i else "value" for i in range(len(ways))]
    objectives = [
        Metric(str(name), "maximize" if way == "maximize" else "minimize", objective=True)
        for name, way in zip(names, ways, strict=True)
    ]
    trials = sorted(study["trials"], key=lambda trial: int(trial["number"]))
    axes: dict[str, Axis] = {}
    for trial in trials:
        for name, text in trial["distributions"].items():
            axes.setdefault(name, Axis(name)).add(text)
    space = [axis.hyperparameter() for axis in axes.values()]
    return Run([_evaluation(trial, objectives) for trial in trials], objectives, space, str(study["sampler"]))


def _evaluation(trial: Mapping[str, Any], objectives: Sequence[Metric]) -> Evaluation:
    state = state_of(trial["state"]) or State.FAILED
    measured = trial["values"] if state is not State.FAILED and trial["values"] else []
    attributes = {name: number(value) for name, value in trial["user_attrs"].items() if isinstance(value, (int, float))}
    objective = objectives[0].name
    return Evaluation(
        {name: level(value) for name, value in trial["params"].items()},
        {**attributes, **{m.name: number(v) for m, v in zip(objectives, measured, strict=False)}},
        state,
        start=number(trial["start"]),
        end=number(trial["end"]),
        history=[(float(step), objective, number(value)) for step, value in trial["reports"]],
    )
