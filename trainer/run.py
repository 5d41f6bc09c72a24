"""What an objective gets, in the process of its trial. Standard library only: user code runs beside it."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from trainer.turns import Turns

MAX_NAME = 200


class RunError(ValueError):
    """An objective used its run wrongly; the message names the value and what was expected."""


@dataclass(frozen=True)
class Task:
    """One trial as it travels to its process: plain values only.

    ``folder`` keeps checkpoints and artifacts of the study's trials, ``locks`` the lock files of the workspace;
    ``threads`` is how many threads numerical libraries may use, unless ``env`` says otherwise; ``settings`` are the
    objective's, ``metrics`` what the search optimizes, with directions; ``checkpoint_in`` is a folder of checkpoints to
    go on from, ``handed_on`` says whether another trial may go on from those of this one when it has ended.
    """

    number: int
    params: Mapping[str, Any]
    seed: int
    steps: int | None
    type: str
    target: str
    cwd: str | None
    folder: str
    locks: str
    env: Mapping[str, str] = field(default_factory=dict)
    threads: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)
    checkpoint_in: str | None = None
    handed_on: bool = False


class Run:
    """One trial, as its objective sees it."""

    def __init__(self, task: Task, connection: Connection) -> None:
        self.number = task.number
        self.params: dict[str, Any] = dict(task.params)
        self.seed = task.seed
        self.steps = task.steps
        self.settings: dict[str, Any] = dict(task.settings)
        self.metrics: dict[str, str] = dict(task.metrics)
        self.threads = task.threads
        self.handed_on = task.handed_on
        self.checkpoint_in: Path | None = None if task.checkpoint_in is None else Path(task.checkpoint_in)
        """The folder of checkpoints to go on from, another trial's say; None: begin anew."""
        self._folder = Path(task.folder)
        self._connection = connection
        self._turns = Turns(Path(task.locks))

    def report(self, step: int, /, **metrics: float) -> bool:
        """Record metrics at a step (an epoch, say; counted from 1). False: stop now, and return.

        Step 0 is before training: what is known then, the number of parameters say, can spare a trial its training.

        Raises:
            RunError: the step is not a whole number from 0, or a metric is not a number.
        """
        if isinstance(step, bool) or not hasattr(step, "__index__") or step < 0:
            raise RunError(f"report: step is {step!r}; expected a whole number from 0")
        return bool(self.ask("report", int(step), numbers(metrics, "report")))

    def set_user_attr(self, key: str, value: Any) -> None:
        """Keep a fact about the trial, as Optuna's trials do; a number is shown as a metric.

        Raises:
            RunError: the key is no text or is reserved, or JSON does not know the value.
        """
        if not isinstance(key, str) or not 0 < len(key) <= MAX_NAME or key.startswith("trellis:"):
            raise RunError(f"set_user_attr: key is {key!r}; expected text that does not begin with 'trellis:'")
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise RunError(f"set_user_attr: {key!r} is {value!r}; expected text, a number, a list or a dict") from error
        self.ask("user_attr", key, value)

    @property
    def interrupted(self) -> bool:
        """Whether the trial was told to stop only because its study stops; it will be run again."""
        return bool(self.ask("cut") == "stopped")

    def ask(self, kind: str, *content: Any) -> Any:
        """Send the controller a message, and wait for its answer."""
        self._connection.send((kind, *content))
        return self._connection.recv()

    @property
    def cache(self) -> Path:
        """A folder that all trials of the study share."""
        return self._folder / "cache"

    @property
    def artifacts(self) -> Path:
        """The folder of this trial's artifacts, created when first asked for; what is written there is kept."""
        return self._own_folder("artifacts")

    @property
    def checkpoint_out(self) -> Path:
        """A folder of this trial's own for its checkpoints, created when first asked for."""
        return self._own_folder("checkpoints")

    def log_artifact(self, name: str, path: str | Path) -> Path:
        """Keep a copy of a file under a plain name; returns where.

        Raises:
            RunError: the name is not a plain file name, or there is no such file.
        """
        if not re.fullmatch(r"[\w-][\w .-]{0,99}", name):
            raise RunError(f"log_artifact: name is {name!r}; expected a plain file name")
        if not Path(path).is_file():
            raise RunError(f"log_artifact: there is no file {str(path)!r}")
        return Path(shutil.copyfile(path, self.artifacts / name))

    def working(self) -> AbstractContextManager[None]:
        """A block of work during which no other trial measures (see :meth:`alone`); take it an epoch at a time."""
        return self._turns.working()

    def alone(self) -> AbstractContextManager[None]:
        """A block during which no other trial of the workspace is inside :meth:`working`, to measure times."""
        return self._turns.alone()

    def _own_folder(self, kind: str) -> Path:
        folder = self._folder / kind / str(self.number)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def numbers(metrics: Mapping[Any, Any], where: str) -> dict[str, float]:
    """The metrics as plain floats by name.

    Raises:
        RunError: a name is not a string or is reserved, or a value is not a number.
    """
    plain = {}
    for name, value in metrics.items():
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME or name.startswith("trellis:"):
            raise RunError(f"{where}: metric name is {name!r}; expected a string that does not begin with 'trellis:'")
        try:
            if isinstance(value, (str, bytes)):
                raise TypeError
            plain[name] = float(value)
        except (TypeError, ValueError):
            raise RunError(f"{where}: metric {name!r} is {value!r}; expected a number") from None
    return plain


def final_metrics(result: Any) -> dict[str, float] | float | None:
    """What an objective returned: metrics by name, one number (its objective), or None for its last report.

    Raises:
        RunError: it returned something else.
    """
    if result is None:
        return None
    if isinstance(result, Mapping):
        return numbers(result, "the returned metrics")
    try:
        value = math.nan if isinstance(result, (str, bytes)) else float(result)
    except (TypeError, ValueError):
        value = None
    if value is None or isinstance(result, (str, bytes)):
        raise RunError(f"the objective returned {result!r}; expected a number, a dict of metrics or nothing")
    return value
