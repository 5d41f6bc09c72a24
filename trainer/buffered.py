"""Optuna's storage for the one process that writes a study: trials under way live in memory, and what they report is
written together, a transaction a batch."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from optuna.distributions import (
    BaseDistribution,
    check_distribution_compatibility,
    json_to_distribution,
)
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trainer import rows

_Rows: TypeAlias = dict[tuple[Any, ...], dict[str, Any]]

_TRIALS = models.TrialModel.__table__
_PARAMS = models.TrialParamModel.__table__


class BufferedStorage(RDBStorage):
    """Holds back hyperparameters, attributes and intermediate values of trials under way until one changes its state,
    the database is read, or :meth:`flush` is called.

    For one thread of the one process that writes a study: others may read it, and are a batch behind.
    """

    def __init__(self, url: str, **kwargs: Any) -> None:
        self._waiting: dict[Any, _Rows] = {model: {} for model in rows.KEYS}
        self._rows: dict[Table, list[Mapping[str, Any]]] = {}
        self._live: dict[int, dict[int, FrozenTrial]] = defaultdict(dict)
        self._studies: dict[int, int] = {}
        self._next: dict[int, int] = {}
        self._forgotten: dict[int, int] = {}
        super().__init__(url, **kwargs)

    def append(self, table: Table, others: Iterable[Mapping[str, Any]]) -> None:
        """Let rows of another table of the database be written with the next batch."""
        self._rows.setdefault(table, []).extend(others)

    def flush(self) -> None:
        """Write what waits, in one transaction; after an error it still waits."""
        if self._rows or any(self._waiting.values()):
            with self.engine.begin() as connection:
                self._write(connection)
            self._written()

    def _write(self, connection: Connection) -> None:
        for model, waiting in self._waiting.items():
            if waiting:
                connection.execute(self._upsert(model), list(waiting.values()))
        for table, others in self._rows.items():
            connection.execute(insert(table), others)

    def _written(self) -> None:
        self._rows.clear()
        for waiting in self._waiting.values():
            waiting.clear()

    @cache  # noqa: B019 - one storage a process
    def _upsert(self, model: Any) -> Any:
        """Insert rows; of two for one key the later counts."""
        dialect: Any = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(model.__table__)
        values = [c.name for c in model.__table__.c if c.name not in rows.KEYS[model] and not c.primary_key]
        return statement.on_conflict_do_update(
            index_elements=list(rows.KEYS[model]), set_={name: statement.excluded[name] for name in values}
        )

    def _wait(self, trial_id: int, properties: Iterable[rows.Row]) -> None:
        for model, row in properties:
            keyed = {"trial_id": trial_id, **row}
            self._waiting[model][tuple(keyed[key] for key in rows.KEYS[model])] = keyed

    def add_trials(self, study_id: int, trials: Sequence[FrozenTrial]) -> None:
        """Add ended trials at the end of a study, in one transaction."""
        with self.engine.begin() as connection:
            for trial in trials:
                self._insert(connection, study_id, trial)
            self._write(connection)
        self._written()
        for trial in trials:
            self._studies.pop(trial._trial_id)

    def _create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> FrozenTrial:
        trial = copy.deepcopy(template_trial) if template_trial else rows.begun()
        with self.engine.begin() as connection:
            self._insert(connection, study_id, trial)
            self._write(connection)
        self._written()
        self._adopt(study_id, trial)
        return copy.deepcopy(trial)

    def _insert(self, connection: Connection, study_id: int, trial: FrozenTrial) -> None:
        """Insert a trial, giving it its id and number; its properties wait."""
        if study_id not in self._next:
            own = select(func.count()).select_from(_TRIALS).where(_TRIALS.c.study_id == study_id)
            self._next[study_id] = connection.scalar(own) or 0
        trial.number = self._next[study_id]
        values = {"number": trial.number, "study_id": study_id, "state": trial.state, **rows.times(trial)}
        trial._trial_id = connection.scalar(insert(_TRIALS).values(**values).returning(_TRIALS.c.trial_id))
        self._next[study_id] += 1
        self._studies[trial._trial_id] = study_id
        self._wait(trial._trial_id, rows.properties(trial))

    def _under_way(self, trial_id: int) -> FrozenTrial:
        """A trial that may be changed; raises what Optuna raises of one that has ended."""
        study_id = self._studies.get(trial_id)
        trial = None if study_id is None else self._live[study_id].get(trial_id)
        if trial is None:
            trial = super().get_trial(trial_id)
        self.check_trial_is_updatable(trial_id, trial.state)
        if study_id is None:
            query = select(_TRIALS.c.study_id).where(_TRIALS.c.trial_id == trial_id)
            with self.engine.connect() as connection:
                study_id = int(connection.execute(query).scalar_one())
            self._adopt(study_id, trial)
        return trial

    def _adopt(self, study_id: int, trial: FrozenTrial) -> None:
        self._studies[trial._trial_id] = study_id
        self._live[study_id][trial._trial_id] = trial

    def _set_trial_param(
        self,
        trial_id: int,
        param_name: str,
        param_value_internal: float,
        distribution: BaseDistribution,
        previous_distribution: BaseDistribution | None,
    ) -> None:
        trial = self._under_way(trial_id)
        previous = previous_distribution or self._known_distribution(trial_id, param_name)
        if previous is not None:
            check_distribution_compatibility(previous, distribution)
        trial.params = {**trial.params, param_name: distribution.to_external_repr(param_value_internal)}
        trial.distributions = {**trial.distributions, param_name: distribution}
        self._wait(trial_id, [rows.param_row(param_name, param_value_internal, distribution)])

    def _known_distribution(self, trial_id: int, name: str) -> BaseDistribution | None:
        """The distribution that another trial of the same study has of a hyperparameter."""
        self.flush()
        query = select(_PARAMS.c.distribution_json).where(_PARAMS.c.param_name == name)
        query = query.join(_TRIALS, _TRIALS.c.trial_id == _PARAMS.c.trial_id)
        with self.engine.connect() as connection:
            text = connection.scalar(query.where(_TRIALS.c.study_id == self._studies[trial_id]).limit(1))
        return None if text is None else json_to_distribution(text)

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        self._under_way(trial_id).intermediate_values[step] = intermediate_value
        self._wait(trial_id, [rows.intermediate_row(step, intermediate_value)])

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._under_way(trial_id)._user_attrs[key] = value
        self._wait(trial_id, [rows.attribute_row(models.TrialUserAttributeModel, key, value)])

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._under_way(trial_id)._system_attrs[key] = value
        self._wait(trial_id, [rows.attribute_row(models.TrialSystemAttributeModel, key, value)])

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        trial = self._under_way(trial_id)
        if state is TrialState.RUNNING and trial.state is not TrialState.WAITING:
            return False
        if state is TrialState.RUNNING:
            trial.datetime_start = datetime.now()
        if state.is_finished():
            trial.datetime_complete = datetime.now()
        if values is not None:
            trial.values = list(values)
            self._wait(trial_id, [rows.value_row(objective, value) for objective, value in enumerate(values)])
        trial.state = state
        with self.engine.begin() as connection:
            self._write(connection)
            change = update(_TRIALS).where(_TRIALS.c.trial_id == trial_id)
            connection.execute(change.values(state=state, **rows.times(trial)))
        self._written()
        return True

    def get_trial(self, trial_id: int) -> FrozenTrial:
        study_id = self._studies.get(trial_id)
        if study_id is not None and trial_id in self._live[study_id]:
            return copy.deepcopy(self._live[study_id][trial_id])
        return super().get_trial(trial_id)

    def _get_trials(
        self,
        study_id: int,
        states: Container[TrialState] | None,
        included_trial_ids: set[int],
        trial_id_greater_than: int,
    ) -> list[FrozenTrial]:
        """From memory where the caller knows all that was forgotten there, which Optuna's cache above this does."""
        live = self._live[study_id]
        if states is not None or trial_id_greater_than < self._forgotten.get(study_id, 0):
            self.flush()
            found = super()._get_trials(study_id, states, included_trial_ids, trial_id_greater_than)
            for trial in found:
                if not trial.state.is_finished() and trial._trial_id not in live:
                    self._adopt(study_id, copy.deepcopy(trial))
            self._forgotten.setdefault(study_id, 0)
            return found
        wanted = [t for i, t in sorted(live.items()) if i > trial_id_greater_than or i in included_trial_ids]
        for trial in wanted:
            if trial.state.is_finished():
                del live[trial._trial_id], self._studies[trial._trial_id]
                self._forgotten[study_id] = max(self._forgotten[study_id], trial._trial_id)
        return copy.deepcopy(wanted)
