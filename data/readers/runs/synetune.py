"""Syne Tune: ``metadata.json`` beside ``results.csv.zip`` or ``results.csv``, a row a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import State
from analytics.space import Hyperparameter
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, level, number
from data.readers.files_within import is_plain, plain_file, read_json
from data.readers.runs.common import guessed_objective, head, reason
from data.readers.table_file import read_table

NAME = "Syne Tune experiment"
META, RESULTS = "metadata.json", ("results.csv.zip", "results.csv")
STATES = {"completed": State.COMPLETE, "stopped": State.PRUNED, "paused": State.PRUNED, "inprogress": State.RUNNING}
STEPS = "epoch", "step", "iteration", "resource", "st_worker_iter"


def recognises(folder: Path) -> bool:
    return b'"st_tuner_' in head(folder / META, 2**16) and any(is_plain(folder / name) for name in RESULTS)


def files(folder: Path) -> list[Path]:
    return [folder / name for name in (META, *RESULTS)]


def read(folder: Path) -> Run:
    """The run in a folder: a row a trial, with its reports as history.

    Raises:
        ReadError: a file is damaged.
    """
    about = read_json(folder / META)
    about = about if isinstance(about, Mapping) else {}
    path = next(folder / name for name in RESULTS if is_plain(folder / name))
    frame = read_table(plain_file(path))
    if "trial_id" not in frame:
        raise ReadError(f"{path} has no column 'trial_id'; expected the results of Syne Tune")
    step = next((name for name in STEPS if name in frame), None)
    evaluations = [_evaluation(rows, step) for _, rows in frame.groupby("trial_id", sort=True)]
    objectives = _objectives(about)
    return Run(
        evaluations,
        objectives or [metric for metric in [guessed_objective(evaluations)] if metric],
        _space(folder / META, about.get("config_space")),
        f"{about.get('scheduler_name') or ''} (Syne Tune)".strip(),
    )


def _objectives(about: Mapping[str, Any]) -> list[Metric]:
    names, modes = about.get("metric_names"), about.get("metric_mode")
    names = names if isinstance(names, list) else []
    told = modes if isinstance(modes, list) else [modes] * len(names)
    return [
        Metric(str(name), "maximize" if mode == "max" else "minimize", objective=True, read="last")
        for name, mode in zip(names, told, strict=False)
    ]


def _evaluation(rows: pd.DataFrame, step: str | None) -> Evaluation:
    last: dict[str, Any] = {str(name): value for name, value in rows.iloc[-1].items()}
    config = {c.removeprefix("config_"): _plain(v) for c, v in last.items() if c.startswith("config_") and pd.notna(v)}
    own = [c for c in last if not c.startswith(("config_", "st_")) and c not in ("trial_id", "elapsed_time", step)]
    names = [c for c in own if pd.api.types.is_numeric_dtype(rows[c])]
    steps = rows[step].tolist() if step else list(range(1, len(rows) + 1))
    history = [(number(at), name, number(value)) for name in names for at, value in zip(steps, rows[name], strict=True)]
    times = rows["st_worker_timestamp"].map(number) if "st_worker_timestamp" in rows else None
    spent = number(rows["st_worker_time"].iloc[0]) if "st_worker_time" in rows else 0.0
    status = str(last.get("st_status")).lower()
    state = STATES.get(status, State.FAILED)
    return Evaluation(
        config,
        {name: number(last[name]) for name in names},
        state,
        budget=number(steps[-1]),
        start=None if times is None else times.iloc[0] - spent,
        end=None if times is None else times.iloc[-1],
        row=reason(state is State.FAILED, status),
        history=history if len(rows) > 1 else (),
    )


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _space(path: Path, text: Any) -> list[Hyperparameter]:
    """The hyperparameters of the search space; a domain of another kind is inferred from its values."""
    try:
        document = json.loads(text) if isinstance(text, str) else text
        entries = document.items() if isinstance(document, Mapping) else ()
        return [Hyperparameter(str(name), found) for name, domain in entries if (found := _distribution(domain))]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ReadError(f"{path}: its config_space cannot be read: {error}") from error


def _distribution(domain: Any) -> BaseDistribution | None:
    if not isinstance(domain, Mapping) or not isinstance(given := domain.get("domain_kwargs"), Mapping):
        return None
    log = "Log" in str(domain.get("sampler_cls"))
    match domain.get("domain_cls"):
        case "Float":
            return FloatDistribution(float(given["lower"]), float(given["upper"]), log=log)
        case "Integer":
            return IntDistribution(int(given["lower"]), int(given["upper"]), log=log)
        case "Categorical" | "Ordinal" if isinstance(given.get("categories"), list):
            return CategoricalDistribution(list(map(level, given["categories"])))
    return None
