"""The search pressed against a bound: what is best lies at the end of a range, and would go on beyond it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.stats import t as student

from analytics.columns import Floats
from analytics.detectors.case import Case, Rows
from analytics.detectors.measures import at_most_one, ranks_within
from analytics.findings import Finding, NotAsked, too_few
from analytics.scores import normal_scores
from analytics.space import Hyperparameter
from analytics.text import number_text

EDGE = 0.2
BEST = 0.1
MOST = 0.5
"""A search presses against a bound where this share of its best tenth lies in the outer fifth of the range."""
PER_TERM = 4
FEWEST_TRIALS = 40
WIDER = 0.5


def pressed(case: Case) -> list[Finding]:
    """Whether most of the best trials lie at the end of a range, and the objective still rises towards it.

    The rise is that of a quadratic regression of the objective's normal scores on every hyperparameter at once, taken
    at the bound: what a sampler does to all of them at the same time is not laid to one.
    """
    case.alone()
    rows, scores = _compared(case)
    if len(rows) < FEWEST_TRIALS:
        raise too_few("completed trials", len(rows), FEWEST_TRIALS)
    names = [name for name in case.varying if any(_widens(case.trials.space[name], high) for high in (False, True))]
    if not names:
        raise NotAsked("no hyperparameter has a declared range that could be wider")
    regression = _Regression(case, rows, scores)
    best = rows[np.argsort(-scores, kind="stable")[: max(6, math.ceil(BEST * len(rows)))]]
    found = []
    for name in names:
        at = case.positions[name][best]
        for high in (False, True):
            if not _widens(case.trials.space[name], high):
                continue
            near = (at >= 1 - EDGE) if high else (at <= EDGE)
            share = float(np.mean(near))
            if share >= MOST:
                p = at_most_one(regression.rise(name, high) * 2 * len(names))
                found.append(_finding(case, name, high, share, p, best[near], len(rows)))
    return found


def _compared(case: Case) -> tuple[Rows, Floats]:
    """Rows and what they are compared by: of a population ranks within its generations, from the second half on."""
    if not case.population:
        return case.rows, case.scores[case.rows]
    generation = case.column("generation")
    rows = np.flatnonzero(case.complete & (generation >= np.nanmax(generation) / 2))
    return rows, ranks_within(case.scores[rows], generation[rows].astype(np.int64))


def _widens(h: Hyperparameter, high: bool) -> bool:
    """Whether a hyperparameter's range may be wider at one end: shares and counts end where they end."""
    if h.bounds is None or h.inferred:
        return False
    low, top = h.bounds
    if high:
        return not (top == 1 and 0 <= low < 1 and not h.log)
    return low not in (0, 1) or (low == 1 and h.to_json()["type"] == "float")


def _finding(case: Case, name: str, high: bool, share: float, p: float, rows: Rows, n: int) -> Finding:
    h = case.trials.space[name]
    bound = (h.bounds or (0, 0))[int(high)]
    wider = _wider(h, high)
    which = "upper" if high else "lower"
    sentence = (
        f"The search is pressed against the {which} bound of {name}, {number_text(bound, log=h.log)}: "
        f"{100 * share:.0f} % of the best {max(6, math.ceil(BEST * n))} trials lie in the last fifth of its range."
    )
    evidence: dict[str, float | str] = {
        "effect": share,
        "n": n,
        "test": "t-test of the slope at the bound, in a quadratic regression of normal scores on all hyperparameters",
        "p": p,
        "bound": float(bound),
    }
    change = {"space": {name: wider}}
    beyond = number_text(float(wider["high" if high else "low"]), log=h.log)
    button = f"Widen {name} {'up' if high else 'down'} to {beyond}"
    if not case.choice:
        return Finding("bound", sentence, evidence, case.numbers(rows))
    return Finding("bound", sentence, evidence, case.numbers(rows), change, button)


def _wider(h: Hyperparameter, high: bool) -> dict[str, Any]:
    """The hyperparameter with half of its range more beyond one bound, on its own scale; never across 0."""
    entry, (low, top) = h.to_json(), h.bounds or (0.0, 1.0)
    if h.log:
        factor = (top / low) ** WIDER
        beyond = top * factor if high else low / factor
    else:
        beyond = top + WIDER * (top - low) if high else low - WIDER * (top - low)
        beyond = max(beyond, 0.0) if low >= 0 else beyond
    if entry["type"] == "int":
        step = int(entry.get("step") or 1)
        steps = max(1, round(abs(beyond - (top if high else low)) / step))
        beyond = int(top + steps * step if high else max(low - steps * step, 1 if low >= 1 else -math.inf))
    else:
        beyond = float(f"{beyond:.2g}")
    return {**entry, "high" if high else "low": beyond}


class _Regression:
    """Least squares of normal scores on positions, their squares, and categories; rows with a missing value take 0."""

    def __init__(self, case: Case, rows: Rows, scores: Floats) -> None:
        self._place: dict[str, int] = {}
        terms: list[Floats] = [np.ones(len(rows))]
        for name, at in case.varying.items():
            self._place[name] = len(terms)
            centred = np.nan_to_num(at[rows] - 0.5)
            terms += [centred, centred**2]
        for name in case.trials.space:
            column = case.trials.columns[name]
            if name not in case.positions and column.levels:
                terms += [(column.values[rows] == code).astype(np.float64) for code in range(1, len(column.levels))]
        self._design = np.column_stack(terms)
        self._free = len(rows) - np.linalg.matrix_rank(self._design)
        inverse = np.linalg.pinv(self._design.T @ self._design)
        target = normal_scores(scores)[0]
        self._found = inverse @ self._design.T @ target
        left = target - self._design @ self._found
        self._covariance = inverse * float(left @ left) / max(self._free, 1)

    def rise(self, name: str, high: bool) -> float:
        """How likely a slope beyond a bound as steep as this is, if the objective is flat there; one-sided."""
        if self._free < len(self._found) * PER_TERM / 2:
            return 1.0
        along = np.zeros(len(self._found))
        place, way = self._place[name], 1.0 if high else -1.0
        along[place], along[place + 1] = way, 2 * way * (way * 0.5)
        error = math.sqrt(max(float(along @ self._covariance @ along), 0.0))
        return float(student.sf(float(along @ self._found) / error, self._free)) if error else 1.0
