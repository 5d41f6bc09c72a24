"""Folders that grow are read on from where they were, and always as if they were read anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.readers import ReadError, open_source, read
from data.readers.memory import Memory
from tests.data.run_folders import write
from tests.data.same import assert_same

GROWING = {
    "bohb": ["results.json"],
    "deepcave": ["history.jsonl"],
    "ray": [f"train_{i}/result.json" for i in range(4)],
}


@pytest.mark.parametrize("name", GROWING)
def test_whatever_comes_in_whatever_pieces_reads_as_if_it_were_read_at_once(name: str, tmp_path: Path) -> None:
    folder = write(name, tmp_path / "run")
    whole = {folder / file: (folder / file).read_bytes() for file in GROWING[name]}
    quiet = [HealthCheck.function_scoped_fixture]

    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=quiet)
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
    def holds(shares: list[float]) -> None:
        source = open_source(folder)
        for share in [*sorted(shares), 1.0]:
            for file, data in whole.items():
                file.write_bytes(data[: int(share * len(data))])
            try:
                (found,) = source.trials()
                (anew,) = read(folder)
            except ReadError:
                continue
            assert_same(found, anew)
        assert len(source.trials()[0]) == len(read(folder)[0])

    holds()


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text("[1]\n[2]\n[3")
    memory = Memory()
    assert memory.lines(path) == ([[1], [2]], 1, False)
    with path.open("a") as file:
        file.write("]\n[4]")
    assert memory.lines(path) == ([[1], [2], [3], [4]], 0, True)
    path.write_text("[5]\n[6]\n[7]\n[8]\n[9]\n")
    assert memory.lines(path) == ([[5], [6], [7], [8], [9]], 0, False)
    path.write_text("[5]\n")
    assert memory.lines(path) == ([[5]], 0, False)
    with path.open("a") as file:
        file.write("[\n[6]\n")
    with pytest.raises(ReadError, match="line 2 is damaged"):
        memory.lines(path)
    path.write_text("[5]\n[6]\n")
    assert memory.lines(path)[0] == [[5], [6]]
