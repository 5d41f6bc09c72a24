"""Whether the search still gets on: no improvement for long, and a model-based sampler no better than random."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln

from analytics.columns import Floats
from analytics.detectors.case import Case, Rows
from analytics.detectors.measures import superiority, superiority_below
from analytics.findings import Change, Finding, NotAsked, too_few

BEST = 3
FEWEST_TRIALS = 30
MODEL_BASED = {"tpe": 10, "gp": 10, "bohb": 10, "nsgaii": 50}
"""Trials that each draws at random before its model or first selection, unless its settings say otherwise."""
STARTUP = ("n_startup_trials", "population_size")
FEWEST_RANDOM, FEWEST_MODEL = 8, 20
LEARNT = 0.6
"""The rank-biserial correlation that a model reaches over random trials where it learns: 4 of 5 pairs."""


def stalled(case: Case) -> list[Finding]:
    """Whether the best trials were all found at the beginning.

    If trials came in any order, the best three of n would all be among the first k with the probability
    C(k, 3) / C(n, 3); a search that learns finds them later still, so that this is an upper bound.
    """
    case.alone()
    if case.population:
        raise NotAsked("values of a population grow as it trains, whatever it finds", applies=False)
    rows = case.rows
    n = len(rows)
    if n < FEWEST_TRIALS:
        raise too_few("completed trials", n, FEWEST_TRIALS)
    best = np.argsort(-case.scores[rows], kind="stable")[:BEST]
    k = int(best.max()) + 1
    tied = case.scores[rows][best.max()] == case.scores[rows][k:]
    p = 1.0 if tied.any() else math.exp(_log_choose(k, BEST) - _log_choose(n, BEST))
    since = int(case.trials.numbers[rows[k - 1]])
    sentence = (
        f"No improvement for long: the best {BEST} trials were all found among the first {k} of {n}; since trial "
        f"{since} none has come up to them."
    )
    evidence: dict[str, float | str] = {
        "effect": 1 - k / n,
        "n": n,
        "test": "the chance that the best three of n trials in any order are all among the first k: C(k, 3) / C(n, 3)",
        "p": p,
        "since": since,
    }
    change, button = _afresh(case, rows)
    return [Finding("stalled", sentence, evidence, case.numbers(rows[best]), change, button)]


def no_better(case: Case) -> list[Finding]:
    """Whether the trials that a model chose are surely not as good as its random start should let them be.

    The second half of what the model chose, when it knew most, against its own random trials. Never asked of a search
    without a model.
    """
    if case.algorithm not in MODEL_BASED:
        raise NotAsked("the search has no model that learns from its trials", applies=False)
    case.alone()
    random, model = _phases(case)
    if min(len(random) - FEWEST_RANDOM, len(model) - FEWEST_MODEL) < 0:
        raise NotAsked(
            f"completed random trials at its start: {len(random)}, needed: {FEWEST_RANDOM}; later half of those that "
            f"its model chose: {len(model)}, needed: {FEWEST_MODEL}"
        )
    effect, _ = superiority(case.scores[model], case.scores[random])
    p = superiority_below(effect, len(model), len(random), LEARNT)
    sentence = (
        f"The model-based sampler is no better than random so far: a later trial beats one of its {len(random)} random "
        f"ones in {100 * (effect + 1) / 2:.0f} % of pairs (half by chance, four in five where a model learns)."
    )
    evidence: dict[str, float | str] = {
        "effect": min(1.0, 1 - effect),
        "n": len(model) + len(random),
        "test": f"Mann-Whitney U, rank-biserial correlation below {LEARNT}",
        "p": p,
        "rank_biserial": effect,
    }
    if effect >= LEARNT / 2:
        evidence["p"] = 1.0
    change: Change | None = None
    if case.choice:
        change = {"algorithm": case.changed(name="random", pruner=case.choice.get("pruner", "none"))}
    return [Finding("no better", sentence, evidence, case.numbers(model), change, "Search at random" if change else "")]


def _phases(case: Case) -> tuple[Rows, Rows]:
    """Rows of the random start, and of the later half of what the model chose."""
    first = next((int(case.settings[key]) for key in STARTUP if key in case.settings), MODEL_BASED[case.algorithm])
    order = np.argsort(np.argsort(case.trials.numbers, kind="stable"), kind="stable")
    random = case.rows[order[case.rows] < first]
    model = case.rows[order[case.rows] >= first]
    if case.algorithm == "bohb":  # its model ranks trials that went farthest; what it ended early is no choice of it
        raise NotAsked("BOHB draws at random in each bracket anew, which its trials do not tell apart")
    return random, model[len(model) // 2 :]


def _afresh(case: Case, rows: Rows) -> tuple[Change | None, str]:
    """A model gets a random search beside it; a search without one the part of the space where its best lie."""
    if not case.choice:
        return None, ""
    if case.algorithm in MODEL_BASED:
        return {"algorithm": case.changed(name="random")}, "Search the whole space at random"
    return {"space": _around(case, rows), "algorithm": case.changed(name="tpe")}, "Search around the best with TPE"


def _around(case: Case, rows: Rows) -> dict[str, dict[str, object]]:
    """The space, numbers narrowed to where the best fifth lies (5th to 95th percentile)."""
    best = rows[np.argsort(-case.scores[rows], kind="stable")[: max(5, len(rows) // 5)]]
    found = {}
    for name, h in case.trials.space.items():
        values: Floats = case.column(name)[best]
        values = values[~np.isnan(values)]
        if h.bounds is None or len(values) < 5 or getattr(h.distribution, "step", None):
            continue
        low, high = (float(f"{v:.3g}") for v in np.percentile(values, [5, 95]))
        low, high = max(low, h.bounds[0]), min(high, h.bounds[1])
        if low < high:
            found[name] = {**h.to_json(), "low": low, "high": high}
            if not low <= float(str(found[name].get("default", low))) <= high:
                found[name].pop("default")
    return found


def _log_choose(n: int, k: int) -> float:
    if n < k:
        return -math.inf
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
