"""What a search leaves in the database is there in the rows that a reader gives: the exploration history's matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pytest
from optuna.storages import InMemoryStorage, RDBStorage

from data.readers import read
from tests.trainer.searching import STEPS, a_spec, conduct, loss


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def rows(folder: Path, name: str, **entries: Any) -> pd.DataFrame:
    """The rows of a study, as they are read from a database."""
    memory, storage = InMemoryStorage(), RDBStorage(f"sqlite:///{folder / 'study.db'}")
    conduct(a_spec(name, **entries), memory)
    optuna.copy_study(from_study_name="study", from_storage=memory, to_storage=storage)
    storage.scoped_session.remove()
    storage.engine.dispose()
    [trials] = read(str(folder / "study.db"))
    return trials.frame


def test_members_generations_and_parents_of_a_population(tmp_path: Path) -> None:
    frame = rows(tmp_path, "pbt", settings={"population": 3, "interval": 2, "generations": 3}, budget={})
    assert frame["generation"].tolist() == [0] * 3 + [1] * 3 + [2] * 3
    assert frame["member"].tolist() == [0, 1, 2] * 3
    assert frame["budget"].tolist() == [2] * 3 + [4] * 3 + [6] * 3
    assert frame["parent"].isna().tolist() == [True] * 3 + [False] * 6
    children = frame.dropna(subset=["parent"])
    parents = frame.set_index("number").loc[children["parent"].astype(int)]
    assert parents["generation"].tolist() == (children["generation"] - 1).tolist()
    goes_on = (parents["config"].to_numpy() == children["config"].to_numpy()).tolist()
    assert goes_on == (parents["rate"].to_numpy() == children["rate"].to_numpy()).tolist()
    assert frame["final"].sum() == frame["config"].nunique()


def test_brackets_and_rungs_of_hyperband_are_those_at_which_trials_were_judged(tmp_path: Path) -> None:
    frame = rows(tmp_path, "bohb", budget={"trials": 24, "steps": STEPS})
    assert set(frame["bracket"]) == {0, 1, 2}
    ended = frame[frame["state"] == "pruned"]
    assert len(ended) > 5
    assert ended["budget"].tolist() == (3 ** (ended["bracket"] + ended["rung"])).tolist()
    assert (frame[frame["state"] == "complete"]["budget"] == STEPS).all()
    assert frame["batch"].tolist() == list(range(24))


def test_generations_of_nsga2_and_cmaes_are_batches(tmp_path: Path) -> None:
    two = {"loss": "minimize", "size": "minimize"}
    frame = rows(tmp_path, "nsga2", settings={"population_size": 5}, metrics=two)
    assert frame["generation"].tolist() == [0] * 5 + [1] * 5 + [2] * 4
    assert frame["batch"].tolist() == frame["generation"].tolist()


def test_trials_asked_for_with_the_same_knowledge_are_one_batch() -> None:
    from trainer.search import Outcome
    from trainer.searches import search_of

    search = search_of(a_spec("tpe"), optuna.create_study(study_name="study"))
    first = [search.ask() for _ in range(3)]
    search.tell(first[0], Outcome({"loss": loss(first[0].params, 1)}))
    second = search.ask()
    for asked in first[1:]:
        search.tell(asked, Outcome({"loss": loss(asked.params, 1)}))
    third = [search.ask(), search.ask()]
    assert [a.trial.user_attrs["trellis:batch"] for a in (*first, second, *third)] == [0, 0, 0, 1, 2, 2]
