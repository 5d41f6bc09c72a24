"""Search spaces: what a hyperparameter may be, and when it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from analytics.columns import Level, same_level


class SpaceError(ValueError):
    """A search space that cannot be; the message names the hyperparameter, the value and what was expected."""


@dataclass(frozen=True)
class Hyperparameter:
    """One axis of a search space.

    ``when`` names the values of other hyperparameters for which this one is active (all must hold); ``inferred`` says
    that the bounds were read off the trials, since the source does not declare them; ``default`` is None if undeclared.
    """

    name: str
    distribution: BaseDistribution
    when: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)
    default: Level = None
    inferred: bool = False

    @property
    def is_category(self) -> bool:
        return isinstance(self.distribution, CategoricalDistribution)

    @property
    def log(self) -> bool:
        return bool(getattr(self.distribution, "log", False))

    @property
    def choices(self) -> tuple[Level, ...]:
        return tuple(self.distribution.choices) if isinstance(self.distribution, CategoricalDistribution) else ()

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest value, both included; None for a category."""
        if isinstance(self.distribution, (FloatDistribution, IntDistribution)):
            return self.distribution.low, self.distribution.high
        return None

    def active(self, config: Mapping[str, Any]) -> bool:
        """Whether the hyperparameter counts in a configuration."""
        return all(
            parent in config and any(same_level(config[parent], value) for value in values)
            for parent, values in self.when.items()
        )

    def to_json(self) -> dict[str, Any]:
        """The entry of a study spec: type, low, high, log, step or choices, when, default."""
        d = self.distribution
        entry: dict[str, Any]
        if isinstance(d, CategoricalDistribution):
            entry = {"type": "categorical", "choices": list(d.choices)}
        elif isinstance(d, (FloatDistribution, IntDistribution)):
            kind = "int" if isinstance(d, IntDistribution) else "float"
            entry = {"type": kind, "low": d.low, "high": d.high, "log": d.log, "step": d.step}
        else:
            raise SpaceError(
                f"hyperparameter {self.name!r} has a {type(d).__name__}; expected float, int or categorical"
            )
        if self.when:
            entry["when"] = {parent: list(values) for parent, values in self.when.items()}
        if self.default is not None:
            entry["default"] = self.default
        if self.inferred:
            entry["inferred"] = True
        return entry


@dataclass(frozen=True)
class SearchSpace(Mapping[str, Hyperparameter]):
    """Hyperparameters by name, parents before the hyperparameters that depend on them."""

    hyperparameters: tuple[Hyperparameter, ...] = ()

    def __getitem__(self, name: str) -> Hyperparameter:
        for h in self.hyperparameters:
            if h.name == name:
                return h
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (h.name for h in self.hyperparameters)

    def __len__(self) -> int:
        return len(self.hyperparameters)

    def to_json(self) -> dict[str, Any]:
        """The ``space`` of a study spec."""
        return {h.name: h.to_json() for h in self.hyperparameters}


def parse_space(entries: Mapping[str, Any]) -> SearchSpace:
    """A search space from the ``space`` of a study spec.

    Raises:
        SpaceError: an entry is not a possible hyperparameter, or its conditions name an unknown or circular parent.
    """
    return ordered(parse_hyperparameter(name, entry) for name, entry in entries.items())


def ordered(hyperparameters: Iterable[Hyperparameter]) -> SearchSpace:
    """The space with parents before children, otherwise in the order given."""
    waiting = list(hyperparameters)
    names = {h.name for h in waiting}
    done: list[Hyperparameter] = []
    while waiting:
        seen = {h.name for h in done}
        ready = [h for h in waiting if set(h.when) <= seen]
        if not ready:
            h = waiting[0]
            unknown = sorted(set(h.when) - names)
            what = f"depends on {unknown[0]!r}, which is not in the space" if unknown else "depends on itself"
            raise SpaceError(f"hyperparameter {h.name!r} {what}; expected the name of another hyperparameter")
        done.append(ready[0])
        waiting.remove(ready[0])
    return SearchSpace(tuple(done))


def parse_hyperparameter(name: str, entry: Any) -> Hyperparameter:
    """One hyperparameter from its entry in a study spec.

    Raises:
        SpaceError: the entry is not possible; the message names the key, its value and what was expected.
    """
    if not isinstance(entry, Mapping) or entry.get("type") not in ("float", "int", "categorical"):
        got = entry.get("type") if isinstance(entry, Mapping) else entry
        raise SpaceError(f"hyperparameter {name!r}: type is {got!r}; expected float, int or categorical")
    known = {"type", "low", "high", "log", "step", "choices", "when", "default", "inferred"}
    if extra := sorted(set(entry) - known):
        raise SpaceError(f"hyperparameter {name!r}: unknown key {extra[0]!r}; expected {', '.join(sorted(known))}")
    when = {parent: tuple(v if isinstance(v, list) else [v]) for parent, v in (entry.get("when") or {}).items()}
    return Hyperparameter(name, _distribution(name, entry), when, entry.get("default"), bool(entry.get("inferred")))


def _distribution(name: str, entry: Mapping[str, Any]) -> BaseDistribution:
    if entry["type"] == "categorical":
        choices = entry.get("choices")
        if not isinstance(choices, list) or not choices:
            raise SpaceError(
                f"hyperparameter {name!r}: choices is {choices!r}; expected a list with at least one value"
            )
        return CategoricalDistribution(choices)
    for key in ("low", "high"):
        if isinstance(entry.get(key), bool) or not isinstance(entry.get(key), (int, float)):
            raise SpaceError(f"hyperparameter {name!r}: {key} is {entry.get(key)!r}; expected a number")
    low, high, log, step = entry["low"], entry["high"], bool(entry.get("log")), entry.get("step")
    try:
        if entry["type"] == "float":
            return FloatDistribution(float(low), float(high), log=log, step=None if log else step)
        if int(low) != low or int(high) != high:
            raise SpaceError(f"hyperparameter {name!r}: range {low!r} to {high!r}; expected whole numbers for an int")
        return IntDistribution(int(low), int(high), log=log, step=1 if log else int(step or 1))
    except SpaceError:
        raise
    except ValueError as error:
        raise SpaceError(f"hyperparameter {name!r}: range {low!r} to {high!r} is not possible: {error}") from error
