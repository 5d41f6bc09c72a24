"""Traces of real searches: brackets and budgets as the optimizers told them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from analytics.traces import Trace, rungs, trace
from analytics.trials import Trials
from data.readers import read

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data")) / "optimizer_runs"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real results at {FOLDER}; set TRELLIS_REAL_DATA")


def one(run: str) -> tuple[Trials, Trace]:
    (trials,) = read(FOLDER / run)
    return trials, trace(trials)


def test_a_run_of_bohb_shows_its_brackets_and_in_each_survivors_from_rung_to_rung() -> None:
    trials, found = one("BOHB/run_3")
    assert len(found) == 2261
    labels = [b.label for b in found.boundaries if b.level == 0]
    assert labels == [str(number) for number in range(-1, 17)]
    assert dict(rungs(trials))[0] == (1, 3, 9, 27, 81)
    bracket = trials.columns["bracket"].values[found.row]
    survivors = found.links[~found.mutation]
    assert len(survivors) > 500
    assert (bracket[survivors[:, 0]] == bracket[survivors[:, 1]]).all()
    assert (found.step[survivors[:, 0]] < found.step[survivors[:, 1]]).all()
    for value in np.unique(found.x):
        assert len(np.unique(found.step[found.x == value])) == 1


def test_configurations_of_smac_that_went_on_to_a_higher_budget_are_survivors_in_the_order_of_the_search() -> None:
    _trials, found = one("SMAC3v2/multi-fidelity/run_1")
    assert found.axis == "trials"
    assert found.boundaries == ()
    source, target = found.links.T
    assert len(source) == 36
    assert (found.step[source] <= found.step[target]).all()
    assert (found.x[source] < found.x[target]).all()
