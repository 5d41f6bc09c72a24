"""Which configuration comes next: fresh draws by their place, and those that an interruption cut short."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from analytics.space import SearchSpace

SEED, BUDGET = "trellis:seed", "trellis:budget"
REASON, STOPPED, AGAIN = "trellis:reason", "trellis:stopped", "trellis:again"
INTERRUPTED = "the controller ended while the trial was running; its configuration is run again"


class Draws:
    """Places of a study's configurations, counted from 0. A trial that repeats an interrupted one keeps its place."""

    def __init__(self, trials: Sequence[FrozenTrial]) -> None:
        self._places: dict[int, int] = {}
        self.fresh = 0
        for trial in trials:
            first = trial.user_attrs.get(AGAIN)
            if first is None:
                self._places[trial.number] = self.fresh
                self.fresh += 1
            else:
                self._places[trial.number] = self._places[first]
        self._waiting = deque(t.number for t in trials if t.state is TrialState.WAITING)

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def next(self) -> int:
        """The place of the trial that is asked for now."""
        if self._waiting:
            return self._places[self._waiting.popleft()]
        self.fresh += 1
        return self.fresh - 1


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
            complete = all(name in trial.params for name, h in space.items() if h.active(trial.params))
            study.enqueue_trial(trial.params if complete else {}, user_attrs={AGAIN: trial.number})
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
