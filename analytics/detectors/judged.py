"""Judged too early: does a rung's order foretell the final one, and were slow starters discarded?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import ttest_1samp

from analytics.columns import Floats, State
from analytics.detectors.case import Case, Mask, Rows
from analytics.detectors.measures import at_most_one, below, rank_correlation, ranks_within, superiority
from analytics.detectors.reruns import finals, sample_of_pruned
from analytics.findings import Finding, NotAsked, Remedy, too_few
from analytics.rungs import bracket_numbers, rungs
from analytics.text import number_text

EXPECTED = 0.5
"""A rung whose rank correlation with the final value is surely below this is too early."""
FEWEST_PAIRS = 10
FEWEST_JUDGED = 5
LEAST_BIAS = 0.4
FEWEST_STEPS = 3
LATER = 3
"""How many times later the change judges."""


def foretold(case: Case) -> list[Finding]:
    """Whether the order at a rung is that at the end, among trials that the rung did not select.

    Those are the trials that nobody judged before their end (Hyperband's last bracket, the first trials of the median
    pruner), and pruned ones that were trained out since. Of the others only survivors have a final value, from which
    the correlation cannot be told.
    """
    case.alone()
    steps = judging_steps(case)
    if not steps:
        raise NotAsked("no trial is judged before its end", applies=False)
    final, spared = finals(case)
    found = []
    for step in steps:
        at = case.at(step)
        rows = np.flatnonzero(spared & np.isfinite(at) & np.isfinite(final))
        if len(rows) >= FEWEST_PAIRS:
            rho = rank_correlation(at[rows], final[rows])
            found.append((below(rho, len(rows), EXPECTED), rho, step, rows))
    if not found:
        raise NotAsked(
            "not identifiable: pruned trials have no final value, and fewer than "
            f"{FEWEST_PAIRS} trials went to their end unjudged",
            remedy_for_pruned(case),
        )
    p, rho, step, rows = min(found, key=lambda one: one[0])
    sentence = (
        f"Trials are judged too early: at step {number_text(step)} their order foretells the final one with a rank "
        f"correlation of {rho:.2f} only."
    )
    evidence: dict[str, float | str] = {
        "effect": min(1.0, 1 - rho),
        "n": len(rows),
        "test": f"Spearman's rank correlation below {EXPECTED}, by Fisher's z, among trials that no rung selected",
        "p": at_most_one(p * len(found)),
        "correlation": rho,
        "step": step,
    }
    return [Finding("early", sentence, evidence, case.numbers(rows), *later(case))]


def selected(case: Case) -> list[Finding]:
    """Whether what a judgement discards was still climbing, and faster than what it kept (HyperTendril, section 7.1).

    Asked of the first judgement (of each bracket), where the sample is still random, and of the hyperparameter in which
    survivors and discarded differ most: does the side that is discarded rise faster when it is judged? It must still
    climb, and catch up within the training that was to come if it went on so.
    """
    case.alone()
    judged = _judgements(case)
    if not judged:
        raise NotAsked("no trial is judged before its end", applies=False)
    together = Judgement.join(judged)
    fewest = min(int(together.kept.sum()), int((~together.kept).sum()))
    if fewest < FEWEST_JUDGED:
        raise too_few(
            f"survivors, or discarded, with {FEWEST_STEPS} reports before the first judgement", fewest, FEWEST_JUDGED
        )
    found = [(_bias(case, name, together), name) for name in case.varying]
    bias, name = max(found, key=lambda one: abs(one[0]), default=(0.0, ""))
    if abs(bias) < LEAST_BIAS:
        return []
    return [_biased(case, name, bias, together, max(judged, key=lambda one: one.step))]


def _bias(case: Case, name: str, judged: Judgement) -> float:
    """By how much survivors lie above the discarded in a hyperparameter, as a rank-biserial correlation."""
    at = case.positions[name][judged.rows]
    if np.isnan(at).any():
        return 0.0
    places = ranks_within(at, judged.group)
    return superiority(places[judged.kept], places[~judged.kept])[0]


def _biased(case: Case, name: str, bias: float, judged: Judgement, last: Judgement) -> Finding:
    away = -math.copysign(1.0, bias)  # towards the discarded side
    at = case.positions[name][judged.rows]
    places = away * ranks_within(at, judged.group)
    climb = rank_correlation(places, ranks_within(judged.slope, judged.group))
    still = float(ttest_1samp(judged.slope[~judged.kept], 0, alternative="greater").pvalue)
    p = max(below(-climb, len(places), 0.0), still)
    lost, kept = places > 0, places <= 0
    gap = float(np.median(judged.score[kept]) - np.median(judged.score[lost]))
    faster = float(np.median(judged.slope[lost]) - np.median(judged.slope[kept]))
    after = gap / faster if faster > 0 else math.inf
    side = "high" if away > 0 else "low"
    sentence = (
        f"Trials are judged before their curves saturate, and {side} {name} is discarded for it: when it is judged, it "
        f"lies behind but climbs faster, and would catch up {max(0.0, after):.0f} steps later."
    )
    evidence: dict[str, float | str] = {
        "effect": abs(bias),
        "n": len(places),
        "test": "Spearman's correlation of the hyperparameter and the slope before the first judgement, and a t-test "
        "that the discarded still climb; the larger p",
        "p": p if after <= last.left else 1.0,
        "slope_correlation": climb,
        "step": last.step,
        "catches_up_after": after,
    }
    shown = judged.rows[lost & ~judged.kept]
    return Finding("slow", sentence, evidence, case.numbers(shown), *later(case))


@dataclass(frozen=True, eq=False)
class Judgement:
    """Rows that were judged together at a step: their scores there, how steep each was before it, which went on.

    ``left`` is how many steps of training were to come.
    """

    rows: Rows
    score: Floats
    slope: Floats
    kept: Mask
    step: float
    left: float
    group: Rows

    @staticmethod
    def join(judged: list[Judgement]) -> Judgement:
        """All in one, those with a slope; ``group`` tells them apart."""
        parts = [(j.rows, j.score, j.slope, j.kept, np.full(len(j.rows), i)) for i, j in enumerate(judged)]
        rows, score, slope, kept, group = (np.concatenate(part) for part in zip(*parts, strict=True))
        told = np.isfinite(slope)
        return Judgement(rows[told], score[told], slope[told], kept[told], judged[0].step, judged[0].left, group[told])


def _judgements(case: Case) -> list[Judgement]:
    """The first judgement of each bracket, or of a population."""
    if case.population:
        return _of_population(case)
    bracket, found = bracket_numbers(case.trials), []
    for key, steps in rungs(case.trials):
        own = np.ones(len(bracket), dtype=bool) if key is None else bracket == key
        rows = np.flatnonzero(own & (case.ends >= steps[0]) & case.trials.in_state(State.COMPLETE, State.PRUNED))
        kept = ~(case.cut & (case.ends == steps[0]))[rows]
        if steps[0] < case.full:
            found.append(_judgement(case, rows, kept, steps[0], case.full - steps[0]))
    return [one for one in found if one.kept.any() and not one.kept.all()]


def _of_population(case: Case) -> list[Judgement]:
    generation = case.column("generation")
    parents = set(case.column("parent")[~np.isnan(case.column("parent"))].tolist())
    rows = np.flatnonzero((generation == 0) & case.complete)
    kept = np.array([number in parents for number in case.trials.numbers[rows].tolist()], dtype=bool)
    if not kept.any() or kept.all() or np.isnan(case.ends[rows]).all():
        return []
    step = float(np.nanmax(case.ends[rows]))
    return [_judgement(case, rows, kept, step, case.full - step)]


def _judgement(case: Case, rows: Rows, kept: Mask, step: float, left: float) -> Judgement:
    score = case.at(step)[rows]
    return Judgement(rows, score, _slopes(case, rows, step), kept, step, left, np.zeros(len(rows), dtype=np.int64))


def _slopes(case: Case, rows: Rows, end: float) -> Floats:
    """The rise of each row's curve a step over the later half of what it reported up to a step."""
    found = np.full(len(rows), np.nan)
    for i, row in enumerate(rows.tolist()):
        steps, scores = case.curves.get(row, (np.zeros(0), np.zeros(0)))
        inside = steps <= end
        if inside.sum() >= FEWEST_STEPS:
            last = max(FEWEST_STEPS, math.ceil(inside.sum() / 2))
            found[i] = np.polyfit(steps[inside][-last:], scores[inside][-last:], 1)[0]
    return found


