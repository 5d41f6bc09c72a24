"""Studies written for other tools: ``python -m data.export SOURCE --to FILE [--study NAME]``.

The name of the file tells how: ``.db`` an Optuna storage, ``.hiplot.csv`` HiPlot, ``.csv`` and ``.parquet`` a table
laid out as ``study.trials_dataframe()``. A file that exists is never written over.
"""

from __future__ import annotations

import argparse
import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from analytics.columns import State
from analytics.trials import Trials
from data.readers import ReadError, read

STATES = {
    State.COMPLETE: TrialState.COMPLETE,
    State.PRUNED: TrialState.PRUNED,
    State.FAILED: TrialState.FAIL,
    State.RUNNING: TrialState.RUNNING,
    State.WAITING: TrialState.WAITING,
}
KEPT = ("config", "member", "budget", "seed", "parent", "generation", "bracket", "rung", "batch")
"""Our columns that travel as ``trellis:`` attributes."""


class ExportError(Exception):
    """A study cannot be written; the message says what stands where."""


def to_table(trials: Trials) -> pd.DataFrame:
    """A row a trial as ``study.trials_dataframe()`` lays it out; directions and bounds are not in it."""
    frame, columns = trials.frame, {}
    columns["number"] = frame["number"]
    columns |= {f"values_{m.name}": frame[m.name] for m in trials.metrics.values() if m.objective}
    columns |= {"datetime_start": frame["start"], "datetime_complete": frame["end"], "duration": frame["duration"]}
    columns |= {f"params_{name}": frame[name] for name in trials.params}
    columns |= {f"user_attrs_{m.name}": frame[m.name] for m in trials.metrics.values() if not m.objective}
    columns |= {f"user_attrs_trellis:{name}": frame[name] for name in KEPT if not trials.columns[name].missing.all()}
    columns["state"] = frame["state"].map(lambda state: STATES[State(state)].name)
    return pd.DataFrame(columns)


def to_hiplot(trials: Trials) -> pd.DataFrame:
    """A point a row: ``uid``, ``from_uid`` where a parent is known, hyperparameters and metrics."""
    frame = trials.frame
    parents = pd.array([None if math.isnan(p) else int(p) for p in trials.columns["parent"].values], dtype="Int64")
    names = [*trials.params, *trials.metrics]
    return pd.concat([pd.DataFrame({"uid": frame["number"], "from_uid": parents}), frame[names]], axis=1)


def to_optuna(trials: Trials, path: Path) -> None:
    """A study in an Optuna storage: trials with their distributions, values, reports and attributes."""
    objectives = [m for m in trials.metrics.values() if m.objective]
    if not objectives:
        raise ExportError(f"study {trials.study.name!r} has no objective; expected one")
    study = optuna.create_study(
        storage=f"sqlite:///{path}",
        study_name=trials.study.name,
        directions=[m.direction or "minimize" for m in objectives],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names([m.name for m in objectives])
    study.add_trials(frozen(trials))


def frozen(trials: Trials) -> Iterator[FrozenTrial]:
    """Optuna's trials, in order of their numbers; a completed one without all objectives counts as failed."""
    objectives = [m.name for m in trials.metrics.values() if m.objective]
    columns = {name: column.objects() for name, column in trials.columns.items()}
    spaces = {name: _containing(trials.space[name].distribution, columns[name]) for name in trials.params}
    history = trials.load_history(None)
    first = history[history["metric"] == objectives[0]] if len(history) and len(objectives) == 1 else history[:0]
    reports = {int(str(number)): part for number, part in first.groupby("number")}
    for row in sorted(range(len(trials)), key=lambda row: columns["number"][row]):
        number, state = columns["number"][row], STATES[State(columns["state"][row])]
        params = {name: columns[name][row] for name in spaces if not trials.columns[name].missing[row]}
        values = [columns[name][row] for name in objectives]
        if any(math.isnan(value) for value in values):
            state = TrialState.FAIL if state == TrialState.COMPLETE else state
        others = [m for m in trials.metrics if m not in objectives]
        attributes = {name: columns[name][row] for name in others if not trials.columns[name].missing[row]}
        own = {f"trellis:{name}": columns[name][row] for name in KEPT if not trials.columns[name].missing[row]}
        part = reports.get(number)
        yield FrozenTrial(
            number=number,
            trial_id=number,
            state=state,
            value=None,
            values=values if state == TrialState.COMPLETE else None,
            params=params,
            distributions={name: spaces[name] for name in params},
            user_attrs=attributes | own,
            system_attrs={},
            intermediate_values={} if part is None else dict(zip(part["step"].astype(int), part["value"], strict=True)),
            datetime_start=_time(trials.columns["start"].values[row], state != TrialState.WAITING),
            datetime_complete=_time(trials.columns["end"].values[row], state.is_finished()),
        )


def write(trials: Trials, path: Path) -> None:
    """Write a study to a new file, in the format that its name tells.

    Raises:
        ExportError: the file exists, or its name tells no format.
    """
    if path.exists():
        raise ExportError(f"{path} exists; expected the name of a new file")
    if path.suffix == ".db":
        to_optuna(trials, path)
    elif path.name.endswith(".hiplot.csv"):
        to_hiplot(trials).to_csv(path, index=False)
    elif path.suffix == ".csv":
        to_table(trials).to_csv(path, index=False)
    elif path.suffix == ".parquet":
        table = to_table(trials)
        texts = [str(name) for name in table if table[name].dtype == object]
        table.assign(**{name: table[name].map(str, na_action="ignore") for name in texts}).to_parquet(path)
    else:
        raise ExportError(f"{path} ends in {path.suffix!r}; expected .db, .csv, .parquet or .hiplot.csv")


def _containing(distribution: BaseDistribution, values: Sequence[Any]) -> BaseDistribution:
    """A distribution widened to hold all values, as Optuna wants it; without its step where they are off it."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution
    known = [value for value in values if math.isfinite(value)]
    if not known or not isinstance(distribution, (FloatDistribution, IntDistribution)):
        return distribution
    low, high = min(distribution.low, *known), max(distribution.high, *known)
    if (low, high) == (distribution.low, distribution.high):
        return distribution
    return type(distribution)(low, high, log=distribution.log and low > 0)


def _time(seconds: float, needed: bool) -> datetime | None:
    """As Optuna 5 keeps it: UTC without a zone; the beginning of 1970 where a time is needed and not known."""
    if math.isnan(seconds):
        return datetime(1970, 1, 1) if needed else None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if needed else None


def main(argv: Sequence[str] | None = None) -> int:
    """Write one study; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.export", description="Write a study for other tools.")
    parser.add_argument("source", help="whatever app.py opens")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help=".db, .csv, .parquet, .hiplot.csv")
    parser.add_argument("--study", metavar="NAME", help="which, where the source holds several")
    given = parser.parse_args(argv)
    try:
        found = {trials.study.name: trials for trials in read(given.source)}
        name = given.study if given.study is not None or len(found) != 1 else next(iter(found))
        if name not in found:
            raise ExportError(f"{given.source} holds {', '.join(map(repr, found))}; expected one of them as --study")
        write(found[name], given.to)
    except (ReadError, ExportError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
