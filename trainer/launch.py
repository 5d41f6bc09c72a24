"""Starting, stopping, resuming and extending studies, whose controllers outlive whoever calls this: page, terminal."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analytics.trials import study_id as public_id
from data.workspace import URL_VARIABLE, Workspace, controller_alive
from trainer import checks, logs, requests, storage
from trainer.earlier import Earlier, find_earlier
from trainer.locks import StudyBusy, StudyLock
from trainer.spec import SpecError, StudySpec, parse_spec
from trainer.storage import StudyError

__all__ = [
    "URL_VARIABLE",
    "SpecError",
    "StudyError",
    "cancel",
    "earlier",
    "extend",
    "list_studies",
    "log_path",
    "prepare",
    "reopen",
    "resume",
    "start",
    "stop",
    "trial_log",
]

ROOT = Path(__file__).resolve().parents[1]


def start(
    spec: Mapping[str, Any],
    workspace: Workspace,
    *,
    parent: str | None = None,
    parent_source: str | None = None,
) -> str:
    """Create a study and start its detached controller; returns the study's name.

    ``parent`` is the id (12 hex digits) or the name of the study that this one refines; ``parent_source`` the address
    of the parent's source, None if it is in this workspace.

    Raises:
        SpecError: the spec is not possible, or the study that it starts from does not go with it.
        StudyError: the name is taken, or there is no such parent.
    """
    parsed = parse_spec(spec)
    study_id, lock = prepare(parsed, workspace, parent=parent, parent_source=parent_source)
    _detach(workspace, study_id, parsed.name, lock)
    return parsed.name


def stop(workspace: Workspace, name: str) -> None:
    """Ask the controller of a study to stop; it ends its running trials within seconds.

    Raises:
        StudyError: there is no such study, or it is not running.
    """
    storage.set_study(workspace, _running(workspace, name, "to stop"), stop_requested=True)


def resume(workspace: Workspace, name: str) -> None:
    """Start a detached controller for a study that was stopped, or whose controller was killed.

    Raises:
        StudyError: there is no such study, it is running, or it has spent its budget.
        SpecError: its objective's folder is gone.
    """
    study_id, lock = reopen(workspace, name)
    _detach(workspace, study_id, name, lock)


def cancel(workspace: Workspace, name: str, number: int) -> None:
    """Ask the controller of a study to end one running trial; it becomes pruned, cancelled by the analyst.

    Raises:
        StudyError: there is no such study, it is not running, or the trial is not.
    """
    study_id = _running(workspace, name, "to cancel a trial of")
    state = storage.trial_state(workspace, study_id, number)
    if state != "running":
        known = f"trial {number} is {state}" if state else f"there is no trial {number!r}"
        raise StudyError(f"{known} in the study {name!r}; expected the number of a running trial")
    requests.cancel(workspace, study_id, number)


def extend(workspace: Workspace, name: str, *, trials: int | None = None, seconds: float | None = None) -> None:
    """Add trials or seconds to the budget of a study. A running one takes notice; another goes on, detached.

    Raises:
        StudyError: there is no such study, or its budget cannot be extended by that.
        SpecError: its objective's folder is gone.
    """
    if not widen(workspace, name, trials=trials, seconds=seconds):
        resume(workspace, name)


def widen(workspace: Workspace, name: str, *, trials: int | None = None, seconds: float | None = None) -> bool:
    """Add to the budget of a study; whether a controller runs it that will take notice."""
    study_id = storage.find(workspace, name)
    try:
        checks.whole(trials, "trials", 1, 10_000_000)
        checks.seconds(seconds, "seconds")
        if trials is None and seconds is None:
            raise SpecError("neither trials nor seconds are given; expected at least one of them")
        found = requests.extend(workspace, study_id, trials, seconds)
    except (SpecError, requests.CannotExtend) as error:
        raise StudyError(f"the study {name!r} cannot be extended: {error}") from error
    return found == "running" and controller_alive(workspace.folder, study_id)


def trial_log(workspace: Workspace, name: str, number: int) -> str:
    """The end of what the process of a trial printed, at most 20 kB; empty if it printed nothing.

    Raises:
        StudyError: there is no such study.
    """
    return logs.tail(logs.trial_log(workspace, storage.find(workspace, name), int(number)))


def earlier(spec: StudySpec, workspace: Workspace) -> Earlier | None:
    """The trials that a spec starts from, as its space holds them, the best first; None if it starts from none.

    Raises:
        SpecError: their source cannot be read, or the study there does not go with the spec.
    """
    return find_earlier(spec, storage.address(workspace))


def prepare(
    spec: StudySpec, workspace: Workspace, *, parent: str | None = None, parent_source: str | None = None
) -> tuple[int, StudyLock]:
    """Create a study, its seed drawn if it has none, and take its lock."""
    if parent_source is None or parent_source == _address(workspace):
        spec = replace(spec, parent=_parent_name(workspace, parent or spec.parent))
        parent = parent_source = None
    else:
        spec = replace(spec, parent=None)
    if spec.seed is None:
        spec = replace(spec, seed=secrets.randbits(31))
    found = earlier(spec, workspace)
    study_id = storage.create_study(workspace, spec, found)
    lock = StudyLock.acquire(workspace, study_id)
    storage.add_row(workspace, study_id, spec, parent, parent_source)
    return study_id, lock


def reopen(workspace: Workspace, name: str) -> tuple[int, StudyLock]:
    """Take the lock of a study that is not running, to go on with it."""
    study_id = storage.find(workspace, name)
    storage.load_spec(workspace, study_id)
    try:
        lock = StudyLock.acquire(workspace, study_id)
    except StudyBusy as error:
        raise StudyError(f"the study {name!r} is running already; expected one that was stopped or killed") from error
    if storage.study_row(workspace, study_id)["state"] == "finished":
        lock.release()
        raise StudyError(f"the study {name!r} is finished; expected one that was stopped or killed, or more budget")
    requests.forget(workspace, study_id)
    storage.set_study(workspace, study_id, state="running", message=None, stop_requested=False)
    return study_id, lock


def _running(workspace: Workspace, name: str, purpose: str) -> int:
    """Optuna's id of a study that a controller runs."""
    study_id = storage.find(workspace, name)
    if not controller_alive(workspace.folder, study_id):
        raise StudyError(f"the study {name!r} is not running; expected a running study {purpose}")
    return study_id


