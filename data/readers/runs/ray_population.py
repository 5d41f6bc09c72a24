"""Trials of Ray Tune cut where their configuration changes, and whose weights each piece took over."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.readers.base import ReadError
from data.readers.evaluations import number
from data.readers.files_within import is_plain, read_lines

STEP = "training_iteration"


@dataclass(frozen=True)
class Span:
    """The results of a trial (its folder's name) with one configuration, in the order in which they were told."""

    trial: str
    config: Mapping[str, Any]
    results: Sequence[Mapping[str, Any]]
    last: bool = False

    @property
    def member(self) -> str:
        return str(self.results[0].get("trial_id", self.trial)) if self.results else self.trial

    @property
    def began(self) -> float:
        """Seconds since 1970 of the first result; infinite without one."""
        began = number(self.results[0].get("timestamp")) if self.results else math.inf
        return began if began == began else math.inf

    @property
    def steps(self) -> list[float]:
        return [number(result.get(STEP, at)) for at, result in enumerate(self.results, 1)]


@dataclass(frozen=True)
class Takeover:
    """A trial went on with another's weights as of its step, both named by their tags, as in ``3_lr=0.1``."""

    trial: str
    source: str
    step: float


def spans(trial: str, results: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> list[Span]:
    """A trial cut where its configuration changes, or where its steps begin again behind what it had reached."""
    pieces: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = []
    key, reached = None, -math.inf
    for result in results:
        config = result.get("config", given)
        text = json.dumps(config, sort_keys=True, default=str)
        step = number(result.get(STEP))
        if text != key or step <= reached:
            pieces.append((config if isinstance(config, Mapping) else {}, []))
        key, reached = text, step
        pieces[-1][1].append(result)
    return [Span(trial, config, piece, at == len(pieces)) for at, (config, piece) in enumerate(pieces, 1)]


def takeovers(path: Path) -> list[Takeover]:
    """What ``pbt_global.txt`` tells, in order; nothing where it is absent.

    Raises:
        ReadError: a line is damaged.
    """
    found = []
    for at, line in enumerate(read_lines(path)[0] if is_plain(path) else (), 1):
        match line:
            case [str() as trial, str() as source, _, (int() | float()) as step, *_]:
                found.append(Takeover(_tag(trial), _tag(source), number(step)))
            case _:
                raise ReadError(f"{path}: line {at} is {str(line)[:60]!r}; expected [trial, source, step, step, …]")
    return found


def parents(found: Sequence[Span], taken: Sequence[Takeover]) -> list[int | None]:
    """For each span, in order of time, the place of the one whose weights it took over; None where none is told.

    The takeovers of a trial are those of its spans after the first, in order. The source's span is its last one before
    that had reached the step.
    """
    waiting: dict[str, list[Takeover]] = {}
    for takeover in taken:
        waiting.setdefault(takeover.trial, []).append(takeover)
    places: dict[str, list[int]] = {}
    result: list[int | None] = []
    for at, span in enumerate(found):
        events = waiting.get(_of_folder(span.trial, waiting), [])
        earlier = places.setdefault(span.trial, [])
        event = events[len(earlier) - 1] if 0 < len(earlier) <= len(events) else None
        result.append(_source(found[:at], event) if event else None)
        earlier.append(at)
    return result


def _source(before: Sequence[Span], takeover: Takeover) -> int | None:
    for at in range(len(before) - 1, -1, -1):
        if _of_folder(before[at].trial, (takeover.source,)) and takeover.step in before[at].steps:
            return at
    return None


def _tag(text: str) -> str:
    """A trial's tag without what later changes add to it."""
    return text.partition("@")[0]


def _of_folder(folder: str, tags: Any) -> str:
    """The tag among some that a trial's folder has in its name; empty if none."""
    return next((tag for tag in tags if f"_{tag}_" in folder or folder.endswith(f"_{tag}")), "")
