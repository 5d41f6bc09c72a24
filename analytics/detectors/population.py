"""Population-based training: a population that converges too soon, and a perturbation that is biased (Fig. 9)."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import rankdata, wilcoxon

from analytics.columns import Floats
from analytics.detectors.case import Case, Rows
from analytics.detectors.measures import at_most_one, below, rank_correlation
from analytics.findings import Finding, NotAsked, too_few

FEWEST_GENERATIONS, FEWEST_MEMBERS = 4, 6
SOON = 1 / 3
FEW = 0.2
RUNS = 4_000
FEWEST_MOVES = 20
REACH = 1.5
"""Moves up to this many times the median are perturbations; longer ones were drawn anew."""
LEAST_DRIFT = 0.1
DIGITS = 6


def converged(case: Case) -> list[Finding]:
    """Whether all members soon descend from very few of the first ones: too soon for the others to have had a chance.

    Founders with living descendants, in the first third of the generations, against a population of the same size that
    keeps a random half each time (simulated). Where half survive, the best take over about as fast as chance does.
    """
    _population(case)
    generation = case.column("generation")
    count = int(np.nanmax(generation)) + 1
    size = int((generation == 0).sum())
    if count < FEWEST_GENERATIONS:
        raise too_few("generations", count, FEWEST_GENERATIONS)
    if size < FEWEST_MEMBERS:
        raise too_few("members", size, FEWEST_MEMBERS)
    soon = max(1, math.ceil(SOON * count) - 1)
    founder = _founders(case)
    left = np.array([len(np.unique(founder[generation == g])) for g in range(1, soon + 1)])
    chance = _neutral(size, soon)
    p = np.array([(1 + np.sum(chance[:, g] <= left[g])) / (1 + len(chance)) for g in range(soon)])
    g = int(np.argmin(p))
    expected = float(chance[:, g].mean())
    rows = np.flatnonzero(generation == g + 1)
    apart = [_apart(at[rows]) / start for at in case.varying.values() if (start := _apart(at[generation == 0])) > 0]
    sentence = (
        f"The population converges too soon: by generation {g + 1} of {count - 1} all {len(rows)} members descend from "
        f"{left[g]} of {size} founders, where keeping half leaves about {expected:.0f}; their hyperparameters lie "
        f"{100 * float(np.median(apart)):.0f} % as far apart as at the start."
    )
    evidence: dict[str, float | str] = {
        "effect": max(0.0, 1 - float(left[g]) / expected),
        "n": size,
        "test": f"founders with descendants against {len(chance):,} simulated populations that keep a random half",
        "p": at_most_one(float(p[g]) * soon) if left[g] <= FEW * size else 1.0,
        "founders": float(left[g]),
        "expected": expected,
        "generation": g + 1,
    }
    change = {"algorithm": case.changed(settings={"survivors": 0.5, "resample": 0.25})} if case.choice else None
    return [Finding("converged", sentence, evidence, case.numbers(rows), change, _button(change, "Let half survive"))]


def _apart(values: Floats) -> float:
    """How far values lie from their middle, on average."""
    values = values[~np.isnan(values)]
    return float(np.abs(values - np.median(values)).mean()) if len(values) else 0.0


def _neutral(size: int, generations: int) -> Rows:
    """Founders left after each generation where a random half goes on and the others copy it, (runs, generations)."""
    draw = np.random.default_rng(size)
    founder = np.tile(np.arange(size), (RUNS, 1))
    found = np.empty((RUNS, generations), dtype=np.int64)
    half = max(1, size // 2)
    for g in range(generations):
        founder = draw.permuted(founder, axis=1)
        copied = draw.integers(half, size=(RUNS, size - half))
        founder[:, half:] = np.take_along_axis(founder[:, :half], copied, axis=1)
        ordered = np.sort(founder, axis=1)
        found[:, g] = 1 + (np.diff(ordered, axis=1) > 0).sum(axis=1)
    return found


def perturbed(case: Case) -> list[Finding]:
    """Whether mutations move a hyperparameter one way, or farther at one end of its scale than at the other (Fig. 9).

    Moves from parent to child on the hyperparameter's own scale, away from its bounds, where nothing is reflected or
    cut off; what was drawn anew moves as far up as down, and as far everywhere.
    """
    _population(case)
    asked = [name for name in case.varying if len(_inner(case, name)[0]) >= FEWEST_MOVES]
    if not asked:
        most = max((len(_inner(case, name)[0]) for name in case.varying), default=0)
        raise too_few("moves from parent to child away from the bounds", most, FEWEST_MOVES)
    found = []
    for name in asked:
        found += [_drift(case, name, 2 * len(asked)), _scale(case, name, 2 * len(asked))]
    return found


def _drift(case: Case, name: str, tests: int) -> Finding:
    _, step, rows = _inner(case, name)
    p = float(wilcoxon(step).pvalue)
    effect = abs(_signed_rank(step))
    way = "down" if step.mean() < 0 else "up"
    drift = abs(float(step.mean())) / float(np.abs(step).mean())
    sentence = (
        f"The perturbation of {name} is biased {way}: moves {way} are longer or more frequent than the others, "
        f"by {100 * drift:.0f} % of a move each time, on its own scale."
    )
    test = "Wilcoxon's signed ranks of moves from parent to child, on the hyperparameter's own scale"
    evidence: dict[str, float | str] = {
        "effect": effect if drift >= LEAST_DRIFT / 4 else 0.0,
        "n": len(step),
        "test": test,
        "p": at_most_one(p * tests) if drift >= LEAST_DRIFT / 4 else 1.0,
        "drift": float(step.mean()),
    }
    return _perturbation(case, sentence, evidence, rows)


def _scale(case: Case, name: str, tests: int) -> Finding:
    place, step, rows = _inner(case, name)
    rho = rank_correlation(place, np.abs(step))
    p = 2 * below(-abs(rho), len(step), 0.0)
    end = "high" if rho > 0 else "low"
    upper = place > np.median(place)
    ratio = float(np.abs(step)[upper].mean() / np.abs(step)[~upper].mean()) if upper.any() else 1.0
    ratio = ratio if rho > 0 else 1 / ratio
    sentence = (
        f"The perturbation of {name} is not on its scale: moves from {end} values are {ratio:.1f} times as long as "
        f"those from the other half, and the search gathers where they are short: at "
        f"{'low' if rho > 0 else 'high'} values."
    )
    test = "Spearman's correlation of a parent's value and the length of the move, on the hyperparameter's own scale"
    evidence: dict[str, float | str] = {
        "effect": abs(rho),
        "n": len(step),
        "test": test,
        "p": at_most_one(p * tests) if ratio >= 1 + LEAST_DRIFT else 1.0,
        "ratio": ratio,
    }
    return _perturbation(case, sentence, evidence, rows)


def _perturbation(case: Case, sentence: str, evidence: dict[str, float | str], rows: Rows) -> Finding:
    low = float(case.settings.get("factor_low") or 0.8)
    settings = {"scale": "own", "factor_high": round(1 / low, 6)}
    change = {"algorithm": case.changed(settings=settings)} if case.choice else None
    return Finding(
        "perturbation", sentence, evidence, case.numbers(rows), change, _button(change, "Perturb on its own scale")
    )


def _signed_rank(step: Floats) -> float:
    """The matched-pairs rank-biserial correlation."""
    ranks = rankdata(np.abs(step))
    return float((ranks * np.sign(step)).sum() / ranks.sum())


def _inner(case: Case, name: str) -> tuple[Floats, Floats, Rows]:
    """Perturbations whose parent lies farther from both bounds than any of them reaches."""
    place, step, rows = _moves(case, name)
    if not len(step):
        return place, step, rows
    reach = REACH * float(np.median(np.abs(step)))
    kept = (np.abs(step) <= reach) & (place > reach) & (place < 1 - reach)
    return place[kept], np.round(step[kept], DIGITS), rows[kept]  # moves of the same length rank the same


def _moves(case: Case, name: str) -> tuple[Floats, Floats, Rows]:
    """Where parents lie, how far their children moved from there, and the rows of these; only those that moved."""
    at, parent = case.positions[name], case.column("parent")
    row_of = {number: row for row, number in enumerate(case.trials.numbers.tolist())}
    children = np.array(
        [row for row in np.flatnonzero(~np.isnan(parent)) if int(parent[row]) in row_of], dtype=np.int64
    )
    if not len(children):
        return np.zeros(0), np.zeros(0), children
    parents = np.array([row_of[int(parent[row])] for row in children], dtype=np.int64)
    step = at[children] - at[parents]
    moved = np.isfinite(step) & (np.abs(step) > 1e-12)
    return at[parents][moved], step[moved], children[moved]


def _founders(case: Case) -> Rows:
    """The row of the first generation that each row descends from, shape (rows,)."""
    parent = case.column("parent")
    row_of = {number: row for row, number in enumerate(case.trials.numbers.tolist())}
    found = np.arange(len(parent), dtype=np.int64)
    for row in np.argsort(case.column("generation"), kind="stable").tolist():
        if not math.isnan(parent[row]) and int(parent[row]) in row_of:
            found[row] = found[row_of[int(parent[row])]]
    return found


def _population(case: Case) -> None:
    if not case.population:
        raise NotAsked("the study has no population", applies=False)


def _button(change: object, text: str) -> str:
    return text if change else ""
