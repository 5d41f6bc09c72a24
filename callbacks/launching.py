"""Launching, as plain functions over the open studies; ``callbacks/launch.py`` wires them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analytics import refine, specs
from analytics.plans import read_plan
from analytics.refinement import RefineError, Refinement
from analytics.specs import Plan
from analytics.trials import Trials
from callbacks.context import Trellis
from callbacks.refining import LaunchError, load, open_trials, sentence
from data.catalog import Catalog
from trainer import launch, storage
from trainer.algorithms import ALGORITHMS
from trainer.spec import SpecError, parse_spec
from trainer.storage import StudyError

SEE_FIELDS = "Nothing was launched: see the fields above."


@dataclass(frozen=True)
class Outcome:
    """What a press of Launch did: sentences, whether all went well, and a sentence a field that cannot be."""

    sentences: list[str]
    good: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


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


def first_form(context: Trellis, study: str) -> Form:
    """The form as the study to refine was searched, under a free name."""
    trials = open_trials(context.catalog, study)
    spec = trials.study.spec or {}
    algorithm = spec.get("algorithm") or {}
    chosen = str(algorithm.get("name")) if algorithm.get("name") in ALGORITHMS else "tpe"
    count = (spec.get("budget") or {}).get("trials") or Plan.trials
    name = specs.suggest_name(trials.study.name, names(context))
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


def names(context: Trellis) -> set[str]:
    """The names that are taken, also that of a study which started a moment ago."""
    return {entry["name"] for entry in context.catalog.studies()} | set(storage.names(context.workspace))


def start(context: Trellis, entry: Mapping[str, Any], algorithm: str, form: Mapping[str, Any]) -> Outcome:
    """Launch the refined study, or studies; tells what began and what could not."""
    plan, fields = read_plan(form, algorithm, ALGORITHMS[algorithm].settings)
    if plan is None:
        return Outcome([SEE_FIELDS], fields=fields)
    sentences: list[str] = []
    try:
        trials = open_trials(context.catalog, entry["study"])
        parts = refine.variants(load(context.catalog, entry))
        own = specs.variant_names(plan.name, len(parts))
        if clash := sorted(set(own) & names(context)):
            return Outcome([SEE_FIELDS], fields={"name": f"the name {clash[0]!r} is taken; expected a new one"})
        for name, part in zip(own, parts, strict=True):
            sentences.append(_start_one(context, trials, part, replace(plan, name=name)))
    except (RefineError, LaunchError, SpecError, StudyError) as error:
        return Outcome([*sentences, f"Not launched: {sentence(error)}"])
    return Outcome(sentences, good=True)


def _start_one(context: Trellis, trials: Trials, part: Refinement, plan: Plan) -> str:
    spec = specs.to_spec(trials, part, plan)
    study = trials.study
    name = launch.start(spec, context.workspace, parent=study.id, parent_source=study.source)
    at_once = f"{plan.workers} at a time" if plan.workers > 1 else "one at a time"
    return f"{name} has started: {plan.trials:,} trials, {at_once}. It appears on the left, under {study.name}."
