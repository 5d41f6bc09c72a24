"""Which configurations have been run already, and how they ended (HyperTuner, section 5.5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.columns import Level, State, level_key
from analytics.space import SearchSpace
from analytics.specs import original_name
from analytics.trials import Trials

Config: TypeAlias = Mapping[str, Level]
_Key: TypeAlias = frozenset[tuple[str, tuple[str, Level]]]


@dataclass(frozen=True)
class Earlier:
    """A trial that had the same values.

    ``study`` is the name of its study and ``study_id`` the id; ``value`` its objective, None if it did not complete;
    ``budget`` its steps, None if unknown.
    """

    study: str
    study_id: str
    number: int
    state: str
    value: float | None
    budget: float | None = None


def earlier(configs: Sequence[Config], space: SearchSpace, studies: Iterable[Trials]) -> list[list[Earlier]]:
    """The trials of the studies with the values of each configuration, those with the best objective first.

    Names are those that the objective knows. A hyperparameter that a study did not have counts as its declared default;
    one that only the study had must have had its own. Numbers are equal to 12 digits.
    """
    found: dict[_Key, list[tuple[float, Earlier]]] = {}
    for trials in studies:
        for row, key in enumerate(_keys(trials, space)):
            found.setdefault(key, []).append((_worse(trials, row), _earlier(trials, row)))
    ranked = (sorted(found.get(_key(config), []), key=lambda pair: pair[0]) for config in configs)
    return [[entry for _, entry in pairs] for pairs in ranked]


def _keys(trials: Trials, space: SearchSpace) -> list[_Key]:
    names = {public: original_name(trials, public) for public in trials.space}
    own = {names[public]: h for public, h in trials.space.items()}
    values = {names[public]: trials.columns[public].objects() for public in names}
    added = [h for name, h in space.items() if name not in own and h.default is not None]
    keys = []
    for row in range(len(trials)):
        config = {name: column[row] for name, column in values.items() if not _missing(column[row])}
        kept = {n: v for n, v in config.items() if n in space or _plain(v) != _plain(own[n].default)}
        for h in added:
            if h.active(kept):
                kept[h.name] = h.default
        keys.append(_key(kept))
    return keys


def _key(config: Config) -> _Key:
    return frozenset((name, _plain(value)) for name, value in config.items())


def _plain(value: Level) -> tuple[str, Level]:
    kind, plain = level_key(value)
    finite = kind == "number" and isinstance(plain, float) and math.isfinite(plain)
    return kind, float(f"{plain:.12g}") if finite else plain


def _missing(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _worse(trials: Trials, row: int) -> float:
    """A number that is lower for a better trial."""
    value, objective = _value(trials, row), trials.objective
    if value is None or objective is None:
        return math.inf
    return -value if objective.direction == "maximize" else value


def _value(trials: Trials, row: int) -> float | None:
    objective = trials.objective
    value = float(trials.columns[objective.name].values[row]) if objective else math.nan
    return value if math.isfinite(value) and _state(trials, row) == State.COMPLETE else None


def _state(trials: Trials, row: int) -> str:
    column = trials.columns["state"]
    return str(column.levels[int(column.values[row])]) if not column.missing[row] else ""


def _earlier(trials: Trials, row: int) -> Earlier:
    budget = trials.columns.get("budget")
    steps = float(budget.values[row]) if budget is not None and not budget.missing[row] else None
    number = int(trials.numbers[row])
    study = trials.study
    return Earlier(study.name, study.id, number, _state(trials, row), _value(trials, row), steps)
