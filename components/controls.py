"""The control panel on the left: studies and their lineage, the objective, the legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.cards import view
from components.groups import folded, together
from components.opening import export_menu, open_button
from components.options import option

Entry = Mapping[str, Any]
"""A study as ``/api/studies`` describes it."""

GIVEN = "given"
"""The algorithm of studies that train listed configurations, as a confirmation does; they refine nothing."""

LISTED = ("id", "name", "label", "state", "message", "algorithm", "settings", "changed", "notes", "ours", "table")
BETTER = {"minimize": "lower", "maximize": "higher"}


def control_panel() -> html.Aside:
    """The panel with its places; callbacks and kit fill them."""
    toggle = html.Button(
        [html.Span("‹", className="tr-chevron", **{"aria-hidden": "true"}), html.Span("Studies")],
        className="tr-drawer-toggle",
        **{"data-drawer": "studies", "aria-expanded": "true"},
    )
    objective = dcc.Dropdown(id=ids.OBJECTIVE_CHOICE, options=[], clearable=False, className="tr-dropdown")
    body = html.Div(
        [
            html.Div(html.P("Loading studies…", className="tr-note"), id=ids.STUDY_LIST),
            html.P(id=ids.ACTION_MESSAGE, className="tr-note", role="status"),
            html.H2("Objective"),
            objective,
            view("legend"),
        ],
        className="tr-drawer-body",
    )
    return html.Aside([toggle, body], id=ids.PANEL, className="tr-drawer-left", **{"aria-label": "Studies"})


def study_list(studies: Sequence[Entry], shown: Iterable[str]) -> Component:
    """The studies as a tree, a child under the study it refined; those of a group under its heading."""
    if not studies:
        return html.P("No study is open.", className="tr-note")
    ticked = set(shown)
    items: list[Component] = []
    for group, branches in groupby(trees(together(studies)), key=lambda tree: tree[0][0].get("group")):
        within = [study_item(entry, depth, entry["id"] in ticked) for tree in branches for entry, depth in tree]
        members = [entry for entry in studies if entry.get("group") == group]
        items += [folded(group, members, ticked, within)] if group else within
    return html.Ul(items, className="tr-studies")


def trees(studies: Sequence[Entry]) -> Iterator[list[tuple[Entry, int]]]:
    """Each root with all that refined it, as `lineage` gives them."""
    tree: list[tuple[Entry, int]] = []
    for entry, depth in lineage(studies):
        if depth == 0 and tree:
            yield tree
            tree = []
        tree.append((entry, depth))
    yield tree


def lineage(studies: Sequence[Entry]) -> Iterator[tuple[Entry, int]]:
    """Each study once with its depth: roots in the given order, children right after their parent."""
    known = {entry["id"]: entry for entry in studies}
    children: dict[str | None, list[Entry]] = {}
    for entry in studies:
        parent = entry["parent"] if entry["parent"] in known and entry["parent"] != entry["id"] else None
        children.setdefault(parent, []).append(entry)
    waiting = [(entry, 0) for entry in reversed(children.get(None, []))]
    seen = set()
    while waiting:
        entry, depth = waiting.pop()
        seen.add(entry["id"])
        yield entry, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(entry["id"], []))]
    yield from ((entry, 0) for entry in studies if entry["id"] not in seen)  # a circle of parents has no root


def study_item(entry: Entry, depth: int, shown: bool) -> html.Li:
    """One study: a tick that shows it, algorithm, counts, state, what changed from its parent, notes."""
    tick = dcc.Checklist(
        id=ids.study_shown(entry["id"]),
        options=[{"label": html.Span(entry["name"], title=entry["label"]), "value": entry["id"]}],
        value=[entry["id"]] if shown else [],
        className="tr-tick",
    )
    parts = [
        html.Div([tick, _state(entry)], className="tr-study-head"),
        html.Div(caption(entry), className="tr-note", title=_settings(entry)),
        html.Div(standing(entry), id=ids.study_standing(entry["id"]), className="tr-standing"),
        html.P(entry["message"], className="tr-error") if entry.get("message") else None,
        _sentences("Changed", entry["changed"]),
        _sentences("Notes", entry["notes"]),
        html.Div(list(_actions(entry)), className="tr-actions"),
    ]
    return html.Li([part for part in parts if part], style={"--depth": depth}, className="tr-study")


def standing(entry: Entry) -> list[Component]:
    """What changes with every trial: counts, and how far the study is."""
    told = counts(entry["counts"]) + (f", {entry['archived']:,} archived" if entry.get("archived") else "")
    return [html.Div(told, className="tr-note"), *filter(None, [progress(entry)])]


def listed(studies: Iterable[Entry]) -> list[list[Any]]:
    """All that the list says of studies but their ``standing``: while it stays, the list need not be made anew."""
    return [
        [depth, is_running(entry), entry.get("group"), *(entry[name] for name in LISTED)]
        for entry, depth in lineage(list(studies))
    ]


def caption(entry: Entry) -> str:
    """Algorithm and settings in one line, as short as they come."""
    return " · ".join(part for part in (entry["algorithm"] or "algorithm unknown", _settings(entry)) if part)


def counts(by_state: Mapping[str, int]) -> str:
    """Trials in all, then by state, leaving out states without trials: '312 trials: 300 complete, 12 failed'."""
    total = sum(by_state.values())
    there = [f"{number:,} {state}" for state, number in by_state.items() if number]
    noun = "trial" if total == 1 else "trials"
    return f"{total:,} {noun}: {', '.join(there)}" if len(there) > 1 else f"{' '.join(there) or 'no'} {noun}"


def progress(entry: Entry) -> html.Div | None:
    """How far a running study of ours is, if its budget says how many trials it has."""
    if not is_running(entry) or not entry["planned"]:
        return None
    done = sum(entry["counts"][state] for state in ("complete", "pruned", "failed"))
    words = f"{done:,} of {entry['planned']:,} trials are done"
    return html.Div(dbc.Progress(value=done, max=entry["planned"], className="tr-progress"), title=words)


def running_label(studies: Iterable[Entry]) -> str:
    """How many studies are being searched now, as the header says it."""
    count = sum(1 for entry in studies if is_running(entry))
    return f"{count} running" if count else ""


def is_running(entry: Entry) -> bool:
    """Whether a study is being searched now: ours by its state, others by a running trial."""
    if entry["state"] is not None:
        return bool(entry["state"] == "running")
    return bool(entry["counts"].get("running"))


def objectives(studies: Iterable[Entry]) -> list[dict[str, str]]:
    """The choices of what colour and 'best' mean: declared objectives first; both directions where none is told."""
    found: dict[str, tuple[bool, str]] = {}
    for entry in studies:
        for metric in entry["metrics"]:
            for direction in _directions(metric):
                key = f"{direction}:{metric['name']}"
                guessed = " (guessed)" if metric["inferred"] and direction == metric["direction"] else ""
                first = bool(metric["objective"]) or found.get(key, (False, ""))[0]
                found[key] = (first, f"{metric['name']}, {BETTER[direction]}{guessed}")
    ordered = sorted(found, key=lambda key: not found[key][0])
    return [option(found[key][1], key) for key in ordered]


def _directions(metric: Mapping[str, Any]) -> list[str]:
    """In which directions a metric can be meant: the told one; a guessed one first; else both."""
    told = metric["direction"]
    return [told] if told and not metric["inferred"] else sorted(BETTER, key=lambda direction: direction != told)


def source_label(studies: Sequence[Entry]) -> str:
    """What is open, in a few words: the source's label, or how many sources."""
    labels = list(dict.fromkeys(entry["label"] for entry in studies))
    return labels[0] if len(labels) == 1 else f"{len(labels)} sources" if labels else ""


