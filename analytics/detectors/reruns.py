"""Pruned trials whose configuration was trained to its end elsewhere, and pruners that end the better ones."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import wilcoxon

from analytics.columns import Floats, State, level_key
from analytics.detectors.case import Case, Mask, Rows
from analytics.detectors.measures import superiority, superiority_below
from analytics.findings import Finding, NotAsked, too_few
from analytics.rungs import bracket_numbers, last_steps
from analytics.trials import Trials

SAMPLE = 5
FEWEST_OUT, FEWEST_KEPT, FEWEST_PRUNED = 5, 8, 12
WORKS = 0.5
"""The rank-biserial correlation by which survivors of a pruner that works surpass what it ended: 3 of 4 pairs."""


def trained_out(case: Case) -> dict[int, float]:
    """The final score of pruned rows whose configuration completed at the full budget elsewhere, by row.

    Elsewhere: in a row of the same study, or in a study related to it. Of several, their mean.
    """
    pruned = np.flatnonzero(case.cut)
    if not len(pruned) or not len(case.rows):
        return {}
    wanted = {configuration_key(case.trials, row): row for row in pruned.tolist()}
    found: dict[int, list[float]] = {}
    for trials in (case.trials, *case.related):
        other = case if trials is case.trials else Case(trials)
        if case.metric.name not in trials.metrics:
            continue
        ends = last_steps(trials)
        values = case.sign * trials.columns[case.metric.name].values
        for row in np.flatnonzero(other.trials.comparable() & np.isfinite(values)).tolist():
            key = configuration_key(trials, row)
            if key in wanted and not ends[row] < case.full:
                found.setdefault(wanted[key], []).append(float(values[row]))
    return {row: float(np.mean(scores)) for row, scores in found.items()}


def finals(case: Case) -> tuple[Floats, Mask]:
    """The final score of each row, NaN where it has none, and which rows nobody judged on the way there, (rows,).

    Pruned ones that were trained out since count as not judged."""
    final = np.full(len(case.trials), np.nan)
    final[case.rows] = case.scores[case.rows]
    for row in np.flatnonzero(case.trials.in_state(State.PRUNED) & ~case.cut).tolist():
        final[row] = case.curves[row][1][-1] if row in case.curves else math.nan
    bracket = bracket_numbers(case.trials)
    spared = np.zeros(len(final), dtype=bool)
    for key in np.unique(bracket[~np.isnan(bracket)]):
        inside = bracket == key
        if not (inside & case.cut).any():
            spared |= inside
    if case.choice.get("pruner") == "median":
        first = int((case.choice.get("pruner_settings") or {}).get("n_startup_trials", 0))
        spared[case.rows[:first]] = True
    out = trained_out(case)
    for row, score in out.items():
        final[row], spared[row] = score, True
    return final, spared


def sample_of_pruned(case: Case) -> list[int]:
    """Five pruned rows, evenly over the order of their last reports, so that no part of them is left out."""
    pruned = np.flatnonzero(case.cut)
    known = set(trained_out(case))
    pruned = np.array([row for row in pruned.tolist() if row not in known], dtype=np.int64)
    if len(pruned) <= SAMPLE:
        return [int(row) for row in pruned]
    last = [case.curves[row][1][-1] if row in case.curves else -math.inf for row in pruned.tolist()]
    order = pruned[np.argsort(last, kind="stable")]
    places = np.round((np.arange(SAMPLE) + 0.5) / SAMPLE * len(order) - 0.5).astype(np.int64)
    return [int(row) for row in order[places]]


def killed(case: Case) -> list[Finding]:
    """Whether a pruner ended trials that would have won: trained out they beat the survivors, or they led when ended.

    Asked twice where both can be told: final scores of pruned trials that were trained out since against those of the
    survivors; and the scores of pruned trials when they were ended against those of completed trials at that step.
    """
    case.alone()
    pruned = np.flatnonzero(case.cut)
    if not len(pruned):
        raise NotAsked("no trial was pruned before its end", applies=False)
    found = [finding for finding in (_out(case), _when_ended(case, pruned)) if finding]
    if not found:
        raise too_few("pruned trials that can be compared with survivors", len(trained_out(case)), FEWEST_OUT)
    return [finding.having(p=min(1.0, finding.p * len(found))) for finding in found]


def _out(case: Case) -> Finding | None:
    out = trained_out(case)
    final, spared = finals(case)
    kept = np.flatnonzero(np.isfinite(final) & ~case.cut & ~spared)
    if len(out) < FEWEST_OUT or len(kept) < FEWEST_KEPT:
        return None
    scores, survivors = np.array(list(out.values())), final[kept]
    effect, _ = superiority(scores, survivors)
    p = superiority_below(-effect, len(scores), len(survivors), WORKS)
    beaten = int((scores > np.median(survivors)).sum())
    sentence = (
        f"The pruner ends trials that would have won: {beaten} of {len(scores)} pruned ones that were trained out "
        "since end above the middle of those that it let go on."
    )
    evidence: dict[str, float | str] = {
        "effect": max(0.0, (effect + 1) / 2),
        "n": len(scores) + len(survivors),
        "test": "Mann-Whitney U of final values, pruned and trained out against survivors; rank-biserial correlation "
        f"above {-WORKS}",
        "p": p if effect > 0 else 1.0,
        "rank_biserial": effect,
        "trained_out": len(scores),
    }
    return _finding(case, sentence, evidence, np.array(list(out)))


def _when_ended(case: Case, pruned: Rows) -> Finding | None:
    ends, leads = case.ends, []
    _, spared = finals(case)
    completed = case.rows if spared[case.rows].all() else case.rows[~spared[case.rows]]
    for step in np.unique(ends[pruned][~np.isnan(ends[pruned])]):
        at = case.at(float(step))
        others = at[completed][np.isfinite(at[completed])]
        rows = pruned[(ends[pruned] == step) & np.isfinite(at[pruned])]
        if len(others) >= FEWEST_KEPT:
            leads += [(row, float(np.mean(at[row] > others) - np.mean(at[row] < others))) for row in rows.tolist()]
    if len(leads) < FEWEST_PRUNED:
        return None
    rows, lead = np.array([row for row, _ in leads]), np.array([lead for _, lead in leads])
    p = float(wilcoxon(lead, alternative="greater").pvalue) if np.any(lead) else 1.0
    ahead = rows[lead > 0]
    sentence = (
        f"The pruner ends the better trials: when they were ended, {len(ahead)} of {len(rows)} pruned ones lay ahead "
        "of most completed trials at the same step. Is its direction the objective's?"
    )
    test = "Wilcoxon's signed ranks of each pruned trial's lead over the completed ones at the same step"
    effect = max(0.0, float(lead.mean()))
    evidence: dict[str, float | str] = {"effect": effect, "n": len(rows), "test": test, "p": p}
    return _finding(case, sentence, evidence, ahead)


def _finding(case: Case, sentence: str, evidence: dict[str, float | str], rows: Rows) -> Finding:
    change = {"algorithm": case.changed(pruner="none")} if case.choice else None
    return Finding(
        "killed", sentence, evidence, case.numbers(rows), change, "Launch without a pruner" if change else ""
    )


def configuration_key(trials: Trials, row: int) -> tuple[object, ...]:
    """What equal configurations share, whatever the order of their hyperparameters."""
    parts = []
    for name in sorted(trials.space):
        column = trials.columns[name]
        value = column.values[row]
        if math.isnan(value):
            continue
        parts.append((name, level_key(column.levels[int(value)]) if column.levels else ("number", round(value, 12))))
    return tuple(parts)
