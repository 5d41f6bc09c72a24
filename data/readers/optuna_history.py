"""Values over steps from an Optuna database: reported ones, and those of our own metric log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from analytics.columns import Role, public_name
from analytics.trials import HISTORY_COLUMNS
from data.readers import optuna_tables as sql
from data.readers.optuna_fetch import MOST_IDS, NOT_FINITE
from data.workspace import metric_log


def fetch_history(
    connection: Connection, study: int, objective: str, numbers: Sequence[int] | None, has_log: bool
) -> pd.DataFrame:
    """The long table of the given trials (None: all), ordered by number, metric and step.

    What a trial reports are values of the objective. Where a step was logged twice, as after a resumed training, the
    last value counts. Of a database with our log a column ``time`` tells when, in seconds since 1970 (NaN: unknown).
    """
    reported = _reported(connection, study, objective, numbers)
    frame = pd.DataFrame(reported, columns=list(HISTORY_COLUMNS)).astype({"step": "float64", "value": "float64"})
    if has_log:
        logged = pd.DataFrame(_logged(connection, study, numbers), columns=[*HISTORY_COLUMNS, "time"])
        logged = logged.astype({"step": "float64", "value": "float64", "time": "float64"})
        frame = pd.concat([frame.assign(time=np.nan), logged], ignore_index=True)
    frame = frame.drop_duplicates(["number", "metric", "step"], keep="last")
    if numbers is not None:
        frame = frame[frame["number"].isin(numbers)]
    return frame.sort_values(["number", "metric", "step"], ignore_index=True)


def _reported(
    connection: Connection, study: int, objective: str, numbers: Sequence[int] | None
) -> list[tuple[int, float, str, float | None]]:
    t, r = sql.trials.c, sql.reports.c
    query = (
        select(t.number, r.step, r.intermediate_value, r.intermediate_value_type)
        .join_from(sql.trials, sql.reports, t.trial_id == r.trial_id)
        .where(t.study_id == study)
    )
    if numbers is not None and len(numbers) <= MOST_IDS:
        query = query.where(t.number.in_([int(n) for n in numbers]))
    name = public_name(objective, Role.METRIC)
    return [(n, step, name, NOT_FINITE.get(kind, value)) for n, step, value, kind in connection.execute(query)]


def _logged(
    connection: Connection, study: int, numbers: Sequence[int] | None
) -> list[tuple[int, float, str, float | None, float]]:
    m = metric_log.c
    query = select(m.number, m.step, m.metric, m.value, m.time).where(m.study_id == study).order_by(m.id)
    if numbers is not None and len(numbers) <= MOST_IDS:
        query = query.where(m.number.in_([int(n) for n in numbers]))
    rows = connection.execute(query)
    return [
        (n, step, public_name(name, Role.METRIC), np.nan if value is None else value, at or np.nan)
        for n, step, name, value, at in rows
    ]
