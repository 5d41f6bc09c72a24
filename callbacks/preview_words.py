"""A preview in words, as rows of a table and as a file, for ``callbacks/launch_preview.py``."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import yaml

from analytics.costs import time_text
from analytics.reruns import Earlier
from analytics.text import number_text
from callbacks.context import Trellis
from callbacks.launching import Planned
from callbacks.previewing import Preview
from callbacks.refining import finished
from components import launch_preview
from trainer import storage
from trainer.algorithms import ALGORITHMS
from trainer.objectives.commandline import arguments, split_command
from trainer.spec import parse_spec

LISTED = 200
"""Configurations listed of those that are all known beforehand."""


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
    said = [_how_many(planned, preview), *([f"{preview.start}{_told(preview)}."] if preview.start else [])]
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
    if chosen and len(chosen) != ahead.total:
        return f"{len(chosen):,} of {total}."
    each = f", each {preview.spec.repeats} times" if preview.spec.repeats > 1 else ""
    rest = "the others depend on what comes out" if ahead.fixed is not None else "the others are drawn likewise"
    listed = ahead.configs and not ahead.known and not preview.start
    first = f"; the first {len(ahead.configs)} are listed, {rest}" if listed else ""
    return f"{total[:1].upper()}{total[1:]}{each}{first}."


def _told(preview: Preview) -> str:
    start, first = preview.spec.start, len(preview.ahead.configs)
    best = [f"the best {first} run first"] if first else []
    told = ["the sampler is told of all of them"] if start and start.warm else []
    return ": " + ", and ".join([*best, *told]) if best or told else ""


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
    file, folder = launch_preview.file_name(name), str(context.workspace.folder)
    return f"python -m trainer run {shlex.quote(file)} --workspace {shlex.quote(folder)}"
