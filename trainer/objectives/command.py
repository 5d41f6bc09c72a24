"""Objective type ``command``: any program, without a shell; its metrics are read from what it prints or appends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from trainer.checks import SpecError
from trainer.objectives.commandline import arguments, check_program, split_command
from trainer.objectives.reading import Lines, MetricReader
from trainer.run import Run

GRACE = 3.0
"""Seconds between asking a program to end and killing it."""
LOOK = 0.2
"""Seconds between two looks at the file of metrics."""
MAX_LOG = 10 * 1024**2
"""Bytes of output that are kept; all of it is read."""
TAIL = 4096
IMPORTABLE = Path(__file__).parent / "importable"


class CommandError(Exception):
    """How a command failed, in one sentence; ``details`` is the end of its output."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


def run_command(target: str, cwd: str, run: Run) -> dict[str, float]:
    """Run a command for a trial; returns the last value of each metric.

    Raises:
        CommandError: it could not be started, ended with another status than 0, or told nothing of an objective.
    """
    words = split_command(target)
    try:
        program = check_program(words[0], cwd, os.environ)
    except SpecError as error:
        raise CommandError(str(error)) from error
    command = arguments(words, run.params, places(run))
    with tempfile.TemporaryDirectory() as folder:
        metrics = Path(folder) / "metrics.jsonl"
        metrics.touch()
        try:
            process = subprocess.Popen(
                command,
                executable=program,
                cwd=cwd,
                env=environment(run, metrics),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise CommandError(f"the command {words[0]!r} could not be started: {error.strerror}") from error
        try:
            with metrics.open("rb") as file:
                return Following(run, process, file).follow()
        finally:
            with contextlib.suppress(OSError):  # not empty: something was kept
                run.artifacts.rmdir()


def places(run: Run) -> dict[str, Any]:
    """Values of the places in a command that are no hyperparameters."""
    checkpoints = bool(run.settings.get("checkpoints"))
    return {
        "seed": run.seed,
        "steps": run.steps,
        "number": run.number,
        "checkpoint_in": run.checkpoint_in,
        "checkpoint_out": run.checkpoint_out if checkpoints else None,
    }


def environment(run: Run, metrics: Path) -> dict[str, str]:
    """The environment of a command: that of the trial, and TRELLIS_… for each place that has a value."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRELLIS_")}
    env |= {f"TRELLIS_{name.upper()}": str(value) for name, value in places(run).items() if value is not None}
    path = os.pathsep.join(filter(None, (str(IMPORTABLE), env.get("PYTHONPATH"))))
    more = {"TRELLIS_METRICS": str(metrics), "TRELLIS_ARTIFACTS": str(run.artifacts)}
    return {**env, **more, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


class Following:
    """A program under way: its output and its file of metrics are read, and its trial's reports may end it."""

    def __init__(self, run: Run, process: subprocess.Popen[bytes], metrics: IO[bytes]) -> None:
        self._run, self._process, self._metrics = run, process, metrics
        assert process.stdout is not None
        self._output = process.stdout.fileno()
        os.set_blocking(self._output, False)
        wanted = run.settings.get("metrics")
        self._reader = MetricReader(run.settings.get("patterns") or {}, wanted, run.params)
        self._printed, self._appended = Lines(), Lines()
        self._kept, self._tail = 0, b""
        self._goes_on = True

    def follow(self) -> dict[str, float]:
        """Read until the program ends; what it started ends with it."""
        ended = os.pidfd_open(self._process.pid)
        try:
            watched = [self._output, ended]
            while self._goes_on:
                ready = select.select(watched, [], [], LOOK)[0]
                if self._output in ready and not self._read_output():
                    watched.remove(self._output)
                self._report(self._appended.feed(self._metrics.read()))
                if ended in ready:
                    break
        finally:
            os.close(ended)
            self._end()
        if not self._goes_on:
            return self._reader.last
        while self._read_output():
            pass
        self._report([*self._appended.feed(self._metrics.read()), *self._appended.end(), *self._printed.end()])
        return self._result()

    def _read_output(self) -> bool:
        """Take in what was printed; False if nothing is there now."""
        try:
            chunk = os.read(self._output, 65_536)
        except BlockingIOError:
            return False
        self._tail = (self._tail + chunk)[-TAIL:]
        if self._kept < MAX_LOG:
            note = b"\n[output beyond 10 MiB is read, and not kept]\n" if self._kept + len(chunk) >= MAX_LOG else b""
            sys.stdout.buffer.write(chunk + note)
            sys.stdout.buffer.flush()
            self._kept += len(chunk)
        self._report(self._printed.feed(chunk))
        return bool(chunk)

    def _report(self, lines: Iterable[str]) -> None:
        """Report the metrics of lines, those of one step together."""
        steps: dict[int, dict[str, float]] = {}
        for line in lines:
            step, metrics = self._reader.read(line)
            if step is not None and metrics:
                steps.setdefault(step, {}).update(metrics)
        for step, metrics in steps.items():
            if self._goes_on:
                self._goes_on = self._run.report(step, **metrics)

    def _end(self) -> None:
        """End the program, if it still runs, and all that it started: first asked to, then killed."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + GRACE
            for pid in started():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            while self._process.poll() is None or started():
                with contextlib.suppress(BlockingIOError):
                    os.read(self._output, 65_536)
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)
            else:
                return

    def _result(self) -> dict[str, float]:
        status, tail = self._process.wait(), self._tail.decode("utf-8", "replace")
        if status != 0:
            last = next((line.strip() for line in reversed(tail.splitlines()) if line.strip()), "it printed nothing")
            how = f"was killed ({signal.Signals(-status).name})" if status < 0 else f"ended with exit status {status}"
            raise CommandError(f"the command {how}: {last[:300]}", tail)
        for name in self._run.metrics:
            if name not in self._reader.last:
                known = ", ".join(self._reader.last) or "no metric"
                raise CommandError(f"the command printed no {name!r}, but {known}; expected {name}=NUMBER", tail)
        return self._reader.last


def started() -> list[int]:
    """Processes of this process's group but itself: the program, and what it started (zombies do not count)."""
    found, own = [], str(os.getpgrp())
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                state, _parent, group = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
                if group == own and state != "Z":
                    found.append(int(entry.name))
    return found
