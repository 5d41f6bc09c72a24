"""Optuna's cache of trials, for the one process that writes a study."""

from __future__ import annotations

import copy
from collections.abc import Container

from optuna.storages._cached_storage import _CachedStorage
from optuna.trial import FrozenTrial, TrialState

from trainer.buffered import BufferedStorage


class TrialCache(_CachedStorage):
    """Optuna's cache over a storage, in which waiting and running trials are found without a look at the others.

    It keeps every trial that has ended, some 2.5 kB each, for samplers and pruners that learn from them; after
    :meth:`forget` it keeps none, and whoever asks for them reads the database.
    """

    def __init__(self, backend: BufferedStorage) -> None:
        super().__init__(backend)
        self._forgets = False

    def forget(self) -> None:
        """Keep no ended trial from now on."""
        self._forgets = True
        for study_id in self._studies:
            self._read_trials_from_remote_storage(study_id)

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        if states is None or any(state in states for state in TrialState if state.is_finished()):
            if self._forgets:
                return sorted(self._backend._get_trials(study_id, states, set(), -1), key=lambda t: t.number)
            return super().get_all_trials(study_id, deepcopy, states)
        self._read_trials_from_remote_storage(study_id)
        with self._lock:
            study = self._studies[study_id]
            numbers = sorted(self._trial_id_to_study_id_and_number[i][1] for i in study.unfinished_trial_ids)
            found = [study.trials[number] for number in numbers if study.trials[number].state in states]
            return copy.deepcopy(found) if deepcopy else found

    def _read_trials_from_remote_storage(self, study_id: int) -> None:
        super()._read_trials_from_remote_storage(study_id)
        if self._forgets:
            with self._lock:
                trials = self._studies[study_id].trials
                for trial in [trial for trial in trials.values() if trial.state.is_finished()]:
                    del trials[trial.number], self._trial_id_to_study_id_and_number[trial._trial_id]
                    del self._study_id_and_number_to_trial_id[study_id, trial.number]
