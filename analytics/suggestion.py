"""A refined search space read off an importance: ranges to keep, hyperparameters to fix, each with its reason.

One after the other, the most important first, a hyperparameter gets its effective range within what is kept so far.
Then those that do not matter within what is kept are fixed where the best trial has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from optuna.distributions import FloatDistribution, IntDistribution

from analytics.domain import Domain, restrict
from analytics.evidence import ROWS_PER_HYPERPARAMETER, ImportanceError
from analytics.importance import Importance
from analytics.narrowing import Narrowed
from analytics.proposals import fixed_at
from analytics.ranges import snap
from analytics.refinement import Origin, Proposal
from analytics.selection import mask
from analytics.surrogate import Model
from analytics.text import level_text, number_text, percent_text
from analytics.uncertainty import RESAMPLES, refits

THRESHOLD = 0.05
SURELY = 2.0
"""Standard deviations by which a share must lie under the threshold."""
LEAST_FIT = 0.1


@dataclass(frozen=True, eq=False)
class Suggestion:
    """``ranges`` holds what to keep or fix, by hyperparameter; ``reasons`` a sentence for every one of the space.

    ``part`` is the importance within the ranges kept, ``box`` their brushes and ``fixed`` the names of what is fixed.
    """

    start: Importance = field(repr=False)
    part: Importance = field(repr=False)
    ranges: Mapping[str, Proposal]
    reasons: Mapping[str, str]
    box: Mapping[str, Any]
    fixed: tuple[str, ...]
    incumbent: int
    best: tuple[int, int]
    rows: tuple[int, int]
    volume: float

    @property
    def brushes(self) -> dict[str, Any]:
        """Brushes in normal form on what the suggested space leaves: the analyst's own, the ranges, the fixed."""
        return {**self.start.brushes, **self.box, **{name: _brush(self.ranges[name]) for name in self.fixed}}

    @property
    def summary(self) -> tuple[str, ...]:
        """Sentences: what the ranges keep of the best, and that they hold the best trial."""
        metric = self.start.metric
        value = self.start.trials.columns[metric.name].values[self.incumbent]
        number = self.start.trials.numbers[self.incumbent]
        (best, of), (rows, all_rows) = self.best, self.rows
        kept = (
            f"The suggested ranges keep {percent_text(best / of)} of the best 10 % ({best} of {of} trials) and "
            f"{rows:,} of {all_rows:,} trials, in {percent_text(self.volume)} of the space."
        )
        held = f"They hold trial {number}, the best ({metric.name} {number_text(value)})."
        if not self.fixed:
            return kept, held
        return kept, held, f"What is fixed has its value and is not counted: {', '.join(self.fixed)}."


def suggest(
    importance: Importance, *, threshold: float = THRESHOLD, resamples: int = RESAMPLES, seed: int = 0
) -> Suggestion:
    """A refined space within the brushes of an importance.

    A hyperparameter matters if its share alone and in pairs exceeds ``threshold`` by its uncertainty (one standard
    deviation over resampled trials); it does not if the share lies under it by two, within what is kept and, for a
    conditional one, where it is active.

    Raises:
        ImportanceError: the metric has no direction, or the forest explains too little to suggest anything.
    """
    metric, fit = importance.metric, importance.oob_r2
    if metric.direction is None:
        raise ImportanceError(
            f"metric {metric.name!r} has no direction; expected one, to know what is good", "direction"
        )
    if not fit >= LEAST_FIT:
        raise ImportanceError(
            f"the forest explains too little to suggest a space: R² is {fit:.2f} on rows that it did not see; expected "
            f"at least {LEAST_FIT}: more trials, or less noise",
            "too few",
            {"rows": importance.rows},
        )
    models = refits(importance, resamples, seed=seed)
    state, reasons = _narrowed(Narrowed(importance, importance), models, threshold)
    ranges = {name: _proposal(importance, name, brush) for name, brush in state.ranges.items()}
    fixed, why = _fixed(state, models, threshold)
    best, rows = state.kept()
    notes = {name: (why | reasons)[name] for name in importance.trials.space}
    taken = {name: _noted(proposal, notes[name]) for name, proposal in (ranges | fixed).items()}
    return Suggestion(
        importance,
        state.now,
        taken,
        notes,
        state.ranges,
        tuple(fixed),
        state.incumbent,
        (best, len(state.best)),
        (rows, len(state.candidates)),
        state.volume,
    )


def _narrowed(state: Narrowed, models: Sequence[Model], threshold: float) -> tuple[Narrowed, dict[str, str]]:
    """What matters at its effective range, the most important within what is kept so far first; a sentence for each."""
    waiting = list(state.start.trials.space)
    reasons: dict[str, str] = {}
    while waiting:
        domains = {name: _domain(state, name) for name in waiting}
        name = max(waiting, key=lambda name: domains[name].involving(domains[name].axis(name)).mean())
        waiting.remove(name)
        share, spread = _involving(domains[name], models, name)
        if share - spread <= threshold or (narrowed := state.narrow(name)) is None:
            continue
        best, _ = narrowed.kept({name: narrowed.ranges[name]})
        good = f"{state.start.metric.name} is good here; {best} of the best {len(state.best)} trials are here"
        state, reasons[name] = narrowed, f"matters ({_share(share, spread)} of the variance): {good}"
    return state, reasons


