"""From brushes to a refined search space, one editable row a hyperparameter (HyperTendril, section 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analytics import proposals
from analytics.refinement import Origin, RefineError, Refinement, Row
from analytics.selection import REGIONS, TRIALS, BrushError, Brushes, mask, normalize
from analytics.trials import Trials
from analytics.typed import fitted

MOST_VARIANTS = 16


def refine(trials: Trials | Sequence[Trials], brushes: Brushes) -> Refinement:
    """The refinement that the brushes suggest.

    Of several studies the first is refined; the others add their rows to the extent of the selected. A brushed
    hyperparameter gets its range (the hull of several), one without a brush keeps its own. Rectangles count as a brush
    on their side along a hyperparameter if every one of them covers it. Brushes on metrics and on our own columns
    select rows, and never become a range.

    Raises:
        BrushError: a brush has a wrong shape, or names a column that none of the studies has.
    """
    studies = [trials] if isinstance(trials, Trials) else list(trials)
    parent, brushes = studies[0], normalize(brushes)
    masks = [_selected(study, brushes, studies) for study in studies]
    rows = tuple(proposals.row_of(h, studies, masks, brushes) for h in parent.space.hyperparameters)
    return Refinement(parent.study.id, rows, sum(int(m.sum()) for m in masks), sum(len(t) for t in studies))


def refine_around(trials: Trials, number: int, brushes: Brushes | None = None) -> Refinement:
    """The refinement that centres every hyperparameter on one trial; ``brushes`` stay one click away.

    A range gets a quarter of its old width on its own scale, one step to each side at least, and is clipped to the old
    bounds. Numeric categories keep the trial's value and its neighbours; others, which have no neighbours, keep the
    trial's value. A hyperparameter without a value in the trial keeps its range.

    Raises:
        RefineError: the study has no such trial.
        BrushError: as of :func:`refine`.
    """
    places = np.flatnonzero(trials.numbers == number)
    if not len(places):
        raise RefineError(f"trial {number} is not in the study {trials.study.name!r}; expected a trial number of it")
    base, place = refine(trials, brushes or {}), int(places[-1])
    rows = (proposals.centred(row, trials.columns.get(row.name), place, number) for row in base.rows)
    return replace(base, rows=tuple(rows), centre=number)


def choose(refinement: Refinement, name: str, origin: Origin) -> Refinement:
    """Take one of a row's offers; drops what was typed of the range there.

    Raises:
        RefineError: the hyperparameter is unknown or has no such offer, or its scale is log now and the offer is not.
    """
    row = refinement[name]
    if origin not in row.offers:
        expected = ", ".join(row.offers)
        raise RefineError(f"hyperparameter {name!r} has nothing to take from {str(origin)!r}; expected {expected}")
    return refinement.with_row(fitted(replace(row, new=row.offers[origin], draft={}, problem="")))


def split(refinement: Refinement, name: str, several: bool) -> Refinement:
    """Make several studies of a brush with several ranges, or one of their hull."""
    return refinement.with_row(replace(refinement[name], split=several))


def variants(refinement: Refinement) -> list[Refinement]:
    """The tables of the studies to launch: one, or one for every combination of the ranges that are to be split.

    Raises:
        RefineError: more than 16 studies.
    """
    parts = [_one_a_piece(row) if row.in_pieces and row.split else [row] for row in refinement.rows]
    count = int(np.prod([len(part) for part in parts]))
    if count > MOST_VARIANTS:
        raise RefineError(f"the brushes would make {count} studies; expected at most {MOST_VARIANTS}: choose a hull")
    return [replace(refinement, rows=tuple(rows)) for rows in product(*parts)]


def default_parent(studies: Sequence[Trials], brushes: Brushes, focus: str | None = None) -> Trials | None:
    """The study to refine: that with the most selected rows; of equals, and without a brush, that of the focus."""
    brushes = normalize(brushes)
    candidates = [study for study in studies if len(study.space)]
    counts = {t.study.id: int(_selected(t, brushes, studies).sum()) if brushes else 0 for t in candidates}
    return max(candidates, key=lambda t: (counts[t.study.id], t.study.id == focus), default=None)


def _one_a_piece(row: Row) -> list[Row]:
    notes = [f"range {i + 1} of {len(row.pieces)} of the brush" for i in range(len(row.pieces))]
    news = [replace(row.new, low=low, high=high, note=n) for (low, high), n in zip(row.pieces, notes, strict=True)]
    return [replace(row, new=new, pieces=()) for new in news]


def _selected(trials: Trials, brushes: Brushes, studies: Sequence[Trials]) -> NDArray[np.bool_]:
    """The rows that the brushes select, shape (rows,); a column that only other studies have is missing here."""
    known = {name for study in studies for name in study.columns} | {REGIONS, TRIALS}
    if unknown := sorted(set(brushes) - known):
        raise BrushError(f"brush on {unknown[0]!r}: none of the studies has such a column")
    absent = set(brushes) - set(trials.columns) - {REGIONS, TRIALS}
    if any(not brushes[name]["missing"] for name in absent):
        return np.zeros(len(trials), dtype=bool)
    here = {name: brush for name, brush in brushes.items() if name not in absent}
    if REGIONS in here:
        here[REGIONS] = [r for r in here[REGIONS] if {r["x"], r["y"]} <= set(trials.columns)]
    return mask(trials, here)
