"""One hyperparameter over a whole study: the union of the distributions that its trials drew from."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from analytics.columns import Floats, Kind, Level, level_key
from analytics.space import Hyperparameter


class Levels:
    """Categories that only ever grow in number, so that their codes stay what they are."""

    def __init__(self) -> None:
        self.known: list[Level] = []
        self._codes: dict[tuple[str, Level], int] = {}

    def code(self, level: Level) -> float:
        """The index of a level, which is appended if it is new; NaN for NaN."""
        if isinstance(level, float) and math.isnan(level):
            return math.nan
        code = self._codes.setdefault(level_key(level), len(self.known))
        if code == len(self.known):
            self.known.append(level)
        return float(code)


class Axis:
    """A hyperparameter whose distribution may change from trial to trial.

    Of categories the choices are united in order of appearance; of numbers the bounds; log if all are; a step if all
    have it. Numbers beside categories become levels.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = Kind.FLOAT
        self.levels = Levels()
        self._seen: dict[str, dict[str, Any]] = {}
        self._maps: dict[str, Floats] = {}

    def add(self, text: str) -> bool:
        """Take in a distribution as JSON; whether it was new."""
        if text in self._seen:
            return False
        try:
            entry = parse_distribution(text)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"hyperparameter {self.name!r} has the distribution {text[:99]!r}") from error
        self._seen[text] = entry
        if "choices" in entry:
            self._maps[text] = np.array([self.levels.code(choice) for choice in entry["choices"]], dtype=np.float64)
        entries = self._seen.values()
        if any("choices" in e for e in entries):
            self.kind = Kind.CATEGORY
        else:
            self.kind = Kind.INT if all(e["int"] for e in entries) else Kind.FLOAT
        return True

    def decode(self, text: str, raw: Floats) -> Floats:
        """Values of the column from Optuna's internal ones, drawn from the distribution ``text``."""
        if text in self._maps:
            known = ~np.isnan(raw)
            decoded = np.full(len(raw), np.nan)
            decoded[known] = self._maps[text][raw[known].astype(np.int64)]
            return decoded
        return self.recode(raw) if self.kind is Kind.CATEGORY else raw

    def recode(self, numbers: Floats) -> Floats:
        """Numbers as codes of levels, where a hyperparameter is a number in some trials and a category in others."""
        return np.array([self.levels.code(number) for number in numbers.tolist()], dtype=np.float64)

    def hyperparameter(self) -> Hyperparameter:
        """The hyperparameter over all distributions seen so far."""
        return Hyperparameter(self.name, self._union())

    def _union(self) -> BaseDistribution:
        if self.kind is Kind.CATEGORY:
            return CategoricalDistribution(tuple(self.levels.known))
        entries = list(self._seen.values())
        low, high = min(e["low"] for e in entries), max(e["high"] for e in entries)
        log = all(e["log"] for e in entries)
        steps = {e["step"] for e in entries}
        step = steps.pop() if len(steps) == 1 and len({e["low"] for e in entries}) == 1 else None
        if self.kind is Kind.INT:
            fits = step is not None and (high - low) % step == 0
            return IntDistribution(int(low), int(high), log=log, step=int(step) if step and fits and not log else 1)
        fits = step is not None and math.isclose((high - low) / step, round((high - low) / step), abs_tol=1e-9)
        return FloatDistribution(float(low), float(high), log=log, step=step if fits and not log else None)


@lru_cache(maxsize=4096)
def parse_distribution(text: str) -> dict[str, Any]:
    """An Optuna distribution from its JSON: ``choices``, or ``low``, ``high``, ``log``, ``step`` and whether ``int``.

    Also reads the distributions of Optuna 2 that a migrated database may hold.
    """
    entry = json.loads(text)
    name, d = entry["name"], entry["attributes"]
    if name == "CategoricalDistribution":
        return {"choices": [_choice(choice) for choice in d["choices"]]}
    return {
        "int": name.startswith("Int"),
        "low": d["low"],
        "high": d["high"],
        "log": bool(d.get("log", "Log" in name)),
        "step": d.get("step", d.get("q")),
    }


def _choice(choice: Any) -> Level:
    """A choice as a level: what is neither text, number, bool nor None (Optuna allows it) becomes its JSON."""
    if isinstance(choice, float) and math.isnan(choice):
        return "nan"
    return choice if choice is None or isinstance(choice, (str, bool, int, float)) else json.dumps(choice)
