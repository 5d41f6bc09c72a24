"""Jobs that the page starts: ``python -m trainer.jobs WORKSPACE KEY`` does one and leaves its answer in the cache."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from diskcache import Cache
from sqlalchemy import text

from data.workspace import Workspace, open_workspace
from trainer import launch, storage
from trainer.launch import URL_VARIABLE, SpecError, StudyError

KEEP_SECONDS = 600
PATIENCE_SECONDS = 120
"""How long a launch is followed; a first trial that takes longer to begin is seen in the panel of studies."""

Report = Callable[[str], None]


def folder_of(workspace: Workspace) -> Path:
    """Where the cache between page and jobs lies."""
    return workspace.folder / "cache"


def launch_studies(report: Report, workspace: Workspace, order: Mapping[str, Any]) -> dict[str, Any]:
    """Launch studies and follow them until a trial of each runs.

    ``order`` has ``specs`` (study specs), ``parent`` (the id of the study they refine, or null) and ``source`` (the
    address of its source). The answer has ``sentences``, and ``good``: whether every study has begun.
    """
    sentences: list[str] = []
    names: list[str] = []
    try:
        for spec in order["specs"]:
            report(f"{spec.get('name')}: checking and creating the study …")
            source = order["source"] if order["parent"] else None
            names.append(launch.start(spec, workspace, parent=order["parent"], parent_source=source))
    except (SpecError, StudyError) as error:
        sentences.append(f"Not launched: {str(error).rstrip('.')}.")
    begun = [_follow(report, workspace, name) for name in names]
    good = not sentences and all(fine for fine, _ in begun)
    return {"sentences": [*(sentence for _, sentence in begun), *sentences], "good": good}


def _follow(report: Report, workspace: Workspace, name: str) -> tuple[bool, str]:
    """Whether a study began, and a sentence about it, once its first trial runs or it ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    study_id = storage.find(workspace, name)
    while time.monotonic() < deadline:
        state, message = storage.shown_state(workspace, study_id)
        if state == "failed":
            return False, f"{name} failed: {(message or 'no reason is known').rstrip('.')}."
        if state != "running" or _begun(workspace, study_id):
            return True, f"{name} has started, and its first trial runs."
        report(f"{name}: created; its trainer is starting …")
        time.sleep(0.1)
    return True, f"{name} has started; its first trial takes long to begin."


_BEGUN = text("""
    SELECT COUNT(*) FROM trials WHERE study_id = :study AND state <> 'WAITING' AND trial_id NOT IN
    (SELECT trial_id FROM trial_user_attributes WHERE key = 'trellis:from')
""")
"""Trials of a study that ran or run; those that only tell its sampler of an earlier study do not count."""


def _begun(workspace: Workspace, study_id: int) -> bool:
    with workspace.engine.connect() as connection:
        return bool(connection.scalar(_BEGUN, {"study": study_id}))


def main(arguments: Sequence[str]) -> int:
    """Do the job that was left in the cache under a key; its answer, or what went wrong, goes there too."""
    folder, key = arguments
    workspace = open_workspace(folder, os.environ.get(URL_VARIABLE))
    with Cache(str(folder_of(workspace))) as cache:
        name, given = cache.pop(f"{key}-job")
        work = {function.__name__: function for function in (launch_studies,)}[name]
        try:
            answer = work(lambda words: cache.set(f"{key}-progress", [words]), workspace, *given)
        except Exception as error:  # noqa: BLE001  # whatever it is, the page must not wait for ever
            answer = {"background_callback_error": {"msg": str(error), "tb": traceback.format_exc()}}
        cache.set(key, answer, expire=KEEP_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
