"""Work that outlasts a request: Dash background callbacks, each in a process of its own.

Dash would fork the server for a job: the child would hold the listening socket and whatever locks other threads held,
and a killed one would leave the page waiting. A job here is a fresh process that knows neither the server nor Dash;
only the cache in the workspace connects them, so that a page gets its answer from a server that was restarted too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dash import DiskcacheManager
from diskcache import Cache

from data.workspace import Workspace
from trainer.jobs import KEEP_SECONDS, folder_of
from trainer.launch import ROOT, URL_VARIABLE

LOST = "its process ended without a word (killed, or out of memory); the panel on the left tells what began"
NOTHING = {"_dash_no_update": "_dash_no_update"}
"""Dash's answer that changes nothing: a store that is empty when the page loads asks for no job."""


class Jobs(DiskcacheManager):
    """Runs functions of :mod:`trainer.jobs` for a workspace, its cache in ``WORKSPACE/cache``.

    Equal calls under way are one job, so that a button pressed twice does its work once. A job is never killed: it ends
    by itself, and half of it done would be worse than all.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(Cache(str(folder_of(workspace))))
        self._workspace = workspace

    def make_job_fn(self, fn: Callable[..., Any], _progress: bool, key: Any = None) -> Callable[..., Any]:  # noqa: ARG002
        return fn

    def call_job_fn(self, key: str, job_fn: Callable[..., Any], args: Any, _context: Any) -> int:
        if not any(args):
            self.handle.set(key, NOTHING, expire=KEEP_SECONDS)
            return os.getpid()
        with self.handle.transact():
            running = self.handle.get(f"{key}-pid")
            if running is not None and self.job_running(running):
                return int(running)
            self.handle.delete(key)
            self.handle.set(f"{key}-job", (job_fn.__name__, list(args)), expire=KEEP_SECONDS)
            process = self._process(key)
            self.handle.set(f"{key}-pid", process.pid, expire=KEEP_SECONDS)
        threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie behind
        return process.pid

    def get_result(self, key: str, job: Any) -> Any:
        """What the job answered, kept for a while: the page of a second press asks too; or that the job is gone."""
        running = self.job_running(job) if job is not None else False
        result = self.handle.get(key, self.UNDEFINED)
        if result is self.UNDEFINED and not running:
            return {"background_callback_error": {"msg": LOST, "tb": ""}}
        return result

    def terminate_job(self, job: Any) -> None:
        """Let it end by itself."""

    def _process(self, key: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "trainer.jobs", str(self._workspace.folder), key]
        with Path(self._workspace.logs, "jobs.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, URL_VARIABLE: self._workspace.url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
