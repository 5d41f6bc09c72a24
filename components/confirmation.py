"""The best few again with fresh seeds: the form that starts it, and what it found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics.claims import interval_text
from analytics.confirmation import Confirmation, Confirmed
from analytics.text import number_text
from components import ids
from components.controls import GIVEN, Entry, counts
from components.options import option
from components.runs import act

SAME_DATA = (
    "All trainings use the data of the search: the intervals cover the chance of training (first weights, order), not "
    "that of the data."
)
UNSEEN_DATA = (
    "Measured on data that the search never saw: the intervals cover the chance of training (first weights, order); "
    "another sample of data would move all of them."
)
JUDGED = (
    "Shrinkage: the value in the search less the mean now, in the direction that is better: what being the best of "
    "many flattered. What is as good as the first is judged pair by pair (Welch's 95 % interval), not jointly."
)
AMONG = {"study": "of the whole study", "selected": "of the selected trials", "pinned": "of the pinned trials"}


def confirmation_panel() -> html.Div:
    """The form over what confirming studies found."""
    study = dcc.Dropdown(id=ids.CONFIRM_STUDY, options=[], clearable=False, className="tr-dropdown")
    among = dcc.Dropdown(
        id=ids.CONFIRM_AMONG,
        options=[{"label": label, "value": value} for value, label in AMONG.items()],
        value="study",
        clearable=False,
        className="tr-dropdown",
    )
    unseen = dcc.Checklist(id=ids.CONFIRM_UNSEEN, options=[], value=[], className="tr-tick")
    fields = html.Div(
        [
            html.Label([html.Span("Study", className="tr-label"), study], className="tr-field tr-field-list"),
            _number("The best", ids.CONFIRM_COUNT, "5"),
            html.Label([html.Span("among those", className="tr-label"), among], className="tr-field tr-field-list"),
            _number("Fresh seeds each", ids.CONFIRM_REPEATS, "5"),
            unseen,
            html.Button("Confirm", id=ids.CONFIRM_START, className="tr-btn tr-primary"),
        ],
        className="tr-fields tr-compare-fields",
    )
    said = [
        html.P(id=ids.CONFIRM_WHICH, className="tr-note"),
        html.P(id=ids.CONFIRM_PROBLEM, className="tr-error", role="alert"),
        html.P(id=ids.CONFIRM_MESSAGE, className="tr-good", role="status"),
    ]
    return html.Div([fields, *said, html.Div(id=ids.CONFIRM_RESULT)])


def study_options(studies: Iterable[Entry], shown: Iterable[str]) -> list[dict[str, str]]:
    """The shown studies whose objective we can run, without those that confirm."""
    visible = set(shown)
    return [
        option(entry["name"], entry["id"])
        for entry in studies
        if entry["id"] in visible and entry["runnable"] and entry["algorithm"] != GIVEN
    ]


def confirming(studies: Sequence[Entry], study: str | None) -> list[Entry]:
    """The studies that confirm a study, the newest first."""
    return [entry for entry in reversed(studies) if entry["parent"] == study and entry["algorithm"] == GIVEN]


def unseen_option(twin: str | None) -> list[dict[str, str]]:
    """The choice to measure on data that the search never saw, where the objective offers it."""
    return [{"label": f"also on data the search never saw ({twin})", "value": "test"}] if twin else []


def which_text(numbers: Sequence[int], wanted: int) -> str:
    """Which trials would be trained again."""
    if not numbers:
        return "No completed trial is among them."
    listed = ", ".join(map(str, numbers))
    verb = "are" if len(numbers) > 1 else "is"
    short = f" There {verb} only {len(numbers)}." if len(numbers) < wanted else ""
    return f"Trials {listed}, the best first.{short}" if len(numbers) > 1 else f"Trial {listed}.{short}"


def found(entry: Entry, results: Sequence[Confirmation]) -> html.Section:
    """What one confirming study found, a table a metric."""
    head = html.Header(
        [html.H3(entry["name"]), html.Span(counts(entry["counts"]), className="tr-note")], className="tr-run-head"
    )
    parts: list[Component] = [head]
    for result in results:
        parts += [html.P(summary(result), className="tr-claim"), html.Div(_table(result, entry), className="tr-scroll")]
        parts.append(html.P(_how(result), className="tr-note"))
    if not results:
        parts.append(html.P("No training has ended yet.", className="tr-note"))
    return html.Section(parts, className="tr-run", **{"aria-label": entry["name"]})


def summary(result: Confirmation) -> str:
    """What is confirmed, in a sentence or two."""
    first, *others = result.rows
    if math.isnan(first.mean.value):
        return "No training has ended yet."
    text = f"{_trial(first)} is best again: {result.metric.name} {interval_text(first.mean)}"
    tied = [_trial(row).lower() for row in others if row.tied]
    if tied:
        text += f"; {', '.join(tied)} cannot be told apart from it"
    if result.shrinkage is None:
        return f"{text}."
    word = "better than the mean now" if result.shrinkage.value >= 0 else "worse than the mean now"
    size = number_text(abs(result.shrinkage.value), digits=2)
    return f"{text}. In the search they looked {size} {word}, on average."


def _table(result: Confirmation, entry: Entry) -> html.Table:
    head = (
        "",
        "rank",
        "rank in the search",
        f"{result.searched.name} in the search",
        f"mean {result.metric.name} now",
        "seeds",
        "shrinkage",
        "",
    )
    header = html.Thead(html.Tr([html.Th(cell, scope="col") for cell in head]))
    return html.Table([header, html.Tbody([_row(row, entry) for row in result.rows])], className="tr-figures")


def _row(row: Confirmed, entry: Entry) -> html.Tr:
    ended = f"{len(row.values)}" + (f", {row.failed} failed" if row.failed else "")
    name: Any = _trial(row)
    if row.number is not None and entry["parent"]:
        name = act(name, {"action": "focus", "study": entry["parent"], "number": row.number}, "Focus it in the search")
    there = not math.isnan(row.mean.value)
    cells = [
        row.rank if there else "",
        row.search_rank,
        _number_or_none(row.searched),
        interval_text(row.mean) if there else "still training",
        ended,
        _number_or_none(row.shrinkage, signed=True),
        "as good as the first?" if row.tied and row.rank > 1 else "",
    ]
    return html.Tr([html.Th(name, scope="row"), *map(html.Td, cells)])


def _how(result: Confirmation) -> str:
    several = max(len(row.values) for row in result.rows) > 1
    interval = "95 % t interval of the mean over fresh seeds." if several else "One seed tells no interval."
    return f"{interval} {SAME_DATA if result.metric.name == result.searched.name else UNSEEN_DATA} {JUDGED}"


def _trial(row: Confirmed) -> str:
    return "A configuration that the search lacks" if row.number is None else f"Trial {row.number}"


def _number_or_none(value: float, *, signed: bool = False) -> str:
    if math.isnan(value):
        return ""
    return f"{value:+.2g}".replace("-", "−") if signed else number_text(value)


def _number(label: str, place: str, value: str) -> html.Div:
    box = dcc.Input(id=place, value=value, className="tr-input", inputMode="numeric", autoComplete="off", debounce=True)
    return html.Div(html.Label([html.Span(label, className="tr-label"), box]), className="tr-field tr-field-narrow")


def unseen_metrics(names: Mapping[str, str], metrics: Iterable[str], objective: str) -> list[str]:
    """The metrics that a confirmation tells: the twin on unseen data where it was measured, then the objective."""
    return [name for name in (names.get(objective), objective) if name in set(metrics)]
