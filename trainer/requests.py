"""What is asked of a running controller, through the workspace: stop, end a trial, go on further; and its clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.workspace import Workspace, cancels, clocks, studies
from trainer.spec import StudySpec, parse_spec


@dataclass(frozen=True)
class Requests:
    """``spec`` is the study's spec as it stands now, in JSON; ``cancelled`` are numbers of trials to be ended."""

    stop: bool
    spec: str
    cancelled: frozenset[int] = frozenset()


class CannotExtend(Exception):  # noqa: N818
    """The budget has no such limit, or would pass what a spec may ask; one sentence."""


def read(workspace: Workspace, study_id: int) -> Requests:
    """What is asked now."""
    with workspace.engine.connect() as connection:
        row = connection.execute(
            select(studies.c.stop_requested, studies.c.spec).where(studies.c.study_id == study_id)
        ).one()
        numbers = connection.scalars(select(cancels.c.number).where(cancels.c.study_id == study_id))
        return Requests(bool(row.stop_requested), row.spec, frozenset(numbers))


def cancel(workspace: Workspace, study_id: int, number: int) -> None:
    """Ask that a trial be ended; asked twice, it is once."""
    with workspace.engine.begin() as connection:
        connection.execute(delete(cancels).where(cancels.c.study_id == study_id, cancels.c.number == number))
        connection.execute(insert(cancels).values(study_id=study_id, number=number))


def forget(workspace: Workspace, study_id: int) -> None:
    """The trials to be ended were told so, or had ended by themselves."""
    with workspace.engine.begin() as connection:
        connection.execute(delete(cancels).where(cancels.c.study_id == study_id))


def extend(workspace: Workspace, study_id: int, trials: int | None, seconds: float | None) -> str:
    """Add to the budget of a study; returns the state in which it found it. A finished study is stopped thereafter.

    Raises:
        CannotExtend: the study has no such limit, or the new one is too great.
    """
    with workspace.engine.begin() as connection:
        row = connection.execute(
            select(studies.c.spec, studies.c.state).where(studies.c.study_id == study_id).with_for_update()
        ).one()
        values: dict[str, Any] = {"spec": json.dumps(_extended(json.loads(row.spec), trials, seconds))}
        if row.state == "finished":
            values["state"] = "stopped"
        connection.execute(update(studies).where(studies.c.study_id == study_id).values(**values))
        return str(row.state)


def _extended(spec: dict[str, Any], trials: int | None, seconds: float | None) -> dict[str, Any]:
    budget = dict(spec["budget"])
    for key, more in (("trials", trials), ("seconds", seconds)):
        if more is not None:
            if budget.get(key) is None:
                raise CannotExtend(f"its budget has no {key}; expected a study that ends after a number of {key}")
            budget[key] += more
    try:
        return parse_spec({**spec, "budget": budget}).to_json()
    except ValueError as error:
        raise CannotExtend(str(error)) from error


def finish(workspace: Workspace, study_id: int, spec: str) -> bool:
    """Write that a study is finished, unless its budget has changed from that in ``spec``; whether it was written."""
    with workspace.engine.begin() as connection:
        asked = update(studies).where(studies.c.study_id == study_id, studies.c.spec == spec)
        return connection.execute(asked.values(state="finished", pid=None)).rowcount == 1


def spent(workspace: Workspace, study_id: int) -> float:
    """Seconds that controllers have run a study so far."""
    with workspace.engine.connect() as connection:
        return connection.scalar(select(clocks.c.seconds).where(clocks.c.study_id == study_id)) or 0.0


def spend(workspace: Workspace, study_id: int, seconds: float) -> None:
    """Write how long controllers have run a study in all."""
    with workspace.engine.begin() as connection:
        set_to = update(clocks).where(clocks.c.study_id == study_id).values(seconds=seconds)
        if connection.execute(set_to).rowcount == 0:
            connection.execute(insert(clocks).values(study_id=study_id, seconds=seconds))


def parsed(text: str) -> StudySpec:
    """The spec in a row of ``trellis_study``."""
    return parse_spec(json.loads(text))
