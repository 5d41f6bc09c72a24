"""What the analyst types into the table old → new, and how the table travels as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from optuna.distributions import FloatDistribution, IntDistribution

from analytics.columns import Level, level_key, same_level
from analytics.ranges import Numeric, step_of
from analytics.refinement import Origin, Proposal, RefineError, Refinement, Row
from analytics.space import SearchSpace
from analytics.text import level_text, levels_text, number_text, range_text

FIELDS = ("low", "high", "fixed", "choices")


def edit(refinement: Refinement, name: str, field: str, value: Any) -> Refinement:
    """The table after a cell was typed into: ``low``, ``high`` or ``fixed`` as text, ``choices`` as the list kept.

    Input that cannot be stays in the row as its draft, with the sentence that says why as its problem; nothing else of
    the table changes. Bounds may be typed beyond the old ones. An empty cell goes back to the old value.

    Raises:
        RefineError: the hyperparameter or the field is unknown.
    """
    row = refinement[name]
    if field not in FIELDS:
        raise RefineError(f"hyperparameter {name!r} has no field {field!r}; expected one of {', '.join(FIELDS)}")
    draft = {**row.draft, field: value} if field in ("low", "high") else {field: value}
    try:
        new = _typed(row, draft)
    except RefineError as error:
        return refinement.with_row(replace(row, draft=draft, problem=str(error)))
    return refinement.with_row(replace(row, new=new, draft={}, problem=""))


def toggle(refinement: Refinement, name: str, index: int) -> Refinement:
    """The table after a click on the old category at ``index``: removed if it was kept, else put back.

    Raises:
        RefineError: the hyperparameter is unknown or has no such category.
    """
    row = refinement[name]
    if not 0 <= index < len(row.old.choices):
        raise RefineError(
            f"hyperparameter {name!r} has no category number {index}; expected 0 to {len(row.old.choices) - 1}"
        )
    kept = row.draft.get("choices", row.new.choices)
    wanted = [c for i, c in enumerate(row.old.choices) if _within(c, kept) != (i == index)]
    return edit(refinement, name, "choices", wanted)


def _within(level: Level, levels: Iterable[Level]) -> bool:
    return any(same_level(level, other) for other in levels)


def _typed(row: Row, draft: Mapping[str, Any]) -> Proposal:
    d = row.old.distribution
    if not isinstance(d, (FloatDistribution, IntDistribution)):
        return _typed_choices(row, draft)
    if "choices" in draft:
        raise RefineError(f"hyperparameter {row.name!r} is a number; expected a low and a high bound, not categories")
    if "fixed" in draft:
        if _blank(draft["fixed"]):
            return row.offers[Origin.KEPT]
        value = _number(row.name, d, "the fixed value", draft["fixed"])
        return Proposal(Origin.TYPED, value, value, note="typed")
    low = _bound(row, d, "low", draft)
    high = _bound(row, d, "high", draft)
    if low > high:
        above = f"low {number_text(low)} is above high {number_text(high)}"
        raise RefineError(f"hyperparameter {row.name!r}: {above}; expected low ≤ high")
    return Proposal(Origin.TYPED, low, high, note="typed")


def _typed_choices(row: Row, draft: Mapping[str, Any]) -> Proposal:
    if "low" in draft or "high" in draft:
        raise RefineError(f"hyperparameter {row.name!r} is a category; expected categories, not a bound")
    if "fixed" in draft and _blank(draft["fixed"]):
        return row.offers[Origin.KEPT]
    known = levels_text(row.old.choices)
    if "fixed" in draft:
        text = str(draft["fixed"]).strip()
        wanted = [c for c in row.old.choices if text in (level_text(c), c)][:1]
        if not wanted:
            raise RefineError(f"hyperparameter {row.name!r}: the fixed value is {text!r}; expected one of {known}")
        return Proposal(Origin.TYPED, choices=tuple(wanted), note="typed")
    for value in draft["choices"]:
        if not _within(value, row.old.choices):
            raise RefineError(f"hyperparameter {row.name!r}: category {value!r} is new; expected some of {known}")
    wanted = [c for c in row.old.choices if _within(c, draft["choices"])]
    if not wanted:
        raise RefineError(f"hyperparameter {row.name!r}: no category is left; expected at least one of {known}")
    return Proposal(Origin.TYPED, choices=tuple(wanted), note="typed")


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _bound(row: Row, d: Numeric, field: str, draft: Mapping[str, Any]) -> float:
    if field not in draft:
        bound = row.new.low if field == "low" else row.new.high
        return bound if bound is not None else getattr(d, field)
    return getattr(d, field) if _blank(draft[field]) else _number(row.name, d, field, draft[field])


def _number(name: str, d: Numeric, what: str, value: Any) -> float:
    """A typed number that the hyperparameter can take.

    Raises:
        RefineError: text, no whole number for an int, at or below 0 on a log scale, or off the grid of the steps.
    """
    expected = "a whole number" if isinstance(d, IntDistribution) else "a number"
    expected += " above 0, since its scale is log" if d.log else ""
    wrong = RefineError(f"hyperparameter {name!r}: {what} is {str(value).strip()!r}; expected {expected}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise wrong from None
    whole = not isinstance(d, IntDistribution) or number == math.floor(number) if math.isfinite(number) else False
    if isinstance(value, bool) or not whole or (d.log and number <= 0):
        raise wrong
    step = step_of(d)
    steps = 0.0 if step is None else (number - d.low) / step
    if abs(steps - round(steps)) > 1e-9 * max(1.0, abs(steps)):
        grid = f"{number_text(d.low)} plus a multiple of its step {number_text(step or 0)}"
        raise RefineError(f"hyperparameter {name!r}: {what} is {number_text(number)}; expected {grid}")
    return int(number) if isinstance(d, IntDistribution) else number


def summary(row: Row) -> str:
    """The new range or categories in words."""
    if row.new.low is None or row.new.high is None:
        return levels_text(row.new.choices)
    return range_text(row.new.low, row.new.high, log=row.old.log)


def to_json(refinement: Refinement) -> dict[str, Any]:
    """The table as JSON, for a store in the page; categories are indices into the old ones."""
    return {
        "study": refinement.study,
        "selected": refinement.selected,
        "total": refinement.total,
        "centre": refinement.centre,
        "rows": [_row_json(row) for row in refinement.rows],
    }


def from_json(entry: Mapping[str, Any], space: SearchSpace) -> Refinement:
    """The table from its JSON and the space of the study it refines (public names).

    Raises:
        RefineError: the study's space no longer fits the table, since the study was replaced.
    """
    try:
        rows = tuple(_row_from_json(item, space) for item in entry["rows"])
    except (KeyError, IndexError) as error:
        raise RefineError(
            f"the study's search space has changed ({error}); expected the one refined: refine again"
        ) from error
    return Refinement(entry["study"], rows, entry["selected"], entry["total"], entry["centre"])


def _row_json(row: Row) -> dict[str, Any]:
    draft = dict(row.draft)
    if "choices" in draft:
        draft["choices"] = _indices(draft["choices"], row.old.choices)
    return {
        "name": row.name,
        "new": _proposal_json(row.new, row),
        "offers": [_proposal_json(offer, row) for offer in row.offers.values()],
        "pieces": [list(piece) for piece in row.pieces],
        "split": row.split,
        "draft": draft,
        "problem": row.problem,
    }


def _proposal_json(p: Proposal, row: Row) -> dict[str, Any]:
    return {
        "origin": p.origin,
        "low": p.low,
        "high": p.high,
        "choices": _indices(p.choices, row.old.choices),
        "note": p.note,
    }


def _indices(levels: Iterable[Level], choices: tuple[Level, ...]) -> list[int]:
    at = {level_key(choice): i for i, choice in enumerate(choices)}
    return [at[level_key(level)] for level in levels]


def _row_from_json(item: Mapping[str, Any], space: SearchSpace) -> Row:
    h = space[item["name"]]

    def proposal(p: Mapping[str, Any]) -> Proposal:
        choices = tuple(h.choices[i] for i in p["choices"])
        return Proposal(Origin(p["origin"]), p["low"], p["high"], choices, p["note"])

    offers = {p.origin: p for p in map(proposal, item["offers"])}
    draft = dict(item["draft"])
    if "choices" in draft:
        draft["choices"] = [h.choices[i] for i in draft["choices"]]
    pieces = tuple((low, high) for low, high in item["pieces"])
    return Row(h, proposal(item["new"]), offers, pieces, bool(item["split"]), draft, item["problem"])
