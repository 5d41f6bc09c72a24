"""Damaged folders and files, in any way: one sentence or the rows that are left, never anything else."""

from __future__ import annotations

import json
import shutil
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.histories import curves_of
from analytics.trials import Trials
from analytics.wire import pack
from data.entries import entry
from data.readers import ReadError, read
from tests.data.run_folders import NAMES, write

TOKENS = (
    *(b"null", b"true", b"-1", b"0", b"NaN", b"Infinity", b"1e999", b"9" * 400, b'"x"', b'"\\ud800"', b"[]", b"{}"),
    *(b"[" * 400 + b"]" * 400, b"[" * 5000, b"\x00", b"\xff\xfe", b"\n", b",", b'"', b"'", b'{"a": {"b": [1]}}'),
    *(b"__proto__", b"../../etc/passwd", b"2e9", b"1e300", b"constant", b"IN"),
)
"""What damage puts into files beside noise: values that parse, but are not what stood there."""


@st.composite
def damage(draw: st.DrawFn) -> tuple[float, float, int, bytes]:
    """Which file and where in it (as fractions), how many bytes go, and what comes in their place."""
    place = st.floats(0, 1, exclude_max=True)
    bits = st.one_of(st.sampled_from(TOKENS), st.binary(max_size=4))
    return draw(place), draw(place), draw(st.sampled_from([0, 1, 2, 5, 20, 10**9])), draw(bits)


def damaged(folder: Path, hurts: list[tuple[float, float, int, bytes]]) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for which, where, gone, put in hurts:
        path = files[int(which * len(files))]
        data = path.read_bytes()
        at = _token(data, int(where * len(data)))
        path.write_bytes(data[:at] + put + data[at + gone :])


def _token(data: bytes, at: int) -> int:
    """Every other place moves to the next value, where damage tells more than within one."""
    if at % 2:
        return at
    found = [position for mark in b":,[{" if (position := data.find(mark, at)) >= 0]
    return min(found, default=at) + 1


def used(trials: Trials) -> None:
    """All that the page asks of a study."""
    given = entry(trials, parent=None, label="", revision="", results="", shown=True, table=False, ours=False)
    json.dumps(given, allow_nan=False).encode()
    pack({"rows": len(trials)}, trials.columns.values())
    assert all(len(curve.step) == curve.of for curve in curves_of(trials.load_history(None)))
    assert len(trials.frame) == len(trials)
    assert len(set(trials.numbers.tolist())) == len(trials)


def opened(source: Path) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*expected.*", category=UserWarning)
        try:
            found = read(source)
        except ReadError:
            return
    for trials in found:
        with suppress(ReadError):
            used(trials)


def check(name: str, folder: Path, hurts: list[tuple[float, float, int, bytes]]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    source = write(name, folder)
    damaged(folder, hurts)
    opened(source)


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HURTS = st.lists(damage(), min_size=1, max_size=3)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_a_sentence_or_fewer_rows(name: str, tmp_path: Path) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    @given(HURTS)
    def holds(hurts: list[tuple[float, float, int, bytes]]) -> None:
        check(name, tmp_path / "run", hurts)

    holds()


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_any_damage_is_a_sentence_or_fewer_rows(name: str, tmp_path: Path) -> None:
    @settings(max_examples=2000, deadline=None, database=None, suppress_health_check=QUIET)
    @given(HURTS)
    def holds(hurts: list[tuple[float, float, int, bytes]]) -> None:
        check(name, tmp_path / "run", hurts)

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_run_opens(name: str, tmp_path: Path) -> None:
    found = read(write(name, tmp_path / "run"))
    assert sum(map(len, found)) > 2
    for trials in found:
        used(trials)
