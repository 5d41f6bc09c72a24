"""Population-based training on Optuna's ask and tell: one trial is one member of the population over one interval.

Generations are synchronous: the next one is enqueued as a whole when every member has ended, and follows from the
stored trials and the study's seed alone, so that an interruption at any moment changes nothing.
Source: Jaderberg et al. 2017, Population Based Training of Neural Networks; HyperTendril, section 5.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from analytics.space import SearchSpace
from trainer.draws import BATCH, CONFIG, GENERATION, KIND, MEMBER, PARENT, SEED
from trainer.keeping import Needed
from trainer.perturb import perturbed
from trainer.samplers import trial_seeds
from trainer.search import Asked, Outcome, Search
from trainer.spec import StudySpec


class PopulationError(Exception):
    """A population that cannot go on; one sentence."""


@dataclass(frozen=True)
class Member:
    """How a member ended its interval: its trial, and its score (greater is better), None where it has none."""

    trial: int
    config: int
    params: Mapping[str, Any]
    score: float | None


@dataclass(frozen=True)
class Child:
    """A member of the next generation; ``config`` is None where its configuration is new."""

    parent: int
    params: Mapping[str, Any]
    kind: str
    config: int | None = None


def next_generation(
    members: Sequence[Member], space: SearchSpace, settings: Mapping[str, Any], rng: np.random.Generator
) -> list[Child]:
    """What each member does next, in their order.

    The best, ``settings["survivors"]`` of them, go on (kind ``continue``). Each of the others, failed ones included,
    takes over weights and configuration of a survivor, and perturbs the configuration (``explore``), draws a part of it
    anew (``resample``), or finds it unchanged (``exploit``).

    Raises:
        PopulationError: no member has a score.
    """
    scored = [(member.score, -i) for i, member in enumerate(members) if member.score is not None]
    if not scored:
        raise PopulationError("no member of the population ended with a result, so that there is none to go on from")
    most = max(1, round(settings["survivors"] * len(members)))
    survivors = sorted(-i for _, i in sorted(scored, reverse=True)[:most])
    children = []
    for i, member in enumerate(members):
        if i in survivors:
            children.append(Child(member.trial, member.params, "continue", member.config))
            continue
        chosen = members[survivors[int(rng.integers(len(survivors)))]]
        params, drawn = perturbed(space, chosen.params, settings, rng)
        kind = "exploit" if params == chosen.params else "resample" if drawn else "explore"
        children.append(Child(chosen.trial, params, kind))
    return children


class PopulationSearch(Search):
    """A population that trains side by side; ends after its generations, or after ``limit`` trials if that is given."""

    def __init__(self, spec: StudySpec, study: optuna.Study) -> None:
        super().__init__(spec, study)
        self._settings = spec.algorithm.settings
        self._size: int = self._settings["population"]
        self._running = 0
        self._generation: int | None = None

    def ready(self) -> bool:
        if not self._draws.waiting and not self._running and not self.done():
            self._enqueue()
        return self._draws.waiting > 0

    def done(self) -> bool:
        most = self.limit if self.limit is not None else self._size * self._settings["generations"]
        return not self._draws.waiting and self._draws.fresh >= most

    def ask(self) -> Asked:
        asked = super().ask()
        if MEMBER not in asked.trial.user_attrs:  # enqueued from an earlier study
            for key, value in self._lineage(0, asked.trial.user_attrs[CONFIG], None).items():
                asked.trial.set_user_attr(key, value)
        attributes = asked.trial.user_attrs
        interval = self._settings["interval"]
        asked.after = attributes[GENERATION] * interval
        asked.steps = asked.after + interval
        asked.checkpoint_from = attributes.get(PARENT)
        asked.hands_on = True
        self._running += 1
        if attributes[GENERATION] != self._generation:
            self._generation = attributes[GENERATION]
            asked.needed = self.needed()
        return asked

    def needed(self) -> Needed:
        """Of generations before the last, the checkpoints of the best trial and of those that members went on from.

        The latter until every member of the last has ended: one that was interrupted or is tried again begins there.
        Of the generation before one that is not whole, which more trials would complete, all.
        """
        trials = self.study.get_trials(deepcopy=False)
        newest, begun = divmod(self._draws.fresh - 1, self._size)
        oldest = newest if begun == self._size - 1 else newest - 1
        last = [trial for trial in trials if trial.user_attrs.get(GENERATION, 0) >= oldest]
        scored = [(member.score, member.trial) for member in map(self._member, trials) if member.score is not None]
        kept = {max(scored)[1]} if scored else set()
        if not self.done() or any(not trial.state.is_finished() for trial in last):
            kept |= {trial.user_attrs[PARENT] for trial in last if PARENT in trial.user_attrs}
        return Needed(min((trial.number for trial in last), default=0), kept)

    def tell(self, asked: Asked, outcome: Outcome) -> str:
        self._running -= 1
        if asked.cut is None and outcome.failed is None:
            asked.step = asked.steps
        return super().tell(asked, outcome)

    def _enqueue(self) -> None:
        """Enqueue the members of the generation that is not yet whole, which may be those an interruption left out."""
        generation, first = divmod(self._draws.fresh, self._size)
        children: list[Child | None] = [None] * self._size
        if generation:
            rng = np.random.default_rng(np.random.SeedSequence([self.spec.seed or 0, generation, 0]))
            children = [*next_generation(self._members(generation - 1), self.spec.space, self._settings, rng)]
        last = self._size if self.limit is None else min(self._size, self.limit - generation * self._size)
        for member in range(first, last):
            self._enqueue_member(generation, member, children[member])

    def _enqueue_member(self, generation: int, member: int, child: Child | None) -> None:
        place = self._draws.enqueued()
        lineage = {
            CONFIG: place if child is None or child.config is None else child.config,
            SEED: trial_seeds(self.spec.seed or 0, place)[1],
            **self._lineage(generation, member, child),
        }
        self.study.enqueue_trial({} if child is None else dict(child.params), user_attrs=lineage)

    @staticmethod
    def _lineage(generation: int, member: int, child: Child | None) -> dict[str, Any]:
        begun = {KIND: "start"} if child is None else {KIND: child.kind, PARENT: child.parent}
        return {MEMBER: member, GENERATION: generation, BATCH: generation, **begun}

    def _members(self, generation: int) -> list[Member]:
        """How the members of a generation ended: of a member that was run again, the last time counts."""
        ended: dict[int, FrozenTrial] = {}
        for trial in self.study.get_trials(deepcopy=False):
            if trial.user_attrs.get(GENERATION) == generation:
                ended[trial.user_attrs[MEMBER]] = trial
        return [self._member(ended[member]) for member in range(self._size)]

    def _member(self, trial: FrozenTrial) -> Member:
        score = trial.value if trial.state is TrialState.COMPLETE else None
        if score is not None and next(iter(self.spec.metrics.values())) == "minimize":
            score = -score
        return Member(trial.number, trial.user_attrs.get(CONFIG, -1), trial.params, score)
