"""What a launch would run, as plain functions; ``callbacks/launch_form.py`` wires them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import yaml

from analytics.columns import Level
from analytics.costs import Cost, estimate, time_text
from analytics.evidence import ImportanceError
from analytics.predictions import best_first, predict
from analytics.reruns import Earlier, earlier
from analytics.specs import original_name
from analytics.text import number_text
from analytics.trials import Trials
from callbacks.context import Trellis
from callbacks.launching import Planned, planned
from callbacks.refining import finished
from components import launch_preview
from trainer import launch, storage
from trainer.algorithms import ALGORITHMS
from trainer.objectives.commandline import arguments, split_command
from trainer.preview import Ahead, ahead
from trainer.spec import StudySpec, parse_spec
from trainer.version import recorded, same_code, version_of

FIRST = 20
"""Configurations listed of a search that goes on as results come."""
LISTED = 200
"""Configurations listed of those that are all known beforehand."""
MOST_PREDICTED = 2_000
MOST_BEST = 1_000_000

Config = Mapping[str, Level]


@dataclass(frozen=True)
class Runs:
    """Which of the configurations known beforehand are to run: ``all``, those that are ``new``, or the ``count``
    ``best`` predicted."""

    which: str = "all"
    count: int = 20

    @classmethod
    def read(cls, which: str | None, count: str | None) -> Runs:
        """The choice as the page tells it; no number of the best is all of them."""
        whole = str(count or "").strip()
        return cls(
            which or "all", int(whole) if whole.isascii() and whole.isdecimal() and len(whole) < 7 else MOST_BEST
        )


@dataclass(frozen=True)
class Preview:
    """What a study would run.

    ``ahead`` says what is known beforehand, under the names of the objective; ``earlier`` trials and ``predicted``
    objectives are those of its configurations. ``other_code`` has the trials, by id of the study and number, that ran
    with other code or data than a trial would now.
    """

    spec: StudySpec
    ahead: Ahead
    earlier: Sequence[Sequence[Earlier]] = ()
    predicted: Sequence[float] = ()
    other_code: Collection[tuple[str, int]] = ()
    cost: Cost | None = None

    @property
    def run_before(self) -> int:
        return sum(1 for trials in self.earlier if trials)


def chosen(
    context: Trellis, table: Mapping[str, Any], form: Mapping[str, Any], shown: Sequence[str], runs: Runs
) -> tuple[Planned, Preview | None]:
    """What a stored table and a form would launch, and what would run; no preview while something is in the way."""
    plan = planned(context, table, form)
    preview = _look(context, plan, shown)
    if preview is None or not preview.ahead.known or runs.which == "all" or len(plan.specs) != 1:
        return plan, preview
    return _narrowed(plan, preview, runs), preview


def _look(context: Trellis, planned: Planned, shown: Sequence[str]) -> Preview | None:
    if not planned.good or not planned.specs or planned.trials is None:
        return None
    spec = parse_spec(planned.specs[0])
    preview = Preview(spec, ahead(spec, FIRST))
    configs, known = preview.ahead.configs, {entry["id"] for entry in context.catalog.studies()}
    studies = {study: context.catalog.trials(study) for study in {planned.trials.study.id, *shown} & known}
    before = earlier(configs, spec.space, studies.values())
    expected = _predicted(planned.trials, configs) if preview.ahead.known else ()
    preview = replace(preview, earlier=before, predicted=expected, cost=_cost(planned, preview))
    return replace(preview, other_code=_other_code(context, preview, studies))


def _narrowed(planned: Planned, preview: Preview, runs: Runs) -> Planned:
    """The plan with only the configurations chosen."""
    if runs.which == "best":
        if not preview.predicted or planned.trials is None or planned.trials.objective is None:
            return replace(
                planned, problems=["The completed trials are too few to predict with; expected another choice."]
            )
        best = best_first(np.array(preview.predicted), planned.trials.objective.direction)
        places = best[: runs.count].tolist()
    else:
        places = [i for i, before in enumerate(preview.earlier) if not before]
    if not places:
        return replace(planned, problems=["Every configuration has been run; expected some that have not."])
    spec = dict(planned.specs[0])
    pruner = {key: value for key, value in spec["algorithm"].items() if key.startswith("pruner")}
    given = [dict(preview.ahead.configs[i]) for i in places]
    made = {**spec, "algorithm": {**pruner, "name": "given"}, "configurations": given}
    made.pop("grids", None)
    return replace(planned, specs=[made])


def shown(context: Trellis, planned: Planned, preview: Preview | None) -> tuple[Any, ...]:
    """The preview for the page: sentences, columns and rows of the table, whether table and choice are hidden, command
    and spec."""
    if preview is None or not planned.specs:
        return launch_preview.sentences(missing(planned), good=False), [], [], True, True, "", ""
    ahead, names = preview.ahead, list(preview.spec.space)
    goal = next(iter(preview.spec.metrics)) if preview.predicted else ""
    before = [earlier_text(trials, preview.other_code) for trials in preview.earlier]
    rows = launch_preview.rows(ahead.configs[:LISTED], names, before, preview.predicted)
    columns = launch_preview.columns(names, bool(preview.run_before), goal)
    said = launch_preview.sentences([*missing(planned), *sentences(planned, preview)], good=planned.good)
    hidden = not ahead.configs, not (ahead.known and len(planned.specs) == 1 and len(ahead.configs) > 1)
    name = str(planned.specs[0]["name"])
    text = spec_text(context, planned.specs[0]) if planned.good else ""
    return said, columns, rows, *hidden, command(context, name), text


def missing(planned: Planned) -> list[str]:
    """What is in the way, in sentences."""
    return [f"Not yet: {text}" for text in (*planned.problems, *map(finished, planned.fields.values()))]


def sentences(planned: Planned, preview: Preview) -> list[str]:
    """What would run, in sentences."""
    spec, ahead = preview.spec, preview.ahead
    algorithm = ALGORITHMS[spec.algorithm.name]
    said = [_how_many(planned, preview)]
    if preview.run_before:
        said.append(f"{preview.run_before:,} of {len(ahead.configs):,} listed have been run in the shown studies.")
    if preview.cost:
        work = f", {time_text(preview.cost.work)} of work" if spec.workers > 1 else ""
        pruned = ", if none is pruned" if spec.algorithm.pruner != "none" else ""
        said.append(f"About {time_text(preview.cost.seconds)}{work}{pruned}: from {preview.cost.how}.")
    if preview.predicted:
        said.append(
            "Predicted: the mean of a forest on the completed trials; it is never better than the best of them."
        )
    if spec.objective.type == "command" and ahead.configs:
        words, own = split_command(spec.objective.target), {"seed": spec.seed, "steps": spec.budget.steps, "number": 0}
        said.append(f"The first runs {shlex.join(arguments(words, ahead.configs[0], own))}")
    if spec.constraints and not algorithm.steers:
        said.append(f"{algorithm.label} does not steer by constraints: trials that break one are marked, no more.")
    return said


def _how_many(planned: Planned, preview: Preview) -> str:
    ahead, count = preview.ahead, len(planned.specs)
    unit = "configurations" if ahead.known else "trials"
    total = f"{ahead.total:,} {unit}" if ahead.total else "trials until the time is over"
    if count > 1:
        return f"{count} studies, each of {total}; the table is about {preview.spec.name}."
    chosen = planned.specs[0].get("configurations")
    if chosen:
        return f"{len(chosen):,} of {total}."
    rest = "the others depend on what comes out" if ahead.fixed is not None else "the others are drawn likewise"
    first = f"; the first {len(ahead.configs)} are listed, {rest}" if ahead.configs and not ahead.known else ""
    return f"{total[:1].upper()}{total[1:]}{first}."


def earlier_text(trials: Sequence[Earlier], other_code: Collection[tuple[str, int]] = ()) -> str:
    """The best of the earlier trials with the same values, in words."""
    if not trials:
        return ""
    best = trials[0]
    value = number_text(best.value) if best.value is not None else best.state
    steps = f", {number_text(best.budget)} steps" if best.budget else ""
    other = ", with other code or data" if (best.study_id, best.number) in other_code else ""
    more = f", and {len(trials) - 1} more" if len(trials) > 1 else ""
    return f"{value} in {best.study}, trial {best.number}{steps}{other}{more}"


def _other_code(context: Trellis, preview: Preview, studies: Mapping[str, Trials]) -> set[tuple[str, int]]:
    """Of the earlier trials those that recorded other code or data than now; only our own studies record it."""
    found = {(entry.study_id, entry.number) for trials in preview.earlier for entry in trials[:1]}
    own = {study for study, _ in found} & _ours(context)
    if not own:
        return set()
    now = version_of(preview.spec)
    then = {study: recorded(context.workspace, int(studies[study].study.own_id)) for study in own}
    return {(s, n) for s, n in found if s in own and n in then[s] and not same_code(now, then[s][n])}


def _ours(context: Trellis) -> set[str]:
    """Ids of the studies in the workspace."""
    return {entry["study"] for entry in launch.list_studies(context.workspace)}


def spec_text(context: Trellis, spec: Mapping[str, Any]) -> str:
    """A study spec as a file for the command line; its parent by name where that is in the workspace."""
    parsed = {key: value for key, value in parse_spec(spec).to_json().items() if value not in (None, {}, [], "")}
    own = {entry["id"]: entry["name"] for entry in context.catalog.studies()}
    parent = own.get(str(spec.get("parent")))
    parsed.pop("parent", None)
    if parent in storage.names(context.workspace):
        parsed["parent"] = parent
    return yaml.safe_dump(parsed, sort_keys=False, allow_unicode=True, width=120)


def command(context: Trellis, name: str) -> str:
    """The command that does what Launch does, in the foreground."""
    return (
        f"python -m trainer run {shlex.quote(name + '.yaml')} --workspace {shlex.quote(str(context.workspace.folder))}"
    )


def _cost(planned: Planned, preview: Preview) -> Cost | None:
    spec, trials = preview.spec, planned.trials
    if trials is None or preview.ahead.total is None:
        return None
    count = preview.ahead.total * len(planned.specs) * max(spec.repeats, 1)
    return estimate(trials, count, steps=spec.budget.steps, workers=spec.workers, limit=spec.budget.seconds)


def _predicted(trials: Trials, configs: Sequence[Config]) -> Sequence[float]:
    """What is expected of configurations known beforehand; empty where nothing can be said, or of too many."""
    names = {original_name(trials, public): public for public in trials.space}
    if not 1 < len(configs) <= MOST_PREDICTED or trials.objective is None:
        return ()
    public = [{names[name]: value for name, value in config.items() if name in names} for config in configs]
    try:
        return [float(value) for value in predict(trials, public)]
    except ImportanceError:
        return ()
