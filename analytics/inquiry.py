"""What is asked about an importance, as it arrives: checked once, then passed on as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from analytics.evidence import Rows
from analytics.intervals import QUANTILE
from analytics.methods import METHODS
from analytics.pedanova import BEST
from analytics.selection import BrushError, normalize
from analytics.trials import Direction

LONGEST_NAME = 1_000
LARGEST = 1e300
KEYS = {
    *("study", "metric", "direction", "rows", "method", "brushes"),
    *("quantile", "best", "client", "intervals", "revision", "a", "b"),
}


class InquiryError(ValueError):
    """A request that cannot be; the message names the key, its value and what was expected."""


@dataclass(frozen=True)
class Inquiry:
    """Which study, metric and rows are asked about, how, and within which brushes in normal form (None: the study).

    ``revision`` is that of the study's rows; ``client`` names who asks: the next inquiry of the same client takes the
    place of this one. ``pair`` asks for the surface over two hyperparameters, ``intervals`` for the uncertainty.
    """

    study: str
    metric: str
    direction: Direction | None = None
    rows: Rows = "completed"
    method: str = "fanova"
    brushes: Mapping[str, Any] | None = None
    quantile: float = QUANTILE
    best: float = BEST
    client: str = ""
    intervals: bool = False
    revision: str | None = None
    pair: tuple[str, str] | None = None


@dataclass(frozen=True, eq=False)
class Told:
    """A history that is there already, as `Trials.load_history` gives it, so that trials can go to another process."""

    frame: pd.DataFrame

    def __call__(self, numbers: Sequence[int] | None) -> pd.DataFrame:
        return self.frame if numbers is None else self.frame[self.frame["number"].isin(list(numbers))]


def parse_inquiry(raw: Any, *, surface: bool = False) -> Inquiry:
    """The inquiry that a request's JSON makes; with ``surface`` it names two hyperparameters, a and b.

    Raises:
        InquiryError: a key is missing, unknown, or has a value that cannot be.
        BrushError: a brush has a wrong shape.
    """
    if not isinstance(raw, Mapping):
        raise InquiryError(f"the request is {_short(raw)}; expected an object with study and metric")
    if unknown := set(raw) - KEYS:
        raise InquiryError(
            f"the request has the key {_short(min(unknown))}; expected some of {', '.join(sorted(KEYS))}"
        )
    method = _one_of(raw, "method", list(METHODS), "fanova")
    return Inquiry(
        study=_text(raw, "study"),
        metric=_text(raw, "metric"),
        direction=cast(Direction | None, _one_of(raw, "direction", ["minimize", "maximize", None], None)),
        rows=_rows(raw.get("rows", "completed")),
        method=str(method),
        brushes=_brushes(raw.get("brushes")),
        quantile=_share(raw, "quantile", QUANTILE),
        best=_share(raw, "best", BEST),
        client=_text(raw, "client", ""),
        intervals=bool(_one_of(raw, "intervals", [True, False], False)),
        revision=_text(raw, "revision", "") or None,
        pair=_pair(raw) if surface else None,
    )


def _text(raw: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = raw.get(key, default)
    value = default if value is None else value
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        what = "is missing" if key not in raw else f"is {_short(value)}"
        raise InquiryError(f"{key!r} {what}; expected a text of at most {LONGEST_NAME} characters")
    return value


def _one_of(raw: Mapping[str, Any], key: str, values: list[Any], default: Any) -> Any:
    value = raw.get(key, default)
    if not any(value is known or (isinstance(known, str) and value == known) for known in values):
        expected = ", ".join("null" if known is None else str(known).lower() for known in values)
        raise InquiryError(f"{key!r} is {_short(value)}; expected one of: {expected}")
    return value


def _rows(value: Any) -> Rows:
    if value in ("completed", "worst") and isinstance(value, str):
        return cast(Rows, value)
    if not _is_number(value) or abs(value) > LARGEST:
        raise InquiryError(f"'rows' is {_short(value)}; expected 'completed', 'worst' or a budget")
    return float(value)


def _share(raw: Mapping[str, Any], key: str, default: float) -> float:
    value = raw.get(key, default)
    if not _is_number(value) or not 0 < value < 1:
        raise InquiryError(f"{key!r} is {_short(value)}; expected a number between 0 and 1")
    return float(value)


def _pair(raw: Mapping[str, Any]) -> tuple[str, str]:
    a, b = _text(raw, "a"), _text(raw, "b")
    if a == b:
        raise InquiryError(f"'a' and 'b' are both {_short(a)}; expected two hyperparameters")
    return a, b


def _brushes(value: Any) -> Mapping[str, Any] | None:
    if value is None:
        return None
    _refuse_huge(value)
    try:
        return normalize(value)
    except BrushError as error:
        raise InquiryError(_short_sentence(str(error))) from error


def _refuse_huge(value: Any) -> None:
    """Raises InquiryError for a number beyond what a float holds."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_huge(part)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise InquiryError(f"a brush has the number {_short(value)}; expected at most {LARGEST:g}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _short_sentence(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:399]}…"
