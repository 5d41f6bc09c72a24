"""Conditional hyperparameters in a forest: where one is inactive, it has no effect and the boxes say so.

A tree may split on *inactive* in the place of the parent, since both tell the rows apart. Read as an effect of the
child that would be wrong; so such boxes are written as what they mean: the parent's values, and any value of the child.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.axes import Axis, Ints
from analytics.forest import Boxes, joined

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Gate:
    """The axis ``child`` counts where each of the ``parents`` is in an allowed cell; masks are (cells + 1,)."""

    child: int
    cells: int
    parents: Mapping[int, Mask]

    def split(self, boxes: Boxes) -> tuple[Boxes, Boxes]:
        """The boxes where the child is active, and those where it is not."""
        active = boxes.between(self.child, 0, self.cells)
        waiting, inactive = boxes.between(self.child, self.cells, self.cells + 1), []
        for parent, allowed in self.parents.items():
            active = active.narrowed(parent, allowed)
            inactive.append(waiting.narrowed(parent, ~allowed))
            waiting = waiting.narrowed(parent, allowed)
        return active, joined(inactive)


Gates: TypeAlias = Mapping[int, Gate]


def find_gates(axes: Sequence[Axis], codes: Ints) -> Gates:
    """The gates of the axes that declare a condition, parents before children.

    ``codes`` (rows, axes) is changed in place: what is set although it does not count becomes inactive. A condition
    that the rows break (it holds, and there is no value) is not used.
    """
    index = {axis.name: i for i, axis in enumerate(axes)}
    found: dict[int, Gate] = {}
    for child, axis in enumerate(axes):
        when = axis.hyperparameter.when
        if not when or not set(when) <= set(index):
            continue
        parents = {index[name]: _allowed(axes[index[name]], values) for name, values in when.items()}
        active = np.all([allowed[codes[:, parent]] for parent, allowed in parents.items()], axis=0)
        if (codes[active, child] < axis.cells).all():
            codes[~active, child] = axis.cells
            found[child] = Gate(child, axis.cells, parents)
    return found


def with_ancestors(gates: Gates, axes: Iterable[int]) -> list[Gate]:
    """The gates of the axes and of everything they depend on, children before parents."""
    wanted, waiting = set(), [axis for axis in axes if axis in gates]
    while waiting:
        axis = waiting.pop()
        wanted.add(axis)
        waiting += [parent for parent in gates[axis].parents if parent in gates]
    return [gate for child, gate in reversed(list(gates.items())) if child in wanted]


def without_effect_where_inactive(boxes: Boxes, gates: Gates) -> Boxes:
    """The same function as boxes that hold every value of a child where the child is inactive."""
    for gate in reversed(list(gates.values())):
        everywhere = (boxes.low[gate.child] == 0) & (boxes.high[gate.child] == gate.cells + 1)
        if everywhere.all():
            continue
        active, inactive = gate.split(boxes.take(~everywhere))
        boxes = joined([boxes.take(everywhere), active, inactive.spread(gate.child, gate.cells + 1)])
    return boxes


def told_apart(boxes: Boxes, gates: Iterable[Gate]) -> Boxes:
    """The boxes cut at the gates, children first: none holds both values of a child and *inactive*."""
    for gate in gates:
        boxes = joined(gate.split(boxes))
    return boxes


def _allowed(axis: Axis, values: Iterable[object]) -> Mask:
    low, high = axis.spans({"ranges": [], "values": list(values), "missing": False})
    return np.append(high > low, False)
