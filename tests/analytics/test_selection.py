"""Brushes select rows, exactly as the twin in the browser does: both read ``tests/selection_cases.json``.

In that file a missing value is null, the values of a category are indices into its ``levels``, and infinities are
``{"float": "inf"}``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.columns import Column, Kind, Role
from analytics.selection import BrushError, mask, normalize
from analytics.space import SearchSpace
from analytics.trials import Study, Trials

CASES_FILE = Path(__file__).parents[1] / "selection_cases.json"


def decode(value: dict[str, Any]) -> Any:
    """JSON has no infinities: ``{"float": "inf"}`` stands for one."""
    return float(value["float"]) if set(value) == {"float"} else value


CASES = json.loads(CASES_FILE.read_text(encoding="utf-8"), object_hook=decode)
GOOD = [case for case in CASES if "error" not in case]
BAD = [case for case in CASES if "error" in case]


def trials_of(case: dict[str, Any]) -> Trials:
    def column(name: str, entry: dict[str, Any]) -> Column:
        values = np.array([math.nan if v is None else v for v in entry["values"]], dtype=np.float64)
        return Column(name, Kind(entry["kind"]), Role.PARAM, values, tuple(entry.get("levels", ())))

    number = Column("number", Kind.INT, Role.ROW, np.array(case["numbers"], dtype=np.float64)[: _rows(case)])
    columns = {"number": number} | {name: column(name, entry) for name, entry in case["columns"].items()}
    return Trials(Study(case["study"], "cases", "cases.json", "1"), columns, SearchSpace(), {})


def _rows(case: dict[str, Any]) -> int:
    return len(next(iter(case["columns"].values()))["values"])


@pytest.mark.parametrize("case", GOOD, ids=[case["name"] for case in GOOD])
def test_brushes_select_the_rows_that_the_case_names(case: dict[str, Any]) -> None:
    assert np.flatnonzero(mask(trials_of(case), case["brushes"])).tolist() == case["selected"]


@pytest.mark.parametrize("case", BAD, ids=[case["name"] for case in BAD])
def test_a_brush_that_cannot_be_is_refused_in_a_sentence(case: dict[str, Any]) -> None:
    with pytest.raises(BrushError, match=r"brush.*(expected|no such column)"):
        mask(trials_of(case), case["brushes"])


@pytest.mark.parametrize("case", [c for c in GOOD if "normal" in c], ids=[c["name"] for c in GOOD if "normal" in c])
def test_brushes_have_one_normal_form(case: dict[str, Any]) -> None:
    normal = normalize(case["brushes"])
    assert normal == case["normal"]
    assert normalize(normal) == normal


def test_the_message_names_the_column_the_value_and_what_was_expected() -> None:
    with pytest.raises(BrushError, match=r"brush 'lr' has the bound '0'; expected a number or null"):
        normalize({"lr": [["0", 1]]})
    with pytest.raises(BrushError, match=r"brush on 'momentum': the study 'cases' has no such column"):
        mask(trials_of(GOOD[0]), {"momentum": [[0, 1]]})
