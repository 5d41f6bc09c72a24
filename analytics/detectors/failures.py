"""Failures that gather in a region of the space."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import fisher_exact, ks_2samp

from analytics.columns import Column, Floats, State
from analytics.detectors.case import Case, Mask, Rows
from analytics.detectors.measures import at_most_one
from analytics.findings import Change, Evidence, Finding, NotAsked, too_few
from analytics.text import level_text, number_text

FEWEST_FAILED, FEWEST_ENDED = 5, 25
LEAST_EFFECT = 0.4


def gathered(case: Case) -> list[Finding]:
    """Whether trials that failed lie elsewhere in a hyperparameter than those that did not.

    Numbers by the two-sample Kolmogorov-Smirnov test, each category against all others by Fisher's exact test.
    """
    failed = case.trials.in_state(State.FAILED)
    ended = failed | case.trials.in_state(State.COMPLETE, State.PRUNED)
    if failed.sum() < FEWEST_FAILED:
        raise NotAsked(f"trials that failed: {int(failed.sum())}; needed: {FEWEST_FAILED}")
    if ended.sum() < FEWEST_ENDED:
        raise too_few("trials that ended", int(ended.sum()), FEWEST_ENDED)
    found = [part for name in case.trials.space if (part := _of(case, name, failed, ended))]
    tests = sum(part[0] for part in found)
    best = min(found, key=lambda part: part[1].p, default=None)
    if best is None:
        raise NotAsked("no hyperparameter varies among failed and other trials")
    return [best[1].having(p=at_most_one(best[1].p * tests))]


def _of(case: Case, name: str, failed: Mask, ended: Mask) -> tuple[int, Finding] | None:
    column = case.trials.columns[name]
    if name in case.varying:
        at = case.positions[name]
        told = ended & ~np.isnan(at)
        ours, others = at[_once(case, failed & told)], at[_once(case, ~failed & told)]
        return (1, _number(case, name, ours, others, failed)) if min(len(ours), len(others)) >= FEWEST_FAILED else None
    return _category(case, column, failed, ended & ~column.missing) if column.levels else None


def _once(case: Case, rows: Mask) -> Rows:
    """Some rows, each configuration once: repeats of one are no new evidence of where it lies."""
    found = np.flatnonzero(rows)
    return found[np.unique(case.identity[found], return_index=True)[1]]


def _number(case: Case, name: str, ours: Floats, others: Floats, failed: Mask) -> Finding:
    tested = ks_2samp(ours, others, method="asymp")
    low, high = _region(ours, others)
    inside = float(np.mean((others >= low) & (others <= high)))
    h = case.trials.space[name]
    ends = [number_text(case.value(name, end), log=h.log, digits=3) for end in (low, high)]
    share = float(np.mean((ours >= low) & (ours <= high)))
    sentence = (
        f"Failures gather in a region: {100 * share:.0f} % of {len(ours)} lie at {name} from {ends[0]} to {ends[1]}, "
        f"where {100 * inside:.0f} % of the other trials lie."
    )
    test = "two-sample Kolmogorov-Smirnov of failed against other trials"
    at = case.positions[name]
    rows = np.flatnonzero(failed & (at >= low) & (at <= high))
    evidence = _evidence(share - inside, len(ours) + len(others), test, float(tested.pvalue))
    return _finding(case, sentence, evidence, rows, _without(case, name, low, high), name)


def _category(case: Case, column: Column, failed: Mask, told: Mask) -> tuple[int, Finding] | None:
    tests = []
    for code, level in enumerate(column.levels):
        inside = column.values == code
        table = [[int((told & a & b).sum()) for b in (failed, ~failed)] for a in (inside, ~inside)]
        if sum(table[0]) and sum(table[1]):
            tests.append((float(fisher_exact(np.array(table), alternative="greater").pvalue), level, inside, table))
    if not tests:
        return None
    p, level, inside, table = min(tests, key=lambda one: one[0])
    (bad, good), (bad_else, good_else) = table
    sentence = (
        f"Failures gather in a region: {bad} of {bad + good} trials with {column.name} {level_text(level)} failed, "
        f"{bad_else} of {bad_else + good_else} of the others."
    )
    effect = bad / (bad + good) - bad_else / (bad_else + good_else)
    rows = np.flatnonzero(told & failed & inside)
    change: dict[str, Any] | None = None
    h = case.trials.space[column.name]
    rest = [choice for choice in h.choices if choice != level]
    if rest and case.choice:
        entry = {key: value for key, value in h.to_json().items() if key != "default"}
        change = {"space": {column.name: {**entry, "choices": rest}}}
    test = "Fisher's exact test, each category against the others"
    evidence = _evidence(effect, int(told.sum()), test, p)
    return len(tests), _finding(case, sentence, evidence, rows, change, column.name)


def _evidence(effect: float, n: int, test: str, p: float) -> dict[str, float | str]:
    return {"effect": effect, "n": n, "test": test, "p": p if effect >= LEAST_EFFECT else 1.0}


def _finding(case: Case, sentence: str, evidence: Evidence, rows: Rows, change: Change | None, name: str) -> Finding:
    button = f"Leave it out of {name}" if change else ""
    return Finding("failures", sentence, evidence, case.numbers(rows), change, button)


def _region(ours: Floats, others: Floats) -> tuple[float, float]:
    """The interval in which the most of the failures lie beyond what lies there of the others (Kuiper's)."""
    places = np.unique(np.concatenate([ours, others]))
    excess = np.array([np.mean(ours <= at) - np.mean(others <= at) for at in places])
    before = np.concatenate([[0.0], np.minimum.accumulate(np.minimum(excess, 0.0))[:-1]])
    last = int(np.argmax(excess - before))
    lowest = np.concatenate([[0.0], excess[:last]])
    first = int(np.argmin(lowest))
    return float(places[first]), float(places[last])


def _without(case: Case, name: str, low: float, high: float) -> dict[str, Any] | None:
    """The larger part of a range that a region leaves, None where it lies in the middle of it."""
    h = case.trials.space[name]
    if h.bounds is None or not case.choice or max(low, 1 - high) < 0.3:
        return None
    entry = {key: value for key, value in h.to_json().items() if key != "default"}
    end, key = (low, "high") if low > 1 - high else (high, "low")
    value = case.value(name, end)
    if entry["type"] == "int":
        value = int(np.ceil(value)) - 1 if key == "high" else int(np.floor(value)) + 1
    else:
        value = float(f"{value:.2g}")
    return {"space": {name: {**entry, key: value}}} if h.bounds[0] < value < h.bounds[1] else None
