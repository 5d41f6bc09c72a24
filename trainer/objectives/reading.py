"""Metrics in what a program prints: ``name=value``, ``name: value``, JSON lines, or by regular expressions."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from trainer.run import MAX_NAME, RunError

MAX_LINE = 16_384
"""Bytes of a line that are read; the rest of it is skipped."""
MAX_METRICS = 100
"""Names of metrics that a program may print, unless the study says which to log."""
PATTERN_SECONDS = 1.0
"""What the regular expressions may take for one line."""

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf(?:inity)?)"
_PAIR = re.compile(
    rf"(?<![\w./@-])([a-z_][\w./@-]*)['\"]?\s*[=:]\s*['\"]?({_NUMBER})(?!\w|[.:/]\d)", re.IGNORECASE | re.ASCII
)
_STEP = re.compile(
    r"(?<![\w./@-])(epoch|step|iteration|iter)['\"]?\s*[=:#]?\s*['\"]?[\[(]?\s*(\d{1,15})(?:\.0+)?(?!\w|\.\d)",
    re.IGNORECASE | re.ASCII,
)
_UNITS = ("epoch", "step", "iteration", "iter")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Lines:
    """Bytes as they come, split at line feeds and at the carriage returns of progress bars; any encoding survives."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that a chunk completes."""
        *whole, rest = re.split(rb"[\r\n]+", self._rest + chunk)
        if self._skipping and whole:
            whole, self._skipping = whole[1:], False
        lines = [line[:MAX_LINE] for line in whole]
        if len(rest) > MAX_LINE and not self._skipping:
            lines.append(rest[:MAX_LINE])
            self._skipping = True
        self._rest = b"" if self._skipping else rest
        return [_COLOUR.sub("", line.decode("utf-8", "replace")) for line in lines if line.strip()]

    def end(self) -> list[str]:
        """The last line, if no line feed ended it."""
        return self.feed(b"\n")


class MetricReader:
    """Finds metrics and steps in lines. A metric without a step belongs to the last step that was printed, unless it
    stands there already: then it is a final value only, as programs print them at their end.

    ``patterns`` are regular expressions by metric (``step`` gives the step), with one group around the number;
    ``wanted`` are the metrics to log, None for all; ``known`` are names that are no metrics (hyperparameters).
    """

    def __init__(self, patterns: Mapping[str, str], wanted: Iterable[str] | None, known: Iterable[str] = ()) -> None:
        self._patterns = {name: re.compile(pattern) for name, pattern in patterns.items()}
        self._wanted = None if wanted is None else set(wanted)
        self._known = {*known, *_UNITS}
        self.step: int | None = None
        self._there: set[str] = set()
        self.last: dict[str, float] = {}

    def read(self, line: str) -> tuple[int | None, dict[str, float]]:
        """Step (None: none was printed yet) of a line, and its metrics at that step.

        Raises:
            RunError: a regular expression found something else than a number, or took too long.
        """
        self._stepped = False
        found = self._json(line)
        if found is None:
            found = {name: _number(value) for name, value in _PAIR.findall(line)}
            steps = {unit.lower(): int(place) for unit, place in reversed(_STEP.findall(line))}
            if steps:
                self._begin(next(steps[unit] for unit in _UNITS if unit in steps))
        found |= self._own(line)
        metrics = {name: value for name, value in found.items() if self._counts(name)}
        self.last |= metrics
        if not self._stepped:
            metrics = {name: value for name, value in metrics.items() if name not in self._there}
        self._there |= set(metrics)
        return self.step, metrics

    def _begin(self, step: int) -> None:
        """A line tells its step."""
        if step != self.step:
            self._there = set()
        self.step, self._stepped = step, True

    def _json(self, line: str) -> dict[str, float] | None:
        """Numbers of a JSON object; None if the line is none."""
        if not (line.lstrip().startswith("{") and line.rstrip().endswith("}")):
            return None
        try:
            entries = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if set(entries) == {"step", "metrics"} and isinstance(entries["metrics"], dict):
            entries = {**entries["metrics"], "step": entries["step"]}
        for unit in ("step", "epoch", "iteration", "iter"):
            place = entries.get(unit)
            if type(place) in (int, float) and place == place and 0 <= place < 10**15 and place == int(place):
                self._begin(int(place))
                break
        numbers = {name: value for name, value in entries.items() if type(value) in (int, float)}
        return {name: _number(value) for name, value in numbers.items()}

    def _own(self, line: str) -> dict[str, float]:
        found = {}
        with _within(PATTERN_SECONDS) if self._patterns else _freely():
            matches = {name: pattern.search(line) for name, pattern in self._patterns.items()}
        for name, match in matches.items():
            if match is None or match[1] is None:
                continue
            try:
                value = float(match[1])
                if name == "step":
                    self._begin(int(value))
            except (ValueError, OverflowError):
                raise RunError(f"pattern {name!r} found {match[1][:100]!r}; expected a number in its group") from None
            found[name] = value
        return found

    def _counts(self, name: str) -> bool:
        if self._wanted is not None:
            return name in self._wanted
        if name in self._known or len(name) > MAX_NAME or name.startswith("trellis:"):
            return False
        return name in self.last or len(self.last) < MAX_METRICS


def _number(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


@contextmanager
def _freely() -> Iterator[None]:
    yield


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """A time limit, in the main thread: the matching of a regular expression looks for signals now and then."""

    def ring(*_: object) -> None:
        raise RunError(f"the patterns took over {seconds:g} s for one line; expected simpler regular expressions")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
