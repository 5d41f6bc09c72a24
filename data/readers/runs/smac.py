"""SMAC3, versions 1 and 2: ``runhistory.json`` with the configurations beside the evaluations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.columns import State
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, level, number
from data.readers.files_within import read_bytes, read_json
from data.readers.runs.common import declared_space, head, numeric, reason

NAME = "SMAC3 folder"
HISTORY = "runhistory.json"
FIRST = re.compile(rb'\{\s*"(data|stats)"')

CODES = {0: "RUNNING", 1: "SUCCESS", 2: "CRASHED", 3: "TIMEOUT", 4: "MEMORYOUT"}
STATES = {"SUCCESS": State.COMPLETE, "DONOTADVANCE": State.COMPLETE, "RUNNING": State.RUNNING, "STOP": State.PRUNED}
FIELDS = "config_id", "instance", "seed", "budget", "cost", "time", "status", "starttime", "endtime", "additional_info"

NOTHING: dict[str, Any] = dict.fromkeys(FIELDS)


def recognises(folder: Path) -> bool:
    return FIRST.match(head(folder / HISTORY)) is not None


def files(folder: Path) -> list[Path]:
    return [folder / name for name in (HISTORY, "scenario.json", "scenario.txt", "configspace.json")]


def read(folder: Path) -> Run:
    """The run in a folder. Costs are minimised; the cost of a failed evaluation is a stand-in of SMAC's and left out.

    Raises:
        ReadError: a file is damaged.
    """
    path = folder / HISTORY
    document = read_json(path)
    configs = document.get("configs") if isinstance(document, Mapping) else None
    if not isinstance(configs, Mapping) or not isinstance(document.get("data"), list):
        raise ReadError(f"{path} has no data and configs; expected SMAC's run history")
    scenario = _scenario(folder)
    entries = list(_entries(path, document["data"]))
    names = _objectives(scenario, max((len(_costs(e)) for e in entries), default=1))
    several = len({str(e["instance"]) for e in entries}) > 1
    evaluations = [_evaluation(path, e, configs, names) for e in entries]
    space, notes = declared_space(folder)
    if several:
        notes.append("A configuration has a row for every problem instance.")
    if not any(e.budget for e in evaluations):
        for evaluation in evaluations:
            evaluation.budget = None
    return Run(
        evaluations,
        [Metric(name, "minimize", objective=True) for name in names],
        space,
        "SMAC3",
        {key: level(scenario[key]) for key in ("deterministic", "min_budget", "max_budget") if key in scenario},
        notes,
    )


def _entries(path: Path, data: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Version 1 nests an entry as [[configuration …], [cost …]], version 2 lists its fields, later ones name them."""
    for at, entry in enumerate(data, 1):
        match entry:
            case {"config_id": _, "cost": _}:
                yield {key: entry.get(key) for key in FIELDS}
            case [[_, _, _, *_] as key, [_, _, _, _, _, *_] as value]:
                yield NOTHING | dict(zip(FIELDS, [*[*key, None][:4], *value, {}], strict=False))
            case [_, _, _, _, _, _, _, _, _, *_]:
                rest = entry[-4:] if len(entry) > len(FIELDS) else entry[6:]
                yield NOTHING | dict(zip(FIELDS, [*entry[:6], *rest], strict=False))
            case _:
                raise ReadError(f"{path}: entry {at} of data is {str(entry)[:60]!r}; expected an evaluation")


def _evaluation(path: Path, entry: Mapping[str, Any], configs: Mapping[str, Any], names: Sequence[str]) -> Evaluation:
    config = configs.get(str(entry["config_id"]))
    if not isinstance(config, Mapping):
        raise ReadError(f"{path}: configuration {entry['config_id']!r} of an evaluation is not among its configs")
    state = STATES.get(_status(entry["status"]), State.FAILED)
    costs = dict(zip(names, map(number, _costs(entry)), strict=False)) if state is State.COMPLETE else {}
    extra = {name: value for name, value in numeric(entry["additional_info"]).items() if name not in costs}
    measured = state is not State.RUNNING
    time = {"time": number(entry["time"])} if measured else {}
    start, end = number(entry["starttime"]), number(entry["endtime"])
    return Evaluation(
        config,
        {**costs, **time, **extra},
        state,
        entry["config_id"],
        _finite(entry["budget"]),
        start if start > 0 else None,
        end if measured and end > 0 else None,
        ({} if entry["seed"] is None else {"seed": number(entry["seed"])}) | _why(state, entry),
    )


def _why(state: State, entry: Mapping[str, Any]) -> dict[str, str]:
    about = entry["additional_info"]
    told = [about.get(key) for key in ("error", "traceback")] if isinstance(about, Mapping) else []
    return reason(state is State.FAILED, *told, _status(entry["status"]).lower())


def _status(status: Any) -> str:
    if isinstance(status, Mapping):
        return str(status.get("__enum__")).rpartition(".")[2]
    return CODES.get(status, "") if isinstance(status, int) else str(status).rpartition(".")[2]


def _costs(entry: Mapping[str, Any]) -> list[Any]:
    return entry["cost"] if isinstance(entry["cost"], list) else [entry["cost"]]


def _finite(value: Any) -> float | None:
    budget = number(value)
    return budget if budget == budget else None


def _objectives(scenario: Mapping[str, Any], count: int) -> list[str]:
    given = scenario.get("objectives", scenario.get("multi_objectives", "cost"))
    names = (
        [str(name) for name in given] if isinstance(given, list) else [part.strip() for part in str(given).split(",")]
    )
    return names if len(names) == count else [f"cost_{i}" if i else "cost" for i in range(count)]


def _scenario(folder: Path) -> Mapping[str, Any]:
    """What the scenario says; version 1 writes ``key = value`` lines."""
    if (folder / "scenario.json").is_file():
        document = read_json(folder / "scenario.json")
        return document if isinstance(document, Mapping) else {}
    if not (folder / "scenario.txt").is_file():
        return {}
    lines = read_bytes(folder / "scenario.txt").decode("utf-8", "replace").splitlines()
    pairs = (line.partition(" = ") for line in lines)
    return {key.strip(): value.strip() for key, sign, value in pairs if sign}
