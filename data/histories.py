"""Histories of trials whose source may be gone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.trials import HISTORY_COLUMNS, Trials
from data.readers import ReadError


def history_of(trials: Trials, numbers: Sequence[int] | None) -> pd.DataFrame:
    """The values over steps of some trials (None: all); empty where their source cannot be read just now."""
    try:
        return trials.load_history(None if numbers is None else list(numbers))
    except ReadError:
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
