"""Optuna journals are read by Optuna, and never touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from data.readers import ReadError, open_source, read
from data.readers.journal import Journal
from tests.data.conftest import contents, settle
from tests.data.test_optuna_rdb import everything


@pytest.fixture
def journal(results: Path) -> Path:
    return results / "journal.log"


@pytest.fixture
def study(journal: Path) -> optuna.Study:
    storage = JournalStorage(JournalFileBackend(str(journal)))
    sampler = optuna.samplers.RandomSampler(seed=3)
    study = optuna.create_study(storage=storage, study_name="everything", sampler=sampler)
    study.optimize(everything, n_trials=30, catch=(RuntimeError,))
    study.enqueue_trial({"rate": 0.02})
    return study


def test_a_journal_reads_as_the_same_study_in_a_database(study: optuna.Study, journal: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    optuna.copy_study(from_study_name="everything", from_storage=study._storage, to_storage=url)
    (ours,), (expected,) = read(journal), read(url)
    assert ours.frame.drop(columns=["study", "start", "end", "duration"]).equals(
        expected.frame.drop(columns=["study", "start", "end", "duration"])
    )
    assert ours.space.to_json() == expected.space.to_json()
    assert ours.load_history([0, 1, 2]).equals(expected.load_history([0, 1, 2]))
    assert (ours.columns["start"].values - expected.columns["start"].values)[:30] == pytest.approx([0] * 30, abs=1e-5)


def test_nothing_is_written(study: optuna.Study, journal: Path) -> None:
    before = contents(journal.parent)
    assert len(read(journal)[0]) == len(study.trials)
    assert contents(journal.parent) == before


def test_what_is_appended_is_followed(study: optuna.Study, journal: Path) -> None:
    source = open_source(journal)
    settle(source)
    before = source.trials()[0]
    assert source.trials()[0] is before
    running = study.ask()
    assert source.changed()
    assert source.trials()[0].frame["state"][30] == "running"
    study.tell(running, 1.0)
    optuna.create_study(storage=study._storage, study_name="second")
    first, second = source.trials()
    assert (first.frame["value"][30], len(first), len(second)) == (1.0, 31, 0)
    optuna.delete_study(storage=study._storage, study_name="everything")
    assert source.trials() == [second]


def test_a_replaced_journal_is_read_anew(study: optuna.Study, journal: Path) -> None:
    source = open_source(journal)
    assert len(source.trials()[0]) == len(study.trials)
    journal.unlink()
    storage = JournalStorage(JournalFileBackend(str(journal)))
    optuna.create_study(storage=storage, study_name="other")
    assert [t.study.name for t in source.trials()] == ["other"]
    assert source.epoch == 1


def damage(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], b"{broken\n", *lines[5:]]))


def strange(path: Path) -> None:
    path.write_bytes(b'{"op_code": 77, "worker_id": "x"}\n' + path.read_bytes())


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (damage, r"journal\.log: line 5 is damaged; expected an Optuna journal"),
        (strange, r"journal\.log: damaged \(.*\); expected an Optuna journal"),
        (Path.unlink, r"journal\.log does not exist; expected one of"),
    ],
)
def test_a_bad_journal_is_refused_in_one_sentence(journal: Path, how: Callable[[Path], None], sentence: str) -> None:
    how(journal)
    before = contents(journal.parent)
    with pytest.raises(ReadError, match=sentence):
        read(journal)
    assert contents(journal.parent) == before


@pytest.mark.usefixtures("study")
def test_a_line_that_is_still_being_written_waits(journal: Path) -> None:
    with journal.open("ab") as file:
        file.write(b'{"op_code": 4, "study')
    assert len(read(journal)[0]) == 31


def test_a_journal_that_is_missing_is_not_created(journal: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        Journal(str(journal)).trials()
    assert not journal.exists()
