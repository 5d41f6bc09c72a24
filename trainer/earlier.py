"""Starting from an earlier study: which of its trials fit the new space, and how they enter the new study."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
from optuna.study._multi_objective import _fast_non_domination_rank
from optuna.trial import FrozenTrial, TrialState, create_trial

from analytics.columns import Role
from analytics.space import SearchSpace
from analytics.trials import Direction, Trials
from trainer import checks
from trainer.buffered import BufferedStorage
from trainer.checks import SpecError
from trainer.choice import AlgorithmChoice, Limit
from trainer.draws import ENQUEUED, FROM
from trainer.listing import Configuration, ListError, fitted

if TYPE_CHECKING:
    from trainer.spec import StudySpec

LEARNING = ("tpe", "gp", "bohb", "cmaes", "nsga2")
"""Algorithms whose samplers take in trials of another study."""
NSGA2_GENERATION = "NSGAIISampler:generation"
LISTED = ("grid", "given")
"""Algorithms that run a list of their own."""


@dataclass(frozen=True)
class Start:
    """Trials of an earlier study that a new one starts from.

    ``study`` is its id or name, ``source`` the address it is read from (None: this workspace). The best ``enqueue``
    that fit are trained first; ``warm`` lets the sampler know all that fit.
    """

    study: str
    source: str | None = None
    enqueue: int = 0
    warm: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Earlier:
    """Trials of an earlier study in the new space, the best first: their numbers, configurations, and metrics by name.

    ``total`` is how many were completed.
    """

    study: str
    total: int
    numbers: Sequence[int]
    configurations: Sequence[Configuration]
    metrics: Sequence[Mapping[str, float]]

    @property
    def sentence(self) -> str:
        """How many fit, in words."""
        return f"{len(self.numbers)} of {self.total} completed trials of {self.study!r} fit"


def parse_start(value: Any, algorithm: AlgorithmChoice) -> Start | None:
    """The part ``start`` of a study spec.

    Raises:
        SpecError: something in it is not possible.
    """
    if value is None:
        return None
    entries = checks.mapping(value, "start", ("study", "source", "enqueue", "warm"))
    source, warm = entries.get("source"), entries.get("warm", False)
    enqueue = checks.whole(entries.get("enqueue"), "start.enqueue", 0, 10_000) or 0
    if not isinstance(warm, bool):
        raise SpecError(f"start.warm is {warm!r}; expected true or false")
    if not enqueue and not warm:
        raise SpecError("start has neither enqueue nor warm; expected at least one of them")
    if enqueue and algorithm.name in LISTED:
        raise SpecError(f"start.enqueue is {enqueue} with {algorithm.name!r}, which runs a list of its own; expected 0")
    if warm and algorithm.name not in LEARNING:
        expected = f"expected {' or '.join(LEARNING)}, or warm: false"
        raise SpecError(
            f"start.warm is true with {algorithm.name!r}, which does not learn from other trials; {expected}"
        )
    study = checks.name(entries.get("study"), "start.study")
    return Start(study, None if source is None else checks.text(source, "start.source"), enqueue, warm)


def find_earlier(spec: StudySpec, own: str) -> Earlier | None:
    """The trials that a study starts from; ``own`` is the address of its workspace's database.

    Raises:
        SpecError: the source cannot be read, it has no such study, or :func:`fit` refuses it.
    """
    if spec.start is None:
        return None
    from data.readers import ReadError, read  # all of them, and pandas: a controller reads nothing

    try:
        studies = read(spec.start.source or own)
    except ReadError as error:
        raise SpecError(f"start.source: {error}") from error
    for trials in studies:
        if spec.start.study in (trials.study.id, trials.study.name):
            return fit(trials, spec.space, spec.metrics, spec.constraints)
    known = ", ".join(repr(trials.study.name) for trials in studies[:10]) or "none: it has no studies"
    raise SpecError(f"start.study is {spec.start.study!r}; expected the id or name of a study there ({known})")


def fit(trials: Trials, space: SearchSpace, metrics: Mapping[str, Direction], limits: Sequence[Limit] = ()) -> Earlier:
    """The completed trials of a study that a new space holds: each value is in its range or among its choices.

    A hyperparameter that the earlier study did not have takes its default; those that the new space does not have are
    left out. A trial without a value, without a default for it, or without a metric does not fit.

    Raises:
        SpecError: the earlier study does not measure what the new one searches by.
    """
    columns = {name: _objects(trials, name, Role.PARAM) for name in space}
    measured = {name: _objects(trials, name, Role.METRIC) for name in metrics}
    for name in metrics:
        if measured[name] is None:
            known = ", ".join(trials.metrics) or "none"
            raise SpecError(
                f"start.study: {trials.study.name!r} has no metric {name!r}; expected one with it (has {known})"
            )
    measured |= {limit.metric: _objects(trials, limit.metric, Role.METRIC) for limit in limits}
    rows = np.flatnonzero(trials.comparable()).tolist()
    found: list[tuple[int, Configuration, dict[str, float]]] = []
    for row in rows:
        values = {name: float(column[row]) for name, column in measured.items() if column is not None}
        configuration = _configuration(space, {n: c[row] for n, c in columns.items() if c is not None})
        if configuration is not None and not any(math.isnan(values[name]) for name in metrics):
            found.append((int(trials.numbers[row]), configuration, values))
    found = [found[i] for i in _ranked([[values[name] for name in metrics] for *_, values in found], metrics)]
    numbers, configurations, ended = zip(*found, strict=True) if found else ((), (), ())
    return Earlier(trials.study.name, len(rows), numbers, configurations, ended)


def _objects(trials: Trials, name: str, role: Role) -> list[Any] | None:
    """The values of a column by its own name or the one it goes by; None if there is none."""
    for shown in (f"{role}:{name}", name):
        if shown in trials.columns and trials.columns[shown].role is role:
            return trials.columns[shown].objects()
    return None


def _configuration(space: SearchSpace, values: Mapping[str, Any]) -> Configuration | None:
    """The values in the new space, parents first; None if they do not fit."""
    configuration: Configuration = {}
    for name, h in space.items():
        if h.active(configuration):
            value = values.get(name)
            if name not in values or (isinstance(value, float) and math.isnan(value)):
                value = h.default
            try:
                configuration[name] = fitted(h, value, name)
            except ListError:
                return None
    return configuration


def _ranked(values: Sequence[Sequence[float]], metrics: Mapping[str, Direction]) -> list[int]:
    """Places of trials, the best first: by Pareto front, then by the first metric."""
    if not values:
        return []
    losses = np.array(values) * [-1 if direction == "maximize" else 1 for direction in metrics.values()]
    fronts = _fast_non_domination_rank(losses) if losses.shape[1] > 1 else np.zeros(len(losses))
    return np.lexsort((losses[:, 0], fronts)).tolist()  # type: ignore[no-any-return]


def enter(backend: BufferedStorage, study: optuna.Study, spec: StudySpec, earlier: Earlier) -> None:
    """Put the trials into the new study: those that warm its sampler as completed ones, the best as waiting ones."""
    start = spec.start
    if start is None:
        return
    trials = list(zip(earlier.numbers, earlier.configurations, earlier.metrics, strict=True))
    if start.warm:
        bred = spec.algorithm.settings["population_size"] if spec.algorithm.name == "nsga2" else 0
        told = [_told(spec, *trial, bred=place < bred) for place, trial in enumerate(trials)]
        backend.add_trials(study._study_id, told)
    chosen: list[Configuration] = []
    for number, configuration, _ in trials:
        if len(chosen) < start.enqueue and configuration not in chosen:
            chosen.append(configuration)
            study.enqueue_trial(configuration, user_attrs={ENQUEUED: number})


def _told(
    spec: StudySpec, number: int, configuration: Configuration, metrics: Mapping[str, float], *, bred: bool
) -> FrozenTrial:
    """A completed trial of the new study; ``bred``: of the first generation of NSGA-II, whose children come next."""
    excesses = {
        f"constraints:{name}": excess
        for limit in spec.constraints
        if not math.isnan(metrics.get(limit.metric, math.nan))
        for name, excess in limit.excesses(metrics[limit.metric]).items()
    }
    return create_trial(
        state=TrialState.COMPLETE,
        values=[metrics[name] for name in spec.metrics],
        params=configuration,
        distributions={name: spec.space[name].distribution for name in configuration},
        user_attrs={FROM: number},
        system_attrs={**excesses, **({NSGA2_GENERATION: 0} if bred else {})},
    )