def _domain(state: Narrowed, name: str) -> Domain:
    """Where to ask whether a hyperparameter matters: within what is kept, if there are rows enough and it does more."""
    if state.now.inside < _needed(state.now):
        return state.start.domain
    found = state.start.domain, state.now.domain
    return max(found, key=lambda domain: domain.involving(domain.axis(name)).mean())


def _fixed(state: Narrowed, models: Sequence[Model], threshold: float) -> tuple[dict[str, Proposal], dict[str, str]]:
    """What to fix of the hyperparameters that keep their range, and a sentence for each of them."""
    found: dict[str, Proposal] = {}
    reasons: dict[str, str] = {}
    for name in state.start.trials.space:
        if name in state.ranges:
            continue
        part = _where_active(state, name)
        if part is None or not _varies(part, name):
            reasons[name] = "is never active within what is kept" if part is None else "has one value left"
        elif part.inside < _needed(part):
            rows = f"{part.inside} trials ({_needed(part)} needed to tell)"
            reasons[name] = f"keeps its range: it may matter within what is kept, which holds {rows}"
        else:
            share, spread = _involving(part.domain, models, name)
            words = f"{_share(share, spread)} of the variance within what is kept"
            fixed = _at_best(state, name) if share + SURELY * spread < threshold else None
            reasons[name] = f"keeps its range: {words}, not surely under {percent_text(threshold)}"
            if share - spread > threshold:
                reasons[name] = f"keeps its range: it matters ({words}), but narrower loses too many of the best"
            if fixed is not None:
                found[name] = fixed
                reasons[name] = f"does not matter: {words}; {fixed.note}"
    return found, reasons


def _needed(importance: Importance) -> int:
    """How many rows it takes to tell importances within brushes."""
    return ROWS_PER_HYPERPARAMETER * sum(_varies(importance, name) for name in importance.trials.space)


def _where_active(state: Narrowed, name: str) -> Importance | None:
    """What is kept, of it the part in which a hyperparameter is active; None if there is none."""
    if not state.start.trials.space[name].when:
        return state.now
    brush = state.now.brushes.get(name) or {"ranges": [[None, None]], "values": [], "missing": False}
    h = state.start.trials.space[name]
    if h.is_category and name not in state.now.brushes:
        brush = {"ranges": [], "values": list(h.choices), "missing": False}
    try:
        return state.now.within({**state.now.brushes, name: {**brush, "missing": False}})
    except ImportanceError:
        return None


def _at_best(state: Narrowed, name: str) -> Proposal | None:
    """Fixed where the best trial within what is kept has it that has a value."""
    trials, metric = state.start.trials, state.start.metric.name
    column, h = trials.columns[name], trials.space[name]
    inside = mask(trials, state.ranges)
    for row in state.candidates:
        if inside[row] and not column.missing[row]:
            value = column.levels[int(column.values[row])] if h.is_category else float(column.values[row])
            shown = level_text(value) if h.is_category else number_text(float(column.values[row]), log=h.log)
            which = "the best" if row == state.incumbent else f"the best that has it by {metric}"
            note = f"fixed at {shown} as in trial {trials.numbers[row]}, {which}"
            return fixed_at(h, Origin.SUGGESTED, value, note)
    return None


def _involving(domain: Domain, models: Sequence[Model], name: str) -> tuple[float, float]:
    """Share of the variance that a hyperparameter explains alone and in pairs, and its spread over refitted forests."""
    axis = domain.axis(name)
    shares = [restrict(model, domain.brushes, domain.clip).involving(axis).mean() for model in models]
    return float(domain.involving(axis).mean()), float(np.std(shares, ddof=1))


def _varies(importance: Importance, name: str) -> bool:
    return len(importance.domain.shown(importance.domain.axis(name))) > 1


def _proposal(importance: Importance, name: str, brush: Mapping[str, Any]) -> Proposal:
    d = importance.trials.space[name].distribution
    if not isinstance(d, FloatDistribution | IntDistribution):
        return Proposal(Origin.SUGGESTED, choices=tuple(brush["values"]))
    ((low, high),) = brush["ranges"]
    return Proposal(Origin.SUGGESTED, *snap(d, low, high))


def _noted(proposal: Proposal, note: str) -> Proposal:
    return Proposal(proposal.origin, proposal.low, proposal.high, proposal.choices, note)


def _brush(proposal: Proposal) -> dict[str, Any]:
    ranges = [] if proposal.choices else [[proposal.low, proposal.high]]
    return {"ranges": ranges, "values": list(proposal.choices), "missing": True}


def _share(share: float, spread: float) -> str:
    return f"{percent_text(share)} ± {percent_text(spread)}"
