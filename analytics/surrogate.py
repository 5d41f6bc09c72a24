"""A forest over the axes of a study, its function as boxes, and the measures of what a brush leaves of the axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analytics.axes import Axis, Ints, make_axis
from analytics.columns import Floats
from analytics.evidence import Evidence, ImportanceError, refuse_constant, refuse_too_few
from analytics.forest import Boxes, Forest, Settings, fit
from analytics.gates import Gates, find_gates, told_apart, with_ancestors, without_effect_where_inactive
from analytics.trials import Trials
from analytics.variance import averages


class RefitNeeded(Exception):  # noqa: N818
    """The rows of the brush on ``name`` are no box of the search space: a forest of its own must tell."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, eq=False)
class Model:
    """A forest over axes, and the ``codes`` (rows, axes) and ``variance`` of the rows that it was fitted on."""

    axes: tuple[Axis, ...]
    gates: Gates
    codes: Ints
    forest: Forest
    variance: float

    @cached_property
    def boxes(self) -> Boxes:
        """The forest's function, in which a hyperparameter has no effect where it is inactive."""
        return without_effect_where_inactive(self.forest.boxes, self.gates)

    def measures(self) -> list[Floats]:
        """The share of each cell, one of shape (cells + 1,) an axis; *inactive* has 0 under a known condition."""
        found = []
        for i, axis in enumerate(self.axes):
            inactive = 0.0 if i in self.gates else float((self.codes[:, i] == axis.cells).mean())
            found.append(np.append(axis.measure * (1 - inactive), inactive))
        return found

    def restricted(self, brushes: Mapping[str, Any]) -> list[Floats]:
        """The measures within brushes in normal form on hyperparameters, each summing to 1.

        Raises:
            ImportanceError: nothing of an axis is left.
            RefitNeeded: a brush on *inactive* alone, where several hyperparameters decide that.
        """
        measures = self.measures()
        for i, axis in enumerate(self.axes):
            brush = brushes.get(axis.name)
            if brush is None:
                continue
            low, high = axis.spans(brush)
            part = (high - low) / np.diff(axis.edges)
            if i not in self.gates:
                measures[i] = measures[i] * np.append(part, float(brush["missing"]))
            elif part.any():
                measures[i] = measures[i] * np.append(part, 0.0)
                if not brush["missing"]:
                    self._keep_active(i, measures)
            elif brush["missing"]:
                self._keep_inactive(i, measures)
            else:
                measures[i] = np.zeros(axis.cells + 1)
        for axis, measure in zip(self.axes, measures, strict=True):
            if not measure.sum() > 0:
                raise ImportanceError(f"nothing of {axis.name!r} is left within the brush", "brush")
        return [measure / measure.sum() for measure in measures]

    def mean(self, measures: Sequence[Floats], axes: tuple[int, ...], clip: tuple[float, float] | None) -> Floats:
        """Mean of each tree in the cells of one or two axes, (trees, cells + 1, …), *inactive* last; NaN if impossible.

        A conditional axis is averaged over the configurations in which it counts.
        """
        gates = with_ancestors(self.gates, axes)
        apart = told_apart(self.boxes, gates)
        shares = list(measures)
        for gate in gates:
            shares[gate.child] = np.append(shares[gate.child][:-1], 1.0)
        return averages(clipped(apart, clip), shares, axes)

    def _keep_active(self, child: int, measures: list[Floats]) -> None:
        for gate in with_ancestors(self.gates, [child]):
            for parent, allowed in gate.parents.items():
                measures[parent] = measures[parent] * allowed

    def _keep_inactive(self, child: int, measures: list[Floats]) -> None:
        parents = self.gates[child].parents
        ((parent, allowed), *others) = parents.items()
        if others or parent in self.gates:
            raise RefitNeeded(self.axes[child].name)
        measures[parent] = measures[parent] * ~allowed


def clipped(boxes: Boxes, clip: tuple[float, float] | None) -> Boxes:
    """The boxes with values between two bounds."""
    if clip is None:
        return boxes
    return Boxes(boxes.trees, boxes.tree, boxes.low, boxes.high, np.clip(boxes.value, *clip))


def fit_model(trials: Trials, evidence: Evidence, settings: Settings) -> Model:
    """A forest on the rows of the evidence.

    Raises:
        ImportanceError: the rows are too few, or their values are all the same.
    """
    columns = [trials.columns[name] for name in trials.space]
    if not trials.space:
        raise ImportanceError("the study has no hyperparameters", "too few", {"rows": len(evidence.rows)})
    refuse_too_few(evidence, len(trials.space) if not len(evidence.rows) else 1)
    axes = tuple(
        make_axis(hyperparameter, column, evidence.rows, evidence.values, settings.bins)
        for hyperparameter, column in zip(trials.space.values(), columns, strict=True)
    )
    codes = np.zeros((len(evidence.rows), len(axes)), dtype=np.int64)
    for i, (axis, column) in enumerate(zip(axes, columns, strict=True)):
        codes[:, i] = axis.encode(column)[evidence.rows]
    gates = find_gates(axes, codes)
    refuse_too_few(evidence, int((codes != codes[:1]).any(axis=0).sum()))
    refuse_constant(evidence)
    sizes = [axis.cells + 1 for axis in axes]
    forest = fit(codes, sizes, evidence.values, [axis.name for axis in axes], settings)
    return Model(axes, gates, codes, forest, float(evidence.values.var()))
