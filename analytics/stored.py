"""The table old → new as JSON, for a store in the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from analytics.columns import Level, level_key
from analytics.refinement import Origin, Proposal, RefineError, Refinement, Row
from analytics.space import Hyperparameter, SearchSpace, parse_hyperparameter


def to_json(refinement: Refinement) -> dict[str, Any]:
    """The table as JSON, for a store in the page; categories are indices into those that the row has now."""
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
        draft["choices"] = _indices(draft["choices"], row.kind.choices)
    return {
        "name": row.name,
        "added": _encoded(row.old.to_json()) if row.added else None,
        "shape": _encoded(row.shape.to_json()) if row.shape else None,
        "values": _indices(row.values, row.kind.choices) if row.kind.is_category else list(row.values),
        "removed": row.removed,
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
        "choices": _indices(p.choices, row.kind.choices),
        "note": p.note,
    }


def _indices(levels: Iterable[Level], choices: tuple[Level, ...]) -> list[int]:
    at = {level_key(choice): i for i, choice in enumerate(choices)}
    return [at[level_key(level)] for level in levels]


def _row_from_json(item: Mapping[str, Any], space: SearchSpace) -> Row:
    old = _parsed(item["name"], item["added"]) or space[item["name"]]
    shape = _parsed(item["name"], item["shape"])
    choices = (shape or old).choices

    def proposal(p: Mapping[str, Any]) -> Proposal:
        return Proposal(Origin(p["origin"]), p["low"], p["high"], tuple(choices[i] for i in p["choices"]), p["note"])

    draft = dict(item["draft"])
    if "choices" in draft:
        draft["choices"] = [choices[i] for i in draft["choices"]]
    return Row(
        old,
        proposal(item["new"]),
        {p.origin: p for p in map(proposal, item["offers"])},
        tuple((low, high) for low, high in item["pieces"]),
        bool(item["split"]),
        draft,
        item["problem"],
        shape,
        tuple(choices[i] for i in item["values"]) if choices else tuple(item["values"]),
        item["added"] is not None,
        bool(item["removed"]),
    )


def _parsed(name: str, entry: Any) -> Hyperparameter | None:
    return parse_hyperparameter(name, _decoded(entry)) if entry is not None else None


def _encoded(entry: Any) -> Any:
    """An entry of a search space without the floats that JSON does not know."""
    if isinstance(entry, float) and not math.isfinite(entry):
        return {"float": str(entry)}
    if isinstance(entry, Mapping):
        return {"entries": [[key, _encoded(value)] for key, value in entry.items()]}
    return [_encoded(value) for value in entry] if isinstance(entry, list) else entry


def _decoded(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        return float(entry["float"]) if "float" in entry else {key: _decoded(v) for key, v in entry["entries"]}
    return [_decoded(value) for value in entry] if isinstance(entry, list) else entry