def problems_bar(problems: Iterable[str], dismissed: Iterable[str]) -> list[dbc.Alert]:
    """One alert a problem that the analyst has not put away."""
    away = set(dismissed)
    return [
        dbc.Alert(problem, id=ids.problem_dismiss(problem), dismissable=True, fade=False, className="tr-alert")
        for problem in dict.fromkeys(problems)
        if problem not in away
    ]


def empty_state(studies: Sequence[Entry] | None, shown: Iterable[str]) -> list[Component]:
    """What to do when there is nothing to look at; nothing if there is."""
    if studies is None:
        return [html.P("Loading studies…")]
    if not studies:
        return [
            html.H2("No study is open"),
            html.P([open_button(), " your results, or start with ", html.Code("python app.py results.db")]),
            html.P("An Optuna database, a table, or a folder of runs will do. Or start a study under Launch."),
        ]
    visible = [entry for entry in studies if entry["id"] in set(shown)]
    if not visible:
        return [html.H2("No study is shown"), html.P("Tick a study in the panel on the left.")]
    if not any(entry["rows"] for entry in visible):
        return [html.H2("No trial yet"), html.P("The shown studies have no trials; they appear here as they are made.")]
    return []


def _state(entry: Entry) -> html.Span | None:
    if is_running(entry):
        return html.Span([html.Span(className="tr-pulse"), "running"], className="tr-state")
    return html.Span(entry["state"], className="tr-state") if entry["state"] else None


def _settings(entry: Entry) -> str:
    return ", ".join(f"{name} {value}" for name, value in entry["settings"].items())


def _sentences(label: str, sentences: Sequence[str]) -> html.Details | None:
    if not sentences:
        return None
    items = html.Ul([html.Li(sentence) for sentence in sentences])
    return html.Details([html.Summary(f"{label} ({len(sentences)})"), items], className="tr-more")


def _actions(entry: Entry) -> Iterator[Component]:
    if entry["ours"] and entry["state"] == "running":
        yield html.Button("Stop", id=ids.study_stop(entry["id"]), className="tr-btn")
    if entry["ours"] and entry["state"] in ("stopped", "failed"):
        yield html.Button("Resume", id=ids.study_resume(entry["id"]), className="tr-btn")
    yield export_menu(entry["id"])
    if entry["table"]:
        yield html.Button("Column roles…", id=ids.study_roles(entry["id"]), className="tr-btn")
