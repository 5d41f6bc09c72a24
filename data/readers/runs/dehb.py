"""DEHB: ``dehb_state.json`` with its settings beside the history that it writes as Parquet; its pickles stay closed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from optuna.distributions import IntDistribution

from analytics.columns import State
from analytics.space import Hyperparameter
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, level, number
from data.readers.files_within import is_plain, plain_file, read_json
from data.readers.runs.common import declared_space, head, numeric

NAME = "DEHB folder"
STATE, INCUMBENT = "dehb_state.json", "incumbent.json"
HISTORIES = "history.parquet.gzip", "history.parquet"


def recognises(folder: Path) -> bool:
    return b'"DE_params"' in head(folder / STATE) and any(head(folder / name, 4) == b"PAR1" for name in HISTORIES)


def files(folder: Path) -> list[Path]:
    return [folder / name for name in (STATE, INCUMBENT, *HISTORIES, "configspace.json")]


def read(folder: Path) -> Run:
    """The run in a folder. DEHB keeps configurations as points of the unit cube: they are turned into values where
    ``configspace.json`` stands beside them, else shown so, under the names of the incumbent.

    Raises:
        ReadError: a file is damaged.
    """
    path = next(folder / name for name in HISTORIES if is_plain(folder / name))
    space, notes = declared_space(folder)
    names = [h.name for h in space] or _names(folder / INCUMBENT)
    evaluations = [_evaluation(path, at, row, names, space) for at, row in enumerate(_rows(path), 1)]
    if not space:
        notes.append("DEHB keeps its configurations scaled to 0 … 1, and there is no configspace.json that tells how.")
    settings = read_json(folder / STATE)
    own = settings.get("HB_params") if isinstance(settings, Mapping) else None
    return Run(
        evaluations,
        [Metric("fitness", "minimize", objective=True)],
        space,
        "DEHB",
        {str(key): level(value) for key, value in own.items()} if isinstance(own, Mapping) else {},
        notes,
    )


def unscaled(h: Hyperparameter, at: float) -> Any:
    """The value of a hyperparameter at a place of 0 … 1, as DEHB takes it."""
    if h.is_category:
        return h.choices[min(int(at * len(h.choices)), len(h.choices) - 1)]
    low, high = h.bounds or (0.0, 1.0)
    value = low * (high / low) ** at if h.log else low + (high - low) * at
    return round(value) if isinstance(h.distribution, IntDistribution) else value


def _rows(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        file = pq.ParquetFile(plain_file(path))
        if missing := {"config", "fitness", "fidelity"} - set(file.schema_arrow.names):
            raise ReadError(f"{path} has no column {min(missing)!r}; expected the history of DEHB")
        rows: list[Mapping[str, Any]] = file.read().to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReadError(f"{path} is damaged: {str(error).splitlines()[0][:80]}; expected Parquet") from error
    return rows


def _evaluation(
    path: Path, at: int, row: Mapping[str, Any], names: Sequence[str], space: Sequence[Hyperparameter]
) -> Evaluation:
    places = row["config"]
    if not isinstance(places, list) or not all(0 <= number(p) <= 1 for p in places):
        raise ReadError(f"{path}: the configuration of row {at} is {str(places)[:60]}; expected numbers from 0 to 1")
    if space and len(places) != len(space):
        raise ReadError(f"{path}: row {at} has {len(places)} values; configspace.json has {len(space)}")
    known = names if len(names) == len(places) else [f"x{i}" for i in range(len(places))]
    values = [unscaled(h, place) for h, place in zip(space, places, strict=True)] if space else places
    params = dict(zip(known, values, strict=True))
    active = {h.name for h in space if h.active(params)} if space else set(known)
    fitness, cost = number(row["fitness"]), number(row.get("cost"))
    done = math.isfinite(fitness)
    return Evaluation(
        {name: value for name, value in params.items() if name in active},
        {**({"fitness": fitness} if done else {}), "cost": cost, **numeric(row.get("info"))},
        State.COMPLETE if done else State.FAILED,
        row.get("config_id"),
        number(row["fidelity"]),
    )


def _names(path: Path) -> list[str]:
    document = read_json(path) if is_plain(path) else {}
    config = document.get("config") if isinstance(document, Mapping) else None
    return list(map(str, config)) if isinstance(config, Mapping) else []
