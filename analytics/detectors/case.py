"""A study as detectors see it: better is greater, hyperparameters from 0 to 1 on their own scale, curves by trial."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Column, Floats, State
from analytics.evidence import gather
from analytics.findings import NotAsked
from analytics.rungs import last_steps
from analytics.samplers import sampler_key
from analytics.space import Hyperparameter
from analytics.trials import Metric, Trials

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
MISSING = -1e300
Curve = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class Case:
    """A study, and the studies ``related`` to it: those that trained some of its configurations again."""

    trials: Trials
    related: tuple[Trials, ...] = ()

    @property
    def metric(self) -> Metric:
        """The objective.

        Raises:
            NotAsked: the study has none with a direction.
        """
        found = self.trials.objective
        if found is None or found.direction is None:
            raise NotAsked("the study declares no objective with a direction")
        return found

    def alone(self) -> None:
        """Raises NotAsked where the study has several objectives, so that no value is the best."""
        if sum(metric.objective for metric in self.trials.metrics.values()) > 1:
            raise NotAsked("the study has several objectives, so that no one trial is the best")

    @property
    def sign(self) -> int:
        return 1 if self.metric.direction == "maximize" else -1

    @cached_property
    def scores(self) -> Floats:
        """The objective of every row, better is greater, shape (rows,)."""
        return self.sign * self.trials.columns[self.metric.name].values

    @cached_property
    def rows(self) -> Rows:
        """Completed rows that may be compared, each configuration at its highest budget, in the order of the search."""
        found = gather(self.trials, self.metric).rows
        return np.asarray(found[np.argsort(self.trials.numbers[found], kind="stable")])

    @cached_property
    def complete(self) -> Mask:
        return self.trials.in_state(State.COMPLETE) & np.isfinite(self.scores)

    @cached_property
    def ends(self) -> Floats:
        """The step at which each row ended, NaN where unknown, shape (rows,)."""
        return last_steps(self.trials)

    @cached_property
    def full(self) -> float:
        """The steps of a trial that runs to its end; NaN where no steps are known."""
        return math.nan if np.isnan(self.ends).all() else float(np.nanmax(self.ends))

    @cached_property
    def cut(self) -> Mask:
        """Rows that were pruned before their end (a pruner may judge at the very last step too), shape (rows,)."""
        return self.trials.in_state(State.PRUNED) & ~(self.ends >= self.full)

    @cached_property
    def identity(self) -> Rows:
        """A number for each row, the same for the same configuration, shape (rows,)."""
        columns = [self.column(name) for name in self.trials.params]
        table = np.column_stack([np.where(np.isnan(c), MISSING, c) for c in columns] or [np.arange(len(self.trials))])
        return np.asarray(np.unique(table, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)

    def column(self, name: str) -> Floats:
        return self.trials.columns[name].values

    def numbers(self, rows: Any) -> tuple[int, ...]:
        """The trial numbers of rows, ascending."""
        return tuple(sorted(set(self.trials.numbers[rows].tolist())))

    # --- algorithm ----------------------------------------------------------------------------------------------------

    @property
    def algorithm(self) -> str:
        """The algorithm as our trainer names it; empty where unknown."""
        return sampler_key(self.trials.study.algorithm)

    @property
    def choice(self) -> Mapping[str, Any]:
        """The algorithm's part of our spec; empty of a study that another program ran."""
        found = (self.trials.study.spec or {}).get("algorithm")
        return found if isinstance(found, Mapping) else {}

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.choice.get("settings") or self.trials.study.settings

    @cached_property
    def population(self) -> bool:
        """Whether members hand on what they learnt: rows have generations, and parents with other configurations."""
        generation, parent = self.column("generation"), self.column("parent")
        return not np.isnan(generation).all() and not np.isnan(parent).all()

    def changed(self, **parts: Any) -> dict[str, Any]:
        """The algorithm's part of a spec with other settings, for the launch panel."""
        now = self.choice
        settings = {**(now.get("settings") or {}), **parts.get("settings", {})}
        pruning = {**(now.get("pruner_settings") or {}), **parts.get("pruner_settings", {})}
        name, pruner = parts.get("name", now.get("name", "random")), parts.get("pruner", now.get("pruner", "none"))
        kept = {"settings": settings if name == now.get("name") else {}}
        kept["pruner_settings"] = pruning if pruner == now.get("pruner") else {}
        return {"name": name, "pruner": pruner, **kept}

    # --- hyperparameters ----------------------------------------------------------------------------------------------

    @cached_property
    def positions(self) -> dict[str, Floats]:
        """Of every hyperparameter whose values have an order: where each row lies, 0 to 1 on its own scale, (rows,)."""
        columns = self.trials.columns
        found = {name: position(h, columns[name]) for name, h in self.trials.space.items()}
        return {name: places for name, places in found.items() if places is not None}

    @cached_property
    def varying(self) -> dict[str, Floats]:
        """Those of ``positions`` that differ between rows."""
        return {name: at for name, at in self.positions.items() if len(np.unique(at[~np.isnan(at)])) > 1}

    def value(self, name: str, at: float) -> float:
        """The value of a numeric hyperparameter at a position."""
        h = self.trials.space[name]
        if h.bounds is None:
            choices = ordered_choices(h)
            return choices[round(at * (len(choices) - 1))]
        low, high = _scaled(h, np.array(h.bounds))
        found = low + at * (high - low)
        return math.exp(found) if h.log else found

    def configuration(self, row: int) -> dict[str, Any]:
        """The hyperparameters of a row by public name, those that count."""
        found = {}
        for name in self.trials.params:
            column = self.trials.columns[name]
            if not math.isnan(column.values[row]):
                one = Column(name, column.kind, column.role, column.values[[row]], column.levels).objects()[0]
                found[name] = float(one) if isinstance(one, np.floating) else one
        return found

    # --- curves -------------------------------------------------------------------------------------------------------

    @cached_property
    def curves(self) -> dict[int, Curve]:
        """Steps and scores of the objective of each row with a history, ascending, those that are finite."""
        history = self.trials.load_history(None)
        history = history[history["metric"] == self.metric.name]
        return {row: found for row, found in _by_row(self.trials.numbers, history, self.sign).items() if len(found[0])}

    def at(self, step: float) -> Floats:
        """The score of each row at a step, from its history, else where that is its budget; NaN elsewhere; (rows,)."""
        found = np.where(self.complete & (self.column("budget") == step), self.scores, np.nan)
        for row, (steps, scores) in self.curves.items():
            place = np.flatnonzero(steps == step)
            if len(place):
                found[row] = scores[place[0]]
        return found


