"""Our studies in the workspace: Optuna's storage, and the row that stands beside each study."""

from __future__ import annotations

import fcntl
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import optuna
from optuna.exceptions import DuplicatedStudyError, ExperimentalWarning
from sqlalchemy import inspect, select, text, update
from sqlalchemy.engine import RowMapping, make_url

from analytics.columns import State
from data.workspace import BUSY_SECONDS, LOST, Workspace, controller_alive, studies, use_wal
from trainer.buffered import BufferedStorage
from trainer.draws import FROM
from trainer.earlier import Earlier, enter
from trainer.objectives import BUILTIN
from trainer.spec import StudySpec, parse_spec

STATES = {
    "COMPLETE": State.COMPLETE,
    "PRUNED": State.PRUNED,
    "FAIL": State.FAILED,
    "RUNNING": State.RUNNING,
    "WAITING": State.WAITING,
}


class StudyError(Exception):
    """A study that is not there, is there already, or cannot do what was asked; one sentence."""


@contextmanager
def optuna_storage(workspace: Workspace) -> Iterator[BufferedStorage]:
    """Optuna's storage on the workspace's database, its connections behaving like our own; closed at the end.

    What it holds back is lost unless it is flushed, or the trial it belongs to is told.
    """
    sqlite = workspace.engine.dialect.name == "sqlite"
    kwargs = {"connect_args": {"timeout": BUSY_SECONDS}} if sqlite else {"pool_pre_ping": True}
    with (workspace.locks / "tables.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        storage = BufferedStorage(workspace.url, engine_kwargs=kwargs)
    if sqlite:
        use_wal(storage.engine)
        storage.scoped_session.remove()
        storage.engine.dispose()  # connections from before know nothing of that
    try:
        yield storage
    finally:
        storage.scoped_session.remove()
        storage.engine.dispose()


def create_study(workspace: Workspace, spec: StudySpec, earlier: Earlier | None = None) -> int:
    """Create Optuna's study, with the trials of an earlier one that it starts from; returns its id.

    Raises:
        StudyError: the name is taken.
    """
    with optuna_storage(workspace) as storage, warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        try:
            study = optuna.create_study(
                storage=storage, study_name=spec.name, directions=list(spec.metrics.values()), load_if_exists=False
            )
        except DuplicatedStudyError as error:
            raise StudyError(
                f"the study name {spec.name!r} is taken in this workspace; expected another one"
            ) from error
        study.set_metric_names(list(spec.metrics))
        if spec.start and earlier:
            enter(storage, study, spec, earlier)
        return int(study._study_id)


def add_row(workspace: Workspace, study_id: int, spec: StudySpec, parent: str | None, source: str | None) -> None:
    """Put our row, in state running, beside Optuna's study."""
    with workspace.engine.begin() as connection:
        connection.execute(
            studies.insert().values(
                study_id=study_id,
                spec=json.dumps(spec.to_json()),
                metrics=json.dumps(_measures(spec)),
                parent=parent,
                parent_source=source,
                state="running",
                stop_requested=False,
                created=datetime.now(UTC),
            )
        )


def _measures(spec: StudySpec) -> dict[str, dict[str, str]]:
    """Direction and unit of the metrics that a built-in objective reports."""
    if spec.objective.type != "builtin":
        return {}
    measures = BUILTIN[spec.objective.target].metrics
    return {name: {"direction": measure.direction, "unit": measure.unit} for name, measure in measures.items()}


def study_row(workspace: Workspace, study_id: int) -> RowMapping:
    """The row of ``trellis_study``."""
    with workspace.engine.connect() as connection:
        return connection.execute(select(studies).where(studies.c.study_id == study_id)).mappings().one()


def load_spec(workspace: Workspace, study_id: int) -> StudySpec:
    """The spec that a study was created with."""
    return parse_spec(json.loads(study_row(workspace, study_id)["spec"]))


def set_study(workspace: Workspace, study_id: int, **values: Any) -> None:
    """Change columns of a study's row."""
    with workspace.engine.begin() as connection:
        connection.execute(update(studies).where(studies.c.study_id == study_id).values(**values))


def stop_requested(workspace: Workspace, study_id: int) -> bool:
    with workspace.engine.connect() as connection:
        return bool(connection.scalar(select(studies.c.stop_requested).where(studies.c.study_id == study_id)))


def names(workspace: Workspace) -> dict[str, int]:
    """Optuna's ids of our studies by name, oldest first."""
    if not inspect(workspace.engine).has_table("studies"):
        return {}
    query = "SELECT s.study_name, s.study_id FROM studies s JOIN trellis_study t USING (study_id) ORDER BY s.study_id"
    with workspace.engine.connect() as connection:
        return {name: int(study_id) for name, study_id in connection.execute(text(query))}


def find(workspace: Workspace, name: str) -> int:
    """Optuna's id of a study of ours.

    Raises:
        StudyError: there is none of that name.
    """
    known = names(workspace)
    if name not in known:
        shown = ", ".join(map(repr, list(known)[:10])) or "none: the workspace has no studies"
        raise StudyError(f"there is no study {name!r} in this workspace; expected one of {shown}")
    return known[name]


def list_studies(workspace: Workspace) -> list[dict[str, Any]]:
    """Name, Optuna's id, state, message and counts of trials of each of our studies, oldest first."""
    known = names(workspace)
    states = {name: shown_state(workspace, study_id) for name, study_id in known.items()}
    counts = _counts(workspace)  # after the states: a study that is finished has all its trials
    entries = []
    for name, study_id in known.items():
        state, message = states[name]
        entries.append(
            {
                "name": name,
                "study_id": study_id,
                "state": state,
                "message": message,
                "counts": {**dict.fromkeys(map(str, STATES.values()), 0), **counts.get(study_id, {})},
            }
        )
    return entries


def shown_state(workspace: Workspace, study_id: int) -> tuple[str, str | None]:
    """State and message of a study of ours: failed where it runs by its row, but nobody runs it."""
    row = study_row(workspace, study_id)
    if row["state"] == "running" and not controller_alive(workspace.folder, study_id):
        row = study_row(workspace, study_id)
        if row["state"] == "running":
            return "failed", LOST
    return row["state"], row["message"]


_COUNTS = text(f"""
    SELECT study_id, state, COUNT(*) FROM trials WHERE trial_id NOT IN
    (SELECT trial_id FROM trial_user_attributes WHERE key = '{FROM}') GROUP BY study_id, state
""")
"""Trials by state; those that only tell a sampler of an earlier study do not count."""


def _counts(workspace: Workspace) -> Mapping[int, dict[str, int]]:
    if not inspect(workspace.engine).has_table("trials"):
        return {}
    counts: dict[int, dict[str, int]] = {}
    with workspace.engine.connect() as connection:
        for study_id, state, n in connection.execute(_COUNTS):
            counts.setdefault(int(study_id), {})[str(STATES[str(state)])] = int(n)
    return counts


def trial_state(workspace: Workspace, study_id: int, number: int) -> State | None:
    """Where a trial stands; None if there is no such trial."""
    query = text("SELECT state FROM trials WHERE study_id = :study AND number = :number")
    with workspace.engine.connect() as connection:
        state = connection.scalar(query, {"study": study_id, "number": number})
    return None if state is None else STATES[str(state)]


def address(workspace: Workspace) -> str:
    """Where readers find the workspace's database: its file, or its URL with the password."""
    url = make_url(workspace.url)
    return str(url.database) if url.get_backend_name() == "sqlite" else workspace.url
