"""Numbers and categories in few, unmistakable characters."""

from __future__ import annotations

import math

import pytest

from analytics.columns import Level
from analytics.text import level_text, levels_text, number_text, range_text


@pytest.mark.parametrize(
    ("value", "log", "text"),
    [
        (1e-4, False, "1e-4"),
        (1e-2, False, "0.01"),
        (1e-2, True, "1e-2"),
        (0.1, True, "0.1"),
        (1.0, True, "1"),
        (128, True, "128"),
        (0.3, False, "0.3"),
        (0.30000000000000004, False, "0.3"),
        (12.34567, False, "12.35"),
        (1234567, False, "1.235e6"),
        (999999, False, "999999"),
        (-0.5, False, "-0.5"),
        (0.0, False, "0"),
        (math.inf, False, "inf"),
    ],
)
def test_numbers_are_short(value: float, log: bool, text: str) -> None:
    assert number_text(value, log=log) == text


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("adam", "adam"),
        (1, "1"),
        ("1", "'1'"),
        (True, "true"),
        ("true", "'true'"),
        (None, "null"),
        ("null", "'null'"),
        ("", "''"),
        (" a", "' a'"),
        (0.5, "0.5"),
        ("1e-3", "'1e-3'"),
        (math.inf, "inf"),
    ],
)
def test_categories_that_look_alike_read_differently(level: Level, text: str) -> None:
    assert level_text(level) == text


def test_ranges_and_lists_read_as_words() -> None:
    assert range_text(1e-5, 1.0, log=True) == "1e-5 … 1"
    assert range_text(3, 3) == "3"
    assert levels_text(["a", 1, None]) == "a, 1, null"
