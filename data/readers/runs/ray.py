"""Ray Tune: a folder a trial with ``result.json`` (a result a line) or ``progress.csv``, and ``params.json``.

Population-based training there is asynchronous: its ``pbt_policy_*.txt`` and ``pbt_global.txt`` tell which trial took
over which. A trial is cut into a row for each configuration that it trained with; no generation is made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.columns import State
from analytics.trials import Direction, Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, number
from data.readers.files_within import read_json, read_lines
from data.readers.runs.common import head, numeric, skipped_note
from data.readers.table_roles import direction

NAME = "Ray Tune experiment"
STEP = "training_iteration"
NOISE = {
    "timestamp", "done", STEP, "pid", "iterations_since_restore", "time_since_restore", "time_this_iter_s",
    "should_checkpoint", "warmup_time", "timesteps_total", "episodes_total",
}  # fmt: skip
STATES = {"TERMINATED": State.COMPLETE, "ERROR": State.FAILED, "RUNNING": State.RUNNING, "PAUSED": State.RUNNING}


def recognises(folder: Path) -> bool:
    """Whether a folder has the state of an experiment, or folders of trials."""
    try:
        return any(folder.glob("experiment_state-*.json")) or bool(_trials(folder))
    except OSError:
        return False


def files(folder: Path) -> list[Path]:
    results = [path for trial in _trials(folder) for path in (trial / "result.json", trial / "error.txt")]
    return [*sorted(folder.glob("experiment_state-*.json")), *sorted(folder.glob("pbt_*.txt")), *results]


def read(folder: Path) -> Run:
    """The run in a folder: a row for every configuration of a trial, with its results as history.

    Raises:
        ReadError: a file is damaged; names it and the line.
    """
    told = _told(folder)
    skipped, found = 0, []
    for trial in _trials(folder):
        results, cut = _results(trial)
        skipped += cut
        found.append((trial, results))
    found.sort(key=lambda pair: (_began(pair[1]), pair[0].name))
    evaluations = [e for trial, results in found for e in _evaluations(trial, results, told)]
    objective = _objective(evaluations)
    takeovers = list(folder.glob("pbt_policy_*.txt"))
    return Run(
        evaluations,
        [objective] if objective else [],
        algorithm="Population-based training (Ray Tune)" if takeovers else "Ray Tune",
        notes=skipped_note(skipped),
    )


def _trials(folder: Path) -> list[Path]:
    """The folders of trials."""
    inner = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(path for path in inner if (path / "params.json").is_file() and (path / "result.json").is_file())


def _results(trial: Path) -> tuple[list[Mapping[str, Any]], int]:
    lines, cut = read_lines(trial / "result.json")
    for at, line in enumerate(lines, 1):
        if not isinstance(line, Mapping):
            raise ReadError(f"{trial / 'result.json'}: line {at} is {str(line)[:60]!r}; expected a result")
    return sorted(lines, key=lambda line: number(line.get(STEP, 0))), cut


def _evaluations(trial: Path, results: Sequence[Mapping[str, Any]], told: Mapping[str, State]) -> list[Evaluation]:
    """A row for each configuration that a trial trained with."""
    member = str(results[0].get("trial_id", trial.name)) if results else trial.name
    given = read_json(trial / "params.json")
    if not results:
        config = _flat(given) if isinstance(given, Mapping) else {}
        return [Evaluation(config, {}, told.get(trial.name, State.WAITING), row={"member": member})]
    failed = bool(head(trial / "error.txt", 1))
    spans = _spans(results, given)
    state = State.FAILED if failed else told.get(trial.name, State.COMPLETE)
    return [_span(span, config, member, state if span is spans[-1][0] else State.COMPLETE) for span, config in spans]


def _spans(results: Sequence[Mapping[str, Any]], given: Any) -> list[tuple[list[Mapping[str, Any]], Mapping[str, Any]]]:
    """Stretches of results with one configuration."""
    spans: list[tuple[list[Mapping[str, Any]], Mapping[str, Any]]] = []
    last = None
    for result in results:
        config = result.get("config", given)
        key = json.dumps(config, sort_keys=True, default=str)
        if key != last:
            spans.append(([], config if isinstance(config, Mapping) else {}))
        last = key
        spans[-1][0].append(result)
    return spans


def _span(results: Sequence[Mapping[str, Any]], config: Any, member: str, state: State) -> Evaluation:
    values = [{name: v for name, v in numeric({**r, "config": None}).items() if name not in NOISE} for r in results]
    steps = [number(result.get(STEP, at)) for at, result in enumerate(results, 1)]
    history = [(step, name, value) for step, row in zip(steps, values, strict=True) for name, value in row.items()]
    spent = number(results[0].get("time_this_iter_s", 0.0))
    return Evaluation(
        _flat(config),
        values[-1],
        state,
        budget=steps[-1],
        start=number(results[0].get("timestamp")) - (spent if spent == spent else 0.0),
        end=number(results[-1].get("timestamp")),
        row={"member": member},
        history=history if len(results) > 1 else (),
    )


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under joined names; what is neither number nor text is written as text."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            found |= _flat(value, name)
        else:
            found[name] = value if isinstance(value, (str, int, float, bool)) or value is None else json.dumps(value)
    return found


def _began(results: Sequence[Mapping[str, Any]]) -> float:
    began = number(results[0].get("timestamp")) if results else float("inf")
    return began if began == began else float("inf")


def _told(folder: Path) -> dict[str, State]:
    """What the newest state of the experiment says of its trials, by folder."""
    states = sorted(folder.glob("experiment_state-*.json"))
    document = read_json(states[-1]) if states else {}
    found = {}
    for entry in document.get("trial_data", ()) if isinstance(document, Mapping) else ():
        try:
            trial = json.loads(entry[0])
            found[str(trial["relative_logdir"])] = STATES.get(trial["status"], State.WAITING)
        except (ValueError, TypeError, KeyError, IndexError):
            continue
    return found


def _objective(evaluations: Sequence[Evaluation]) -> Metric | None:
    """The metric whose name sounds most like one; its direction is a guess."""
    names = list(dict.fromkeys(name for e in evaluations for name in e.metrics if name != "time_total_s"))
    if not names:
        return None
    name = next((n for n in names if any(word in n.lower() for word in ("loss", "acc", "score", "reward"))), names[0])
    way: Direction = "minimize" if direction(name) == "minimize" else "maximize"
    return Metric(name, way, objective=True, inferred=True, read="last")
