"""Flags of learning curves: found in a thread of their own when first asked for, and again as trials change."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np

from analytics.columns import Role, State
from analytics.flags import KINDS, Flag, find_flags
from analytics.trials import Trials
from data.catalog import Catalog
from data.extras import Extra
from data.histories import history_of

AGAIN = 5.0
"""Seconds after which trials that still train are looked at again."""

ALL = "flags"
YES_NO = ("yes", "no")


@dataclass
class Standing:
    """What is known of a study: the flags of each judged trial, and the rows and their source as they were then."""

    found: dict[int, list[Flag]] = field(default_factory=dict)
    rows: dict[int, bytes] = field(default_factory=dict)
    whole: bytes = b""
    read: object = None
    at: float = -np.inf
    busy: bool = False


class Flagger:
    """Finds the flags of open studies; may be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._studies: dict[str, Standing] = {}

    def ask(self, catalog: Catalog, study: str) -> Standing:
        """The flags of a study as far as they are known; what is out of date is looked for, and joins its columns.

        Raises:
            KeyError: no such study is open.
        """
        trials = catalog.trials(study)
        with self._lock:
            standing = self._studies.setdefault(study, Standing())
            whole = _digest(trials)
            growing = trials.in_state(State.RUNNING).any() or trials.load_history is not standing.read
            due = whole != standing.whole or (growing and time.monotonic() > standing.at + AGAIN)
            if due and not standing.busy:
                standing.busy = True
                threading.Thread(target=self._look, args=(catalog, trials, standing, whole), daemon=True).start()
        return standing

    def _look(self, catalog: Catalog, trials: Trials, standing: Standing, whole: bytes) -> None:
        """Judge the trials that are new, changed, growing or were not judged yet; the others keep their flags."""
        try:
            rows = dict(zip(trials.numbers.tolist(), _rows(trials), strict=True))
            running = set(trials.numbers[trials.in_state(State.RUNNING)].tolist())
            stale = (
                {n for n, row in rows.items() if standing.rows.get(n) != row}
                | running
                | set(rows) - set(standing.found)
            )
            found = find_flags(history_of(trials, None if 2 * len(stale) > len(rows) else sorted(stale)), trials)
            standing.found = {n: f for n, f in standing.found.items() if n in rows and n not in stale} | found
            standing.rows, standing.whole = rows, whole
            standing.read, standing.at = trials.load_history, time.monotonic()
            if standing.found:
                catalog.put(trials.study.id, *columns(standing.found))
        except KeyError:
            pass  # the study was closed meanwhile
        finally:
            standing.busy = False


def columns(found: dict[int, list[Flag]]) -> Iterator[Extra]:
    """A column with the flags of each judged trial in words, and one of yes and no for each flag."""
    names = {number: [flag.kind for flag in flags] for number, flags in found.items()}
    told = {number: ", ".join(kind for kind in KINDS if kind in own) or "none" for number, own in names.items()}
    yield Extra(ALL, Role.FLAG, told, levels=("none",))
    for kind in KINDS:
        yield Extra(kind, Role.FLAG, {n: YES_NO[kind not in own] for n, own in names.items()}, levels=YES_NO)


def _values(trials: Trials) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What flags depend on: number, state and metrics, shape (rows, columns)."""
    names = ["number", "state", *trials.metrics]
    return np.column_stack([trials.columns[name].values for name in names])


def _rows(trials: Trials) -> list[bytes]:
    return [row.tobytes() for row in _values(trials)]


def _digest(trials: Trials) -> bytes:
    return blake2b(_values(trials).tobytes(), digest_size=16).digest()
