"""Numbers and categories in few, unmistakable characters."""

from __future__ import annotations

import math

import pytest

from analytics.columns import Level, level_key, same_level
from analytics.text import (
    level_text,
    levels_text,
    number_text,
    parse_level,
    range_text,
    split_outside_quotes,
    typed_text,
)


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


LEVELS: list[Level] = ["adam", 1, -3, "1", True, False, "true", None, "null", "", " a", 0.5, "1e-3", math.inf, "a, b"]
LEVELS += ["it's", '"', "x = 1; y", "'quoted'", "back\\slash", "e", "nan", "<b>", 12345678901234567890.0]


@pytest.mark.parametrize("level", LEVELS)
def test_a_category_reads_back_as_what_it_was(level: Level) -> None:
    assert same_level(parse_level(typed_text([level])), level)


def test_a_list_of_categories_reads_back_whatever_they_hold() -> None:
    parts = split_outside_quotes(typed_text(LEVELS), ",")
    assert [level_key(parse_level(part)) for part in parts] == [level_key(level) for level in LEVELS]


def test_a_separator_in_quotes_separates_nothing() -> None:
    assert split_outside_quotes("a = 'x; y'; b = 2", ";") == ["a = 'x; y'", " b = 2"]
    assert split_outside_quotes("", ",") == [""]
    assert split_outside_quotes("it's, so", ",") == ["it's", " so"]
    assert split_outside_quotes("'open, end", ",") == ["'open, end"]
