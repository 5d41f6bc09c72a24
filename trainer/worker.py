"""The life of a trial's process: bind it to the controller, load the objective, run it, send what it returned."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from trainer.objectives import BUILTIN, load
from trainer.objectives.command import CommandError, run_command
from trainer.objectives.python import load_function
from trainer.run import Run, Task, final_metrics

F_SETSIG = 10  # Linux; not in Python's fcntl before 3.13


def run_trial(task: Task, connection: Connection) -> None:
    """Entry of the process. Sends messages, ("report", step, metrics) say, each with an answer, then ("done", metrics)
    or ("failed", sentence, traceback)."""
    die_with_controller()
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", str(task.threads))
    os.environ.update(task.env)
    message: tuple[Any, ...]
    try:
        run = Run(task, connection)
        message = ("done", final_metrics(load_objective(task)(run)))
    except Exception as error:  # noqa: BLE001 - whatever the analyst's code raises fails this trial only
        message = ("failed", *failure(error))
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(message)


def load_objective(task: Task) -> Callable[[Run], Any]:
    """The function to call with the run."""
    cwd = task.cwd or "."
    if task.type == "builtin":
        return load(BUILTIN[task.target].target)
    if task.type == "command":
        return partial(run_command, task.target, cwd)
    if task.type == "optuna":
        from trainer.objectives.optuna_trial import run_optuna

        return partial(run_optuna, load_function(task.target, cwd))
    return load_function(task.target, cwd)


def failure(error: BaseException) -> tuple[str, str]:
    """Why a trial failed, in one sentence and at length: a command's output, else the traceback."""
    if isinstance(error, CommandError):
        return str(error), error.details
    return sentence(error), "".join(traceback.format_exception(error))


def sentence(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:500]}" if text else type(error).__name__


def die_with_controller() -> None:
    """Let the kernel kill this process and all it starts when the controller's end of the pipe closes.

    The forkserver, not the controller, is the parent here, and it lives as long as any trial: PR_SET_PDEATHSIG would
    wait for the wrong process.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    pipe = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:
        os.killpg(0, signal.SIGKILL)
