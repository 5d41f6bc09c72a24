"""The same configuration more than once: by accident, or with other seeds, which tells the noise."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from scipy.stats import f as fisher

from analytics.columns import State
from analytics.detectors.case import Case, Rows
from analytics.findings import Finding, NotAsked, Remedy, too_few
from analytics.scores import normal_scores

FEWEST_TRIALS = 20
LEAST_SHARE, FEWEST_COPIES = 0.05, 3
MOST_LISTED = 1_000
FEWEST_REPEATED = 8
RELIABLE = 0.5
"""Where less than this share of the variance lies between configurations, noise is larger than their differences."""
AGAIN, BEST_AGAIN = 3, 5


def duplicated(case: Case) -> list[Finding]:
    """Whether configurations were run again as if they were new: at the same budget, under another configuration id.

    Repeats under the same id are meant, and so is what a population does. They are counted, not tested; beside the
    count stands how many random draws from a space of so few configurations would repeat.
    """
    if case.population:
        raise NotAsked("a population continues configurations on purpose", applies=False)
    used = np.flatnonzero(case.trials.in_state(State.COMPLETE, State.PRUNED))
    if len(used) < FEWEST_TRIALS:
        raise too_few("trials that ended", len(used), FEWEST_TRIALS)
    copies = _copies(case, used)
    size = _size(case)
    expected = len(used) - size * -math.expm1(len(used) * math.log1p(-1 / size)) if size > 1 else 0.0
    share = len(copies) / len(used)
    sentence = f"{len(copies)} of {len(used)} trials ran a configuration that had been run before"
    sentence += f": the space has only {size:,.0f}." if 0 < size < len(used) else f"; by chance, {expected:.0f} would."
    evidence: dict[str, float | str] = {
        "effect": share,
        "n": len(used),
        "test": "counted",
        "p": 1.0 if len(copies) < FEWEST_COPIES or share < LEAST_SHARE else 0.0,
        "by_chance": expected,
    }
    finite = 0 < size <= MOST_LISTED and case.choice
    grid = {"name": "grid", "pruner": "none", "settings": {}, "pruner_settings": {}}
    button = "Run every configuration once" if finite else ""
    return [
        Finding("duplicates", sentence, evidence, case.numbers(copies), {"algorithm": grid} if finite else None, button)
    ]


def _copies(case: Case, used: Rows) -> Rows:
    """Rows, in the order of the search, of a configuration seen before at the same budget, not under the same id."""
    config, budget = case.column("config"), np.where(case.cut, np.nan, case.column("budget"))
    seen: dict[tuple[int, float], float] = {}
    found: list[int] = []
    for row in used[np.argsort(case.trials.numbers[used], kind="stable")].tolist():
        key = int(case.identity[row]), -1.0 if math.isnan(budget[row]) else float(budget[row])
        if key in seen and seen[key] != config[row]:  # without an id, configurations are never the same one
            found.append(row)
        seen.setdefault(key, config[row])
    return np.array(found, dtype=np.int64)


def _size(case: Case) -> float:
    """How many configurations the space has; 0: a continuum."""
    size = 1.0
    for h in case.trials.space.values():
        entry = h.to_json()
        if entry["type"] == "categorical":
            size *= len(entry["choices"])
        elif entry["type"] == "int" or entry.get("step"):
            size *= math.floor((entry["high"] - entry["low"]) / (entry.get("step") or 1)) + 1
        else:
            return 0.0
    return size


def noisy(case: Case) -> list[Finding]:
    """Whether the seed makes more of a difference than the configuration, where configurations ran with several seeds.

    One-way analysis of variance of normal scores; the share of the variance between configurations (the intraclass
    correlation) is surely below one half.
    """
    case.alone()
    groups = _repeated(case)
    repeated = sum(len(rows) for rows in groups)
    if len(groups) < FEWEST_REPEATED:
        raise NotAsked(
            f"configurations that completed with two seeds or more: {len(groups)}; needed: {FEWEST_REPEATED}",
            _again(case),
        )
    rows = np.concatenate(groups)
    scores = normal_scores(case.scores[rows])[0]
    parts = np.split(scores, np.cumsum([len(g) for g in groups])[:-1])
    means = np.array([part.mean() for part in parts])
    counts = np.array([len(part) for part in parts])
    between = float(counts @ (means - scores.mean()) ** 2) / (len(groups) - 1)
    within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / (repeated - len(groups))
    k = (repeated - float((counts**2).sum()) / repeated) / (len(groups) - 1)
    share = max(0.0, (between - within) / (between + (k - 1) * within)) if between + within else 0.0
    expected = 1 + k * RELIABLE / (1 - RELIABLE)
    p = float(fisher.cdf(between / within / expected, len(groups) - 1, repeated - len(groups))) if within else 1.0
    sentence = (
        f"Noise is larger than the differences: of {len(groups)} configurations that ran with several seeds, only "
        f"{100 * share:.0f} % of the variance lies between them; the rest is the seed."
    )
    evidence: dict[str, float | str] = {
        "effect": 1 - share,
        "n": repeated,
        "test": f"F of a one-way analysis of variance of normal scores, intraclass correlation below {RELIABLE}",
        "p": p,
        "configurations": len(groups),
    }
    remedy = _again(case)
    change, button = (remedy.change, remedy.button) if remedy and case.choice else (None, "")
    return [Finding("noise", sentence, evidence, case.numbers(rows), change, button)]


def _repeated(case: Case) -> list[Rows]:
    """Rows of each configuration that completed at the highest budget more than once, with different seeds."""
    seed = case.column("seed")
    groups: dict[int, list[int]] = defaultdict(list)
    for row in [] if case.population else case.rows.tolist():
        groups[int(case.identity[row])].append(row)
    found = [rows for rows in groups.values() if len(rows) > 1]
    return [np.array(rows) for rows in found if len(np.unique(seed[rows])) > 1 or np.isnan(seed[rows]).all()]


def _again(case: Case) -> Remedy | None:
    """The best configurations, each a few times, with seeds of their own."""
    if len(case.rows) < BEST_AGAIN or case.population:
        return None
    best = case.rows[np.argsort(-case.scores[case.rows], kind="stable")[:BEST_AGAIN]]
    steps = (case.trials.study.spec or {}).get("budget", {}).get("steps")
    change = {
        "algorithm": {"name": "given", "pruner": "none", "settings": {}, "pruner_settings": {}},
        "configurations": [case.configuration(row) for row in best.tolist()],
        "repeats": AGAIN,
        "budget": {"steps": steps} if steps else None,
    }
    return Remedy(f"Run the best five {AGAIN} times each", change)
