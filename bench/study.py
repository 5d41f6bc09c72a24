"""Optuna studies of any size in seconds: Optuna makes the schema, the trials go in as bulk inserts.

Eight hyperparameters of every kind and one objective, so nine columns. The objective is spread evenly over 0…1: a brush
over a part of its axis selects that part of the trials.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)
from sqlalchemy import Connection, MetaData, create_engine, insert

NAME = "bench"
OBJECTIVE = "value"
SPACE: dict[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(1e-5, 1e-1, log=True),
    "weight_decay": FloatDistribution(1e-6, 1e-2, log=True),
    "dropout": FloatDistribution(0.0, 0.7),
    "momentum": FloatDistribution(0.5, 0.99),
    "layers": IntDistribution(1, 8),
    "width": IntDistribution(16, 1024, log=True),
    "batch_size": CategoricalDistribution((16, 32, 64, 128, 256)),
    "optimizer": CategoricalDistribution(("adam", "rmsprop", "sgd")),
}
CHUNK = 10_000

Internal = dict[str, NDArray[np.float64]]


def sample(distribution: BaseDistribution, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in Optuna's internal form (a category is its index) for uniform numbers in [0, 1)."""
    if isinstance(distribution, CategoricalDistribution):
        return np.floor(uniform * len(distribution.choices))
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    low, high = float(distribution.low), float(distribution.high)
    values = np.exp(np.log(low) + uniform * np.log(high / low)) if distribution.log else low + uniform * (high - low)
    return np.round(values) if isinstance(distribution, IntDistribution) else values


def draw(trials: int, seed: int = 0) -> Internal:
    """Columns in internal form: every hyperparameter, and the objective as the rank of a noisy function of them."""
    random = np.random.default_rng(seed)
    uniform = {name: random.random(trials) for name in SPACE}
    quality = -((uniform["learning_rate"] - 0.6) ** 2) * 4 - (uniform["dropout"] - 0.3) ** 2
    quality += 0.3 * uniform["layers"] * uniform["width"] + 0.1 * random.standard_normal(trials)
    columns = {name: sample(distribution, uniform[name]) for name, distribution in SPACE.items()}
    columns[OBJECTIVE] = quality.argsort().argsort() / max(trials - 1, 1)
    return columns


def write_study(path: Path, trials: int, seed: int = 0) -> Path:
    """Write `trials` complete trials into a new Optuna SQLite database at `path`; a database that is there is kept."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{half}")
    study_id = optuna.create_study(storage=storage, study_name=NAME, direction="maximize")._study_id
    storage.remove_session()
    storage.engine.dispose()
    engine = create_engine(f"sqlite:///{half}")
    tables = MetaData()
    tables.reflect(engine)
    columns = draw(trials, seed)
    with engine.begin() as connection:
        for first in range(0, trials, CHUNK):
            insert_trials(connection, tables, study_id, columns, range(first, min(first + CHUNK, trials)))
    engine.dispose()
    return half.rename(path)


def insert_trials(connection: Connection, tables: MetaData, study_id: int, columns: Internal, rows: range) -> None:
    """Insert trials `rows` (their numbers) with their values and hyperparameters; trial ids are numbers plus one."""
    start = datetime(2026, 1, 1)
    trials = [trial_row(study_id, number, start + timedelta(seconds=10 * number)) for number in rows]
    values = [
        {"trial_id": number + 1, "objective": 0, "value": float(columns[OBJECTIVE][number]), "value_type": "FINITE"}
        for number in rows
    ]
    connection.execute(insert(tables.tables["trials"]), trials)
    connection.execute(insert(tables.tables["trial_values"]), values)
    for name, distribution in SPACE.items():
        text = distribution_to_json(distribution)
        params = [
            {
                "trial_id": number + 1,
                "param_name": name,
                "param_value": float(columns[name][number]),
                "distribution_json": text,
            }
            for number in rows
        ]
        connection.execute(insert(tables.tables["trial_params"]), params)


def trial_row(study_id: int, number: int, start: datetime) -> dict[str, Any]:
    """One row of Optuna's `trials` table: complete, eight seconds long."""
    return {
        "trial_id": number + 1,
        "number": number,
        "study_id": study_id,
        "state": "COMPLETE",
        "datetime_start": start,
        "datetime_complete": start + timedelta(seconds=8),
    }


def write_table(path: Path, trials: int, seed: int = 0) -> Path:
    """The same trials as CSV, for a peer that reads tables; a table that is there is kept."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = draw(trials, seed)
    external: dict[str, list[Any]] = {OBJECTIVE: columns[OBJECTIVE].tolist()}
    for name, distribution in SPACE.items():
        external[name] = [distribution.to_external_repr(value) for value in columns[name].tolist()]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(external)
        writer.writerows(zip(*external.values(), strict=True))
    return path
