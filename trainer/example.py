"""The example project, really trained (``python -m trainer example``).

A random search and its refinement, and the cases of HyperTendril's paper (docs/cases.md): every folder of specs in
data/examples is a database of its name.
"""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from analytics.columns import same_level
from analytics.space import Hyperparameter, SearchSpace, parse_hyperparameter
from data.workspace import DATABASE, Workspace, open_workspace
from trainer import checks, launch, storage
from trainer.controller import control
from trainer.spec import Budget, StudySpec
from trainer.specfile import read_spec

FOLDER = Path(__file__).resolve().parents[1] / "data" / "examples"
SHIPPED = FOLDER / "digits.db"
RANDOM = FOLDER / "digits-random.yaml"
REFINED = FOLDER / "digits-refined.json"

Adapt: TypeAlias = Callable[[StudySpec], StudySpec]

BEST_SHARE = 0.1
EXTENT = (5, 95)
REFINED_TRIALS = 80

STEADY_RATE = 3e-3
STEADY_TOLERANCE = 0.005
"""Up to this learning rate, val_accuracy of a rebuilt trial stays this close on any processor (docs/training.md)."""


def build(to: Path = FOLDER, only: Sequence[str] = (), adapt: Adapt = lambda spec: spec) -> None:
    """Train the projects again, or those named, each into a database in a folder; ``adapt`` may change the specs.

    Raises:
        SpecError: there is no such project.
    """
    projects: dict[str, Callable[[Workspace], None]] = {SHIPPED.stem: partial(_digits, adapt=adapt)}
    for folder in case_folders():
        projects[folder.name] = partial(_case, folder, adapt=adapt)
    for name in only or projects:
        checks.one_of(name, "the name of an example", projects)
        with tempfile.TemporaryDirectory() as temporary:
            workspace = open_workspace(temporary)
            projects[name](workspace)
            workspace.engine.dispose()
            _pack(Path(temporary) / DATABASE, to / f"{name}.db")


def case_folders() -> list[Path]:
    """The folders of the paper's cases; the specs in each run in the order of their names."""
    return sorted(path for path in FOLDER.iterdir() if path.is_dir())


def _case(folder: Path, workspace: Workspace, adapt: Adapt) -> None:
    for path in sorted(folder.glob("*.yaml")):
        control(workspace, *launch.prepare(adapt(read_spec(path)), workspace))


def _digits(workspace: Workspace, adapt: Adapt) -> None:
    """A random search and its refinement.

    The refined spec is kept in ``digits-refined.json``, so that a rebuilt example has the same configurations even if
    the accuracies differ in their last digits; it is derived anew where that file is missing.
    """
    spec = read_spec(RANDOM)
    control(workspace, *launch.prepare(adapt(spec), workspace))
    if not REFINED.exists():
        refined = refine(spec, study_trials(workspace, spec.name))
        REFINED.write_text(json.dumps(refined.to_json(), indent=2) + "\n", encoding="utf-8")
    control(workspace, *launch.prepare(adapt(read_spec(REFINED)), workspace))


def study_trials(workspace: Workspace, name: str) -> list[FrozenTrial]:
    """The trials of a study in a workspace, in order."""
    with storage.optuna_storage(workspace) as backend:
        return optuna.load_study(study_name=name, storage=backend).get_trials()


def refine(spec: StudySpec, trials: Sequence[FrozenTrial]) -> StudySpec:
    """The refinement: each range narrowed to where the best tenth of the completed trials lies.

    Numbers: 5th to 95th percentile of the best, rounded outward to two digits (whole for ints), inside the old range.
    Categories: those that at least two of the best have. A default that is no longer inside is dropped.
    """
    done = sorted((t for t in trials if t.state is TrialState.COMPLETE), key=lambda t: t.values[0])
    if next(iter(spec.metrics.values())) == "maximize":
        done.reverse()
    best = done[: max(2, round(BEST_SHARE * len(done)))]
    space = tuple(_narrow(h, [t.params[h.name] for t in best if h.name in t.params]) for h in spec.space.values())
    return replace(
        spec,
        name="digits-refined",
        parent=spec.name,
        space=SearchSpace(space),
        budget=Budget(REFINED_TRIALS, spec.budget.steps),
        seed=(spec.seed or 0) + 1,
    )


def _narrow(h: Hyperparameter, values: Sequence[Any]) -> Hyperparameter:
    entry, kept = h.to_json(), True
    if h.bounds is None:
        entry["choices"] = [c for c in h.choices if sum(same_level(c, v) for v in values) >= 2] or list(h.choices)
        kept = any(same_level(h.default, choice) for choice in entry["choices"])
    elif values:
        low, high = np.percentile(values, EXTENT)
        digits = 0 if entry["type"] == "int" else None
        entry["low"] = max(h.bounds[0], _outward(low, math.floor, digits))
        entry["high"] = min(h.bounds[1], _outward(high, math.ceil, digits))
        kept = entry["low"] <= entry.get("default", entry["low"]) <= entry["high"]
    if not kept:
        entry.pop("default", None)
    return parse_hyperparameter(h.name, entry)


def _outward(value: float, rounding: Callable[[float], int], digits: int | None) -> float:
    """Rounded to a number of decimals, or else to two significant digits."""
    if digits is None:
        digits = 1 - math.floor(math.log10(abs(value))) if value else 0
    whole: int = rounding(round(value * 10.0**digits, 6))
    return round(whole / 10.0**digits, max(0, digits))


def _pack(source: Path, to: Path) -> None:
    """Copy a database without free pages, in a mode in which readers leave no files behind."""
    packed = source.with_name("packed.db")
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM INTO ?", (str(packed),))
    to.parent.mkdir(parents=True, exist_ok=True)
    whole = to.with_name(f"{to.name}.part")
    shutil.copyfile(packed, whole)
    whole.replace(to)
