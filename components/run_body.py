"""What of a launched study changes as it runs: its state and progress, its running and its failed trials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import html
from dash.development.base_component import Component

from analytics.progress import Run, RunningTrial, Standing, TimeLeft
from analytics.text import duration_text, number_text
from components.controls import Entry, counts
from components.runs import act, cancel_button, head, log_button

SHOWN_REASONS = 3
SHOWN_NUMBERS = 8


def body(run: Run, entry: Entry) -> list[Component]:
    """State, counts, best against target, time left, running and failed trials."""
    study = entry["id"]
    facts = [_standing_text(standing) for standing in run.standings]
    left = [time_text(run.left)] if run.left is not None else []
    parts: list[Component | None] = [
        *head(entry),
        _bar(run),
        html.P(counts(run.counts), className="tr-note"),
        html.Ul([html.Li(fact) for fact in (*facts, *left)], className="tr-facts"),
        _running_table(run.running, study) if run.running else None,
        *_failures(run, study),
    ]
    return [part for part in parts if part is not None]


def time_text(left: TimeLeft) -> str:
    """How long it takes still, and how that is known."""
    if left.by_clock:
        return f"{duration_text(left.seconds)} left of the time budget."
    noun = "trial" if left.trials == 1 else "trials"
    pace = f"{duration_text(left.median)} each, the median of the last {left.recent}"
    return f"About {duration_text(left.seconds)} left: {left.trials:,} {noun} still to begin, {pace}."


def _bar(run: Run) -> html.Div | None:
    if not run.planned:
        return None
    parts = [("done", run.done - run.failed), ("failed", run.failed), ("running", len(run.running))]
    pieces = [
        html.Span(className=f"tr-part tr-part-{kind}", style={"width": f"{100 * min(1, n / run.planned):.2f}%"})
        for kind, n in parts
        if n
    ]
    words = f"{run.done:,} of {run.planned:,} trials are done, {len(run.running)} running"
    attributes = {"aria-valuemin": "0", "aria-valuemax": str(run.planned), "aria-valuenow": str(run.done)}
    bar = html.Div(pieces, className="tr-parts", role="progressbar", **{"aria-label": words, **attributes})
    return html.Div(
        [bar, html.Span(f"{run.done:,} of {run.planned:,}", className="tr-parts-count")], className="tr-bar-row"
    )


def _standing_text(standing: Standing) -> str:
    name, unit = standing.metric.name, f" {standing.metric.unit}" if standing.metric.unit else ""
    if standing.best is None:
        return f"No {name} yet."
    best = f"Best {name} {number_text(standing.best)}{unit} (trial {standing.number})"
    if standing.target is None:
        return f"{best}."
    if standing.reached is not None:
        return f"{best}: the target {number_text(standing.target)}{unit} was reached by trial {standing.reached}."
    short = number_text(abs(standing.target - standing.best), digits=2)
    return f"{best}: {short}{unit} short of the target {number_text(standing.target)}{unit}."


def _running_table(trials: Sequence[RunningTrial], study: str) -> html.Table:
    return html.Table(html.Tbody([_running_row(trial, study) for trial in trials]), className="tr-run-trials")


def _running_row(trial: RunningTrial, study: str) -> html.Tr:
    number = trial.number
    focus = {"action": "focus", "study": study, "number": number}
    curve = act("Curve", focus, f"Show the learning curve of trial {number}")
    cells = [
        html.Th(f"Trial {number}", scope="row"),
        html.Td("" if trial.seconds is None else duration_text(trial.seconds)),
        html.Td(_step_text(trial)),
        html.Td(_value_text(trial)),
        html.Td([curve, log_button(study, number), cancel_button(study, number)], className="tr-run-buttons"),
    ]
    return html.Tr(cells)


def _step_text(trial: RunningTrial) -> str:
    if trial.step is None:
        return "no report yet"
    of = f" of {trial.steps}" if trial.steps else ""
    return f"step {number_text(trial.step)}{of}"


def _value_text(trial: RunningTrial) -> str:
    return "" if trial.value is None else f"{trial.metric} {number_text(trial.value)}"


def _failures(run: Run, study: str) -> Iterable[Component]:
    if not run.reasons:
        return
    items = [
        html.Li([html.Span(reason), html.Span(_buttons(numbers, study), className="tr-run-logs")])
        for reason, numbers in run.reasons[:SHOWN_REASONS]
    ]
    more = len(run.reasons) - SHOWN_REASONS
    rest = [html.Li(f"{more} more reasons.", className="tr-note")] if more > 0 else []
    yield html.Div([html.H4("Why trials failed"), html.Ul([*items, *rest])], className="tr-failures")


def _buttons(numbers: Sequence[int], study: str) -> list[Component]:
    shown = [log_button(study, n, f"Log of trial {n}") for n in numbers[:SHOWN_NUMBERS]]
    more = len(numbers) - SHOWN_NUMBERS
    return [*shown, *([html.Span(f"and {more:,} more trials", className="tr-note")] if more > 0 else [])]
