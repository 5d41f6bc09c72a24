"""The search of a study: one of Optuna's samplers and pruners, or a population."""

from __future__ import annotations

import logging
from typing import Any

import optuna
from optuna.storages import BaseStorage

from trainer import listing
from trainer.cache import TrialCache
from trainer.draws import BATCH, CONFIG, GENERATION, SEED, enqueue_interrupted
from trainer.listing import Configuration
from trainer.population import PopulationSearch
from trainer.pruners import BRACKET, PRUNERS, allocation, bracket_of
from trainer.samplers import trial_seeds
from trainer.search import Asked, Outcome, Search, drawn_at_once
from trainer.spec import StudySpec

GENERATION_KEYS = ("NSGAIISampler:generation", "cma:generation")

log = logging.getLogger(__name__)


class OptunaSearch(Search):
    """A search by one of Optuna's samplers and pruners."""

    def __init__(self, spec: StudySpec, study: optuna.Study) -> None:
        super().__init__(spec, study)
        self._configurations = configurations(spec)
        choice = spec.algorithm
        self._brackets = allocation(choice.pruner, choice.pruner_settings, spec.budget.steps)
        known = [t.user_attrs[BATCH] for t in study.get_trials(deepcopy=False) if BATCH in t.user_attrs]
        self._batch = max(known, default=-1) + 1
        self._told = False

    def ready(self) -> bool:
        return not self.done()

    def done(self) -> bool:
        ends = [n for n in (self.limit, len(self._configurations) or None) if n is not None]
        return not self._draws.waiting and bool(ends) and self._draws.fresh >= min(ends)

    def ask(self) -> Asked:
        asked = super().ask()
        self._note_generation(asked)
        return asked

    def tell(self, asked: Asked, outcome: Outcome) -> str:
        self._told = True
        self._note_generation(asked)
        return super().tell(asked, outcome)

    def _note_generation(self, asked: Asked) -> None:
        """Keep the generation as lineage once the sampler has told it, which it does with the first draw."""
        if self.algorithm.generational and GENERATION not in asked.trial.user_attrs:
            stored = self.find(asked.number).system_attrs
            generation = next((stored[key] for key in GENERATION_KEYS if key in stored), None)
            for key in (GENERATION, BATCH) if generation is not None else ():
                asked.trial.set_user_attr(key, generation)

    def _enqueue(self) -> None:
        """Enqueue a fresh trial with its lineage; trials asked for with the same knowledge are one batch."""
        place = self._draws.enqueued()
        lineage: dict[str, Any] = {CONFIG: place, SEED: trial_seeds(self.spec.seed or 0, place)[1]}
        if self.algorithm.ahead and not self.algorithm.generational:
            self._batch += self._told
            lineage[BATCH] = self._batch
        if self._brackets:
            lineage[BRACKET] = bracket_of(place, self._brackets)
        self._told = False
        self.study.enqueue_trial({}, user_attrs=lineage)


def begin(spec: StudySpec, backend: BaseStorage) -> Search:
    """The search of a study that begins or goes on: what an interruption cut short is enqueued again.

    A cache over the storage keeps ended trials only for a search that learns from them.
    """
    study = optuna.load_study(study_name=spec.name, storage=backend)
    again = enqueue_interrupted(study, drawn_at_once(spec))
    if again:
        log.info("study %r: %d interrupted trials run again", spec.name, again)
    search = search_of(spec, study)
    search.catch_up()
    if not search.learns and isinstance(backend, TrialCache):
        backend.forget()
    return search


def search_of(spec: StudySpec, study: optuna.Study) -> Search:
    """The search that a spec asks for, on its study."""
    choice = spec.algorithm
    study.pruner = PRUNERS[choice.pruner].make(choice.pruner_settings, spec.budget.steps)
    return (PopulationSearch if choice.name == "pbt" else OptunaSearch)(spec, study)


def configurations(spec: StudySpec) -> list[Configuration]:
    """The configurations of an algorithm that runs a list, in the order in which they run; none of the others."""
    if spec.algorithm.name == "given":
        return [dict(configuration) for configuration in spec.configurations]
    if spec.algorithm.name != "grid":
        return []
    found = listing.combinations(spec.space, spec.grids)
    return listing.shuffled(found, spec.seed or 0) if spec.algorithm.settings["order"] == "random" else found
