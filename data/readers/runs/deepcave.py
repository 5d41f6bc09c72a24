"""DeepCAVE's own folder: ``meta.json``, ``configs.json``, ``history.jsonl``, ``configspace.json``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analytics.columns import State
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, number
from data.readers.files_within import is_plain, read_json
from data.readers.memory import Memory
from data.readers.runs.common import declared_space, numeric, reason, skipped_note

NAME = "DeepCAVE folder"
META, CONFIGS, HISTORY = "meta.json", "configs.json", "history.jsonl"
STATUS = {2: "time out", 3: "out of memory", 4: "crashed", 5: "aborted", 6: "unknown", 7: "pruned"}
STATES = {1: State.COMPLETE, 7: State.PRUNED}


def recognises(folder: Path) -> bool:
    return all(is_plain(folder / name) for name in (META, CONFIGS, HISTORY))


def files(folder: Path) -> list[Path]:
    return [folder / name for name in (META, CONFIGS, HISTORY, "configspace.json")]


def read(folder: Path) -> Run:
    """The run in a folder.

    Raises:
        ReadError: a file is damaged; names it and the line.
    """
    return follow(folder, Memory())


def follow(folder: Path, memory: Memory) -> Run:
    """The run in a folder that was read before; of a history that only grew the rest is read."""
    objectives = _objectives(folder / META)
    configs = read_json(folder / CONFIGS)
    if not isinstance(configs, Mapping):
        raise ReadError(f"{folder / CONFIGS} is no mapping; expected configurations by their numbers")
    lines, skipped, _ = memory.lines(folder / HISTORY)
    names = [metric.name for metric in objectives]
    evaluations = [_evaluation(folder / HISTORY, at, line, configs, names) for at, line in enumerate(lines, 1)]
    space, notes = declared_space(folder)
    return Run(evaluations, objectives, space, notes=[*notes, *skipped_note(skipped)])


def _objectives(path: Path) -> list[Metric]:
    meta = read_json(path)
    entries = meta.get("objectives") if isinstance(meta, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(e, Mapping) and "name" in e for e in entries):
        raise ReadError(f"{path} lists no objectives; expected DeepCAVE's description of a run")
    return [
        Metric(str(e["name"]), "maximize" if e.get("optimize") == "upper" else "minimize", objective=True)
        for e in entries
    ]


def _evaluation(path: Path, at: int, line: Any, configs: Mapping[str, Any], names: list[str]) -> Evaluation:
    match line:
        case [int() as config, budget, seed, list() as costs, start, end, int() as status, *extra]:
            pass
        case _:
            raise ReadError(f"{path}: line {at} is {str(line)[:60]!r}; expected [configuration, budget, seed, …]")
    params = configs.get(str(config))
    if not isinstance(params, Mapping):
        raise ReadError(f"{path}: line {at} is of configuration {config}, which {CONFIGS} lacks")
    measured = {name: value for name, value in zip(names, map(number, costs), strict=False) if value == value}
    state = STATES.get(status, State.FAILED)
    about = extra[0] if extra and isinstance(extra[0], Mapping) else {}
    why = [about.get(key) for key in ("error", "exception", "traceback")]
    return Evaluation(
        params,
        {**measured, **numeric(about)},
        state,
        config,
        _known(budget),
        _known(start),
        _known(end),
        ({} if seed in (None, -1) else {"seed": number(seed)})
        | reason(state is State.FAILED, *why, STATUS.get(status)),
    )


def _known(value: Any) -> float | None:
    found = number(value)
    return found if found == found else None
