"""The processes behind Suggest: asked, watched and ended by the page that waits for them.

It takes seconds of CPU at 10,000 rows: in a thread of the server it would slow every other request down.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import current_app

from analytics.advice import Advice
from analytics.trials import Trials
from callbacks import suggest_process
from callbacks.refining import LaunchError, sentence

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 300.0


class Suggestions:
    """The processes that suggest now, by the token of the page that asked."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
        self._cancelled: set[str] = set()

    def ask(self, token: str, question: tuple[Trials, str, dict[str, Any], int]) -> Advice:
        """The answer of a process of its own.

        Raises:
            LaunchError: there is none.
        """
        with tempfile.NamedTemporaryFile() as told:
            command = [sys.executable, "-P", str(Path(suggest_process.__file__)), told.name]
            pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, **pipes) as process:  # type: ignore[call-overload]
                self._running[token] = process, Path(told.name)
                if token in self._cancelled:
                    process.terminate()
                try:
                    said, wrong = process.communicate(pickle.dumps(question, pickle.HIGHEST_PROTOCOL), PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise LaunchError(f"Nothing is suggested: it took more than {PATIENCE_SECONDS:.0f} s.") from None
                finally:
                    self._running.pop(token)
                    self._cancelled.discard(token)
        return _read(process.returncode, said, wrong)

    def progress(self, token: str) -> str:
        """What the process of a page is doing, in words; empty where it has none."""
        process, told = self._running.get(token, (None, None))
        try:
            return told.read_text() if process and told else ""
        except FileNotFoundError:
            return ""

    def cancel(self, token: str) -> None:
        """End the process of a page, also one that is about to start."""
        self._cancelled.add(token)
        if token in self._running:
            self._running[token][0].terminate()


def _read(status: int, said: bytes, wrong: bytes) -> Advice:
    if status == -signal.SIGTERM:
        raise LaunchError("Nothing is suggested: it was cancelled.")
    if status:
        current_app.logger.error("suggest: %s", wrong.decode(errors="replace"))
        raise LaunchError("Nothing is suggested: it could not be computed; the server's log says why.")
    answer = pickle.loads(said)  # from the process that was started above
    if isinstance(answer, Advice):
        return answer
    raise LaunchError(f"Nothing is suggested: {sentence(ValueError(answer))}")
