"""Diagnoses as they are asked for and answered: a study at a revision, with the studies related to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.answers import Latest
from analytics.diagnosis import DETECTORS, LEVEL, examine
from analytics.findings import Diagnosis, Finding, Question
from analytics.trials import Trials

KEPT = 64

Studies: TypeAlias = Sequence[Trials]
"""The study that is asked about, then those related to it."""


@dataclass(frozen=True)
class Examination:
    """Which study is to be diagnosed, and at which ``revision``: of its own rows and of those related to it."""

    study: str
    revision: str
    client: str = ""


class Examinations:
    """Answers to examinations, kept by revision; may be asked from several threads."""

    def __init__(self) -> None:
        self._told: Latest[Examination, dict[str, Any]] = Latest(KEPT)

    def trials(self, asked: Examination, given: Studies | None = None) -> Studies | None:
        """The trials to look at: those given, none where the answer is known already; None where they are needed."""
        return given if given is not None or self._told.get(asked) is None else ()

    def answer(self, asked: Examination, studies: Studies, _go_on: Callable[[], None]) -> dict[str, Any]:
        """The diagnosis as JSON."""
        known = self._told.get(asked)
        if known is None:
            told = tell(examine(studies[0], studies[1:]))
            known = self._told.put(asked, {"study": asked.study, "revision": asked.revision, **told})
        return known


def tell(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as JSON: ``level``, ``findings``, ``quiet`` (asked, nothing found) and ``unasked``."""
    return {
        "level": LEVEL,
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "quiet": [_question(question) for question in diagnosis.quiet],
        "unasked": [_question(question) for question in diagnosis.unasked],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "title": DETECTORS[finding.kind].title,
        "sentence": finding.sentence,
        "evidence": {key: _plain(value) for key, value in finding.evidence.items()},
        "trials": list(finding.trials),
        "change": finding.change,
        "button": finding.button,
    }


def _question(question: Question) -> dict[str, Any]:
    remedy = question.remedy
    change: Mapping[str, Any] | None = remedy.change if remedy else None
    return {
        "kind": question.kind,
        "title": question.title,
        "why": question.why,
        "change": change,
        "button": remedy.button if remedy else "",
    }


def _plain(value: float | str) -> float | str | None:
    if isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None
