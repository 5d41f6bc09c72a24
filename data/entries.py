"""Open studies as the JSON entries of ``/api/studies``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analytics.columns import State
from analytics.progress import planned_trials
from analytics.respace import changes
from analytics.trials import Metric, Trials, study_id
from analytics.wire import finite_json
from data.opened import Opened
from data.readers.base import STATES, FolderSource


def entries(opened: Sequence[Opened], own: Opened) -> list[dict[str, Any]]:
    """The studies of all open sources; those of ``own``, the workspace's, are ours to stop and resume."""
    by_id = {key: versions.trials for o in opened for key, versions in o.studies.items()}
    visible, groups = shown(opened, own), grouped(by_id)
    return [
        entry(
            versions.trials,
            parent=by_id.get(versions.trials.study.parent or ""),
            label=o.source.label,
            revision=versions.revision,
            results=versions.results,
            shown=key in visible,
            table=o.source.is_table,
            ours=o is own,
            group=groups.get(key),
        )
        for o in opened
        for key, versions in o.studies.items()
    ]


def entry(
    trials: Trials,
    *,
    parent: Trials | None,
    label: str,
    revision: str,
    results: str,
    shown: bool,
    table: bool,
    ours: bool,
    group: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One study; ``changed`` says in sentences how its space differs from its parent's."""
    study = trials.study
    return {
        "id": study.id,
        "name": study.name,
        "parent": study.parent,
        "source": study.source,
        "label": label,
        "algorithm": study.algorithm,
        "settings": finite_json(study.settings),
        "state": study.state,
        "message": study.message,
        "counts": counts(trials),
        "rows": len(trials),
        "planned": planned_trials(study.spec or {}),
        "revision": revision,
        "results": results,
        "archived": len(trials) - len(trials.kept),
        "shown": shown,
        "metrics": [_metric(m) for m in trials.metrics.values()],
        "space": finite_json(trials.space.to_json()),
        "changed": changes(parent.space, trials.space) if parent is not None else [],
        "runnable": study.spec is not None,
        "notes": list(study.notes),
        "table": table,
        "ours": ours,
        "group": group,
    }


def shown(opened: Sequence[Opened], own: Opened) -> set[str]:
    """Ids of the studies that are shown at first.

    Those of the sources that the analyst named, and those of the workspace (``own``) that refine one that is shown. Of
    a folder of runs only those are shown that can be compared with its first one. With no source named: those of the
    workspace and what they refined; if it has none, the first example.
    """
    if not any(o.given for o in opened):
        return _with_ancestors(opened, own) or set(next((o.studies for o in opened if o.studies), ()))
    found = {key for o in opened if o.given for key in _comparable(o)}
    parents = {key: versions.trials.study.parent for key, versions in own.studies.items()}
    while new := {key for key, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def _with_ancestors(opened: Sequence[Opened], own: Opened) -> set[str]:
    """The workspace's studies, and those that they refined, wherever these are."""
    parents = {key: versions.trials.study.parent for o in opened for key, versions in o.studies.items()}
    found, new = set[str](), set(own.studies)
    while new:
        found |= new
        new = {parent for key in new if (parent := parents[key]) in parents and parent is not None} - found
    return found


def grouped(studies: Mapping[str, Trials]) -> dict[str, dict[str, Any]]:
    """The group of each study that shares its folder with others of the same search: objectives and hyperparameters.

    Else its project, where studies of several projects are open. ``runs`` says that it is the former, ``id`` tells it
    from other groups, ``name`` is that of the folder or project.
    """
    places: dict[tuple[Any, ...], list[str]] = {}
    for key, trials in studies.items():
        if trials.study.group is not None:
            places.setdefault((trials.study.source, trials.study.group, *_search(trials)), []).append(key)
    projects = {key: str((trials.study.spec or {}).get("project") or "") for key, trials in studies.items()}
    several = len({project for project in projects.values() if project}) > 1
    by_project = {key: _group("", (project,), False) for key, project in projects.items() if project and several}
    shared = {place: keys for place, keys in places.items() if len(keys) > 1}
    return by_project | {key: _group(place[0], place[1:], True) for place, keys in shared.items() for key in keys}


def _group(source: str, own: tuple[Any, ...], runs: bool) -> dict[str, Any]:
    return {"id": study_id(source, repr(own)), "name": str(own[0]), "runs": runs}


def _comparable(opened: Opened) -> list[str]:
    """The studies of a source; of a folder of runs those of the same search as the first."""
    studies = {key: versions.trials for key, versions in opened.studies.items()}
    if not isinstance(opened.source, FolderSource) or not studies:
        return list(studies)
    first = _search(next(iter(studies.values())))
    return [key for key, trials in studies.items() if _search(trials) == first]


def _search(trials: Trials) -> tuple[Any, ...]:
    """What studies of one search have in common."""
    return tuple(m.name for m in trials.metrics.values() if m.objective), tuple(sorted(trials.params))


def counts(trials: Trials) -> dict[str, int]:
    """Rows by state."""
    found = np.bincount(trials.columns["state"].values.astype(np.int64), minlength=len(STATES))
    return {str(state): int(found[STATES.index(state)]) for state in State}


def _metric(metric: Metric) -> Mapping[str, Any]:
    return {
        "name": metric.name,
        "direction": metric.direction,
        "objective": metric.objective,
        "unit": metric.unit,
        "read": metric.read,
        "inferred": metric.inferred,
    }
