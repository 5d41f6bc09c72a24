"""Histories of trials whose source may be gone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.histories import over_budgets
from analytics.trials import HISTORY_COLUMNS, Trials
from data.readers import ReadError


def curve_history(trials: Trials, numbers: Sequence[int]) -> pd.DataFrame:
    """What the learning curves of some trials show: their history, without one their values over budgets."""
    told = history_of(trials, numbers)
    return told if len(told) else over_budgets(trials, numbers)


def history_of(trials: Trials, numbers: Sequence[int] | None) -> pd.DataFrame:
    """The values over steps of some trials (None: all); empty where their source cannot be read just now."""
    try:
        return trials.load_history(None if numbers is None else list(numbers))
    except ReadError:
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
