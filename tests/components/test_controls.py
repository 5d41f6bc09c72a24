"""What the control panel says of studies."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components import controls, ids, runs


def entry(name: str, **changes: Any) -> dict[str, Any]:
    """A study as /api/studies describes it."""
    plain = {
        "id": name,
        "name": name,
        "label": "results.db",
        "parent": None,
        "algorithm": "tpe",
        "settings": {"n_startup_trials": 10},
        "state": None,
        "message": None,
        "counts": {"complete": 2, "pruned": 0, "failed": 0, "running": 0, "waiting": 0},
        "rows": 2,
        "planned": None,
        "metrics": [metric("accuracy", "maximize", objective=True)],
        "changed": [],
        "notes": [],
        "table": False,
        "ours": True,
    }
    return plain | changes


def metric(name: str, direction: str | None, objective: bool = False) -> dict[str, Any]:
    return {"name": name, "direction": direction, "objective": objective, "inferred": False}


def text(component: Any) -> str:
    """All text in a component."""
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(text, component)))
    if isinstance(component, Component):
        label = [option["label"] for option in getattr(component, "options", None) or []]
        return text([getattr(component, "children", None), *label])
    return "" if component is None else str(component)


def order(*studies: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["id"], depth) for one, depth in controls.lineage(studies)]


def test_a_child_stands_under_the_study_it_refined() -> None:
    studies = entry("a"), entry("b"), entry("a2", parent="a1"), entry("a1", parent="a")
    assert order(*studies) == [("a", 0), ("a1", 1), ("a2", 2), ("b", 0)]


def test_a_study_whose_parent_is_not_open_is_a_root() -> None:
    assert order(entry("b", parent="gone")) == [("b", 0)]


def test_no_study_is_lost_where_parents_run_in_a_circle() -> None:
    assert order(entry("a", parent="b"), entry("b", parent="a"), entry("c", parent="c")) == [
        ("c", 0),
        ("a", 0),
        ("b", 0),
    ]


def test_counts_name_the_states_that_there_are() -> None:
    assert controls.counts({"complete": 1200, "failed": 3, "running": 0}) == "1,203 trials: 1,200 complete, 3 failed"
    assert controls.counts({"complete": 7, "failed": 0}) == "7 complete trials"
    assert controls.counts({"complete": 1}) == "1 complete trial"
    assert controls.counts({"complete": 0}) == "no trials"


def test_a_caption_says_algorithm_and_settings() -> None:
    assert controls.caption(entry("a")) == "tpe · n_startup_trials 10"
    assert controls.caption(entry("a", algorithm="", settings={})) == "algorithm unknown"


def test_our_studies_run_by_their_state_and_others_by_their_trials() -> None:
    ours, stopped = entry("a", state="running"), entry("b", state="stopped", counts={"running": 2})
    foreign = entry("c", counts={"running": 1})
    assert controls.running_label([ours, stopped, foreign]) == "2 running"
    assert controls.running_label([stopped]) == ""


def test_only_our_own_studies_can_be_stopped_and_resumed() -> None:
    def offered(**changes: Any) -> set[str]:
        return {"Stop", "Resume"} & set(text(controls.study_item(entry("a", **changes), 0, True)).split())

    wanted = {"running": {"Stop"}, "stopped": {"Resume"}, "failed": {"Resume"}, "finished": set()}
    assert {state: offered(state=state) for state in wanted} == wanted
    assert not any(offered(state=state, ours=False) for state in wanted)


def test_objectives_come_first_and_a_metric_without_direction_in_both() -> None:
    metrics = [metric("seconds", None), metric("loss", "minimize"), metric("accuracy", "maximize", objective=True)]
    choices = controls.objectives([entry("a", metrics=metrics)])
    assert [choice["value"] for choice in choices] == [
        "maximize:accuracy",
        "minimize:seconds",
        "maximize:seconds",
        "minimize:loss",
    ]
    assert choices[0]["label"] == "accuracy, higher"


def test_what_is_open_is_said_in_a_few_words() -> None:
    assert controls.source_label([entry("a"), entry("b")]) == "results.db"
    assert controls.source_label([entry("a"), entry("b", label="table.csv")]) == "2 sources"
    assert controls.source_label([]) == ""


def test_a_study_shows_why_it_failed_what_changed_and_notes() -> None:
    item = controls.study_item(
        entry("a", message="No space left.", changed=["rate: narrower"], notes=["Local times."]), 0, True
    )
    shown = text(item)
    assert all(
        part in shown for part in ("No space left.", "Changed (1)", "rate: narrower", "Notes (1)", "Local times.")
    )


def test_buttons_fit_the_state_of_the_study() -> None:
    def buttons(**changes: Any) -> str:
        shown = controls.study_item(entry("a", **changes), 0, False).children
        [actions] = [c for c in shown if c.className == "tr-actions"]
        return text([c for c in actions.children if isinstance(c, html.Button)])

    assert buttons() == ""
    assert buttons(state="running") == "Stop"
    assert buttons(state="stopped") == buttons(state="failed") == "Resume"
    assert buttons(state="finished") == ""
    assert buttons(table=True) == "Column roles…"


def test_a_problem_put_away_is_not_shown_again() -> None:
    assert [text(one) for one in controls.problems_bar(["a", "b", "b"], ["a"])] == ["b"]


def test_an_empty_page_says_what_to_do() -> None:
    assert "Loading" in text(controls.empty_state(None, []))
    assert "python app.py" in text(controls.empty_state([], []))
    assert "Tick a study" in text(controls.empty_state([entry("a")], []))
    assert "No trial yet" in text(controls.empty_state([entry("a", rows=0)], ["a"]))
    assert controls.empty_state([entry("a")], ["a"]) == []


def test_only_shown_studies_are_ticked() -> None:
    listed = controls.study_list([entry("a"), entry("b")], ["b"])
    ticks = {item.children[0].children[0].id["index"]: item.children[0].children[0].value for item in listed.children}
    assert ticks == {"a": [], "b": ["b"]}
    assert ids.study_shown("a")["index"] == "a"


def test_a_group_is_folded_away_while_none_of_its_studies_is_shown() -> None:
    one, other = ({"id": name, "name": name, "runs": False} for name in ("one", "other"))
    studies = [entry("a", group=one), entry("b", group=one, parent="a"), entry("c", group=other), entry("d")]
    first, second, alone = controls.study_list(studies, ["b"]).children
    assert [first.children.open, second.children.open] == [True, False]
    assert [len(found.children.children[1].children) for found in (first, second)] == [2, 1]
    assert alone.children[0].children[0].id["index"] == "d"


def test_a_running_study_shows_how_far_it_is() -> None:
    counts = {"complete": 3, "pruned": 1, "failed": 1, "running": 2, "waiting": 0}
    shown = controls.progress(entry("a", state="running", planned=20, counts=counts))
    assert shown is not None
    assert (shown.title, shown.children.value, shown.children.max) == ("5 of 20 trials are done", 5, 20)
    assert controls.progress(entry("a", state="finished", planned=20, counts=counts)) is None
    assert controls.progress(entry("a", state="running", planned=None, counts=counts)) is None


def test_old_ended_studies_are_folded_away_and_running_ones_never() -> None:
    going = [entry(f"going {i}", state="running") for i in range(5)]
    ended = [entry(f"ended {i}", state="finished") for i in range(8)]
    *shown, folded = runs.blocks([*going, *ended], {})
    assert [getattr(block, "aria-label") for block in shown] == [
        *(f"going {i}" for i in range(5)),
        "ended 0",
        "ended 1",
        "ended 2",
    ]
    assert "5 more ended studies" in text(folded)
    assert len(runs.blocks([*going, *ended[:4]], {})) == 9
