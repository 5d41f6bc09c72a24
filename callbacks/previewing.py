"""What a launch would run, as plain functions; ``callbacks/launch_preview.py`` wires them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.columns import Level
from analytics.costs import Cost, estimate
from analytics.evidence import ImportanceError
from analytics.predictions import best_first, predict
from analytics.reruns import Earlier, earlier
from analytics.specs import original_name
from analytics.trials import Trials
from callbacks.context import Trellis
from callbacks.launching import Planned, planned
from trainer import launch
from trainer.earlier import fit
from trainer.preview import Ahead, ahead
from trainer.spec import SpecError, StudySpec, parse_spec
from trainer.version import recorded, same_code, version_of

FIRST = 20
"""Configurations listed of a search that goes on as results come."""
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

    ``ahead`` says what is known beforehand, under the names of the objective, ``start`` how many earlier trials fit to
    start from; ``earlier`` trials and ``predicted``
    objectives are those of its configurations. ``other_code`` has the trials, by id of the study and number, that ran
    with other code or data than a trial would now.
    """

    spec: StudySpec
    ahead: Ahead
    start: str = ""
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
    try:
        preview = _look(context, plan, shown)
    except SpecError as error:
        return replace(plan, fields={"enqueue": str(error)}), None
    if preview is None:
        return plan, None
    if preview.ahead.known and runs.which != "all" and len(plan.specs) == 1:
        plan = _narrowed(plan, preview, runs)
    return plan, replace(preview, cost=_cost(plan, preview))


def _look(context: Trellis, planned: Planned, shown: Sequence[str]) -> Preview | None:
    """What would run; None while something is in the way.

    Raises:
        SpecError: the trials to start from do not go with the new study.
    """
    if not planned.good or not planned.specs or planned.trials is None:
        return None
    spec = parse_spec(planned.specs[0])
    coming, start = _coming(spec, planned.trials)
    known = {entry["id"] for entry in context.catalog.studies()}
    studies = {study: context.catalog.trials(study) for study in {planned.trials.study.id, *shown} & known}
    before = earlier(coming.configs, spec.space, studies.values())
    expected = _predicted(planned.trials, coming.configs) if coming.known else ()
    preview = Preview(spec, coming, start, before, expected)
    return replace(preview, other_code=_other_code(context, preview, studies))


def _coming(spec: StudySpec, trials: Trials) -> tuple[Ahead, str]:
    """What is known of a study beforehand; where it starts from earlier trials, those, and how many fit in words."""
    coming = ahead(spec, FIRST)
    if spec.start is None:
        return coming, ""
    found = fit(trials, spec.space, spec.metrics, spec.constraints)
    first: list[dict[str, Any]] = []
    for config in found.configurations:
        if len(first) < spec.start.enqueue and config not in first:
            first.append(dict(config))
    return Ahead(coming.total, first, False, len(first)), found.sentence


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


def _cost(planned: Planned, preview: Preview) -> Cost | None:
    spec, total = preview.spec, preview.ahead.total
    given = planned.specs[0].get("configurations") if planned.specs else None
    count = len(given) if given else total
    if planned.trials is None or count is None:
        return None
    steps = spec.algorithm.settings["interval"] if spec.algorithm.name == "pbt" else spec.budget.steps
    count *= len(planned.specs) * spec.repeats
    return estimate(planned.trials, count, steps=steps, workers=spec.workers, limit=spec.budget.seconds)


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
