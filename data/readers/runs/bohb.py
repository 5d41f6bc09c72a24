"""BOHB and HpBandSter: ``configs.json`` and ``results.json``, a JSON value a line, written by its result logger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from analytics.columns import State
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, number
from data.readers.files_within import is_plain
from data.readers.memory import Memory
from data.readers.runs.common import declared_space, head, numeric, reason, skipped_note

NAME = "BOHB folder"
CONFIGS, RESULTS = "configs.json", "results.json"

Key: TypeAlias = tuple[int, ...]


def recognises(folder: Path) -> bool:
    """Whether both files are there, and the results begin with a configuration's id."""
    return is_plain(folder / CONFIGS) and head(folder / RESULTS).replace(b" ", b"").startswith(b"[[")


def files(folder: Path) -> list[Path]:
    return [folder / CONFIGS, folder / RESULTS, folder / "configspace.json"]


@dataclass
class Known:
    """What was made of the lines so far: ``lines`` of configurations, and an evaluation a line of results."""

    lines: int = 0
    configs: dict[Key, tuple[Mapping[str, Any], Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    ids: dict[Key, int] = field(default_factory=dict)
    budgets: dict[int, set[float]] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)


def read(folder: Path) -> Run:
    """The run in a folder; brackets are BOHB's iterations, rungs the order of the budgets within one.

    Raises:
        ReadError: a file is damaged; names it and the line.
    """
    return follow(folder, Memory())


def follow(folder: Path, memory: Memory) -> Run:
    """The run in a folder that was read before; of files that only grew the rest is read. Raises what `read` raises."""
    lines, skipped, same_configs = memory.lines(folder / CONFIGS)
    results, cut, same_results = memory.lines(folder / RESULTS)
    known = memory.state if memory.state is not None and same_configs and same_results else Known()
    memory.state = None
    known.configs.update(_configs(folder / CONFIGS, lines, known.lines))
    known.lines = len(lines)
    fresh = set()
    for at in range(len(known.evaluations), len(results)):
        fresh.add(_take(known, folder / RESULTS, at + 1, results[at]))
    _rank(known, fresh)
    memory.state = known
    evaluations = list(known.evaluations)
    space, notes = declared_space(folder)
    if repeated := len(evaluations) - len({(e.config, e.budget) for e in evaluations}):
        notes.append(f"{repeated:,} rows measure a configuration at a budget once more.")
    return Run(
        evaluations,
        [Metric("loss", "minimize", objective=True)],
        space,
        "BOHB",
        notes=[*notes, *skipped_note(skipped + cut)],
    )


def _take(known: Known, path: Path, at: int, entry: Any) -> int:
    """Take in a line of results; returns its bracket."""
    key, budget, times, result, error = _result(path, at, entry)
    if key not in known.configs:
        raise ReadError(f"{path}: line {at} is of configuration {list(key)}, which {CONFIGS} lacks")
    params, info = known.configs[key]
    if key not in known.ids:
        known.ids[key] = known.numbers.setdefault(json.dumps(params, sort_keys=True), len(known.numbers))
    metrics = _metrics(result)
    failed = error is not None or result is None or metrics.get("loss") is None or _crashed(result)
    if failed:
        metrics.pop("loss", None)
    known.budgets.setdefault(key[0], set()).add(budget)
    known.evaluations.append(
        Evaluation(
            params,
            {**metrics, **numeric(info)},
            State.FAILED if failed else State.COMPLETE,
            known.ids[key],
            budget,
            _time(times, "started"),
            _time(times, "finished"),
            {"bracket": key[0], **reason(failed, error, _told(result))},
        )
    )
    return key[0]


def _rank(known: Known, brackets: set[int]) -> None:
    """Say of the evaluations of some brackets at which rung they are."""
    rungs = {b: {budget: i for i, budget in enumerate(sorted(known.budgets[b]))} for b in brackets}
    for evaluation in known.evaluations:
        if (bracket := evaluation.row["bracket"]) in rungs:
            evaluation.row = {**evaluation.row, "rung": rungs[bracket].get(evaluation.budget or 0.0)}


def _configs(path: Path, lines: list[Any], known: int) -> Iterator[tuple[Key, tuple[Mapping[str, Any], Any]]]:
    for at, entry in enumerate(lines[known:], known + 1):
        match entry:
            case [[int(), int(), int()] as key, dict() as params, *info]:
                yield tuple(key), (params, info[0] if info else {})
            case _:
                raise ReadError(f"{path}: line {at} is {str(entry)[:60]!r}; expected [id, configuration, info]")


def _result(path: Path, at: int, entry: Any) -> tuple[Key, float, Any, Any, Any]:
    match entry:
        case [[int(), int(), int()] as key, (int() | float()) as budget, times, result, error]:
            return tuple(key), number(budget), times, result, error
    raise ReadError(f"{path}: line {at} is {str(entry)[:60]!r}; expected [id, budget, times, result, exception]")


def _metrics(result: Any) -> dict[str, float]:
    """The loss, and what the info holds of numbers."""
    if not isinstance(result, Mapping):
        return {}
    info = result.get("info")
    extra = numeric(info) if isinstance(info, Mapping) else {"info": number(info)}
    loss = number(result.get("loss"))
    found = {key: value for key, value in extra.items() if value == value and (key, value) != ("info", loss)}
    return {"loss": loss, **found} if loss == loss else found


def _told(result: Any) -> Any:
    """What a crashed evaluation says of its end in its ``info``."""
    info = result.get("info") if isinstance(result, Mapping) else None
    return (info.get("exception") or info.get("state")) if isinstance(info, Mapping) else info


def _crashed(result: Mapping[str, Any]) -> bool:
    info = result.get("info")
    return isinstance(info, Mapping) and str(info.get("state", "SUCCESS")).upper() != "SUCCESS"


def _time(times: Any, key: str) -> float | None:
    value = number(times.get(key)) if isinstance(times, Mapping) else number(None)
    return value if value == value else None
