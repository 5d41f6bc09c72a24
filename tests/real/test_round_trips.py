"""Every real run leaves and comes back whole, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.trials import Trials
from data.export import FORMATS, write
from data.readers import read
from tests.data.same import assert_same
from tests.real.test_optimizer_runs import FOLDER, pytestmark

__all__ = ["pytestmark"]


@pytest.fixture(scope="module")
def studies() -> list[Trials]:
    pickles = sorted(FOLDER.rglob("optuna_study.pkl"))
    return [*read(FOLDER), *(trials for path in pickles for trials in read(path, allow_pickle=True))]


@pytest.mark.parametrize("suffix", [suffix for suffix, _ in FORMATS.values()])
def test_every_run_comes_back_as_it_was(studies: list[Trials], suffix: str, tmp_path: Path) -> None:
    for i, trials in enumerate(studies):
        (back,) = read(write(trials, tmp_path / f"{i}{suffix}")[0])
        assert_same(trials, back)
