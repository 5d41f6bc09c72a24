"""Child against parent: what may be claimed, the distributions over each other, the figures beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html

from analytics.claims import claim, interval_text
from analytics.comparison import Comparison, Sample
from analytics.text import number_text
from components import ids
from components.controls import GIVEN, Entry
from components.figures.distributions import distributions, figure
from components.options import option
from components.theme import Theme

HOW = (
    "Expected best of n: as if n of the trials were drawn (Dodge et al. 2019, unbiased as in Tang et al. 2020), n half "
    "of the smaller study, 95 % bootstrap interval; exact where trials do not depend on each other, as in random "
    "search. Mean: Welch's 95 % interval. Spread: standard deviation, Brown-Forsythe test. The intervals cover the "
    "chance of the draw; how much of a best is luck, Confirm tells."
)
WITHIN = (
    " The ranges were drawn around the best of the trials that lie in the narrower space, so these flatter it: "
    "only a study that beats them gained more than narrowing gives."
)

Pair = tuple[str | None, str | None]


def comparison_panel() -> html.Div:
    """The choices over the place of the result."""
    every = dcc.Checklist(
        id=ids.COMPARE_EVERY,
        options=[{"label": "all trials, not as many of each", "value": "every"}],
        value=[],
        className="tr-tick",
    )
    threshold = dcc.Input(
        id=ids.COMPARE_THRESHOLD, className="tr-input", inputMode="decimal", autoComplete="off", debounce=True
    )
    fields = html.Div(
        [
            _choice("Study", ids.COMPARE_CHILD),
            _choice("compared with", ids.COMPARE_PARENT),
            _choice("Metric", ids.COMPARE_METRIC),
            html.Div(html.Label([html.Span("Threshold", className="tr-label"), threshold]), className="tr-field"),
            every,
        ],
        className="tr-fields tr-compare-fields",
    )
    problem = html.P(id=ids.COMPARE_PROBLEM, className="tr-error", role="alert")
    return html.Div([fields, problem, html.Div(id=ids.COMPARE_RESULT)])


def default_pair(studies: Sequence[Entry], shown: Iterable[str]) -> Pair:
    """The newest shown study that refines a shown one, with its parent; else the last two shown."""
    visible = {entry["id"]: entry for entry in studies if entry["id"] in set(shown)}
    for entry in reversed(visible.values()):
        if entry["parent"] in visible and entry["algorithm"] != GIVEN:
            return entry["parent"], entry["id"]
    two = [None, None, *visible][-2:]
    return two[0], two[1]


def study_options(studies: Iterable[Entry], shown: Iterable[str]) -> list[dict[str, str]]:
    """The shown studies as choices."""
    visible = set(shown)
    return [option(entry["name"], entry["id"]) for entry in studies if entry["id"] in visible]


def metric_options(studies: Iterable[Entry], pair: Pair) -> list[dict[str, str]]:
    """The metrics that both studies have with the same direction, objectives first."""
    known = {entry["id"]: {m["name"]: m for m in entry["metrics"]} for entry in studies}
    parent, child = (known.get(study or "", {}) for study in pair)
    shared = [m for name, m in child.items() if m["direction"] and _direction(parent, name) == m["direction"]]
    return [option(m["name"], m["name"]) for m in sorted(shared, key=lambda m: not m["objective"])]


def result(comparison: Comparison, samplers: tuple[str, str], shade: Theme) -> html.Div:
    """The claim, what makes it unequal, the figure and the table."""
    picture = figure(distributions(comparison), shade)
    config = {"displaylogo": False, "displayModeBar": False}
    graph = dcc.Graph(figure=picture, config=config, responsive=True, style={"height": picture.layout.height})
    warnings = [html.Li(warning) for warning in comparison.warnings]
    return html.Div(
        [
            html.P(claim(comparison), className="tr-claim"),
            html.Ul(warnings, className="tr-warnings") if warnings else None,
            graph,
            html.Div(_table(comparison, samplers), className="tr-scroll"),
            html.P(_how(comparison), className="tr-note"),
        ]
    )


def _choice(label: str, place: str) -> html.Label:
    dropdown = dcc.Dropdown(id=place, options=[], clearable=False, className="tr-dropdown")
    return html.Label([html.Span(label, className="tr-label"), dropdown], className="tr-field tr-field-list")


def _direction(metrics: Mapping[str, Any], name: str) -> Any:
    return metrics[name]["direction"] if name in metrics else None


def _table(c: Comparison, samplers: tuple[str, str]) -> html.Table:
    word = "at least" if c.sign > 0 else "at most"
    head = ("", "sampler", "trials", "best", f"expected best of {c.best_of}", "mean", "spread")
    cells = [*head, f"{word} {number_text(c.threshold)}"]
    rows = [_row(c.parent.name, c.parent, samplers[0])]
    if c.inside is not None:
        rows.append(_row("those of them in the new space", c.inside, "", few=c.best_of))
    rows.append(_row(c.child.name, c.child, samplers[1]))
    change = [
        html.Th("difference", scope="row"),
        *(html.Td("") for _ in range(3)),
        html.Td(interval_text(c.best, signed=True)),
        html.Td(interval_text(c.mean, signed=True)),
        html.Td("" if math.isnan(c.spread_p) else f"p = {number_text(c.spread_p, digits=2)}"),
        html.Td(f"{100 * (c.child.share - c.parent.share):+.0f} %-points"),
    ]
    header = html.Thead(html.Tr([html.Th(cell, scope="col") for cell in cells]))
    return html.Table([header, html.Tbody([*rows, html.Tr(change)])], className="tr-figures tr-figures-how")


def _row(name: str, sample: Sample, sampler: str, few: int = 0) -> html.Tr:
    expected = interval_text(sample.expected) if len(sample.values) >= max(few, 1) else f"fewer than {few}"
    cells = [
        sampler,
        f"{len(sample.values):,}",
        number_text(sample.best),
        expected,
        number_text(sample.mean),
        "" if math.isnan(sample.spread) else number_text(sample.spread),
        f"{100 * sample.share:.0f} %",
    ]
    return html.Tr([html.Th(name, scope="row"), *map(html.Td, cells)])


def _how(c: Comparison) -> str:
    numbers = [len(c.parent.values), len(c.child.values)]
    rows = f"the first {numbers[0]:,} completed trials of each" if numbers[0] == numbers[1] else "all completed trials"
    return f"Compared: {rows}, {c.budget}. {HOW}{WITHIN if c.inside is not None else ''}"
