"""Tables in every format, with curves, replaced and half written, and files that are none."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.readers import ReadError, open_source, read
from tests.data.conftest import contents
from tests.data.tables import ROWS, opened, written

WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "table.csv": lambda frame, path: frame.to_csv(path, index=False),
    "table.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "semicolons.csv": lambda frame, path: frame.to_csv(path, index=False, sep=";"),
    "table.csv.gz": lambda frame, path: frame.to_csv(path, index=False, compression="gzip"),
    "bom.csv": lambda frame, path: frame.to_csv(path, index=False, encoding="utf-8-sig"),
    "table.parquet": lambda frame, path: frame.to_parquet(path),
}


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


def test_the_line_that_is_being_written_waits(results: Path) -> None:
    path = results / "live.csv"
    path.write_text("trial,x,loss\n0,1,0.5\n1,2", encoding="utf-8")
    source = open_source(path)
    assert source.trials()[0].numbers.tolist() == [0]
    with path.open("a", encoding="utf-8") as file:
        file.write(",0.25\n")
    assert source.changed()
    assert source.trials()[0].frame["loss"].tolist() == [0.5, 0.25]


@pytest.mark.parametrize(
    "text", ["trial,x,loss\r0,1,0.5\r", "trial, x , loss\n0, 1, 0.5\n", '"trial", "x", "loss"\n0, "1", 0.5']
)
def test_spaces_and_line_ends_of_any_kind_are_no_part_of_names_and_cells(results: Path, text: str) -> None:
    (results / "spaced.csv").write_bytes(text.encode())
    (trials,) = read(results / "spaced.csv")
    assert (trials.params, list(trials.metrics)) == (["x"], ["loss"])
    assert trials.frame[["x", "loss"]].to_numpy().tolist() == [[1, 0.5]]


def test_parquet_holds_more_than_numbers_and_words(results: Path) -> None:
    columns = {
        "loss": [Decimal("1.5"), None],
        "duration": [timedelta(seconds=90), timedelta(minutes=2)],
        "layers": [[64, 32], [64]],
        "block": [{"kind": "<i>"}, None],
    }
    pq.write_table(pa.table(columns), results / "rich.parquet")
    (trials,) = read(results / "rich.parquet")
    assert trials.columns["loss"].values[0] == 1.5
    assert trials.frame["duration"].tolist() == [90, 120]
    assert trials.columns["layers"].levels == ("[64 32]", "[64]")
    assert trials.columns["block"].levels == ("{'kind': '<i>'}",)


def test_columns_of_two_levels_have_both_in_their_names(results: Path) -> None:
    pd.DataFrame({("lr", "a"): [1, 2], ("loss", "b"): [1, 2]}).to_parquet(results / "levels.parquet")
    (trials,) = read(results / "levels.parquet")
    assert trials.params == ["('lr', 'a')", "('loss', 'b')"]


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
    "open.csv": (b'x,loss\n"1,2\n3,4\n', r"open\.csv is not a table: a quote is not closed after row 1"),
    "long.csv": (b"x" * 200_000, r"long\.csv, line 1: field larger than field limit"),
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
        ({"optimizer": "metric"}, "column 'optimizer' has the role 'metric', but has '(adam|sgd)'; expected numbers"),
        ({"optimizer": "start"}, "column 'optimizer' is to be the start, but is no time; expected dates"),
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
