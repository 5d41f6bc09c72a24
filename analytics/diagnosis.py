"""What went wrong in a search, found for the analyst (HyperTendril, sections 7.1, 8.2.2 and 9).

A finding is told where its p is below `LEVEL` after Bonferroni's correction for all tests: each detector corrects for
its own, here for the detectors that could be asked. Findings are ordered by their effect, on one scale for all: 0 as
in a search in order, 1 the worst there can be; correlations and rank-biserial correlations as they are (of a
correlation that is missing, what is missing of 1), shares of trials, of variance or of the budget as shares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analytics.detectors import bounds, curves, decided, failures, judged, population, progress, repeats, reruns
from analytics.detectors.case import Case
from analytics.findings import Diagnosis, Finding, NotAsked, Question
from analytics.trials import Trials

LEVEL = 0.02
"""How often a study with nothing wrong may yield a finding, all detectors together."""

Detect: TypeAlias = Callable[[Case], list[Finding]]


@dataclass(frozen=True)
class Detector:
    """A question to a search: ``title`` says what is looked for, ``kinds`` which kinds of finding come of it."""

    title: str
    detect: Detect


DETECTORS: dict[str, Detector] = {
    "early": Detector("judged too early", judged.foretold),
    "slow": Detector("slow starters discarded", judged.selected),
    "decided": Detector("judged too early, for good", decided.decided),
    "converged": Detector("a population that converges too soon", population.converged),
    "perturbation": Detector("a biased perturbation", population.perturbed),
    "bound": Detector("a search pressed against a bound", bounds.pressed),
    "stalled": Detector("no improvement for long", progress.stalled),
    "no better": Detector("a sampler no better than random", progress.no_better),
    "killed": Detector("pruned trials that would have won", reruns.killed),
    "duplicates": Detector("duplicated configurations", repeats.duplicated),
    "failures": Detector("failures in one region", failures.gathered),
    "noise": Detector("noise larger than the differences", repeats.noisy),
    "saturated": Detector("a saturated objective", curves.saturated),
    "improving": Detector("curves stopped while they improve", curves.improving),
}
"""Every detector by the kind of its findings."""


def diagnose(trials: Trials, related: Sequence[Trials] = ()) -> list[Finding]:
    """The findings of a study, largest effect first; ``related`` are studies that may have run its configurations."""
    return examine(trials, related).findings


def examine(trials: Trials, related: Sequence[Trials] = ()) -> Diagnosis:
    """The findings of a study, what was looked for and not found, and what could not be asked."""
    case = Case(trials, tuple(related))
    answers: dict[str, list[Finding]] = {}
    unasked = []
    for kind, detector in DETECTORS.items():
        try:
            answers[kind] = detector.detect(case)
        except NotAsked as reason:
            if reason.applies:
                unasked.append(Question(kind, detector.title, reason.why, reason.remedy))
    candidates = [finding for found in answers.values() for finding in found]
    corrected = [finding.having(p=min(1.0, finding.p * len(answers))) for finding in candidates]
    findings = sorted((f for f in corrected if f.p <= LEVEL), key=lambda f: -f.effect)
    told = {finding.kind for finding in findings}
    quiet = [Question(kind, DETECTORS[kind].title) for kind in answers if kind not in told]
    return Diagnosis(findings, quiet, unasked)
