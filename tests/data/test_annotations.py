"""Stars, tags, notes and archived rows live in the workspace and follow their rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
import pandas as pd
import pytest

from analytics.marks import Edit, MarkError
from data.catalog import Catalog
from data.workspace import Workspace, open_workspace
from tests.data.conftest import contents
from tests.data.following import until

Again = Callable[[], Catalog]


@pytest.fixture
def again(workspace: Workspace) -> Again:
    """Another catalog on the same workspace, as after a restart or of another server."""
    return lambda: Catalog(open_workspace(workspace.folder))


def marked(catalog: Catalog, key: str, name: str) -> dict[int, object]:
    """The values of a column of marks by number, where there is one."""
    trials = catalog.trials(key)
    cells = zip(trials.numbers.tolist(), trials.columns[name].objects(), strict=True)
    return {number: cell for number, cell in cells if cell == cell}


def test_annotations_outlive_the_server_and_leave_the_source_as_it_was(
    catalog: Catalog, study: optuna.Study, results: Path, again: Again
) -> None:
    before = contents(results)
    (key,) = catalog.open(results / "study.db")
    revision = catalog.changes(key, None).revision
    edits = [
        Edit(key, (1, 3), star=True),
        Edit(key, (1,), tag="fast"),
        Edit(key, (1,), tag="on device"),
        Edit(key, (3,), note="<b>why?</b>\nsecond line"),
    ]
    assert catalog.annotate(edits) == 2
    changes = catalog.changes(key, revision)
    assert (changes.reset, changes.columns[0].values.tolist()) == (False, [1, 3])
    after = again()
    after.open(results / "study.db")
    for one in (catalog, after):
        assert marked(one, key, "star") == {1: True, 3: True}
        assert marked(one, key, "tags") == {1: "fast, on device"}
        assert marked(one, key, "note") == {3: "<b>why?</b>\nsecond line"}
    assert contents(results) == before
    after.close()
    study.tell(study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}), 0.1)
    until(catalog, lambda: len(catalog.trials(key)) == 6)
    assert marked(catalog, key, "star") == {1: True, 3: True}


def test_another_server_on_the_workspace_hears_of_annotations(
    catalog: Catalog, study: optuna.Study, results: Path, again: Again
) -> None:
    (key,) = catalog.open(results / "study.db")
    other = again()
    other.open(results / "study.db")
    other.annotate([Edit(key, (2,), tag="theirs")])
    catalog.annotate([Edit(key, (2,), tag="ours")])
    until(other, lambda: marked(other, key, "tags") == {2: "theirs, ours"})
    other.close()
    assert len(study.trials) == 5


@pytest.mark.usefixtures("study")
def test_a_star_is_no_result_and_an_archived_row_is_none_any_more(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    standing, trials = catalog.standing(key)
    catalog.annotate([Edit(key, (1,), star=True, tag="x", note="y")])
    assert catalog.standing(key)[0] == standing
    catalog.annotate([Edit(key, (0, 4), archived=True)])
    revision, kept = catalog.standing(key)
    assert revision != standing
    assert (len(trials), kept.numbers.tolist(), len(catalog.trials(key))) == (5, [1, 2, 3], 5)
    assert catalog.studies()[0]["archived"] == 2
    catalog.annotate([Edit(key, (0, 4), archived=False)])
    assert catalog.standing(key)[1].numbers.tolist() == [0, 1, 2, 3, 4]


def rows() -> pd.DataFrame:
    """Rows without numbers of their own, two of them equal."""
    return pd.DataFrame({"rate": [0.1, 0.2, 0.2, 0.4], "kind": ["a", "b", "b", "c"], "accuracy": [0.5, 0.6, 0.6, 0.9]})


def by_rate(catalog: Catalog, key: str, name: str) -> list[tuple[float, object]]:
    frame = catalog.trials(key).frame
    return [(rate, cell) for rate, cell in zip(frame["rate"], frame[name], strict=True) if cell == cell]


def test_annotations_follow_the_rows_of_a_table_that_is_sorted_and_extended(
    catalog: Catalog, results: Path, again: Again
) -> None:
    path = results / "table.csv"
    rows().to_csv(path, index=False)
    (key,) = catalog.open(path)
    catalog.annotate([Edit(key, (0,), note="first"), Edit(key, (2,), star=True), Edit(key, (3,), tag="best")])
    longer = pd.concat([rows(), pd.DataFrame({"rate": [0.05], "kind": ["a"], "accuracy": [0.95]})])
    longer.sort_values("accuracy", ascending=False)[["kind", "accuracy", "rate"]].to_csv(path, index=False)
    until(catalog, lambda: len(catalog.trials(key)) == 5)
    wanted = ([(0.1, "first")], [(0.2, True)], [(0.4, "best")])
    assert tuple(by_rate(catalog, key, name) for name in ("note", "star", "tags")) == wanted
    assert catalog.trials(key).frame.set_index("number")["rate"][3] == 0.4, "a row keeps its number while it is open"
    longer.assign(seconds=1.5).to_csv(path, index=False)
    until(catalog, lambda: "seconds" in catalog.trials(key).columns)
    restarted = again()
    restarted.open(path)
    for one in (catalog, restarted):
        assert tuple(by_rate(one, key, name) for name in ("note", "star", "tags")) == wanted
    restarted.close()


def test_a_row_that_is_edited_in_its_place_keeps_its_annotations(catalog: Catalog, results: Path, again: Again) -> None:
    path = results / "table.csv"
    rows().to_csv(path, index=False)
    (key,) = catalog.open(path)
    catalog.annotate([Edit(key, (3,), note="run again")])
    rows().assign(accuracy=[0.5, 0.6, 0.6, 0.93]).to_csv(path, index=False)
    until(catalog, lambda: catalog.trials(key).frame["accuracy"].max() == 0.93)
    restarted = again()
    restarted.open(path)
    assert by_rate(catalog, key, "note") == by_rate(restarted, key, "note") == [(0.4, "run again")]
    restarted.close()


def test_a_table_with_numbers_goes_by_them(catalog: Catalog, results: Path) -> None:
    path = results / "table.csv"
    rows().assign(trial=[7, 5, 6, 4]).to_csv(path, index=False)
    (key,) = catalog.open(path)
    catalog.annotate([Edit(key, (4,), star=True)])
    rows().assign(trial=[7, 5, 6, 4], accuracy=[0.1, 0.2, 0.3, 0.4])[::-1].to_csv(path, index=False)
    until(catalog, lambda: catalog.trials(key).frame["accuracy"].max() == 0.4)
    assert by_rate(catalog, key, "star") == [(0.4, True)]


@pytest.mark.usefixtures("study")
def test_two_who_edit_at_once_lose_nothing(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    catalog.annotate([Edit(key, (1,), note="seen by both", tag="a")])
    catalog.annotate([Edit(key, (1,), note="seen by both, and mine", was="seen by both", tag="b")])
    catalog.annotate([Edit(key, (1,), note="seen by both\nand theirs", was="seen by both", tag="c")])
    assert marked(catalog, key, "note") == {1: "seen by both, and mine\nand theirs"}
    assert marked(catalog, key, "tags") == {1: "a, b, c"}
    catalog.annotate([Edit(key, (1,), note="another", was="forgotten")])
    assert marked(catalog, key, "note") == {1: "seen by both, and mine\nand theirs\n\nanother"}


@pytest.mark.usefixtures("study")
def test_what_is_too_much_changes_nothing(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    catalog.annotate([Edit(key, (1,), tag=f"t{i}") for i in range(30)])
    with pytest.raises(MarkError, match="the tag 'one more' would be the 31th of a row; expected at most 30"):
        catalog.annotate([Edit(key, (0,), star=True), Edit(key, (1,), tag="one more")])
    with pytest.raises(MarkError, match=r"the note has 10,001 characters; expected at most 10,000"):
        catalog.annotate([Edit(key, (1,), note="x" * 10_001)])
    with pytest.raises(KeyError):
        catalog.annotate([Edit(key, (0,), star=True), Edit("0" * 12, (1,), star=True)])
    assert marked(catalog, key, "star") == {}
