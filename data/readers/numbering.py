"""Numbers of rows that have none of their own: the order in which they were first read, kept while the file is open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.columns import Kind, Role, number_column
from analytics.rowkeys import RowKey, keys_of
from analytics.trials import Trials


class Numbering:
    """Remembers the rows of a table that is read again and again.

    A row that is found again by its key keeps its number, wherever in the file it stands now. One that is not takes the
    number of a vanished row in its place (it was edited), else the next free one.
    """

    def __init__(self) -> None:
        self._known: dict[RowKey, int] = {}
        self._order: list[int] = []

    def keep(self, trials: Trials) -> Trials:
        """The trials of a file, whose rows come numbered in the order of the file, with the numbers they keep."""
        keys = keys_of(trials, trials.numbers.tolist())
        texts = [keys[number] for number in trials.numbers.tolist()]
        found = [self._known.get(key) for key in texts]
        taken = {number for number in found if number is not None}
        fresh = max(self._order, default=-1) + 1
        numbers = []
        for place, number in enumerate(found):
            if number is None and place < len(self._order) and self._order[place] not in taken:
                number = self._order[place]
            if number is None:
                number, fresh = fresh, fresh + 1
            numbers.append(number)
        self._known, self._order = dict(zip(texts, numbers, strict=True)), numbers
        column = number_column("number", np.array(numbers, dtype=np.float64), Role.ROW, Kind.INT)
        return replace(trials, columns={**trials.columns, "number": column})
