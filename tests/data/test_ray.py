"""Ray Tune: population-based training as it wrote it, cut where configurations change, with its lineage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.columns import State
from analytics.trials import Trials
from data.readers import open_source, read
from tests.data.run_folders import write


@pytest.fixture
def population(tmp_path: Path) -> Trials:
    (trials,) = read(write("ray_pbt", tmp_path / "run"))
    return trials


def test_a_trial_is_cut_where_it_takes_over_another(population: Trials) -> None:
    frame = population.frame
    assert frame["member"].nunique() == 4
    assert frame[frame["member"] == "f1235_00001"][["budget", "lr", "kind"]].round(4).values.tolist() == [
        [6.0, 0.0101, "slow"],
        [9.0, 0.0256, "slow"],
        [9.0, 0.3612, "fast"],
    ]


def test_whose_weights_were_taken_over_is_the_parent(population: Trials) -> None:
    frame = population.frame.set_index("number")
    taken = {int(str(number)): int(parent) for number, parent in frame["parent"].items() if parent == parent}
    assert taken == {4: 1, 5: 1, 6: 3}
    assert [frame["member"][parent] for parent in taken.values()] == ["f1235_00000", "f1235_00000", "f1235_00003"]
    assert all(parent < number for number, parent in taken.items())


def test_steps_that_begin_again_stay_with_their_row(population: Trials) -> None:
    history = population.load_history([5, 6]).query("metric == 'accuracy'")
    assert history.groupby("number")["step"].agg(list).tolist() == [[7, 8, 9], [7, 8, 9]]


def test_a_trial_without_its_results_is_read_from_its_progress(population: Trials) -> None:
    row = population.frame.set_index("number").loc[3]
    assert (row["member"], row["budget"], round(row["accuracy"], 3)) == ("f1235_00003", 9.0, 0.77)
    assert round(row["lr"], 3) == 0.301


def test_paused_members_are_still_running(population: Trials) -> None:
    assert population.in_state(State.RUNNING).tolist() == [False, False, False, True, True, False, True]


def test_a_trial_that_begins_while_the_folder_is_open_appears(tmp_path: Path) -> None:
    source = open_source(write("ray", tmp_path / "run"))
    (before,) = source.trials()
    trial = tmp_path / "run" / "train_9"
    trial.mkdir()
    (trial / "params.json").write_text(json.dumps({"lr": 0.9, "kind": "a"}))
    assert source.changed()
    (waiting,) = source.trials()
    assert (len(before), len(waiting)) == (8, 9)
    (trial / "result.json").write_text(json.dumps({"accuracy": 0.5, "training_iteration": 1, "timestamp": 2e9}) + "\n")
    assert source.changed()
    (running,) = source.trials()
    assert running.frame["accuracy"].iloc[-1] == 0.5
