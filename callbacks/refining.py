"""Refining and launching, as plain functions over the open studies; ``callbacks/launch.py`` wires them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics import edits, refine, respace, specs
from analytics.exports import EXPORTS
from analytics.plans import read_plan
from analytics.refinement import Origin, RefineError, Refinement
from analytics.selection import BrushError
from analytics.specs import Plan
from analytics.trials import Trials
from callbacks.context import Trellis
from data.catalog import Catalog
from trainer import launch
from trainer.algorithms import ALGORITHMS
from trainer.spec import SpecError, parse_spec
from trainer.storage import StudyError


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


@dataclass(frozen=True)
class Outcome:
    """What a press of Launch did: sentences, whether all went well, and a sentence a field that cannot be."""

    sentences: list[str]
    good: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


def fill(catalog: Catalog, view: View, parent: str | None, around: bool) -> Refinement:
    """A new table: of the named study or else of the one that the view suggests; with ``around``, about the focus.

    Raises:
        LaunchError: no study is shown, or the brushes do not fit.
    """
    studies = [open_trials(catalog, study) for study in view.shown]
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
    except RefineError as error:
        raise LaunchError(f"Nothing was changed: {sentence(error)}") from error
    return refinement


def load(catalog: Catalog, entry: Mapping[str, Any]) -> Refinement:
    """The table of a store."""
    return edits.from_json(entry, open_trials(catalog, entry["study"]).space)


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
    """The table and what it means: who drops out and why, the studies it makes, what must be put right."""

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
        return TableView(table, dropped_of(table), studies_of(table, name or "the study"), table.problems)
    except (RefineError, LaunchError) as error:
        return TableView(problems=[sentence(error)])


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


def foreign_reason(trials: Trials) -> str:
    """Why the study's objective cannot be run here; empty if it can."""
    name = trials.study.name
    if trials.study.spec is None:
        return (
            f"The objective of {name!r} cannot be run here: its results do not say how a trial is trained. "
            "Take the refined space to the optimizer that made them:"
        )
    try:
        parse_spec(trials.study.spec)
    except SpecError as error:
        return f"The objective of {name!r} cannot be run here: {error}. Take the refined space elsewhere:"
    return ""


@dataclass(frozen=True)
class Form:
    """What the form starts with, and why the objective cannot be run (then there is no form)."""

    plan: Plan
    foreign: str


def first_form(catalog: Catalog, study: str) -> Form:
    """The form as the study to refine was searched, under a free name."""
    trials = open_trials(catalog, study)
    spec = trials.study.spec or {}
    algorithm = spec.get("algorithm") or {}
    chosen = str(algorithm.get("name")) if algorithm.get("name") in ALGORITHMS else "tpe"
    count = (spec.get("budget") or {}).get("trials") or Plan.trials
    name = specs.suggest_name(trials.study.name, names(catalog))
    plan = Plan(name, chosen, algorithm.get("settings") or {}, count, spec.get("workers") or Plan.workers)
    return Form(plan, foreign_reason(trials))


def settings_of(catalog: Catalog, study: str | None, algorithm: str) -> Mapping[str, Any]:
    """The settings to start with: those of the study to refine where it was searched with the same algorithm."""
    try:
        spec = open_trials(catalog, study).study.spec if study else None
    except LaunchError:
        return {}
    chosen = (spec or {}).get("algorithm") or {}
    return chosen.get("settings") or {} if chosen.get("name") == algorithm else {}


def names(catalog: Catalog) -> set[str]:
    return {entry["name"] for entry in catalog.studies()}


def start(context: Trellis, entry: Mapping[str, Any], algorithm: str, form: Mapping[str, Any]) -> Outcome:
    """Launch the refined study, or studies; tells what began and what could not."""
    plan, fields = read_plan(form, algorithm, ALGORITHMS[algorithm].settings, names(context.catalog))
    if plan is None:
        return Outcome(["Nothing was launched: see the fields above."], fields=fields)
    sentences: list[str] = []
    try:
        trials = open_trials(context.catalog, entry["study"])
        parts = refine.variants(load(context.catalog, entry))
        for name, part in zip(specs.variant_names(plan.name, len(parts)), parts, strict=True):
            sentences.append(_start_one(context, trials, part, replace(plan, name=name)))
    except (RefineError, LaunchError, SpecError, StudyError) as error:
        return Outcome([*sentences, f"Not launched: {sentence(error)}"])
    return Outcome(sentences, good=True)


def sentence(error: Exception) -> str:
    """The message of an error as a sentence, with one full stop."""
    return str(error).rstrip(".") + "."


def _start_one(context: Trellis, trials: Trials, part: Refinement, plan: Plan) -> str:
    spec = specs.to_spec(trials, part, plan)
    study = trials.study
    name = launch.start(spec, context.workspace, parent=study.id, parent_source=study.source)
    at_once = f"{plan.workers} at a time" if plan.workers > 1 else "one at a time"
    return f"{name} has started: {plan.trials:,} trials, {at_once}. It appears on the left, under {study.name}."


def _change(refinement: Refinement, change: Mapping[str, Any]) -> Refinement:
    name, kind = str(change["name"]), change["action"]
    if kind == "take":
        return refine.choose(refinement, name, Origin(change["origin"]))
    if kind == "toggle":
        return edits.toggle(refinement, name, int(change["index"]))
    if kind == "split":
        return refine.split(refinement, name, bool(change["several"]))
    return edits.edit(refinement, name, str(change["field"]), change["value"])
