"""Pickled studies: refused with the risk named, opened in a process of their own where the analyst consents."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
from pathlib import Path

import optuna
import pytest

from data.catalog import Catalog
from data.readers import ReadError, read


class Sets:
    """Pickled, it sets a variable of the environment of whoever opens it."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return os.putenv, ("TRELLIS_PICKLE", "opened")


class Calls:
    """Pickled, it connects to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __reduce__(self) -> tuple[object, tuple[tuple[str, int]]]:
        return socket.create_connection, (("127.0.0.1", self.port),)


@pytest.fixture
def pickled(tmp_path: Path) -> Path:
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1))

    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        trial.report(rate / 2, 1)
        trial.set_user_attr("size", 10)
        if trial.number == 3:
            raise optuna.TrialPruned
        return rate if kind == "a" else rate / 2

    study.optimize(objective, n_trials=6)
    path = tmp_path / "study.pkl"
    path.write_bytes(pickle.dumps(study))
    return path


def test_a_pickle_is_refused_with_its_risk(pickled: Path, catalog: Catalog) -> None:
    with pytest.raises(
        ReadError, match=r"study\.pkl is a pickle, and opening one runs whatever code .* --allow-pickle"
    ):
        catalog.open(pickled)


def test_a_pickle_opens_with_consent(pickled: Path, catalog: Catalog) -> None:
    (study,) = catalog.open(pickled, allow_pickle=True)
    trials = catalog.trials(study)
    assert (len(trials), trials.params, list(trials.metrics)) == (6, ["rate", "kind"], ["value", "size"])
    assert (trials.space["rate"].bounds, trials.space["rate"].log) == ((1e-4, 1.0), True)
    assert trials.metrics["value"].direction == "maximize"
    assert trials.frame["state"].tolist().count("pruned") == 1
    assert trials.load_history([2])["step"].tolist() == [1]


def test_its_code_does_not_run_here(tmp_path: Path) -> None:
    path = tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(Sets()))
    with pytest.raises(ReadError, match=r"the pickle cannot be opened: .* expected a study of Optuna"):
        read(path, allow_pickle=True)
    assert "TRELLIS_PICKLE" not in os.environ


def may_leave_the_network() -> bool:
    """Whether a process on this machine can give up the network; containers may forbid it."""
    tries = (["unshare", "--net", "true"], ["unshare", "--user", "--net", "true"])
    return any(subprocess.run(one, capture_output=True, check=False).returncode == 0 for one in tries)


def test_its_code_reaches_no_network_where_the_machine_allows(tmp_path: Path) -> None:
    path = tmp_path / "calling.pkl"
    with socket.create_server(("127.0.0.1", 0)) as server:
        path.write_bytes(pickle.dumps(Calls(server.getsockname()[1])))
        expected = "OSError: .*unreachable" if may_leave_the_network() else ""
        with pytest.raises(ReadError, match=f"cannot be opened: {expected}"):
            read(path, allow_pickle=True)


def test_a_damaged_pickle_is_a_sentence(pickled: Path) -> None:
    pickled.write_bytes(pickled.read_bytes()[:500])
    with pytest.raises(ReadError, match="the pickle cannot be opened: "):
        read(pickled, allow_pickle=True)
