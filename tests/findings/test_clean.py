"""On studies with nothing wrong all detectors together stay silent (docs/findings.md)."""

from __future__ import annotations

import pytest

from analytics.diagnosis import diagnose
from tests.findings.planted import trained_out
from tests.findings.studies import CLEAN, clean_study, landscape

FEW = range(100, 102)
REPORTED = range(100, 200)
MOST = 5


def told(algorithm: str, seed: int) -> list[str]:
    """Kinds of the findings; of every other Hyperband five pruned trials are trained out, so that more is asked."""
    study = clean_study(algorithm, seed)
    out = algorithm == "hyperband" and seed % 2
    related = [trained_out(study, seed, landscape(seed).train)] if out else []
    return [finding.kind for finding in diagnose(study, related)]


@pytest.mark.parametrize("algorithm", CLEAN)
def test_nothing_is_found_where_nothing_is_wrong(algorithm: str) -> None:
    assert {seed: kinds for seed in FEW if (kinds := told(algorithm, seed))} == {}


@pytest.mark.long
@pytest.mark.parametrize("algorithm", CLEAN)
def test_all_detectors_together_are_silent_on_95_of_100_clean_studies(algorithm: str) -> None:
    loud = {seed: kinds for seed in REPORTED if (kinds := told(algorithm, seed))}
    print(f"{algorithm}: silent on {len(REPORTED) - len(loud)} of {len(REPORTED)} {loud}")
    assert len(loud) <= MOST
