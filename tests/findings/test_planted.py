"""Each detector finds what was set up wrongly, in studies that the real searches made (docs/findings.md)."""

from __future__ import annotations

import pytest

from analytics.diagnosis import DETECTORS, diagnose
from tests.findings.planted import PLANTED

FEW = range(103, 105)
REPORTED = range(100, 200)
LEAST = 95


def found(kind: str, seed: int) -> bool:
    study, *related = PLANTED[kind](seed)
    return kind in {finding.kind for finding in diagnose(study, related)}


def test_every_kind_of_finding_has_a_planted_case() -> None:
    assert set(PLANTED) == set(DETECTORS)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_case_is_found(kind: str) -> None:
    assert [seed for seed in FEW if not found(kind, seed)] == []


@pytest.mark.long
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_case_is_found_in_95_of_100_seeds(kind: str) -> None:
    count = sum(found(kind, seed) for seed in REPORTED)
    print(f"{kind}: found in {count} of {len(REPORTED)}")
    assert count >= LEAST
