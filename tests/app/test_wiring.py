"""Page and callbacks fit together: what is wired exists, and exists once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from inspect import isfunction
from typing import Any

from dash import Dash
from dash.development.base_component import Component

from app import create_app
from components import controls, ids, stores
from components.cards import view
from data.workspace import Workspace
from pages import frame

WIDGETS = {
    "chips",
    "findings",
    "pins",
    "selected",
    "table",
    "columns",
    "importance",
    "basis",
    "overview",
    "constraints",
    "front",
    "curve-tools",
    "curve-tools-pinned",
    "curve-legend",
    "flag-chips",
    "flag-words",
    "rung-bar",
}
EXPLORE = {"parallel", "marginal", "heatmap", "histograms", "scatter", "slices"}
VIEWS = {*EXPLORE, "monitor", "strips", "distributions", "tradeoff", "frontlines", "volume", "curves", "curves-pinned"}

ENTRY: dict[str, Any] = {
    "id": "0123456789ab",
    "name": "digits",
    "label": "results.db",
    "parent": None,
    "algorithm": "tpe",
    "settings": {},
    "state": "running",
    "message": None,
    "counts": {"complete": 1},
    "rows": 1,
    "planned": None,
    "metrics": [],
    "changed": [],
    "notes": [],
    "table": True,
    "ours": True,
}


def every(component: Any) -> Iterator[Component]:
    """A component and everything in it."""
    if isinstance(component, list | tuple):
        for one in component:
            yield from every(one)
    elif isinstance(component, Component):
        yield component
        yield from every(getattr(component, "children", None))


def static_ids() -> list[str]:
    found = (getattr(component, "id", None) for component in every(frame.layout()))
    return [one for one in found if isinstance(one, str)]


def wired(app: Dash) -> Iterator[Any]:
    """The id of every input, state and output of every callback."""
    for output, callback in app.callback_map.items():
        yield from (one["id"] for one in [*callback["inputs"], *callback["state"]])
        for one in output.strip(".").split("..."):
            yield one.rpartition(".")[0].partition("@")[0]


def pattern(wire: str) -> str | None:
    """The type of a pattern id, or None of a plain one."""
    return str(json.loads(wire)["type"]) if wire.startswith("{") else None


def test_every_id_that_is_wired_is_in_the_page(workspace: Workspace) -> None:
    plain = {wire for wire in map(str, wired(create_app(workspace))) if wire and pattern(wire) is None}
    assert plain - set(static_ids()) == set()


def test_every_pattern_that_is_wired_is_made_by_ids(workspace: Workspace) -> None:
    made = [make("x") for make in vars(ids).values() if isfunction(make) and make.__module__ == ids.__name__]
    used = {pattern(wire) for wire in map(str, wired(create_app(workspace)))} - {None}
    assert used
    assert used <= {one["type"] for one in made if isinstance(one, dict)}


def test_no_id_stands_twice_in_the_page() -> None:
    assert [name for name, times in Counter(static_ids()).items() if times > 1] == []


def test_every_store_is_in_the_page_with_its_initial_data() -> None:
    found = {c.id: getattr(c, "data", None) for c in every(frame.layout()) if isinstance(getattr(c, "id", None), str)}
    for store in stores.STORES:
        assert found[store.id] == store.initial


def test_the_page_starts_with_the_studies_that_are_open() -> None:
    answer = {
        "revision": "1",
        "problems": [],
        "studies": [{**ENTRY, "shown": True}, {**ENTRY, "id": "b", "shown": False}],
    }
    data = {
        c.id: getattr(c, "data", None) for c in every(frame.layout(answer)) if isinstance(getattr(c, "id", None), str)
    }
    assert data[ids.STUDIES] == answer
    assert data[ids.SHOWN] == [ENTRY["id"]]


def test_every_view_of_the_kit_has_one_place_in_the_page() -> None:
    places = Counter(getattr(component, "data-view", None) for component in every(frame.layout()))
    expected = dict.fromkeys(VIEWS | WIDGETS, 1) | {"legend": 2}  # in the panel, and over a search
    assert {name: number for name, number in places.items() if name} == expected


def test_the_options_of_a_view_travel_as_json() -> None:
    assert json.loads(getattr(view("slices", {"rows": ["a"]}), "data-options")) == {"rows": ["a"]}


def test_every_view_that_draws_can_be_saved_as_png_and_svg() -> None:
    kinds = {getattr(c, "data-export", None) for c in every(frame.layout())} - {None}
    assert kinds == {"png", "svg"}


def test_the_buttons_of_a_study_are_wired(workspace: Workspace) -> None:
    used = {pattern(wire) for wire in map(str, wired(create_app(workspace)))} - {None}
    shown = [ENTRY, {**ENTRY, "id": "b", "state": "stopped"}]
    made = {c.id["type"] for c in every(controls.study_list(shown, [])) if isinstance(getattr(c, "id", None), dict)}
    assert made
    assert made <= used
