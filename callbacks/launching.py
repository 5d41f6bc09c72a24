"""From the table old → new and the form to study specs; ``callbacks/launch_form.py`` wires it."""

from __future__ import annotations

import copy
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analytics import refine, specs
from analytics.fields import constraints_text
from analytics.limits import limits
from analytics.plans import PLACES, field_of, place_of, read_form, write_form
from analytics.refinement import RefineError, Refinement
from analytics.settings import Setting
from analytics.trials import Trials
from callbacks.context import Trellis
from callbacks.refining import LaunchError, load, open_trials, sentence
from components.launch_fields import SWITCHES
from trainer import storage
from trainer.algorithms import ALGORITHMS
from trainer.objectives import BUILTIN
from trainer.pruners import PRUNERS
from trainer.spec import SpecError, parse_spec

MOST_FAULTS = 20
MOST_SEED = 10_000
"""Seeds that the form begins with are drawn below it, so that no study repeats the draws of its parent."""


@dataclass(frozen=True)
class Planned:
    """What a filled form and a table stand for: the specs of the studies, or what is in the way.

    ``fields`` has a sentence a field, ``problems`` those that belong to none.
    """

    trials: Trials | None = None
    specs: Sequence[Mapping[str, Any]] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()

    @property
    def good(self) -> bool:
        return not self.fields and not self.problems


@dataclass(frozen=True)
class Start:
    """What the form starts with by field, the metrics of the study, and what it lacks to be launched."""

    form: Mapping[str, Any]
    foreign: str = ""
    metrics: Sequence[str] = ()


def first_form(context: Trellis, study: str) -> Start:
    """The form as the study to refine was searched, under a free name."""
    trials = open_trials(context.catalog, study)
    name = specs.suggest_name(trials.study.name, names(context))
    spec = trials.study.spec
    form = write_form(spec, settings_of(spec)) if spec is not None else foreign_form(trials)
    if form.get("type") == "builtin":
        form["type"] = f"builtin:{form['target']}"
    if form.get("algorithm") not in ALGORITHMS or form["algorithm"] == "given":
        form["algorithm"] = "tpe"
    kept = {key: value for key, value in form.items() if key not in ("seed", "enqueue", "warm", "configurations")}
    drawn = {"name": name, "seed": str(secrets.randbelow(MOST_SEED))}
    return Start({"trials": "50", "workers": "1", **kept, **drawn}, foreign_reason(trials), list(trials.metrics))


