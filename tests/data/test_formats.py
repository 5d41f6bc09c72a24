"""What each optimizer or tracker wrote arrives as it was: configurations, budgets, states, times, histories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from analytics.trials import Trials
from data.readers import ReadError, open_source, read
from tests.data.run_folders import SPACE, write


def opened(name: str, folder: Path) -> Trials:
    (trials,) = read(write(name, folder / name))
    return trials


def test_dehb_without_a_space_shows_its_unit_cube_under_the_names_of_the_incumbent(tmp_path: Path) -> None:
    trials = opened("dehb", tmp_path)
    assert (len(trials), trials.params, list(trials.metrics)) == (
        40,
        ["depth", "kind", "lr"],
        ["fitness", "cost", "size"],
    )
    assert sorted(trials.frame["budget"].unique()) == [1, 3, 9]
    assert trials.study.settings["eta"] == 3
    assert "scaled to 0 … 1" in trials.study.notes[0]
    best = trials.best()
    assert best is not None
    assert trials.frame["fitness"][best] == pytest.approx(0.26676931)


def test_dehb_beside_its_space_shows_values(tmp_path: Path) -> None:
    by_name = {entry["name"]: entry for entry in SPACE["hyperparameters"]}
    entries = [by_name["depth"], by_name["kind"], {**by_name["lr"], "upper": 0.1}]
    folder = write("dehb", tmp_path / "dehb")
    (folder / "configspace.json").write_text(json.dumps({"hyperparameters": entries}))
    (trials,) = read(folder)
    best = trials.best()
    assert best is not None
    row = trials.frame.loc[best]
    assert (row["depth"], row["kind"], row["lr"]) == (1, "b", pytest.approx(0.0069878214436))


def test_an_experiment_of_mlflow_keeps_runs_params_and_metrics_over_steps(tmp_path: Path) -> None:
    (trials,) = read(write("mlflow", tmp_path / "mlruns"))
    assert trials.study.name == "nets"
    assert trials.frame["lr"].round(9).tolist() == [0.1, 0.2, 0.3, 0.4]
    assert trials.frame["depth"].fillna(-1).tolist() == [-1, 1, 2, 3]
    assert trials.frame["state"].tolist() == ["complete"] * 3 + ["failed"]
    assert [(m.name, m.direction, m.inferred) for m in trials.metrics.values() if m.objective] == [
        ("val_loss", "minimize", True)
    ]
    assert trials.load_history([1])["value"].round(3).tolist() == [0.5, 0.333, 0.25]


def test_syne_tune_keeps_its_space_direction_and_reports(tmp_path: Path) -> None:
    trials = opened("synetune", tmp_path)
    assert (len(trials), trials.params) == (4, ["lr", "depth", "epochs"])
    assert (trials.space["lr"].bounds, trials.space["lr"].log) == ((0.001, 0.1), True)
    assert (trials.metrics["loss"].direction, trials.metrics["loss"].inferred) == ("minimize", False)
    assert trials.load_history([0]).query("metric == 'loss'")["step"].tolist() == [1, 2, 3]


def test_the_lone_results_of_syne_tune_are_a_table_of_reports(tmp_path: Path) -> None:
    (trials,) = read(write("synetune", tmp_path / "run") / "results.csv.zip")
    assert trials.params == ["lr", "depth", "epochs"]
    assert (len(trials), trials.frame["config"].nunique()) == (12, 4)
    assert sorted(trials.frame["budget"].unique()) == [1, 2, 3]
    assert "loss" in trials.metrics


def test_runs_of_weights_and_biases_on_this_machine(tmp_path: Path) -> None:
    trials = opened("wandb", tmp_path)
    assert trials.params == ["net/depth", "lr", "kind", "depth", "mode"]
    assert trials.frame["val_loss"].round(3).tolist() == [1.0, 0.5, 0.333, 0.25]
    assert list(trials.metrics) == ["val_loss"]
    assert trials.frame["duration"].tolist() == [5.0] * 4


def test_runs_of_weights_and_biases_that_never_were_online_are_read_from_their_log(tmp_path: Path) -> None:
    trials = opened("wandb_offline", tmp_path)
    assert (trials.params, list(trials.metrics)) == (["lr", "kind", "net/depth"], ["val_loss", "train/acc"])
    by_rate = trials.frame.sort_values("lr")
    assert by_rate["val_loss"].round(3).tolist() == [0.2, 0.167, 0.143, 0.125]
    assert by_rate["state"].tolist() == ["complete"] * 3 + ["failed"]
    assert by_rate["reason"].tolist()[-1] == "exit code 1"
    number = int(by_rate["number"].iloc[0])
    curve = trials.load_history([number]).query("metric == 'val_loss'")
    assert (curve["step"].tolist(), curve["value"].round(2).tolist()) == ([0, 1, 2, 3, 4], [1, 0.5, 0.33, 0.25, 0.2])


def test_a_log_of_weights_and_biases_is_followed_and_damage_is_named(tmp_path: Path) -> None:
    folder = write("wandb_offline", tmp_path / "wandb")
    log = next(folder.rglob("*.wandb"))
    whole = log.read_bytes()
    log.write_bytes(whole[: len(whole) // 2])
    source = open_source(log.parent)
    (trials,) = source.trials()
    assert trials.frame["state"].tolist() == ["running"]
    log.write_bytes(whole)
    assert source.changed()
    assert source.trials()[0].frame["state"].tolist() != ["running"]
    log.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    with pytest.raises(ReadError, match=r"run-\w+\.wandb: the record at byte 7 is damaged"):
        read(folder)


def test_a_tracking_database_of_mlflow_tells_what_its_folders_tell(tmp_path: Path) -> None:
    stored, kept = opened("mlflow_database", tmp_path), opened("mlflow", tmp_path)
    assert stored.study.name == kept.study.name == "nets"
    names = ["state", "lr", "opt", "depth", "val_loss", "size"]
    assert stored.frame[names].round(9).equals(kept.frame[names].round(9))
    assert stored.load_history(None)["value"].tolist() == kept.load_history(None)["value"].tolist()


def test_a_tracking_database_is_followed(tmp_path: Path) -> None:
    path = write("mlflow_database", tmp_path / "db")
    source = open_source(path)
    source.trials()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE runs SET status = 'FINISHED'")
        connection.commit()
    assert source.changed()
    (trials,) = source.trials()
    assert trials.frame["state"].tolist() == ["complete"] * 4


def test_hiplot_keeps_who_came_from_whom(tmp_path: Path) -> None:
    trials = opened("hiplot", tmp_path)
    assert (trials.params, list(trials.metrics)) == (["lr", "kind"], ["loss"])
    assert trials.frame["parent"].tolist()[1:] == [0, 1, 2, 3]
    assert trials.columns["parent"].missing[0]


@pytest.mark.parametrize("name", ["cv_results_csv", "cv_results_json"])
def test_the_results_of_a_search_of_scikit_learn(tmp_path: Path, name: str) -> None:
    trials = opened(name, tmp_path)
    assert trials.params == ["C", "kernel", "gamma"]
    assert {"split0_test_score", "std_test_score", "mean_fit_time"} <= set(trials.metrics)
    score = trials.metrics["mean_test_score"]
    assert (score.direction, score.objective, score.inferred) == ("maximize", True, False)
    assert [m.name for m in trials.metrics.values() if m.objective] == ["mean_test_score"]
    assert trials.columns["gamma"].missing.tolist() == [False, True, False]


def test_a_real_search_of_scikit_learn_keeps_its_conditions(tmp_path: Path) -> None:
    grid: list[dict[str, Any]] = [{"C": [0.1, 1], "kernel": ["linear"]}]
    grid.append({"C": [1], "kernel": ["rbf"], "gamma": [0.1, 1]})
    search = GridSearchCV(SVC(), grid, cv=2, scoring=["accuracy", "f1"], refit="accuracy")
    search.fit([[i] for i in range(20)], [i % 2 for i in range(20)])
    pd.DataFrame(search.cv_results_).to_csv(tmp_path / "results.csv")
    (trials,) = read(tmp_path / "results.csv")
    assert (len(trials), trials.params) == (4, ["C", "kernel", "gamma"])
    assert [m.name for m in trials.metrics.values() if m.objective] == ["mean_test_accuracy", "mean_test_f1"]
    assert trials.frame["mean_test_accuracy"].tolist() == search.cv_results_["mean_test_accuracy"].tolist()
    assert trials.columns["gamma"].missing.tolist() == [True, True, False, False]


@pytest.mark.parametrize("orient", ["columns", "records", "split"])
def test_what_pandas_makes_of_cv_results_is_the_same_table(orient: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    expected = opened("cv_results_csv", tmp_path)
    path = write("cv_results_csv", folder).with_name("cv.json")
    frame = pd.read_csv(path.with_name("cv_results.csv"))
    frame.to_json(path, orient=orient)
    (trials,) = read(path)
    assert trials.params == expected.params
    assert trials.frame["mean_test_score"].tolist() == expected.frame["mean_test_score"].tolist()


def test_records_of_json_lines_are_rows(tmp_path: Path) -> None:
    path = write("json_lines", tmp_path / "run")
    with path.open("a") as file:
        file.write('{"trial": 5, "lr"')
    (trials,) = read(path)
    assert (trials.params, trials.numbers.tolist()) == (["lr", "net/depth"], [0, 1, 2, 3, 4])
    path.write_text('{"lr": 1}\n{"lr": \n{"lr": 2}\n')
    with pytest.raises(ReadError, match=r"rows\.jsonl: line 2 is damaged"):
        read(path)


@pytest.mark.parametrize("quote", [json.dumps, repr])
def test_an_export_of_weights_and_biases_with_a_column_of_configurations(
    tmp_path: Path, quote: Callable[[object], str]
) -> None:
    path = write("wandb_export", tmp_path / "run")
    frame = pd.read_csv(path)
    frame.assign(config=[quote(json.loads(cell)) for cell in frame["config"]]).to_csv(path, index=False)
    (trials,) = read(path)
    assert trials.params == ["lr", "net/depth"]
    assert (list(trials.metrics), trials.frame["val_loss"].round(2).tolist()) == (["val_loss"], [1.0, 0.5, 0.33, 0.25])


def test_an_export_of_weights_and_biases_with_columns_of_settings(tmp_path: Path) -> None:
    trials = opened("wandb_columns", tmp_path)
    assert (trials.params, list(trials.metrics)) == (["lr", "net.depth"], ["val_loss"])
    assert trials.frame["state"].tolist() == ["complete", "failed", "running"]
    assert trials.frame["duration"].tolist() == [60, 50, 40]