def list_studies(workspace: Workspace) -> list[dict[str, Any]]:
    """Our studies, oldest first: id, name, state, counts of trials by state, and a message where one failed."""
    address = _address(workspace)
    return [
        {
            "study": public_id(address, str(entry["study_id"])),
            **{key: entry[key] for key in ("name", "state", "counts")},
            **({"message": entry["message"]} if entry["message"] else {}),
        }
        for entry in storage.list_studies(workspace)
    ]


def log_path(workspace: Workspace, name: str) -> Path:
    """Where the controller of a study writes its log; any name gives a plain file name of its own."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80]
    if plain != name:
        plain += "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
    return workspace.logs / f"{plain}.log"


def _detach(workspace: Workspace, study_id: int, name: str, lock: StudyLock) -> None:
    """Start the controller in a session of its own; it inherits the lock, so that the study is owned throughout."""
    command = [sys.executable, "-m", "trainer", "control", str(study_id), "--lock", str(lock.fd)]
    try:
        with log_path(workspace, name).open("ab") as log:
            process = subprocess.Popen(
                [*command, "--workspace", str(workspace.folder)],
                cwd=ROOT,
                env={**os.environ, URL_VARIABLE: workspace.url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
                pass_fds=(lock.fd,),
            )
    except OSError as error:
        message = f"its controller could not be started: {error}"
        storage.set_study(workspace, study_id, state="failed", message=message)
        raise StudyError(f"the study {name!r}: {message}") from error
    finally:
        lock.release()
    threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie behind


def _parent_name(workspace: Workspace, parent: str | None) -> str | None:
    """The name of a study in this workspace from its id or name."""
    if parent is None:
        return None
    address, known = _address(workspace), storage.names(workspace)
    for name, study_id in known.items():
        if parent in (public_id(address, str(study_id)), name):
            return name
    shown = ", ".join(map(repr, list(known)[:10])) or "none: it has no studies"
    raise StudyError(f"parent is {parent!r}; expected the id or name of a study in this workspace ({shown})")


def _address(workspace: Workspace) -> str:
    from data.readers.databases import database  # see trainer/earlier.py

    source = database(workspace.url)
    source.close()
    return source.address
