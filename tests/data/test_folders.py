"""Folders of runs: found beneath a folder, followed while they are written, read within their bounds."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from analytics.columns import State
from data.readers import ReadError, open_source, read


def bohb(folder: Path, results: int = 3) -> Path:
    """A run of BOHB with a configuration for each result."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [[0, 0, i] for i in range(results)]
    configs = [json.dumps([key, {"lr": 0.1 * (key[2] + 1)}, {"model_based_pick": False}]) for key in ids]
    (folder / "configs.json").write_text("".join(line + "\n" for line in configs))
    (folder / "results.json").write_text("".join(result(key) for key in ids))
    return folder


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
    for file in tmp_path.rglob("*.json"):
        os.utime(file, (1.7e9, 1.7e9))
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
