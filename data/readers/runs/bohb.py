"""BOHB and HpBandSter: ``configs.json`` and ``results.json``, a JSON value a line, written by its result logger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.columns import State
from analytics.trials import Metric
from data.readers.base import ReadError
from data.readers.evaluations import Evaluation, Run, number
from data.readers.files_within import is_plain, read_lines
from data.readers.runs.common import declared_space, head, numeric, reason, skipped_note

NAME = "BOHB folder"
CONFIGS, RESULTS = "configs.json", "results.json"


def recognises(folder: Path) -> bool:
    """Whether both files are there, and the results begin with a configuration's id."""
    return is_plain(folder / CONFIGS) and head(folder / RESULTS).replace(b" ", b"").startswith(b"[[")


def files(folder: Path) -> list[Path]:
    return [folder / CONFIGS, folder / RESULTS, folder / "configspace.json"]


def read(folder: Path) -> Run:
    """The run in a folder; brackets are BOHB's iterations, rungs the order of the budgets within one.

    Raises:
        ReadError: a file is damaged; names it and the line.
    """
    lines, skipped = read_lines(folder / CONFIGS)
    configs = dict(_configs(folder / CONFIGS, lines))
    results, cut = read_lines(folder / RESULTS)
    known: dict[str, int] = {}
    budgets: dict[int, set[float]] = {}
    evaluations = []
    for at, entry in enumerate(results, 1):
        key, budget, times, result, error = _result(folder / RESULTS, at, entry)
        if key not in configs:
            raise ReadError(f"{folder / RESULTS}: line {at} is of configuration {list(key)}, which {CONFIGS} lacks")
        params, info = configs[key]
        config = known.setdefault(json.dumps(params, sort_keys=True), len(known))
        metrics = _metrics(result)
        budgets.setdefault(key[0], set()).add(budget)
        failed = error is not None or result is None or metrics.get("loss") is None or _crashed(result)
        if failed:
            metrics.pop("loss", None)
        evaluations.append(
            Evaluation(
                params,
                {**metrics, **numeric(info)},
                State.FAILED if failed else State.COMPLETE,
                config,
                budget,
                _time(times, "started"),
                _time(times, "finished"),
                {"bracket": key[0], **reason(failed, error, _told(result))},
            )
        )
    rungs = {bracket: {budget: i for i, budget in enumerate(sorted(known))} for bracket, known in budgets.items()}
    for evaluation in evaluations:
        evaluation.row = {**evaluation.row, "rung": rungs[evaluation.row["bracket"]].get(evaluation.budget or 0.0)}
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


def _configs(path: Path, lines: list[Any]) -> Iterator[tuple[tuple[int, ...], tuple[Mapping[str, Any], Any]]]:
    for at, entry in enumerate(lines, 1):
        match entry:
            case [[int(), int(), int()] as key, dict() as params, *info]:
                yield tuple(key), (params, info[0] if info else {})
            case _:
                raise ReadError(f"{path}: line {at} is {str(entry)[:60]!r}; expected [id, configuration, info]")


def _result(path: Path, at: int, entry: Any) -> tuple[tuple[int, ...], float, Any, Any, Any]:
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
