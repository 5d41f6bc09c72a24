"""What an Optuna database says of its studies, and whether it is still the one that was read before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from sqlalchemy import Connection, case, func, select

from analytics.columns import State
from analytics.trials import Direction
from data import workspace
from data.readers import optuna_tables as sql
from data.readers.base import STATES
from data.readers.kept import KEY
from data.readers.optuna_fetch import seconds
from data.readers.optuna_study import StudyInfo, metric_names
from data.readers.optuna_tables import Schema
from data.readers.study_table import StudyTable

NAMES = "study:metric_names"
FINISHED = [STATES.index(state) for state in (State.COMPLETE, State.PRUNED, State.FAILED)]


def fetch_studies(connection: Connection, schema: Schema, notes: tuple[str, ...]) -> dict[int, StudyInfo]:
    """All studies of a database by Optuna's id, in its order."""
    s, d, a = sql.studies.c, sql.directions.c, sql.study_attributes.c
    directions: dict[int, list[Direction]] = {}
    for study, direction in connection.execute(select(d.study_id, d.direction).order_by(d.study_id, d.objective)):
        directions.setdefault(study, []).append(cast(Direction, direction.lower()))
    attributes: dict[int, dict[str, str | None]] = {}
    for study, key, text in connection.execute(select(a.study_id, a.key, case((a.key == NAMES, a.value_json)))):
        attributes.setdefault(study, {})[key] = text
    u = sql.own_attributes.c
    kept = {
        row.study_id: row.value_json for row in connection.execute(select(u.study_id, u.value_json).where(u.key == KEY))
    }
    ours = _ours(connection) if schema.has_trellis else {}
    return {
        study: StudyInfo(
            own_id=str(study),
            name=name,
            directions=tuple(directions.get(study, ())),
            names=metric_names(attributes.get(study, {}).get(NAMES)),
            keys=frozenset(attributes.get(study, ())),
            notes=notes,
            kept=kept.get(study),
            **ours.get(study, {}),
        )
        for study, name in connection.execute(select(s.study_id, s.study_name).order_by(s.study_id))
    }


def _ours(connection: Connection) -> dict[int, dict[str, Any]]:
    t = workspace.studies.c
    columns = (t.study_id, t.spec, t.metrics, t.parent, t.parent_source, t.state, t.message)
    rows = connection.execute(select(*columns)).mappings()
    return {
        row["study_id"]: {
            "spec": json.loads(row["spec"]),
            "measures": json.loads(row["metrics"]),
            **{key: row[key] for key in ("parent", "parent_source", "state", "message")},
        }
        for row in rows
    }


def fetch_running(connection: Connection) -> set[int]:
    """Optuna's ids of the studies of ours that run by their row."""
    t = workspace.studies.c
    return set(connection.scalars(select(t.study_id).where(t.state == "running")))


def first_to_read(connection: Connection, utc: bool, tables: Mapping[int, StudyTable]) -> int | None:
    """The trial id after which to read; 0 for all; None if what was read before is not what stands there now.

    ``tables`` are those of studies that are still there.
    """
    last = max((int(table.ids[-1]) for table in tables.values() if len(table.ids)), default=0)
    t = sql.trials.c
    query = select(t.study_id, func.count()).where(t.trial_id <= last).group_by(t.study_id)
    counts = {study: count for study, count in connection.execute(query) if study in tables}
    if any(counts.get(study, 0) < len(table.ids) for study, table in tables.items()):
        return None
    expected = {trial: row for study, table in tables.items() for trial, row in _probes(study, table)}
    if expected != _found(connection, sorted(expected), utc):
        return None
    return last if sum(counts.values()) == sum(len(table.ids) for table in tables.values()) else 0


Probe: TypeAlias = tuple[int, int, float]
"""Study, number and end of a trial."""


def _probes(study: int, table: StudyTable) -> list[tuple[int, Probe]]:
    """The first and the last finished trial of a study, with their ids."""
    row = table.group("row")
    finished = np.flatnonzero(np.isin(row.get("state", np.zeros(0)), FINISHED)).tolist()
    ends = {*finished[:1], *finished[-1:]}
    return [(int(table.ids[i]), (study, int(row["number"][i]), float(row["end"][i]))) for i in ends]


def _found(connection: Connection, ids: Sequence[int], utc: bool) -> dict[int, Probe]:
    t = sql.trials.c
    rows = connection.execute(
        select(t.trial_id, t.study_id, t.number, t.datetime_complete).where(t.trial_id.in_(ids))
    ).all()
    ends = seconds([row[3] for row in rows], utc)
    return {trial: (study, number, float(end)) for (trial, study, number, _), end in zip(rows, ends, strict=True)}
