"""Optuna's tables, schema of Optuna 3 to 5, as SQLAlchemy sees them on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Connection, Float, Integer, MetaData, String, Table, inspect, select
from sqlalchemy.types import TypeEngine

from data.readers.base import ReadError

_meta = MetaData()


def _table(name: str, **columns: type[TypeEngine[Any]] | None) -> Table:
    return Table(name, _meta, *(SqlColumn(key, kind) if kind else SqlColumn(key) for key, kind in columns.items()))


version_info = _table("version_info", library_version=String)
alembic_version = _table("alembic_version", version_num=String)
studies = _table("studies", study_id=Integer, study_name=String)
directions = _table("study_directions", study_id=Integer, objective=Integer, direction=String)
study_attributes = _table("study_system_attributes", study_id=Integer, key=String, value_json=String)
own_attributes = _table("study_user_attributes", study_id=Integer, key=String, value_json=String)
trials = _table(
    "trials",
    trial_id=Integer,
    study_id=Integer,
    number=Integer,
    state=String,
    datetime_start=None,
    datetime_complete=None,
)
params = _table(
    "trial_params", param_id=Integer, trial_id=Integer, param_name=String, param_value=Float, distribution_json=String
)
values = _table("trial_values", trial_id=Integer, objective=Integer, value=Float, value_type=String)
user_attributes = _table(
    "trial_user_attributes",
    trial_user_attribute_id=Integer,
    trial_id=Integer,
    key=String,
    value_json=String,
)
system_attributes = _table("trial_system_attributes", trial_id=Integer, key=String, value_json=String)
reports = _table(
    "trial_intermediate_values",
    trial_id=Integer,
    step=Integer,
    intermediate_value=Float,
    intermediate_value_type=String,
)

OLDEST = (3, 0, 0, "d")
"""The schema of Optuna 3.0; what came between 2.10 and it was never released."""


@dataclass(frozen=True)
class Schema:
    """What a database holds: the Optuna that created it, and whether our own tables stand beside Optuna's."""

    library: str
    has_trellis: bool
    has_log: bool

    @property
    def utc(self) -> bool:
        """Whether times are UTC: Optuna 5 stores UTC, earlier ones the local time of the process."""
        major = re.match(r"\d+", self.library)
        return major is not None and int(major[0]) >= 5


def read_schema(connection: Connection, where: str) -> Schema | None:
    """What a database holds; None for a workspace into which no study was written yet.

    Raises:
        ReadError: the database is not Optuna's, or an Optuna older than 3 wrote it.
    """
    names = set(inspect(connection).get_table_names())
    if "studies" not in names and "trellis_meta" in names:
        return None
    if missing := [t.name for t in (studies, trials, params, version_info) if t.name not in names]:
        raise ReadError(f"{where} has no table {missing[0]!r}; expected a database that Optuna wrote")
    version = connection.execute(select(alembic_version)).scalar() if "alembic_version" in names else None
    library = str(connection.execute(select(version_info)).scalar() or "")
    known = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)\.([a-z]).*", version or "")
    if known is None or (*map(int, known.groups()[:3]), known[4]) < OLDEST:
        raise ReadError(
            f"{where} was written by Optuna {library or 'older than 1'} (schema {version or 'without a version'}); "
            "expected Optuna 3 or later: run `optuna storage upgrade` on a copy"
        )
    return Schema(library, "trellis_study" in names, "trellis_metric_log" in names)
