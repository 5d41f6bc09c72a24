"""Judged too early, for good: a population that loses values which no child can bring back (section 7.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.columns import Floats
from analytics.detectors.case import Case, Mask, Rows
from analytics.detectors.measures import at_most_one, ranks_within, superiority
from analytics.findings import Finding, NotAsked, too_few
from analytics.text import number_text

FEWEST = 6
"""Kept, and as many discarded, where the hyperparameter still varied."""
BEGUN, COME = 0.5, 0.8
"""Shares of the later rise: what is discarded came less far than the first, what is kept less far than the second."""
SATURATED = 0.95
"""The change judges where the best had made this share of its rise."""


def decided(case: Case) -> list[Finding]:
    """Whether a hyperparameter that children take over unchanged was decided before the curves could tell.

    Looked at are the judgements at which it still varied. What they keep must differ in it from what they discard, the
    population must come significantly further later, and the discarded must hardly have begun to learn.
    Source: Park et al. 2020, HyperTendril, section 7.1 and Fig. 7.
    """
    if not case.population:
        raise NotAsked("the study has no population", applies=False)
    case.alone()
    names = [name for name, at in case.varying.items() if not np.isnan(at).any() and _inherited(case, at)]
    if not names:
        raise NotAsked("every hyperparameter mutates", applies=False)
    course = _course(case)
    found, least = [], FEWEST
    for name in names:
        rows = _undecided(case, case.positions[name])
        kept = course.parents[rows]
        least = min(int(kept.sum()), int((~kept).sum()))
        if least >= FEWEST:
            found.append(_finding(case, name, course, rows, len(names)))
    if not found:
        raise too_few("members kept, or discarded, where an inherited hyperparameter still varied", least, FEWEST)
    return found


@dataclass(frozen=True, eq=False)
class Course:
    """How a population went: which rows have children, and scores where it began, at its end, and the best so far."""

    parents: Mask
    start: float
    last: Floats
    best: Floats

    def share(self, scores: Floats) -> float:
        """How much of the way from start to end scores have made, the median one."""
        return float((np.median(scores) - self.start) / (np.median(self.last) - self.start))


def _course(case: Case) -> Course:
    generation, parent = case.column("generation"), case.column("parent")
    begun = [case.curves[row][1][0] for row in np.flatnonzero(generation == 0).tolist() if row in case.curves]
    if not begun:
        raise NotAsked("the first generation has no curves")
    scores = [case.scores[(generation == g) & case.complete] for g in np.unique(generation[~np.isnan(generation)])]
    best = np.maximum.accumulate([part.max(initial=-np.inf) for part in scores])
    course = Course(np.isin(case.trials.numbers, parent[~np.isnan(parent)]), float(np.median(begun)), scores[-1], best)
    if not len(course.last) or np.median(course.last) <= course.start:
        raise NotAsked("the population did not improve")
    return course


def _inherited(case: Case, at: Floats) -> bool:
    """Whether every child has its parent's value."""
    parent = case.column("parent")
    row_of = {number: row for row, number in enumerate(case.trials.numbers.tolist())}
    children = [row for row in np.flatnonzero(~np.isnan(parent)).tolist() if int(parent[row]) in row_of]
    return bool(children) and all(at[row] == at[row_of[int(parent[row])]] for row in children)


def _undecided(case: Case, at: Floats) -> Rows:
    """The judged rows of generations in which a hyperparameter varied."""
    generation = case.column("generation")
    judged = [(generation == g) & case.complete for g in np.unique(generation[~np.isnan(generation)])[:-1]]
    rows = [np.flatnonzero(mask) for mask in judged if len(np.unique(at[mask])) > 1]
    return np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)


def _finding(case: Case, name: str, course: Course, rows: Rows, tests: int) -> Finding:
    kept, scores, at = course.parents[rows], case.scores[rows], case.positions[name][rows]
    places = ranks_within(at, case.column("generation")[rows].astype(np.int64))
    bias, p_bias = superiority(places[kept], places[~kept], "two-sided")
    _, p_rise = superiority(course.last, scores[kept], "greater")
    lost = rows[~kept & (at > at[kept].mean() if bias < 0 else at < at[kept].mean())]
    come = course.share(scores[kept])
    begun = course.share(case.scores[lost]) if len(lost) else 1.0
    side = "high" if bias < 0 else "low"
    sentence = (
        f"Trials are judged too early: {side} {name} is discarded for good, since no child changes it, when what is "
        f"kept has come {100 * come:.0f} % of its way and what is discarded {100 * begun:.0f} %."
    )
    evidence: dict[str, float | str] = {
        "effect": abs(bias),
        "n": len(rows),
        "test": "Mann-Whitney U of kept against discarded, ranks within each judgement, and of the last scores against "
        "those at the judgement; the larger p",
        "p": at_most_one(max(p_bias, p_rise) * tests) if come < COME and begun < BEGUN else 1.0,
        "kept_share": come,
        "discarded_share": begun,
    }
    return Finding("decided", sentence, evidence, case.numbers(lost), *_later(case, course))


def _later(case: Case, course: Course) -> tuple[dict[str, Any] | None, str]:
    """The change that judges where the best curve saturates, with as many steps a member, and its button."""
    interval, generations = case.settings.get("interval"), case.settings.get("generations")
    if not case.choice or not interval or not generations:
        return None, ""
    enough = course.start + SATURATED * (course.best[-1] - course.start)
    later = int(interval) * (int(np.argmax(course.best >= enough)) + 1)
    settings = {"interval": later, "generations": max(2, round(interval * generations / later))}
    return {"algorithm": case.changed(settings=settings)}, f"Judge every {number_text(later)} steps"