def _by_row(numbers: Rows, history: pd.DataFrame, sign: int) -> dict[int, Curve]:
    row_of = {number: row for row, number in enumerate(numbers.tolist())}
    found = {}
    for number, part in history.groupby("number", sort=False):
        row = row_of.get(int(str(number)))
        if row is None:
            continue
        steps, values = part["step"].to_numpy(np.float64), sign * part["value"].to_numpy(np.float64)
        order = np.argsort(steps, kind="stable")
        kept = order[np.isfinite(values[order])]
        found[row] = steps[kept], values[kept]
    return found


def ordered_choices(h: Hyperparameter) -> list[float]:
    """The choices of a category in ascending order where all are numbers; none otherwise."""
    if not h.choices or any(isinstance(c, bool) or not isinstance(c, int | float) for c in h.choices):
        return []
    return sorted(float(c) for c in h.choices if isinstance(c, int | float))


def position(h: Hyperparameter, column: Column) -> Floats | None:
    """Where values lie between the bounds of their hyperparameter, on its own scale; None where they have no order."""
    if h.bounds is None:
        choices: Sequence[float] = ordered_choices(h)
        if len(choices) < 2:
            return None
        place = {choice: i / (len(choices) - 1) for i, choice in enumerate(choices)}
        numbers = [float(level) if isinstance(level, int | float) else math.nan for level in column.levels]
        found = [place.get(number, math.nan) for number in numbers]
        return np.array([math.nan if math.isnan(code) else found[int(code)] for code in column.values])
    low, high = _scaled(h, np.array(h.bounds))
    if not low < high:
        return None
    return np.asarray((_scaled(h, column.values) - low) / (high - low))


def _scaled(h: Hyperparameter, values: Floats) -> Floats:
    if not h.log:
        return values
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values > 0, np.log(values), np.nan)
