"""What a diagnosis says: findings with their evidence, and questions that could not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Change: TypeAlias = Mapping[str, Any]
"""What fills the launch panel: some of ``space``, ``algorithm``, ``budget``, ``configurations``, ``start``."""
Evidence: TypeAlias = Mapping[str, float | str]


@dataclass(frozen=True)
class Remedy:
    """What to change, and the words on its button."""

    button: str
    change: Change


@dataclass(frozen=True)
class Finding:
    """Something that went wrong in a search.

    ``evidence`` holds at least ``effect``, ``n``, ``test`` and ``p``: the effect from 0 (as in a search in order) to 1
    (the worst there can be), see `analytics.diagnosis`; p corrected for all tests of the study. ``trials`` are the
    numbers of those that show it. ``change`` fills the launch panel, None where there is nothing to fill.
    """

    kind: str
    sentence: str
    evidence: Evidence
    trials: tuple[int, ...] = ()
    change: Change | None = None
    button: str = ""

    @property
    def effect(self) -> float:
        return float(self.evidence["effect"])

    @property
    def p(self) -> float:
        return float(self.evidence["p"])

    def having(self, **evidence: float | str) -> Finding:
        """The same with more, or other, evidence."""
        return replace(self, evidence={**self.evidence, **evidence})


@dataclass(frozen=True)
class NotAsked(Exception):  # noqa: N818
    """A question that the study's trials cannot answer: why, and what would let them, if anything.

    ``applies`` is False where it makes no sense for the study at all, so that nothing is said of it.
    """

    why: str
    remedy: Remedy | None = None
    applies: bool = True


@dataclass(frozen=True)
class Question:
    """A question that was asked of a study and found nothing (``why`` is empty), or could not be asked."""

    kind: str
    title: str
    why: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Findings, those with the largest effect first; what was looked for in vain; what could not be asked."""

    findings: list[Finding] = field(default_factory=list)
    quiet: list[Question] = field(default_factory=list)
    unasked: list[Question] = field(default_factory=list)


def too_few(what: str, there: int, needed: int) -> NotAsked:
    """Not asked for want of trials."""
    return NotAsked(f"{what}: {there:,}; needed: {needed:,}")