def form_of(context: Trellis, study: str | None, filled: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The form that a study starts with, with what was filled in over it; empty where there is none."""
    try:
        return start_of(context, study, filled).form if study else {}
    except LaunchError:
        return {}


def metrics_of(context: Trellis, study: str | None) -> list[str]:
    """The metrics that a study has; none where it is not open any more."""
    try:
        return list(open_trials(context.catalog, study).metrics) if study else []
    except LaunchError:
        return []


def start_of(context: Trellis, study: str, filled: Mapping[str, Any] | None) -> Start:
    """What the form starts with, with what was filled in over it.

    Raises:
        LaunchError: the study is not open any more.
    """
    start = first_form(context, study)
    return replace(start, form={**start.form, **filled["form"]}) if filled and filled["study"] == study else start


def limits_text(context: Trellis, study: str, brushes: Mapping[str, Any]) -> str:
    """The constraints that a study had and those that brushes on its metrics ask for, as they are typed."""
    trials = open_trials(context.catalog, study)
    return constraints_text({**((trials.study.spec or {}).get("constraints") or {}), **limits(trials, brushes)})


def foreign_form(trials: Trials) -> dict[str, Any]:
    """The form of a study whose results do not say how a trial is trained: a command line to fill in."""
    folder = Path(trials.study.source).parent
    goals = ", ".join(f"{m.direction or 'maximize'} {m.name}" for m in trials.metrics.values() if m.objective)
    return {"type": "command", "goals": goals, **({"cwd": str(folder)} if folder.is_dir() else {})}


def foreign_reason(trials: Trials) -> str:
    """What a study needs before its objective can be run; empty if it can."""
    if trials.study.spec is not None:
        return ""
    return (
        f"The results of {trials.study.name!r} do not say how a trial is trained. Give a command line or a function "
        "under Objective to launch it here, or take the space elsewhere."
    )


def settings_of(spec: Mapping[str, Any]) -> dict[str, Setting]:
    """The settings in the form of a spec, by field: those of its algorithm, pruner and built-in objective."""
    algorithm, objective = spec.get("algorithm") or {}, spec.get("objective") or {}
    chosen = ALGORITHMS.get(algorithm.get("name", ""))
    pruner = PRUNERS.get(algorithm.get("pruner") or "")
    builtin = BUILTIN.get(objective.get("target", "")) if objective.get("type", "builtin") == "builtin" else None
    return {
        **{f"setting:{s.name}": s for s in (chosen.settings if chosen else ())},
        **{f"pruning:{s.name}": s for s in (pruner.settings if pruner else ())},
        **{f"objective:{s.name}": s for s in (builtin.settings if builtin else ())},
        **SWITCHES,
    }


def names(context: Trellis) -> set[str]:
    """The names that are taken, also that of a study which started a moment ago."""
    return {entry["name"] for entry in context.catalog.studies()} | set(storage.names(context.workspace))


def planned(context: Trellis, entry: Mapping[str, Any], form: Mapping[str, Any]) -> Planned:
    """The specs that a stored table and a form stand for, all their faults found by the trainer's own check."""
    kind, _, target = str(form.get("type") or "").partition(":")
    form = {**form, "type": kind, **({"target": target} if kind == "builtin" else {})}
    read, _ = read_form({key: form.get(key) for key in ("algorithm", "pruner", "type", "target")}, {})
    part, fields = read_form(form, settings_of(read))
    try:
        trials = open_trials(context.catalog, entry["study"])
        made = _specs(trials, load(context.catalog, entry), part)
    except (RefineError, LaunchError) as error:
        return Planned(fields=fields, problems=[sentence(error)])
    clash = sorted({spec["name"] for spec in made} & names(context))
    if clash:
        fields["name"] = f"the name {clash[0]!r} is taken; expected a new one"
    problems: list[str] = []
    for spec in made:
        found, problem = faults(spec, [*PLACES, *form])
        fields = {**found, **fields}
        problems += [problem] if problem and problem not in problems else []
    return Planned(trials, made, fields, problems)


def _specs(trials: Trials, table: Refinement, part: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = refine.variants(table)
    part = {key: value for key, value in part.items() if key != "start"} | _start(trials, part.get("start") or {})
    own = specs.variant_names(part.get("name", ""), len(parts))
    return [specs.to_spec(trials, one, part, name) for name, one in zip(own, parts, strict=True)]


def _start(trials: Trials, start: Mapping[str, Any]) -> dict[str, Any]:
    if start.get("enqueue") in (None, 0) and not start.get("warm"):
        return {}
    return {"start": {"study": trials.study.id, "source": trials.study.source, **start}}


def faults(spec: Mapping[str, Any], fields: Sequence[str]) -> tuple[dict[str, str], str]:
    """A sentence for each of the fields that the trainer refuses, and one on what belongs to none of them."""
    left = copy.deepcopy(dict(spec))
    found: dict[str, str] = {}
    for _ in range(MOST_FAULTS):
        try:
            parse_spec(left)
        except SpecError as error:
            name = field_of(str(error), fields)
            if name is None or name in found:
                return found, "" if name else sentence(error)
            found[name] = str(error)
            _mend(left, name)
        else:
            break
    return found, ""


def _mend(spec: dict[str, Any], name: str) -> None:
    """Put something in a field's place that is no fault, so that those after it are checked too."""
    *path, last = place_of(name)
    owner = spec
    for key in path:
        owner = owner.setdefault(key, {})
    owner.pop(last, None)
    if name in (required := _required(spec.get("objective") or {})):
        owner[last] = required[name]


def _required(objective: Mapping[str, Any]) -> dict[str, Any]:
    """Something possible for each field that must not be empty."""
    kind, builtin = objective.get("type", "builtin"), BUILTIN.get(objective.get("target", "digits"))
    logged = (objective.get("settings") or {}).get("metrics") or ["value"]
    metric = next(iter(builtin.metrics)) if kind == "builtin" and builtin else logged[0]
    targets = {"python": "module:function", "optuna": "module:function", "command": f"{sys.executable} {{args}}"}
    return {"name": "study", "trials": 1, "goals": {metric: "minimize"}, "target": targets.get(kind, "digits")}


def refusal(planned: Planned) -> list[str]:
    """Why nothing is launched."""
    return [
        *(["Nothing was launched: see the marked fields."] if planned.fields else []),
        *(f"Not launched: {problem}" for problem in planned.problems),
    ]


def order(planned: Planned) -> dict[str, Any]:
    """What :func:`trainer.jobs.launch_studies` is asked to do."""
    study = planned.trials.study if planned.trials else None
    return {
        "specs": list(planned.specs),
        "parent": study.id if study else None,
        "source": study.source if study else None,
    }
