"""Open studies as the JSON entries of ``/api/studies``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import State
from analytics.progress import planned_trials
from analytics.respace import changes
from analytics.trials import Metric, Trials
from analytics.wire import finite_json
from data.opened import Opened
from data.readers.base import STATES


def entries(opened: Sequence[Opened], own: Opened) -> list[dict[str, Any]]:
    """The studies of all open sources; those of ``own``, the workspace's, are ours to stop and resume."""
    by_id = {key: versions.trials for o in opened for key, versions in o.studies.items()}
    visible = shown(opened, own)
    return [
        entry(
            versions.trials,
            parent=by_id.get(versions.trials.study.parent or ""),
            label=o.source.label,
            revision=versions.revision,
            shown=key in visible,
            table=o.source.is_table,
            ours=o is own,
        )
        for o in opened
        for key, versions in o.studies.items()
    ]


def entry(
    trials: Trials, *, parent: Trials | None, label: str, revision: str, shown: bool, table: bool, ours: bool
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
        "shown": shown,
        "metrics": [_metric(m) for m in trials.metrics.values()],
        "space": finite_json(trials.space.to_json()),
        "changed": changes(parent.space, trials.space) if parent is not None else [],
        "runnable": study.spec is not None,
        "notes": list(study.notes),
        "table": table,
        "ours": ours,
    }


def shown(opened: Sequence[Opened], own: Opened) -> set[str]:
    """Ids of the studies that are shown at first.

    All, if the analyst named no source; else those of the named sources, and those of the workspace (``own``) that
    refine one that is shown.
    """
    if not any(o.given for o in opened):
        return {key for o in opened for key in o.studies}
    found = {key for o in opened if o.given for key in o.studies}
    parents = {key: versions.trials.study.parent for key, versions in own.studies.items()}
    while new := {key for key, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def curves_of(history: pd.DataFrame) -> list[dict[str, Any]]:
    """A long table of values over steps as one entry a trial and metric; values that are not finite are None."""
    groups = (
        history[np.isfinite(history["step"].astype(float))]
        .sort_values("step", kind="stable")
        .groupby(["number", "metric"], sort=True)
    )
    return [
        {
            "number": int(curve["number"].iloc[0]),
            "metric": metric,
            "step": curve["step"].tolist(),
            "value": [value if math.isfinite(value) else None for value in curve["value"].tolist()],
        }
        for (_, metric), curve in groups
    ]


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