def judging_steps(case: Case) -> list[float]:
    """The steps below the full budget at which a pruner judged: its rungs, else where it pruned most, five at most."""
    cut = case.cut & ~np.isnan(case.ends)
    if case.population or not cut.any():
        return []
    declared = {step for _, steps in rungs(case.trials) for step in steps if step < case.full}
    if declared:
        return sorted(declared)
    steps, count = np.unique(case.ends[cut], return_counts=True)
    return sorted(steps[np.argsort(-count, kind="stable")[:5]].tolist())


def later(case: Case) -> tuple[dict[str, Any] | None, str]:
    """The change that judges later, and its button."""
    if case.choice.get("name") == "pbt":
        interval = int(case.settings.get("interval") or 1)
        generations = max(2, math.ceil(int(case.settings.get("generations") or 2) / LATER))
        settings = {"interval": LATER * interval, "generations": generations}
        return {"algorithm": case.changed(settings=settings)}, f"Judge every {LATER * interval} steps"
    pruning = case.choice.get("pruner_settings") or {}
    if "min_resource" in pruning:
        least = LATER * int(pruning["min_resource"])
        return {"algorithm": case.changed(pruner_settings={"min_resource": least})}, f"Judge from step {least} on"
    if "n_warmup_steps" in pruning:
        warm = max(LATER * int(pruning["n_warmup_steps"]), LATER)
        return {"algorithm": case.changed(pruner_settings={"n_warmup_steps": warm})}, f"Judge after step {warm}"
    return None, ""


def remedy_for_pruned(case: Case) -> Remedy | None:
    """Train five pruned trials out, drawn over all that were pruned; None where there are none."""
    sample = sample_of_pruned(case)
    if not len(sample):
        return None
    steps = (case.trials.study.spec or {}).get("budget", {}).get("steps")
    change: dict[str, Any] = {
        "algorithm": {"name": "given", "pruner": "none", "settings": {}, "pruner_settings": {}},
        "configurations": [case.configuration(row) for row in sample],
        "budget": {"steps": steps} if steps else None,
    }
    return Remedy(f"Train {_count(len(sample))} pruned ones out", change)


def _count(n: int) -> str:
    return ("no", "one", "two", "three", "four", "five")[n] if n <= 5 else str(n)
