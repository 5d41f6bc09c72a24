"""Tables of results: what their columns are is guessed, and can be corrected."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest

from analytics.columns import Kind
from analytics.trials import Trials
from data.readers import ReadError, open_source, read
from tests.data.conftest import contents

WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "table.csv": lambda frame, path: frame.to_csv(path, index=False),
    "table.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "semicolons.csv": lambda frame, path: frame.to_csv(path, index=False, sep=";"),
    "table.csv.gz": lambda frame, path: frame.to_csv(path, index=False, compression="gzip"),
    "bom.csv": lambda frame, path: frame.to_csv(path, index=False, encoding="utf-8-sig"),
    "table.parquet": lambda frame, path: frame.to_parquet(path),
}
ROWS = 200
DRAW = np.random.default_rng(5)


@pytest.fixture
def frame() -> pd.DataFrame:
    optimizer = DRAW.choice(["adam", "sgd"], ROWS)
    return pd.DataFrame(
        {
            "trial": np.arange(ROWS) + 10,
            "rate": 10 ** DRAW.uniform(-5, -1, ROWS),
            "dropout": DRAW.uniform(0.001, 0.5, ROWS),
            "units": (2 ** DRAW.uniform(4, 9, ROWS)).astype(int),
            "layers": DRAW.integers(1, 11, ROWS),
            "optimizer": optimizer,
            "nesterov": DRAW.choice([True, False], ROWS),
            "momentum": np.where(optimizer == "sgd", DRAW.uniform(0, 1, ROWS), np.nan),
            "train_loss": DRAW.uniform(0, 1, ROWS),
            "accuracy": DRAW.uniform(0, 1, ROWS),
        }
    )


def written(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False)
    return path


def opened(frame: pd.DataFrame, folder: Path, **options: Any) -> Trials:
    (trials,) = read(written(frame, folder / "table.csv"), **options)
    return trials


@pytest.mark.parametrize("name", list(WRITERS))
def test_every_format_gives_the_same_trials(frame: pd.DataFrame, results: Path, name: str) -> None:
    WRITERS[name](frame, results / name)
    before = contents(results)
    (trials,) = read(results / name)
    assert trials.params == ["rate", "dropout", "units", "layers", "optimizer", "nesterov", "momentum"]
    assert list(trials.metrics) == ["train_loss", "accuracy"]
    assert trials.numbers.tolist() == frame["trial"].tolist()
    for column in frame.columns[1:]:
        pd.testing.assert_series_equal(trials.frame[column], frame[column], check_dtype=False)
    assert trials.study.name in (name.partition(".")[0],)
    assert contents(results) == before


def test_kinds_bounds_and_scales_are_inferred_from_the_values(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    assert {name: trials.columns[name].kind for name in trials.params} == {
        "rate": Kind.FLOAT,
        "dropout": Kind.FLOAT,
        "units": Kind.INT,
        "layers": Kind.INT,
        "optimizer": Kind.CATEGORY,
        "nesterov": Kind.CATEGORY,
        "momentum": Kind.FLOAT,
    }
    assert [name for name in trials.params if trials.space[name].log] == ["rate", "units"]
    assert trials.space["rate"].bounds == (frame["rate"].min(), frame["rate"].max())
    assert trials.space["nesterov"].choices == (False, True)
    assert all(h.inferred for h in trials.space.hyperparameters)


def test_a_hyperparameter_that_is_empty_for_some_category_is_conditional(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    assert trials.space["momentum"].when == {"optimizer": ("sgd",)}
    assert [h.name for h in trials.space.hyperparameters if h.when] == ["momentum"]


def test_the_first_metric_is_the_objective_and_its_direction_is_a_guess(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results)
    loss, accuracy = trials.metrics.values()
    assert (loss.direction, loss.objective, loss.inferred) == ("minimize", True, True)
    assert (accuracy.direction, accuracy.objective, accuracy.inferred) == ("maximize", False, True)
    assert trials.best() == int(frame["train_loss"].argmin())


def test_corrected_roles_win(frame: pd.DataFrame, results: Path) -> None:
    roles = {"accuracy": "maximize", "units": "metric", "train_loss": "param", "layers": "ignore", "rate": "budget"}
    trials = opened(frame, results, roles=roles)
    assert trials.objective is not None
    assert (trials.objective.name, trials.objective.inferred) == ("accuracy", False)
    assert set(trials.metrics) == {"accuracy", "units"}
    assert "train_loss" in trials.params
    assert "layers" not in trials.columns
    assert trials.frame["budget"].tolist() == pytest.approx(frame["rate"].tolist())


def test_two_directions_make_two_objectives(frame: pd.DataFrame, results: Path) -> None:
    trials = opened(frame, results, roles={"accuracy": "maximize", "units": "minimize"})
    assert [m.name for m in trials.metrics.values() if m.objective] == ["units", "accuracy"]


@pytest.mark.parametrize(
    ("name", "is_metric"),
    [
        *[(name, True) for name in ("score", "loss", "accuracy", "acc", "auc", "error", "value")],
        *[(name, True) for name in ("val_loss", "test.acc", "logloss", "Top1 Accuracy")],
        *[(name, False) for name in ("time", "loss_weight", "error_rate", "accuracy2", "bac", "memory")],
    ],
)
def test_a_metric_is_known_by_the_end_of_its_name(results: Path, name: str, is_metric: bool) -> None:
    trials = opened(pd.DataFrame({"x": [1.5, 2.5], name: [0.25, 0.75]}), results)
    assert (name in trials.metrics) == is_metric
    assert (name in trials.params) == (not is_metric)


def test_text_that_is_called_a_score_is_no_metric(results: Path) -> None:
    trials = opened(pd.DataFrame({"loss": [1.5, 2.5], "score": ["good", "bad"]}), results)
    assert list(trials.metrics) == ["loss"]
    assert trials.params == ["score"]


def test_optunas_own_table_is_read_as_the_study_it_shows(results: Path) -> None:
    study = optuna.create_study(study_name="mine", direction="maximize")

    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("size", 3 * trial.number)
        trial.set_user_attr("note", "a")
        trial.suggest_categorical("kind", ["a", "b"])
        if trial.number == 4:
            raise optuna.TrialPruned
        if trial.number == 5:
            raise RuntimeError
        return trial.suggest_float("rate", 1e-4, 1, log=True)

    study.optimize(objective, n_trials=12, catch=(RuntimeError,))
    trials = opened(study.trials_dataframe(), results, roles={"value": "maximize"})
    assert set(trials.params) == {"kind", "rate"}
    assert list(trials.metrics) == ["value", "size"]
    assert trials.frame["state"].tolist() == [*["complete"] * 4, "pruned", "failed", *["complete"] * 6]
    started = study.trials[3].datetime_start
    assert started is not None
    assert trials.frame["start"][3].tz_localize(None) == started
    assert trials.frame["duration"].tolist() == pytest.approx(
        trials.frame["end"].sub(trials.frame["start"]).dt.total_seconds()
    )
    assert trials.frame["rate"][0] == study.trials[0].params["rate"]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["COMPLETE", "FAIL", "RUNNING", "PRUNED"], ["complete", "failed", "running", "pruned"]),
        (["TrialState.COMPLETE", "success", "crashed", "pending"], ["complete", "complete", "failed", "waiting"]),
    ],
)
def test_words_for_states_are_understood(results: Path, states: list[str], expected: list[str]) -> None:
    trials = opened(pd.DataFrame({"x": [1, 2, 3, 4], "status": states, "loss": [1.0, np.nan, np.nan, 2]}), results)
    assert trials.frame["state"].tolist() == expected


def test_a_hyperparameter_called_state_keeps_out_of_our_way(results: Path) -> None:
    trials = opened(pd.DataFrame({"state": ["solid", "liquid"], "seed": [1, 2], "loss": [1.5, 2.5]}), results)
    assert trials.params == ["param:state", "param:seed"]
    assert trials.frame["state"].tolist() == ["complete", "complete"]
    assert trials.frame["param:state"].tolist() == ["solid", "liquid"]


def test_a_row_without_the_objective_failed(results: Path) -> None:
    trials = opened(pd.DataFrame({"x": [1, 2, 3], "loss": [0.5, np.nan, 0.25]}), results)
    assert trials.frame["state"].tolist() == ["complete", "failed", "complete"]


def test_several_rows_of_a_trial_are_its_budgets(results: Path) -> None:
    table = {"trial": [0, 0, 1, 1, 1], "epoch": [1, 3, 1, 3, 9], "x": [1, 1, 2, 2, 2], "loss": [5, 4, 3, 2, 1.5]}
    trials = opened(pd.DataFrame(table), results)
    assert trials.numbers.tolist() == [0, 1, 2, 3, 4]
    assert trials.frame["config"].tolist() == [0, 0, 1, 1, 1]
    assert trials.frame["budget"].tolist() == [1, 3, 1, 3, 9]
    assert trials.final.tolist() == [False, True, False, False, True]


def test_epochs_that_differ_between_trials_are_a_hyperparameter(results: Path) -> None:
    trials = opened(pd.DataFrame({"trial": [0, 1], "epochs": [10, 20], "loss": [1.5, 2.5]}), results)
    assert trials.params == ["epochs"]


@pytest.mark.parametrize(
    ("ids", "doubt"),
    [
        ([4, 4, 5], "Column 'trial' has 4 more than once, so rows are numbered in the order of the file."),
        ([4, np.nan, 5], "Column 'trial' is empty in 1 rows, so rows are numbered in the order of the file."),
        ([4.5, 1, 2], "Column 'trial' is not a whole number from 0 everywhere, so rows are numbered"),
    ],
)
def test_trial_numbers_that_name_no_row_are_replaced_and_it_is_said(
    results: Path, ids: list[float], doubt: str
) -> None:
    trials = opened(pd.DataFrame({"trial": ids, "x": [1, 2, 3], "loss": [0.5, 1.5, 0.25]}), results)
    assert trials.numbers.tolist() == [0, 1, 2]
    assert any(note.startswith(doubt) for note in trials.study.notes)


def test_none_is_a_category_and_empty_is_missing(results: Path) -> None:
    (results / "t.csv").write_text("kind,depth,loss\nNone,3,1\n,None,2\nsome,5,3\n", encoding="utf-8")
    (trials,) = read(results / "t.csv")
    assert trials.space["kind"].choices == (None, "some")
    assert trials.columns["kind"].missing.tolist() == [False, True, False]
    assert trials.columns["depth"].kind is Kind.INT
    assert trials.columns["depth"].missing.tolist() == [False, True, False]


def test_free_text_and_empty_columns_are_left_out_and_it_is_said(results: Path) -> None:
    table = {"x": np.arange(150), "path": [f"/runs/{i}" for i in range(150)], "empty": np.nan, "loss": 0.5}
    trials = opened(pd.DataFrame(table), results)
    assert trials.params == ["x"]
    assert trials.study.notes == (
        "Column 'path' looks like free text and is left out.",
        "Column 'empty' is empty and left out.",
    )


def test_infinities_are_values_but_no_bounds(results: Path) -> None:
    trials = opened(pd.DataFrame({"x": [1.5, np.inf, 2.5], "loss": [np.inf, 1, -np.inf]}), results)
    assert trials.frame["loss"].tolist() == [np.inf, 1, -np.inf]
    assert trials.space["x"].bounds == (1.5, 2.5)


def test_the_line_that_is_being_written_waits(results: Path) -> None:
    path = results / "live.csv"
    path.write_text("trial,x,loss\n0,1,0.5\n1,2", encoding="utf-8")
    source = open_source(path)
    assert source.trials()[0].numbers.tolist() == [0]
    with path.open("a", encoding="utf-8") as file:
        file.write(",0.25\n")
    assert source.changed()
    assert source.trials()[0].frame["loss"].tolist() == [0.5, 0.25]


def test_curves_of_a_second_table_are_the_history(frame: pd.DataFrame, results: Path) -> None:
    curves = pd.DataFrame(
        {"trial": np.repeat(frame["trial"], 3), "epoch": [1, 2, 3] * ROWS, "accuracy": 0.5, "lr": 0.1}
    )
    curves.sample(frac=1, random_state=1).to_parquet(results / "curves.parquet")
    trials = opened(frame, results, curves=str(results / "curves.parquet"))
    history = trials.load_history([12, 10, 99999])
    assert history["number"].tolist() == [10] * 6 + [12] * 6
    assert history["step"].tolist() == [1, 2, 3] * 4
    assert set(history["metric"]) == {"accuracy", "lr"}
    assert len(trials.load_history(None)) == ROWS * 6


BAD_FILES = {
    "nothing.csv": (b"", r"nothing\.csv is empty; expected a table with a header"),
    "header.csv": (b"a,b\n", r"header\.csv has no rows; expected one a trial"),
    "words.csv": (b"name,kind\nx,y\nz,w\n", r"words\.csv has no numeric column; expected at least one metric"),
    "twice.csv": (b"x,loss,x\n1,2,3\n", r"twice\.csv has 2 columns called 'x'; expected one"),
    "ragged.csv": (b"x,loss\n1,2\n1,2,3\n", r"ragged\.csv is not a table: expected 2 fields in line 3, saw 3"),
    "wide.csv": (b"x,loss\n1,2,3\n", r"wide\.csv, line 2: 3 fields under a header of 2; expected as many"),
    "latin.csv": ("größe,loss\n1,2\n".encode("latin-1"), r"latin\.csv, line 1: byte 0xf6 is not UTF-8; expected UTF-8"),
    "binary.csv": (b"\x7fELF\x00\x00\x01", r"binary\.csv is not a table: it begins with b'\\x7fELF"),
    "page.csv": (b"<html>\n<body>\n</body>\n", r"page\.csv has no numeric column"),
    "cut.csv.gz": (gzip.compress(b"x,loss\n1,2\n" * 999)[:40], r"cut\.csv\.gz is cut off or not gzip"),
    "cut.parquet": (b"PAR1" + bytes(300), r"cut\.parquet is cut off or not Parquet"),
}


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_what_is_no_table_is_refused_in_one_sentence(results: Path, name: str) -> None:
    data, sentence = BAD_FILES[name]
    (results / name).write_bytes(data)
    with pytest.raises(ReadError, match=sentence) as refused:
        read(results / name)
    assert "\n" not in str(refused.value)
    assert contents(results) == {name: data}


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ({"depth": "param"}, r"table\.csv has no column 'depth'; expected one of 'trial', 'rate'"),
        ({"rate": "axis"}, "column 'rate': role is 'axis'; expected one of param, metric, minimize"),
        ({"optimizer": "metric"}, "column 'optimizer' has the role 'metric' but is not numeric"),
        ({"layers": "state"}, r"column 'layers' is to be the state, but has \d+; expected complete"),
    ],
)
def test_roles_that_cannot_be_are_refused(
    frame: pd.DataFrame, results: Path, roles: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ReadError, match=sentence):
        opened(frame, results, roles=roles)


@pytest.mark.parametrize(
    ("curves", "sentence"),
    [
        ("x,loss\n1,2\n", r"curves\.csv has no trial column; expected a number in one called number or trial"),
        ("trial,loss\n1,2\n", r"curves\.csv has no step column; expected a number in one called step or epoch"),
        ("trial,step,note\n1,2,a\n", r"curves\.csv has no numeric column beside 'trial' and 'step'; expected a metric"),
    ],
)
def test_curves_that_are_none_are_refused(frame: pd.DataFrame, results: Path, curves: str, sentence: str) -> None:
    (results / "curves.csv").write_text(curves, encoding="utf-8")
    with pytest.raises(ReadError, match=sentence):
        opened(frame, results, curves=str(results / "curves.csv"))


def test_a_replaced_table_is_read_anew(frame: pd.DataFrame, results: Path) -> None:
    source = open_source(written(frame, results / "table.csv"))
    assert len(source.trials()[0]) == ROWS
    written(frame.head(7), results / "new.csv").replace(results / "table.csv")
    assert source.changed()
    assert len(source.trials()[0]) == 7
    assert source.epoch == 1
