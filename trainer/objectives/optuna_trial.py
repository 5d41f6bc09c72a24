"""Objective type ``optuna``: the analyst's own ``module:function(trial)``, unchanged, on the study's space.

Its trial asks the controller for every value, so hyperparameters may depend on each other as the objective goes along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    check_distribution_compatibility,
    distribution_to_json,
)
from optuna.study import StudyDirection
from optuna.trial import FixedTrial

from trainer.run import Run, RunError

PLAIN = (str, bool, int, float, type(None))


class StudyView:
    """What a trial's ``study`` tells about itself here; the study itself is the controller's."""

    def __init__(self, metrics: Mapping[str, str]) -> None:
        self.directions = [StudyDirection[direction.upper()] for direction in metrics.values()]
        self.metric_names = list(metrics)

    @property
    def direction(self) -> StudyDirection:
        if len(self.directions) > 1:
            raise RuntimeError("this study has several objectives; expected study.directions")
        return self.directions[0]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"trial.study.{name} is not known here; expected direction, directions or metric_names")


class AskingTrial(FixedTrial):
    """An Optuna trial whose values come from the controller, as do the answers to its reports."""

    def __init__(self, run: Run) -> None:
        super().__init__({}, run.number)
        self.study = StudyView(run.metrics)
        self._run = run
        self._steps: set[int] = set()
        self._goes_on = True

    @property
    def relative_params(self) -> dict[str, Any]:
        """None: every value is the answer to a question."""
        return {}

    def report(self, value: float, step: int) -> None:
        """Record the objective's value at a step; of two at one step the first counts, as in Optuna."""
        if len(self._run.metrics) > 1:
            raise NotImplementedError("trial.report is not possible with several objectives")
        try:
            number, place = float(value), int(step)
        except (TypeError, ValueError):
            raise TypeError(f"trial.report: {value!r} at step {step!r}; expected a number at a whole number") from None
        if place not in self._steps:
            self._steps.add(place)
            self._goes_on = self._run.report(place, **{next(iter(self._run.metrics)): number})

    def should_prune(self) -> bool:
        """Whether the controller answered the last report with: stop."""
        return not self._goes_on

    def set_user_attr(self, key: str, value: Any) -> None:
        super().set_user_attr(key, value)
        self._run.set_user_attr(key, value)

    def set_constraint(self, key: str, value: float) -> None:
        super().set_constraint(key, value)
        self._run.ask("constraint", key, float(value))

    def _suggest(self, name: str, distribution: BaseDistribution) -> Any:
        if name in self._distributions:
            check_distribution_compatibility(self._distributions[name], distribution)
            return self._suggested_params[name]
        kind, value = self._run.ask("suggest", name, _to_json(distribution))
        if kind == "refused":
            raise RunError(value)
        if isinstance(distribution, CategoricalDistribution):
            value = distribution.choices[_place(value, distribution.choices)]
        self._suggested_params[name], self._distributions[name] = value, distribution
        return value


def _to_json(distribution: BaseDistribution) -> str:
    """The distribution, choices that no database keeps (tuples, classes) as text."""
    if isinstance(distribution, CategoricalDistribution):
        choices = [_plain(choice) for choice in distribution.choices]
        return json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": choices}})
    return distribution_to_json(distribution)


def _plain(choice: Any) -> Any:
    return choice if isinstance(choice, PLAIN) else str(choice)


def _place(value: Any, choices: Sequence[Any]) -> int:
    """Where a choice stands, equal in type and value if there is one such."""
    plain = [_plain(choice) for choice in choices]
    same = (i for i, choice in enumerate(plain) if type(choice) is type(value) and choice == value)
    found = next(same, None)
    return plain.index(value) if found is None else found


def run_optuna(objective: Callable[[Any], Any], run: Run) -> dict[str, float] | float | None:
    """Call an Optuna objective; its value, or its values by name.

    Raises:
        RunError: it returned something else than as many numbers as the study has objectives.
    """
    try:
        result = objective(AskingTrial(run))
    except optuna.TrialPruned:
        run.ask("prune")
        return None
    values = list(result) if isinstance(result, Sequence) and not isinstance(result, str) else [result]
    if len(values) != len(run.metrics) or any(value is None for value in values):
        expected = "a number" if len(run.metrics) == 1 else f"{len(run.metrics)} numbers ({', '.join(run.metrics)})"
        raise RunError(f"the objective returned {result!r}; expected {expected}")
    return dict(zip(run.metrics, values, strict=True))
