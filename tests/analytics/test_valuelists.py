"""Lists of values as they are typed: what they mean, and one sentence for what they cannot mean."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest

from analytics.valuelists import MOST_VALUES, ValuesError, numbers_text, parse_numbers


@pytest.mark.parametrize(
    ("text", "whole", "values"),
    [
        ("16, 32, 64", True, (16, 32, 64)),
        ("0.1:0.5:0.1", False, (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("0:1:0.3", False, (0.0, 0.3, 0.6, 0.9)),
        ("16:256:*2", True, (16, 32, 64, 128, 256)),
        ("28:130:*2", True, (28, 56, 112)),
        ("1:10:*1.5", False, (1.0, 1.5, 2.25, 3.375, 5.0625, 7.59375)),
        ("1e-5:1e-1:log5", False, (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)),
        ("8:256:log3", True, (8, 45, 256)),
        ("1:3:log9", True, (1, 2, 3)),
        (" 1e-3 , 2e-3:4e-3:1e-3 ", False, (1e-3, 2e-3, 3e-3, 4e-3)),
        ("-1:1:1", False, (-1.0, 0.0, 1.0)),
        ("4, 2, 4, 1:4:1", True, (4, 2, 1, 3)),
        ("5:5:2", True, (5,)),
        ("16 : 64 : * 2", True, (16, 32, 64)),
    ],
)
def test_a_list_means_its_values(text: str, whole: bool, values: tuple[float, ...]) -> None:
    assert parse_numbers(text, whole=whole) == values
    assert all(isinstance(value, int) == whole for value in parse_numbers(text, whole=whole))


@pytest.mark.parametrize(
    ("text", "whole", "sentence"),
    [
        ("many", False, "'many' is no number; expected a number"),
        ("1,,2", False, "'' is no number; expected a value between the commas"),
        ("nan", False, "'nan' is too large, too small or no number; expected a number"),
        ("1e400", False, "'1e400' is too large, too small or no number; expected a number"),
        ("1:2", False, "'1:2' has 2 parts; expected FROM:TO:STEP, as in 0.1:0.5:0.1"),
        ("1:x:1", False, "'x' in '1:x:1' is no number; expected a number"),
        ("5:1:1", False, "'5:1:1' goes from 5 down to 1; expected the lower value first"),
        ("1:5:0", False, "'1:5:0' has the step 0; expected one above 0"),
        ("1:5:two", False, "'two' in '1:5:two' is no number; expected a step such as 2, a factor such as *2, or log5"),
        ("1:5:*1", False, "'1:5:*1' has the factor 1; expected one above 1"),
        ("0:5:*2", False, "'0:5:*2' begins at 0; expected a value above 0 for a factor or a log scale"),
        ("0:5:log3", False, "'0:5:log3' begins at 0; expected a value above 0 for a factor or a log scale"),
        ("1:5:log1", False, "'1:5:log1' has log1; expected log2 to log1000, the number of values"),
        ("1:5:log", False, "'1:5:log' has log; expected log2 to log1000, the number of values"),
        ("1.5", True, "1.5 is no whole number; expected whole numbers"),
        ("1:2:0.5", True, "1.5 of '1:2:0.5' is no whole number; expected whole numbers"),
        ("0:1e300:1e-300", False, "'0:1e300:1e-300' has more than 1,000 values; expected at most 1,000"),
        ("1:2:*1.000001", False, "'1:2:*1.000001' has more than 1,000 values; expected at most 1,000"),
    ],
)
def test_what_is_no_list_is_said_in_a_sentence(text: str, whole: bool, sentence: str) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_numbers(text, whole=whole)
    assert str(caught.value) == sentence


def drawn(draw: random.Random) -> tuple[float, float]:
    low = round(10 ** draw.uniform(-6, 3), 9)
    return low, round(low * draw.uniform(1, 1e4), 9)


@pytest.mark.parametrize("seed", range(200))
def test_values_lie_between_the_ends_ascend_and_read_back(seed: int) -> None:
    draw = random.Random(seed)
    low, high = drawn(draw)
    count = draw.randint(2, 50)
    step, factor = (high - low) / count or 1.0, draw.uniform(1.1, 5)
    for form in (f"{low}:{high}:{step!r}", f"{low}:{high}:*{factor}", f"{low}:{high}:log{count}"):
        values = parse_numbers(form)
        assert values[0] == low
        assert all(low <= value <= high * (1 + 1e-12) for value in values)
        assert list(values) == sorted(set(values))
        assert parse_numbers(numbers_text(values)) == values
        if "log" in form:
            assert values[-1] == high
            ratios = [math.log(b / a) for a, b in pairwise(values)]
            assert max(ratios) - min(ratios) < max(0.05 * max(ratios), 1e-8)
        elif "*" in form:
            assert values[-1] * factor > high * (1 - 1e-12)
        else:
            assert values[-1] + step > high * (1 - 1e-12)


@pytest.mark.parametrize("seed", range(300))
def test_any_text_gives_values_or_a_sentence(seed: int) -> None:
    draw = random.Random(seed)
    text = "".join(draw.choice("0123456789.e-+:*,log x'\"nNaI_") for _ in range(draw.randint(0, 16)))
    sentence, values = read(text, whole=bool(seed % 2))
    assert sentence is None or ("expected" in sentence and "\n" not in sentence)
    assert sentence is not None or 1 <= len(values) <= MOST_VALUES
    assert all(math.isfinite(value) for value in values)


def read(text: str, *, whole: bool) -> tuple[str | None, tuple[float, ...]]:
    try:
        return None, parse_numbers(text, whole=whole)
    except ValuesError as error:
        return str(error), ()
