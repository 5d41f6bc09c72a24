"""Ray Tune: a folder a trial with ``params.json`` and ``result.json`` (a result a line), or else ``progress.csv``.

Population-based training there is asynchronous. A trial is cut into a row for each configuration that it trained with;
its ``pbt_global.txt`` tells whose weights each took over. No generation is made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import State
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, flat, number
from data.readers.files_within import is_plain, plain_file, read_bytes, read_json
from data.readers.memory import Memory
from data.readers.runs.common import guessed_objective, head, numeric, reason, skipped_note
from data.readers.runs.ray_population import STEP, Span, parents, spans, takeovers
from data.readers.table_file import read_table

NAME = "Ray Tune experiment"
PARAMS, RESULTS, PROGRESS = "params.json", "result.json", "progress.csv"
NOISE = {
    "timestamp", "done", STEP, "pid", "iterations_since_restore", "time_since_restore", "time_this_iter_s",
    "should_checkpoint", "warmup_time", "timesteps_total", "episodes_total",
}  # fmt: skip
STATES = {"TERMINATED": State.COMPLETE, "ERROR": State.FAILED, "RUNNING": State.RUNNING, "PAUSED": State.RUNNING}


def recognises(folder: Path) -> bool:
    """Whether a folder has the state of an experiment, or a folder of a trial with results."""
    try:
        if any(b'"trial_data"' in head(path) or b'"checkpoints"' in head(path) for path in _states(folder)):
            return True
        return any(is_plain(trial / RESULTS) or is_plain(trial / PROGRESS) for trial in _trials(folder))
    except OSError:
        return False


def files(folder: Path) -> list[Path]:
    try:
        inner = [trial / name for trial in _trials(folder) for name in (RESULTS, PROGRESS, "error.txt")]
        return [*_states(folder), folder / "pbt_global.txt", *inner]
    except OSError:
        return [folder]


def read(folder: Path) -> Run:
    """The run in a folder: a row for every configuration of a trial, in order of time, with its results as history.

    Raises:
        ReadError: a file is damaged; names it and the line.
    """
    return follow(folder, Memory())


def follow(folder: Path, memory: Memory) -> Run:
    """The run in a folder that was read before; of results that only grew the rest is read."""
    told = _told(folder)
    skipped, found, why = 0, [], {}
    for trial in _trials(folder):
        given = read_json(trial / PARAMS)
        results, cut = _results(trial, memory)
        skipped += cut
        found += spans(trial.name, results, given if isinstance(given, Mapping) else {})
        if failed := head(trial / "error.txt", 1):
            told[trial.name] = State.FAILED
            why[trial.name] = read_bytes(trial / "error.txt").decode("utf-8", "replace")
        if not results:
            found.append(Span(trial.name, given if isinstance(given, Mapping) else {}, [], last=True))
            told.setdefault(trial.name, State.FAILED if failed else State.WAITING)
    found.sort(key=lambda span: (span.began, span.trial))
    taken = takeovers(folder / "pbt_global.txt")
    evaluations = [
        _evaluation(span, told, why, parent) for span, parent in zip(found, parents(found, taken), strict=True)
    ]
    objective = guessed_objective(evaluations)
    return Run(
        evaluations,
        [objective] if objective else [],
        algorithm="Population-based training (Ray Tune)" if taken else "Ray Tune",
        notes=skipped_note(skipped),
    )


def _states(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("experiment_state-*.json") if is_plain(path))


def _trials(folder: Path) -> Iterator[Path]:
    """The folders of trials, by name."""
    inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return (path for path in inner if is_plain(path / PARAMS))


def _results(trial: Path, memory: Memory) -> tuple[list[Mapping[str, Any]], int]:
    """The results of a trial in the order in which it told them, and how many were cut off."""
    if not is_plain(trial / RESULTS):
        progress = trial / PROGRESS
        if not is_plain(progress) or not head(progress, 1):
            return [], 0
        return [_nested(row) for row in read_table(plain_file(progress)).to_dict("records")], 0
    lines, cut, _ = memory.lines(trial / RESULTS)
    for at, line in enumerate(lines, 1):
        if not isinstance(line, Mapping):
            raise ReadError(f"{trial / RESULTS}: line {at} is {str(line)[:60]!r}; expected a result")
    return lines, cut


def _nested(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of ``progress.csv``: columns ``config/NAME`` belong to the configuration."""
    known = {str(key): value for key, value in row.items() if not pd.isna(value)}
    config = {key.removeprefix("config/"): value for key, value in known.items() if key.startswith("config/")}
    rest = {key: value for key, value in known.items() if not key.startswith("config/")}
    return {**rest, "config": config} if config else rest


def _evaluation(span: Span, told: Mapping[str, State], why: Mapping[str, str], parent: int | None) -> Evaluation:
    state = told.get(span.trial, State.COMPLETE) if span.last else State.COMPLETE
    row = {"member": span.member, "parent": parent, **reason(state is State.FAILED, why.get(span.trial))}
    if not span.results:
        return Evaluation(flat(span.config), {}, state, row=row)
    state = State.RUNNING if state is State.WAITING else state
    values = [
        {name: value for name, value in numeric({**r, "config": None}).items() if name not in NOISE}
        for r in span.results
    ]
    history = [(step, name, value) for step, row in zip(span.steps, values, strict=True) for name, value in row.items()]
    spent = number(span.results[0].get("time_this_iter_s", 0.0))
    return Evaluation(
        flat(span.config),
        values[-1],
        state,
        budget=span.steps[-1],
        start=span.began - (spent if spent == spent else 0.0),
        end=number(span.results[-1].get("timestamp")),
        row=row,
        history=history if len(span.results) > 1 else (),
    )


def _told(folder: Path) -> dict[str, State]:
    """What the newest state of the experiment says of its trials, by folder."""
    states = _states(folder)
    document = read_json(states[-1]) if states else {}
    entries = document.get("trial_data", document.get("checkpoints")) if isinstance(document, Mapping) else None
    found = {}
    for entry in entries if isinstance(entries, list) else ():
        try:
            trial = json.loads(entry[0] if isinstance(entry, list) else entry)
            place = str(trial.get("relative_logdir") or trial["logdir"]).rpartition("/")[2]
            found[place] = STATES.get(trial["status"], State.WAITING)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            continue
    return found
