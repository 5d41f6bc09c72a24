"""Addresses at which there is nothing to read: each one sentence, at once, and no secret in it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from data.catalog import Catalog
from data.readers import ReadError, read
from tests.data.tables import make_frame, written


def make_socket(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path)


@pytest.mark.parametrize("make", [os.mkfifo, make_socket])
@pytest.mark.parametrize("name", ["pipe", "pipe.csv", "pipe.db"])
def test_a_pipe_or_socket_is_refused_and_not_waited_for(
    results: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], None], name: str
) -> None:
    monkeypatch.chdir(results)  # the address of a socket must be short
    make(name)
    with pytest.raises(ReadError, match=rf"{name} is a pipe, a socket or a device; expected one of: "):
        read(name)


def test_curves_that_are_a_pipe_are_refused_and_not_waited_for(results: Path) -> None:
    os.mkfifo(results / "curves.csv")
    with pytest.raises(ReadError, match=r"curves\.csv is a pipe, .*; expected a table of curves"):
        read(written(make_frame(), results / "table.csv"), curves=str(results / "curves.csv"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", " is a folder without a run; expected one of"),
        (".", " is a folder without a run; expected one of"),
        ("x" * 5000, "File name too long; expected one of"),
        ("~nobody-of-this-name/study.db", "'~nobody-of-this-name/study.db' is no path: Could not determine home"),
        ("mysql://me:secret@example/db", "^mysql://me@example/db is not read; expected sqlite:///FILE or postgresql:"),
        ("https://example/study.db", "^https://example/study.db is not read; expected sqlite:///FILE or postgresql:"),
        ("sqlite://", "^sqlite:// names no file; expected sqlite:///FILE"),
        ("postgresql://me:secret@example:port/db", "^example:port/db is not a URL of a database; expected sqlite"),
        ("postgresql://me:s@secret@127.0.0.1/db", "^127.0.0.1/db: a user or password has an @; expected .* %40$"),
    ],
)
def test_an_address_of_nothing_is_refused_in_one_sentence(
    catalog: Catalog, results: Path, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
) -> None:
    monkeypatch.chdir(results)
    with pytest.raises(ReadError, match=sentence) as refused:
        catalog.open(address)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
