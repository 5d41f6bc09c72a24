"""A suggested refinement as the table old → new takes it: plain values, which go from one process to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from analytics.evidence import Rows
from analytics.forecast import forecast
from analytics.importance import fanova
from analytics.refinement import Origin, Proposal, Refinement, Row
from analytics.selection import Brushes
from analytics.suggestion import suggest
from analytics.trials import Trials


@dataclass(frozen=True)
class Advice:
    """``ranges`` and ``reasons`` as of a `Suggestion`, and sentences: what it keeps, and what it may give."""

    ranges: Mapping[str, Proposal]
    reasons: Mapping[str, str]
    summary: tuple[str, ...]
    forecast: tuple[str, ...]


def advise(
    trials: Trials,
    metric: str,
    brushes: Brushes,
    count: int,
    rows: Rows = "completed",
    say: Callable[[str], None] = lambda _words: None,
) -> Advice:
    """What to keep and what to fix within the brushes, and a forecast of ``count`` trials in that.

    ``say`` gets what is being done, in words.

    Raises:
        ImportanceError: there is no importance, or it tells nothing to suggest.
        BrushError: a brush has a wrong shape or names a column that the study does not have.
    """
    say("1 of 3: the importance within the brushes")
    importance = fanova(trials, metric, within=brushes, rows=rows)
    say("2 of 3: which ranges keep the best trials")
    suggestion = suggest(importance)
    say("3 of 3: a forecast, checked on later trials")
    told = forecast(suggestion, count)
    return Advice(suggestion.ranges, suggestion.reasons, suggestion.summary, told.sentences)


def applied(table: Refinement, advice: Advice) -> Refinement:
    """The table with what is suggested in it, a reason in every row; rows that are new or reshaped stay as they are."""
    return replace(table, rows=tuple(_advised(row, advice) for row in table.rows))


def _advised(row: Row, advice: Advice) -> Row:
    if row.added or row.removed or row.shape is not None or row.name not in advice.reasons:
        return row
    taken = advice.ranges.get(row.name)
    if taken is None:
        return replace(row, new=replace(row.new, note=advice.reasons[row.name]))
    return replace(row, new=taken, offers={**row.offers, Origin.SUGGESTED: taken}, split=False)
