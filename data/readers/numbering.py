"""Numbers of rows that have none of their own: the order in which they were first read, kept while the file is open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.columns import Kind, Role, number_column
from analytics.rowkeys import basis_of, fingerprints
from analytics.trials import Trials


class Numbering:
    """Remembers the rows of a table that is read again and again.

    A row that is found again by its key keeps its number, wherever in the file it stands now. One that is not takes the
    number of a vanished row in its place (it was edited), else the next free one.
    """

    def __init__(self) -> None:
        self._before: Trials | None = None

    def keep(self, trials: Trials) -> Trials:
        """The trials of a file, whose rows come numbered in the order of the file, with the numbers they keep."""
        if self._before is not None:
            numbers = np.array(_continued(self._before, trials), dtype=np.float64)
            column = number_column("number", numbers, Role.ROW, Kind.INT)
            trials = replace(trials, columns={**trials.columns, "number": column})
        self._before = trials
        return trials


def _continued(before: Trials, now: Trials) -> list[int]:
    """The number of each row now, by what was in the rows before in the columns that both have."""
    basis = [name for name in basis_of(before) if name in now.columns]
    order = before.numbers.tolist()
    known = dict(zip(fingerprints(before, basis), order, strict=True))
    found = [known.get(mark) for mark in fingerprints(now, basis)]
    taken, fresh = set(found), max(order, default=-1) + 1
    numbers = []
    for place, number in enumerate(found):
        if number is None and place < len(order) and order[place] not in taken:
            number = order[place]
        elif number is None:
            number, fresh = fresh, fresh + 1
        numbers.append(number)
    return numbers
