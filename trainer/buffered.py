"""Optuna's storage for one writer: what trials report waits in memory and is written together, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    check_distribution_compatibility,
    distribution_to_json,
    json_to_distribution,
)
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Table, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

_Rows = dict[tuple[Any, ...], dict[str, Any]]

_KEYS: dict[Any, tuple[str, str]] = {
    models.TrialParamModel: ("trial_id", "param_name"),
    models.TrialUserAttributeModel: ("trial_id", "key"),
    models.TrialSystemAttributeModel: ("trial_id", "key"),
    models.TrialIntermediateValueModel: ("trial_id", "step"),
}


class BufferedStorage(RDBStorage):
    """Holds back hyperparameters, attributes and intermediate values of running trials until something reads, a trial
    changes its state, or :meth:`flush` is called.

    For one thread of the one process that writes a study: whether a trial may still be changed is not asked.
    """

    _waiting: dict[Any, _Rows]
    _rows: dict[Table, list[Mapping[str, Any]]]

    def __init__(self, url: str, **kwargs: Any) -> None:
        self._waiting, self._rows = {model: {} for model in _KEYS}, {}
        super().__init__(url, **kwargs)

    def append(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Let rows of another table of the database be written with the next batch."""
        self._rows.setdefault(table, []).extend(rows)

    def flush(self) -> None:
        """Write what waits, in one transaction; after an error it still waits."""
        if not self._rows and not any(self._waiting.values()):
            return
        with self.engine.begin() as connection:
            for model, rows in self._waiting.items():
                if rows:
                    connection.execute(self._upsert(model), list(rows.values()))
            for table, others in self._rows.items():
                connection.execute(insert(table), others)
        self._rows = {}
        for rows in self._waiting.values():
            rows.clear()

    def _upsert(self, model: Any) -> Any:
        """Insert rows; of two for one key the later counts."""
        dialect: Any = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(model.__table__)
        keys = _KEYS[model]
        values = [c.name for c in model.__table__.c if c.name not in keys and not c.primary_key]
        return statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in values}
        )

    def _wait(self, model: Any, trial_id: int, key: str | int, **values: Any) -> None:
        self._waiting[model][trial_id, key] = {**dict(zip(_KEYS[model], (trial_id, key), strict=True)), **values}

    def _set_trial_param(
        self,
        trial_id: int,
        param_name: str,
        param_value_internal: float,
        distribution: BaseDistribution,
        previous_distribution: BaseDistribution | None,
    ) -> None:
        previous = previous_distribution or self._known_distribution(trial_id, param_name)
        if previous is not None:
            check_distribution_compatibility(previous, distribution)
        text = distribution_to_json(distribution)
        self._wait(
            models.TrialParamModel, trial_id, param_name, param_value=param_value_internal, distribution_json=text
        )

    def _known_distribution(self, trial_id: int, name: str) -> BaseDistribution | None:
        """The distribution that another trial of the same study has of a hyperparameter."""
        self.flush()
        trials, params = models.TrialModel.__table__.c, models.TrialParamModel.__table__.c
        own = select(trials.study_id).where(trials.trial_id == trial_id).scalar_subquery()
        query = select(params.distribution_json).where(trials.trial_id == params.trial_id, trials.study_id == own)
        with self.engine.connect() as connection:
            text = connection.scalar(query.where(params.param_name == name).limit(1))
        return None if text is None else json_to_distribution(text)

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        model = models.TrialIntermediateValueModel
        value, kind = model.intermediate_value_to_stored_repr(intermediate_value)
        self._wait(model, trial_id, step, intermediate_value=value, intermediate_value_type=kind)

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._wait(models.TrialUserAttributeModel, trial_id, key, value_json=json.dumps(value))

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._wait(models.TrialSystemAttributeModel, trial_id, key, value_json=json.dumps(value))

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        self.flush()
        return super().set_trial_state_values(trial_id, state, values)

    def get_trial(self, trial_id: int) -> FrozenTrial:
        self.flush()
        return super().get_trial(trial_id)

    def get_trial_param(self, trial_id: int, param_name: str) -> float:
        self.flush()
        return super().get_trial_param(trial_id, param_name)

    def _get_trials(self, *args: Any, **kwargs: Any) -> list[FrozenTrial]:
        self.flush()
        return super()._get_trials(*args, **kwargs)

    def add_trials(self, study_id: int, trials: Sequence[FrozenTrial]) -> None:
        """Add ended trials at the end of a study, in one transaction; values over steps are left out."""
        self.flush()
        trial_table = models.TrialModel.__table__
        rows: dict[Any, list[dict[str, Any]]] = {}
        with self.engine.begin() as connection:
            own = select(func.count()).select_from(trial_table).where(trial_table.c.study_id == study_id)
            first = connection.scalar(own) or 0
            for number, trial in enumerate(trials, first):
                values = {
                    "number": number,
                    "study_id": study_id,
                    "state": trial.state,
                    "datetime_start": trial.datetime_start,
                    "datetime_complete": trial.datetime_complete,
                }
                inserted = connection.execute(insert(trial_table).values(**values)).inserted_primary_key or (0,)
                for model, row in _properties(trial):
                    rows.setdefault(model, []).append({"trial_id": inserted[0], **row})
            for model, properties in rows.items():
                connection.execute(insert(model.__table__), properties)


def _properties(trial: FrozenTrial) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The rows of an ended trial in Optuna's other tables."""
    for objective, value in enumerate(trial.values or []):
        stored, kind = models.TrialValueModel.value_to_stored_repr(value)
        yield models.TrialValueModel, {"objective": objective, "value": stored, "value_type": kind}
    for name, distribution in trial.distributions.items():
        value = distribution.to_internal_repr(trial.params[name])
        text = distribution_to_json(distribution)
        yield models.TrialParamModel, {"param_name": name, "param_value": value, "distribution_json": text}
    for model, attributes in (
        (models.TrialUserAttributeModel, trial.user_attrs),
        (models.TrialSystemAttributeModel, trial.system_attrs),
    ):
        for key, value in attributes.items():
            yield model, {"key": key, "value_json": json.dumps(value)}
