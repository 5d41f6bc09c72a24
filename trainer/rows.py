"""A trial as rows of Optuna's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState

Row: TypeAlias = tuple[Any, dict[str, Any]]
"""Optuna's model of a table, and the values of a row without the trial's id."""

KEYS: dict[Any, tuple[str, str]] = {
    models.TrialParamModel: ("trial_id", "param_name"),
    models.TrialUserAttributeModel: ("trial_id", "key"),
    models.TrialSystemAttributeModel: ("trial_id", "key"),
    models.TrialIntermediateValueModel: ("trial_id", "step"),
    models.TrialValueModel: ("trial_id", "objective"),
}
"""What tells the rows of a table apart."""


def begun() -> FrozenTrial:
    """A trial that begins now; it has no number yet."""
    return FrozenTrial(
        number=-1,
        state=TrialState.RUNNING,
        value=None,
        datetime_start=datetime.now(),
        datetime_complete=None,
        params={},
        distributions={},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
        trial_id=-1,
    )


def times(trial: FrozenTrial) -> dict[str, datetime | None]:
    """Begin and end as Optuna stores them: naive, in UTC."""
    times = {"datetime_start": trial.datetime_start, "datetime_complete": trial.datetime_complete}
    return {key: time and time.astimezone(UTC).replace(tzinfo=None) for key, time in times.items()}


def properties(trial: FrozenTrial) -> Iterator[Row]:
    """The rows of a trial in Optuna's other tables."""
    for objective, value in enumerate(trial.values or []):
        yield value_row(objective, value)
    for name, distribution in trial.distributions.items():
        yield param_row(name, distribution.to_internal_repr(trial.params[name]), distribution)
    for key, value in trial.user_attrs.items():
        yield attribute_row(models.TrialUserAttributeModel, key, value)
    for key, value in trial.system_attrs.items():
        yield attribute_row(models.TrialSystemAttributeModel, key, value)
    for step, value in trial.intermediate_values.items():
        yield intermediate_row(step, value)


def value_row(objective: int, value: float) -> Row:
    stored, kind = models.TrialValueModel.value_to_stored_repr(value)
    return models.TrialValueModel, {"objective": objective, "value": stored, "value_type": kind}


def param_row(name: str, value: float, distribution: BaseDistribution) -> Row:
    text = distribution_to_json(distribution)
    return models.TrialParamModel, {"param_name": name, "param_value": value, "distribution_json": text}


def attribute_row(model: Any, key: str, value: Any) -> Row:
    return model, {"key": key, "value_json": json.dumps(value)}


def intermediate_row(step: int, value: float) -> Row:
    stored, kind = models.TrialIntermediateValueModel.intermediate_value_to_stored_repr(value)
    row = {"step": step, "intermediate_value": stored, "intermediate_value_type": kind}
    return models.TrialIntermediateValueModel, row
