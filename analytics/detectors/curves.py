"""Where training ended: curves still improving, and an objective that no longer tells the best apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import binomtest, wilcoxon

from analytics.detectors.case import Case, Curve, Rows
from analytics.detectors.measures import superiority
from analytics.detectors.reruns import finals
from analytics.findings import Finding, NotAsked, too_few

FEWEST_CURVES, FEWEST_STEPS = 10, 8
LAST = 0.25
EXPECTED = 0.05
"""Of a curve's whole gain, the share that its last quarter may still bring; a straight line brings a quarter."""

NEAR = 0.02
LEAST_SHARE, FEWEST_NEAR = 0.1, 5
FEWEST_TRIALS = 30


def improving(case: Case) -> list[Finding]:
    """Whether curves still rise when they are stopped: those of all trials that ran to their end.

    What a curve gains over the last quarter of its steps exceeds a twentieth of its whole gain. Of a population the
    same is asked of its generations.
    """
    case.alone()
    if case.population:
        return _population(case)
    finished = np.flatnonzero(np.isfinite(finals(case)[0]) & ~case.cut)
    curves = {row: case.curves[row] for row in finished.tolist() if row in case.curves}
    gains = [(row, *_gains(curve)) for row, curve in curves.items() if len(curve[0]) >= FEWEST_STEPS]
    if len(gains) < FEWEST_CURVES:
        raise too_few(f"curves of at least {FEWEST_STEPS} steps", len(gains), FEWEST_CURVES)
    rows, last, whole = (np.array(part) for part in zip(*gains, strict=True))
    share = float(np.median(last) / np.median(whole)) if np.median(whole) > 0 else 0.0
    p = float(wilcoxon(last - EXPECTED * whole, alternative="greater").pvalue)
    test = (
        f"Wilcoxon's signed ranks of each curve's gain over the last quarter, above {100 * EXPECTED:.0f} % of its whole"
    )
    return [_still(case, share, len(rows), p, test, rows[last > EXPECTED * whole])]


def _gains(curve: Curve) -> tuple[float, float]:
    """The gain over the last quarter of a curve's steps, and over all; ends are means of an eighth of the steps."""
    steps, scores = curve
    few = max(1, len(steps) // 8)
    begin, end = float(scores[:few].mean()), float(scores[-few:].mean())
    place = min(int(np.searchsorted(steps, steps[0] + (1 - LAST) * (steps[-1] - steps[0]))), len(steps) - few - 1)
    first = max(0, place - few // 2)
    return end - float(scores[first : first + few].mean()), end - begin


def _population(case: Case) -> list[Finding]:
    generation = case.column("generation")
    last = int(np.nanmax(generation))
    three = round((1 - LAST) * last)
    first, middle, end = (np.flatnonzero(case.complete & (generation == g)) for g in (0, three, last))
    if last < 4 or min(len(first), len(middle), len(end)) < 5:
        raise too_few("generations of at least five members", last + 1, 5)
    a, b, c = (float(np.median(case.scores[rows])) for rows in (first, middle, end))
    share = (c - b) / (c - a) if c > a else 0.0
    effect, p = superiority(case.scores[end], case.scores[middle])
    p = p if share > EXPECTED else 1.0
    test = "Mann-Whitney U of the last generation against the one three quarters through"
    return [_still(case, min(share, LAST * effect), len(middle) + len(end), p, test, end)]


def _still(case: Case, share: float, n: int, p: float, test: str, rows: Rows) -> Finding:
    sentence = (
        f"Curves still improve when they are stopped: their last quarter brings {100 * share:.0f} % of all they gained "
        "(a straight line would bring 25 %)."
    )
    evidence: dict[str, float | str] = {
        "effect": min(1.0, max(0.0, share / LAST)),
        "n": n,
        "test": test,
        "p": p if share > EXPECTED else 1.0,
        "share": share,
    }
    change, button = _longer(case)
    return Finding("improving", sentence, evidence, case.numbers(rows), change, button)


def _longer(case: Case) -> tuple[dict[str, Any] | None, str]:
    if not case.choice:
        return None, ""
    if case.choice.get("name") == "pbt":
        generations = 2 * int(case.settings.get("generations") or 1)
        return {"algorithm": case.changed(settings={"generations": generations})}, f"Train {generations} generations"
    ends = case.ends[case.rows]
    if np.isnan(ends).all():
        return None, ""
    steps = 2 * int(np.nanmax(ends))
    return {"budget": {"steps": steps}}, f"Train {steps} steps"


def saturated(case: Case) -> list[Finding]:
    """Whether many trials share the best value, or all but share it, so that the objective cannot tell them apart.

    Trials within a fiftieth of the way from the median to the best; where values lay as densely from the median to
    the best throughout, half of a fiftieth of all trials would lie there.
    """
    case.alone()
    if case.population:
        raise NotAsked("members of a population descend from each other, so that their values are alike", applies=False)
    rows, scores = case.rows, case.scores[case.rows]
    if len(rows) < FEWEST_TRIALS:
        raise too_few("completed trials", len(rows), FEWEST_TRIALS)
    best, middle = float(scores.max()), float(np.median(scores))
    near = scores >= best - NEAR * (best - middle)
    count, share = int(near.sum()), float(near.mean())
    few = count < FEWEST_NEAR or share < LEAST_SHARE
    p = 1.0 if few else float(binomtest(count, len(rows), NEAR / 2, alternative="greater").pvalue)
    sentence = (
        f"The objective is saturated: {count} of {len(rows)} trials reach the best value, or all but reach it, so that "
        f"{case.metric.name} does not tell them apart."
    )
    test = f"binomial, against trials spread evenly from the median to the best ({100 * NEAR / 2:.0f} % near the best)"
    evidence: dict[str, float | str] = {"effect": share, "n": len(rows), "test": test, "p": p, "near": count}
    change, button = _shorter(case, rows[near])
    return [Finding("saturated", sentence, evidence, case.numbers(rows[near]), change, button)]


def _shorter(case: Case, near: Rows) -> tuple[dict[str, Any] | None, str]:
    """Half the steps, where trials that are alike at the end may still differ."""
    ends = case.ends[near]
    if not case.choice or np.isnan(ends).all() or np.nanmax(ends) < 4:
        return None, ""
    steps = int(np.nanmax(ends)) // 2
    return {"budget": {"steps": steps}}, f"Compare after {steps} steps"
