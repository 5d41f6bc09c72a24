"""Folders of runs: found beneath a folder, followed while they are written, read within their bounds."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.columns import State
from data.catalog import Catalog
from data.readers import ReadError, open_source, read, table_file
from data.readers.base import FolderSource
from data.readers.evaluations import MOST_COLUMNS
from tests.data.run_folders import write


def bohb(folder: Path, results: int = 3) -> Path:
    """A run of BOHB with a configuration for each result."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [[0, 0, i] for i in range(results)]
    configs = [json.dumps([key, {"lr": 0.1 * (key[2] + 1)}, {"model_based_pick": False}]) for key in ids]
    (folder / "configs.json").write_text("".join(line + "\n" for line in configs))
    (folder / "results.json").write_text("".join(result(key) for key in ids))
    return folder


def refreshed(catalog: Catalog, reached: Callable[[], bool]) -> None:
    """Follow the sources until something is so."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        catalog.refresh()


def result(key: list[int], budget: float = 9.0) -> str:
    times = {"submitted": 1.7e9 + key[2], "started": 1.7e9 + key[2], "finished": 1.7e9 + key[2] + 5}
    return json.dumps([key, budget, times, {"loss": 0.5 - 0.1 * key[2], "info": {"size": 10 * key[2]}}, None]) + "\n"


def test_every_run_beneath_a_folder_is_a_study_named_by_its_place(tmp_path: Path) -> None:
    bohb(tmp_path / "nets" / "seed_0")
    bohb(tmp_path / "nets" / "seed_1", results=2)
    (tmp_path / "notes.txt").write_text("no run")
    assert [(t.study.name, len(t)) for t in read(tmp_path)] == [("nets/seed_0", 3), ("nets/seed_1", 2)]


def test_a_run_is_a_study_named_by_its_folder(tmp_path: Path) -> None:
    (trials,) = read(bohb(tmp_path / "seed_0"))
    assert trials.study.name == "seed_0"
    assert trials.columns["loss"].values.tolist() == [0.5, 0.4, 0.3]
    assert trials.columns["duration"].values.tolist() == [5.0, 5.0, 5.0]
    assert trials.space["lr"].inferred


def test_a_folder_that_is_being_written_is_followed(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    source = open_source(tmp_path)
    assert [len(t) for t in source.trials()] == [3]
    with (folder / "results.json").open("a") as file:
        file.write(result([0, 0, 2], budget=27.0))
    assert source.changed()
    assert [len(t) for t in source.trials()] == [4]
    bohb(tmp_path / "second")
    assert source.changed()
    assert [t.study.name for t in source.trials()] == ["run", "second"]


def test_a_run_that_did_not_change_stays_the_same_object(tmp_path: Path) -> None:
    folder, _ = bohb(tmp_path / "a"), bohb(tmp_path / "b")
    for path in tmp_path.rglob("*.json"):
        os.utime(path, (1.7e9, 1.7e9))
    source = open_source(tmp_path)
    before = source.trials()
    with (folder / "results.json").open("a") as file:
        file.write(result([0, 0, 1], budget=27.0))
    after = source.trials()
    assert (after[0] is before[0], after[1] is before[1]) == (False, True)


def test_a_last_line_that_is_still_being_written_is_left_out_and_said(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    with (folder / "results.json").open("a") as file:
        file.write(result([0, 0, 2], budget=27.0)[:40])
    (trials,) = read(folder)
    assert len(trials) == 3
    assert trials.study.notes[0] == "A last line is still being written and left out."


def test_damage_elsewhere_names_file_and_line(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    lines = (folder / "results.json").read_text().splitlines(keepends=True)
    (folder / "results.json").write_text(lines[0] + "[[0, 0\n" + lines[2])
    with pytest.raises(ReadError, match=r"results\.json: line 2 is damaged"):
        read(folder)


def test_a_result_of_an_unknown_configuration_is_refused(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    with (folder / "results.json").open("a") as file:
        file.write(result([7, 0, 0]))
    with pytest.raises(ReadError, match=r"line 4 is of configuration \[7, 0, 0\], which configs\.json lacks"):
        read(folder)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    (folder / "configspace.json").symlink_to("/etc/hostname")
    with pytest.raises(ReadError, match=r"configspace\.json is a link"):
        read(folder)


def test_linked_folders_are_not_followed(tmp_path: Path) -> None:
    elsewhere = bohb(tmp_path / "elsewhere" / "run")
    (opened := tmp_path / "opened").mkdir()
    bohb(opened / "own")
    (opened / "link").symlink_to(elsewhere)
    assert [t.study.name for t in read(opened)] == ["own"]


def test_a_crashed_evaluation_is_a_failed_row_without_a_loss(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    with (folder / "results.json").open("a") as file:
        file.write(json.dumps([[0, 0, 1], 27.0, {}, None, "Traceback: out of memory"]) + "\n")
    (trials,) = read(folder)
    assert trials.columns["state"].objects()[-1] == State.FAILED
    assert trials.columns["loss"].missing.tolist() == [False, False, False, True]


def test_a_damaged_run_hides_no_other(tmp_path: Path) -> None:
    bohb(tmp_path / "good")
    (bohb(tmp_path / "bad") / "configs.json").write_text("[[\n[]\n")
    source = open_source(tmp_path)
    assert isinstance(source, FolderSource)
    assert [t.study.name for t in source.trials()] == ["good"]
    assert "configs.json: line 1 is damaged" in source.problems[0]
    with pytest.warns(UserWarning, match=r"configs\.json: line 1 is damaged"):
        read(tmp_path)


def test_a_document_that_is_half_written_keeps_the_rows_until_it_is_whole(tmp_path: Path, catalog: Catalog) -> None:
    write("smac_1", tmp_path / "run")
    history = tmp_path / "run" / "runhistory.json"
    (study,) = catalog.open(tmp_path)
    whole = history.read_text()
    history.write_text(whole[: len(whole) // 2])
    refreshed(catalog, lambda: bool(catalog.problems))
    assert "perhaps still being written; expected JSON; its rows stay as they were." in catalog.problems[0]
    assert len(catalog.trials(study)) == 4
    history.write_text(whole)
    refreshed(catalog, lambda: not catalog.problems)
    assert len(catalog.trials(study)) == 4


def test_names_that_are_no_text_are_shown_with_a_mark(tmp_path: Path) -> None:
    bohb(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff<b>")))
    bohb(tmp_path / "other")
    assert [t.study.name for t in read(tmp_path)] == ["other", "?<b>"]


def test_more_metrics_than_can_be_shown_are_left_out_and_said(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    info = {f"m{i}": 1.0 for i in range(MOST_COLUMNS + 5)}
    with (folder / "results.json").open("a") as file:
        file.write(json.dumps([[0, 0, 0], 27.0, {}, {"loss": 0.1, "info": info}, None]) + "\n")
    (trials,) = read(folder)
    assert len(trials.metrics) == MOST_COLUMNS
    assert f"Of 2,008 metrics the {MOST_COLUMNS:,} that most rows have are shown." in trials.study.notes


def test_an_absurd_file_is_refused_unread(tmp_path: Path) -> None:
    folder = bohb(tmp_path / "run")
    with (folder / "configs.json").open("r+b") as file:
        file.truncate(2**40)
    with pytest.raises(ReadError, match=r"configs\.json has 1,099,511,627,776 bytes; expected at most"):
        read(folder)


def test_a_small_file_that_unpacks_to_an_absurd_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_BYTES", 1_000)
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(b"lr,loss\n" + b"0.1,0.2\n" * 1_000))
    with pytest.raises(ReadError, match=r"unpacks to more than 1,000 bytes"):
        read(tmp_path / "table.csv.gz")
