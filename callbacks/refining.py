"""Refining, as plain functions over the open studies; ``callbacks/launch.py`` wires them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics import additions, edits, refine, respace, specs, stored
from analytics.exports import EXPORTS
from analytics.refinement import Origin, RefineError, Refinement
from analytics.selection import BrushError
from analytics.trials import Trials
from data.catalog import Catalog


class LaunchError(Exception):
    """A step that cannot be taken; the message is the sentence for the page."""


@dataclass(frozen=True)
class View:
    """What the analyst looks at: the brushes, the shown studies and the focus (or None)."""

    brushes: Mapping[str, Any]
    shown: Sequence[str]
    focus: Mapping[str, Any] | None

    @property
    def focus_study(self) -> str | None:
        return self.focus["study"] if self.focus else None


def fill(catalog: Catalog, view: View, parent: str | None, around: bool) -> Refinement:
    """A new table: of the named study or else of the one that the view suggests; with ``around``, about the focus.

    Raises:
        LaunchError: no study is shown, or the brushes do not fit.
    """
    studies = [open_trials(catalog, study).kept for study in view.shown]
    try:
        if around and view.focus is not None:
            return refine.refine_around(open_trials(catalog, view.focus["study"]), view.focus["number"], view.brushes)
        first = next((t for t in studies if t.study.id == parent), None)
        first = first or refine.default_parent(studies, view.brushes, view.focus_study)
        if first is None:
            raise LaunchError("No shown study has a search space; tick one in the panel on the left.")
        return refine.refine([first, *(t for t in studies if t is not first)], view.brushes)
    except (RefineError, BrushError) as error:
        raise LaunchError(f"Nothing was refined: {sentence(error)}") from error


def apply(catalog: Catalog, entry: Mapping[str, Any], changed: Sequence[Mapping[str, Any]]) -> Refinement:
    """The table after cells were typed into or buttons in them pressed.

    Raises:
        LaunchError: the study is gone, or the change names nothing that is there.
    """
    try:
        refinement = load(catalog, entry)
        for change in changed:
            refinement = _change(refinement, change)
    except ValueError as error:
        raise LaunchError(f"Nothing was changed: {sentence(error)}") from error
    return refinement


def apply_each(
    catalog: Catalog, entry: Mapping[str, Any], changed: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], str]:
    """The stored table after changes, and what is wrong with the last that could not be made; the others are made."""
    said = ""
    for change in changed:
        try:
            entry, said = {**entry, **stored.to_json(apply(catalog, entry, [change]))}, ""
        except LaunchError as error:
            said = str(error)
    return entry, said


def carried(catalog: Catalog, before: Mapping[str, Any] | None, made: Refinement) -> Refinement:
    """A new table that keeps what was added, removed and reshaped in the one before it, of the same study."""
    if before is None or before["study"] != made.study:
        return made
    try:
        return additions.carried(load(catalog, before), made)
    except (RefineError, LaunchError):
        return made


def add(
    catalog: Catalog, entry: Mapping[str, Any], addition: additions.Addition
) -> tuple[Refinement | None, dict[str, str]]:
    """The table with one hyperparameter more; or a sentence for each field that cannot be.

    Raises:
        LaunchError: the study is gone.
    """
    try:
        return additions.add(load(catalog, entry), addition), {}
    except additions.AdditionError as error:
        return None, error.problems
    except RefineError as error:
        raise LaunchError(sentence(error)) from error


def load(catalog: Catalog, entry: Mapping[str, Any]) -> Refinement:
    """The table of a store."""
    return stored.from_json(entry, open_trials(catalog, entry["study"]).space)


def open_trials(catalog: Catalog, study: str) -> Trials:
    """The trials of an open study.

    Raises:
        LaunchError: it is not open any more.
    """
    try:
        return catalog.trials(study)
    except KeyError:
        raise LaunchError(f"The study {study} is no longer open; expected one of the panel on the left.") from None


@dataclass(frozen=True)
class TableView:
    """The table and what it means: who drops out and why, the studies it makes, what is wrong with it as a whole."""

    table: Refinement | None = None
    dropped: Mapping[str, str] = field(default_factory=dict)
    studies: Sequence[str] = ()
    problems: Sequence[str] = ()


def look_at(catalog: Catalog, entry: Mapping[str, Any] | None, name: str) -> TableView:
    """What the page shows of a stored table; ``name`` is that of the study to launch."""
    if entry is None:
        return TableView()
    try:
        table = load(catalog, entry)
    except (RefineError, LaunchError) as error:
        return TableView(problems=[sentence(error)])
    try:
        return TableView(table, dropped_of(table), studies_of(table, name or "the study"))
    except RefineError as error:
        return TableView(table, dropped_of(table), problems=[sentence(error)])


def dropped_of(table: Refinement) -> dict[str, str]:
    """Which hyperparameters drop out, and why; rows with a problem count with their last good range."""
    sound = replace(table, rows=tuple(replace(row, problem="") for row in table.rows))
    return respace.refined_space(sound)[1]


def studies_of(table: Refinement, name: str) -> list[str]:
    """The names of the studies that the table makes, each with the ranges that set it apart.

    Raises:
        RefineError: there would be too many.
    """
    parts = refine.variants(table)
    apart = [row.name for row in table.rows if row.in_pieces and row.split]
    ranges = [", ".join(f"{h} {edits.summary(part[h])}" for h in apart) for part in parts]
    names = specs.variant_names(name, len(parts))
    return [f"{own} ({words})" if words else own for own, words in zip(names, ranges, strict=True)]


def export(catalog: Catalog, entry: Mapping[str, Any] | None, kind: str) -> str:
    """The refined space as code or configuration for another tool; a comment where there is none yet."""
    if entry is None:
        return "# Brush what looks good in any view, then press Refine."
    try:
        table = load(catalog, entry)
        trials = open_trials(catalog, table.study)
        space = specs.original_space(trials, respace.refined_space(table)[0])
    except (RefineError, LaunchError) as error:
        return f"# {sentence(error)}"
    return EXPORTS[kind][2](space, trials.metrics.values())


def sentence(error: Exception) -> str:
    """The message of an error as a sentence, with one full stop."""
    return finished(str(error))


def finished(text: str) -> str:
    """A text with one full stop."""
    return text.rstrip(".") + "."


def _change(refinement: Refinement, change: Mapping[str, Any]) -> Refinement:
    name, kind = str(change["name"]), change["action"]
    if kind == "take":
        return refine.choose(refinement, name, Origin(change["origin"]))
    if kind == "toggle":
        return edits.toggle(refinement, name, int(change["index"]))
    if kind in ("remove", "restore"):
        return getattr(additions, kind)(refinement, name)
    if kind == "split":
        return refine.split(refinement, name, bool(change["several"]))
    return edits.edit(refinement, name, str(change["field"]), change["value"])
