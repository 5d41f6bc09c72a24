"""Which trial comes next: fresh ones by their place, and those that repeat another; the names of their attributes."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from analytics.space import SearchSpace
from trainer.pruners import BRACKET

SEED, BUDGET = "trellis:seed", "trellis:budget"
REASON, STOPPED, AGAIN, FROM = "trellis:reason", "trellis:stopped", "trellis:again", "trellis:from"
LOG, REPEAT, ENQUEUED = "trellis:log", "trellis:repeat", "trellis:enqueued"
CONFIG, MEMBER, PARENT, KIND = "trellis:config", "trellis:member", "trellis:parent", "trellis:kind"
GENERATION, BATCH, RUNG = "trellis:generation", "trellis:batch", "trellis:rung"
KEPT = (SEED, CONFIG, MEMBER, PARENT, KIND, GENERATION, BATCH, BRACKET, REPEAT, ENQUEUED)
"""What a trial that repeats another one takes over from it."""
INTERRUPTED = "the controller ended while the trial was running; its configuration is run again"


class Draws:
    """Places of a study's configurations, counted from 0. A trial that repeats another one keeps its place."""

    def __init__(self, trials: Sequence[FrozenTrial]) -> None:
        self._places = array("q")
        self._waiting: deque[int] = deque()
        self.fresh = 0
        for trial in trials:
            if FROM not in trial.user_attrs:
                self.enqueued(trial.user_attrs.get(AGAIN, trial.user_attrs.get(REPEAT)))
                place = self._waiting[-1] if trial.state is TrialState.WAITING else self._waiting.pop()
                self._keep(trial.number, place)

    @property
    def waiting(self) -> int:
        """How many trials are enqueued."""
        return len(self._waiting)

    def enqueued(self, again: int | None = None) -> int:
        """A trial was enqueued, a fresh one or to repeat the trial ``again``; returns its place."""
        if again is None:
            self.fresh += 1
        self._waiting.append(self.fresh - 1 if again is None else self._places[again])
        return self._waiting[-1]

    @property
    def next(self) -> int:
        """The place of the trial that is first in the queue."""
        return self._waiting[0]

    def begun(self, number: int) -> None:
        """The first in the queue was asked for."""
        self._keep(number, self._waiting.popleft())

    def _keep(self, number: int, place: int) -> None:
        self._places.extend([-1] * (number + 1 - len(self._places)))
        self._places[number] = place


def enqueue_again(
    study: optuna.Study, trial: FrozenTrial, space: SearchSpace, attributes: Mapping[str, Any] | None = None
) -> None:
    """Enqueue a trial's configuration once more, with the same lineage; ``attributes`` is that it is run again with
    the same seed, unless given."""
    complete = all(name in trial.params for name, h in space.items() if h.active(trial.params))
    kept = {key: trial.user_attrs[key] for key in KEPT if key in trial.user_attrs}
    params = trial.params if complete else trial.system_attrs.get("fixed_params", {})
    study.enqueue_trial(params, user_attrs={**kept, **({AGAIN: trial.number} if attributes is None else attributes)})


def enqueue_interrupted(study: optuna.Study, space: SearchSpace) -> int:
    """Fail the trials that a dead controller left running, and enqueue these and the stopped ones again; how many.

    Safe to be interrupted itself: a configuration is enqueued once.
    """
    trials = study.get_trials(deepcopy=False)
    repeated = {trial.user_attrs.get(AGAIN) for trial in trials}
    enqueued = 0
    for trial in trials:
        if trial.state is not TrialState.RUNNING and not trial.user_attrs.get(STOPPED):
            continue
        if trial.number not in repeated:
            enqueue_again(study, trial, space)
            enqueued += 1
        if trial.state is TrialState.RUNNING:
            study._storage.set_trial_user_attr(trial._trial_id, REASON, INTERRUPTED)
            study.tell(trial.number, state=TrialState.FAIL)
    return enqueued


def suggest(trial: optuna.Trial, space: SearchSpace) -> dict[str, Any]:
    """A configuration: parents first, and a hyperparameter only where its condition holds."""
    params: dict[str, Any] = {}
    for name, h in space.items():
        if h.active(params):
            params[name] = _suggest_one(trial, name, h.distribution)
    return params


def _suggest_one(trial: optuna.Trial, name: str, d: optuna.distributions.BaseDistribution) -> Any:
    if isinstance(d, FloatDistribution):
        return trial.suggest_float(name, d.low, d.high, step=d.step, log=d.log)
    if isinstance(d, IntDistribution):
        return trial.suggest_int(name, d.low, d.high, step=d.step, log=d.log)
    assert isinstance(d, CategoricalDistribution)
    return trial.suggest_categorical(name, d.choices)


def objective_values(result: Mapping[str, float], metrics: Sequence[str]) -> tuple[list[float], str | None]:
    """Values of the objectives in order, or why there are none, in one sentence."""
    for name in metrics:
        if name not in result:
            known = ", ".join(result) or "nothing"
            return [], f"the objective gave no {name!r}; expected it among its metrics ({known})"
        if result[name] != result[name]:
            return [], f"{name!r} is nan; expected a number"
    return [result[name] for name in metrics], None
