"""The trials of an Optuna study from its table of columns and what is known of the study itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analytics.columns import ROW_KINDS, Column, Floats, Kind, Role, State, number_column
from analytics.space import Hyperparameter, SearchSpace, SpaceError, parse_space
from analytics.trials import Direction, Metric, Study, Trials, study_id
from data.readers.base import STATES, LoadHistory, assemble, no_history, state_column
from data.readers.conditions import infer_conditions
from data.readers.kept import KEY, whole
from data.readers.study_table import StudyTable

SAMPLERS = {
    "tpe": "TPESampler",
    "gp": "GPSampler",
    "cma": "CmaEsSampler",
    "sepcma": "CmaEsSampler",
    "cmawm": "CmaEsSampler",
    "nsga2": "NSGAIISampler",
    "nsga3": "NSGAIIISampler",
    "grid_id": "GridSampler",
}
OURS = "trellis:"


@dataclass(frozen=True)
class StudyInfo:
    """What a storage says of a study beside its trials.

    ``names`` of the objectives are empty if undeclared; ``spec`` to ``message`` are those of ``trellis_study``, None in
    other people's databases (``measures``: direction and unit of metrics by name, there empty); ``keys`` are those of
    the study's system attributes; ``kept`` is what an export keeps there, as JSON.
    """

    own_id: str
    name: str
    directions: tuple[Direction, ...]
    names: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    spec: Mapping[str, Any] | None = None
    measures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parent: str | None = None
    parent_source: str | None = None
    state: str | None = None
    message: str | None = None
    notes: tuple[str, ...] = field(default=())
    kept: str | None = None

    @property
    def objectives(self) -> tuple[str, ...]:
        """Names of the objectives: declared ones, else ``value``, ``value_1`` …"""
        count = len(self.directions)
        declared = self.names if len(self.names) == count else ()
        return declared or tuple("value" if i == 0 else f"value_{i}" for i in range(count))


def with_parents(studies: Mapping[int, StudyInfo], address: str) -> dict[int, StudyInfo]:
    """The studies with the ids of their parents; a parent in the same database stands in the spec by its name.

    So lineage survives a database that moves: ids depend on where it lies, names do not.
    """
    ids = {info.name: study_id(address, info.own_id) for info in studies.values()}
    return {
        key: info if info.parent else replace(info, parent=ids.get(str((info.spec or {}).get("parent"))))
        for key, info in studies.items()
    }


def build(address: str, info: StudyInfo, table: StudyTable, load_history: LoadHistory = no_history) -> Trials:
    """The trials of a study as they are in its table now."""
    rows = _rows(table)
    params = table.params()
    declared = _declared(info.spec)
    notes = list(info.notes)
    if declared is None:
        complete = rows["state"].values == STATES.index(State.COMPLETE)
        found = infer_conditions({h.name: (h, column) for h, column in params}, complete)
        params = [(replace(h, when=found.get(h.name, {})), column) for h, column in params]
        if found:
            notes.append(f"Conditions were inferred from the trials, since Optuna keeps none: {', '.join(found)}.")
    else:
        params = _with_declared(params, declared, len(table.ids))
    metrics = _metrics(info, table)
    if any(metric.name.startswith("constraint:") for metric, _ in metrics):
        notes.append("A trial is feasible where all columns constraint:… are at most 0.")
    study = Study(
        id=study_id(address, info.own_id),
        name=info.name,
        source=address,
        own_id=info.own_id,
        parent=info.parent,
        spec=info.spec,
        notes=tuple(notes),
        state=info.state,
        message=info.message,
        **_algorithm(info, table),
    )
    trials = assemble(study, rows, params, metrics, load_history)
    return trials if info.kept is None else whole(trials, _text(info.kept), f"the attribute {KEY!r}")


def _text(value: str) -> str:
    """The text that an attribute holds as JSON; empty if it holds something else."""
    found = json.loads(value)
    return found if isinstance(found, str) else ""


def _rows(table: StudyTable) -> dict[str, Column]:
    """Our own columns: what Optuna keeps of every trial, ``trellis:`` attributes, generation and rung."""
    row, attributes, system = table.group("row"), table.group("attributes"), table.group("system")
    empty = np.zeros(len(table.ids))
    rows = {
        "number": number_column("number", row.get("number", empty), Role.ROW, Kind.INT),
        "state": state_column(row.get("state", empty)),
        **{key: Column(key, Kind.TIME, Role.ROW, row.get(key, empty)) for key in ("start", "end")},
    }
    if "generation" in system:
        rows["generation"] = number_column("generation", system["generation"], Role.ROW, Kind.INT)
    rungs = [values for name, values in system.items() if name.startswith("rung ")]
    if rungs:
        rows["rung"] = number_column("rung", np.fmax.reduce(rungs), Role.ROW, Kind.INT)
    for name in ("config", "member", "reason"):
        if (column := table.labels(OURS + name)) is not None:
            rows[name] = replace(column, name=name)
    for name in ("budget", "seed", "parent", "generation", "bracket", "rung", "batch"):
        if OURS + name in attributes:
            rows[name] = number_column(name, attributes[OURS + name], Role.ROW, ROW_KINDS[name])
    return rows


def _metrics(info: StudyInfo, table: StudyTable) -> list[tuple[Metric, Floats]]:
    """The objectives, then numeric user attributes (those the study knows of first, in its order), then constraints.

    A user attribute that repeats an objective of the same name is left out.
    """
    values, missing = table.group("values"), np.full(len(table.ids), np.nan)
    columns = {name: values.get(str(i), missing) for i, name in enumerate(info.objectives)}
    found = [
        (_metric(info, name, direction, objective=True), columns[name])
        for name, direction in zip(columns, info.directions, strict=False)
    ]
    place = {name: i for i, name in enumerate(info.measures)}
    attributes = sorted(table.group("attributes").items(), key=lambda item: place.get(item[0], len(place)))
    for name, attribute in attributes:
        if name.startswith(OURS) or (name in columns and _repeats(attribute, columns[name])):
            continue
        found.append((_metric(info, name), attribute))
    system = table.group("system")
    found += [(Metric(name), system[name]) for name in sorted(system) if name.startswith("constraint:")]
    return found


def _metric(info: StudyInfo, name: str, direction: Direction | None = None, objective: bool = False) -> Metric:
    known = info.measures.get(name, {})
    return Metric(name, direction or known.get("direction"), objective, known.get("unit", ""))


def _repeats(attribute: Floats, objective: Floats) -> bool:
    both = ~np.isnan(attribute) & ~np.isnan(objective)
    return bool(np.array_equal(attribute[both], objective[both]))


def _declared(spec: Mapping[str, Any] | None) -> SearchSpace | None:
    """The search space of a study spec; None if there is none that can be read."""
    try:
        return parse_space(spec["space"]) if spec and isinstance(spec.get("space"), Mapping) else None
    except SpaceError:
        return None


def _with_declared(
    params: list[tuple[Hyperparameter, Column]], space: SearchSpace, count: int
) -> list[tuple[Hyperparameter, Column]]:
    """All hyperparameters of the declared space, also those no trial has drawn yet, then any others."""
    columns = {h.name: column for h, column in params}
    found = []
    for h in space.hyperparameters:
        column = columns.get(h.name)
        if column is None:
            kind = Kind.CATEGORY if h.is_category else Kind.INT if h.to_json()["type"] == "int" else Kind.FLOAT
            column = Column(h.name, kind, Role.PARAM, np.full(count, np.nan), h.choices)
        found.append((h, column))
    return found + [(h, column) for h, column in params if h.name not in space]


def _algorithm(info: StudyInfo, table: StudyTable) -> dict[str, Any]:
    """Name and settings of the search algorithm: declared, else what system attributes give away, else unknown."""
    declared = (info.spec or {}).get("algorithm")
    if isinstance(declared, Mapping):
        settings = dict(declared.get("settings") or {})
        if declared.get("pruner"):
            settings["pruner"] = declared["pruner"]
            own = declared.get("pruner_settings") or {}
            settings |= {f"{declared['pruner']} {key}": value for key, value in own.items()}
        return {"algorithm": str(declared.get("name", "")), "settings": settings}
    if declared:
        return {"algorithm": str(declared)}
    settings = {}
    if any(key.startswith("completed_rung_") for key in table.keys):
        settings["pruner"] = "successive halving or Hyperband"
    return {"algorithm": _sampler(info.keys | table.keys), "settings": settings}


def _sampler(keys: frozenset[str]) -> str:
    if any(key.endswith("'s last sample id") for key in keys):
        return "QMCSampler"
    for key in sorted(keys):
        prefix = key.partition(":")[0]
        if prefix in SAMPLERS:
            return SAMPLERS[prefix]
        if named := re.fullmatch(r"(\w+Sampler):generation", key):
            return named[1]
    return ""


def metric_names(text: str | None) -> tuple[str, ...]:
    """Names of the objectives from Optuna's system attribute ``study:metric_names``."""
    names = json.loads(text) if text else None
    return tuple(str(name) for name in names) if isinstance(names, list) else ()
