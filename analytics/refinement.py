"""The table old → new that refining fills and the analyst edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from analytics.columns import Level
from analytics.ranges import Range
from analytics.space import Hyperparameter


class RefineError(ValueError):
    """A refinement that cannot be; the message names the hyperparameter, the value and what was expected."""


class Origin(StrEnum):
    """Where the new range of a hyperparameter comes from."""

    KEPT = "kept"
    BRUSH = "brush"
    EXTENT = "extent"
    BEST = "best"
    DEFAULT = "default"
    AROUND = "around"
    SUGGESTED = "suggested"
    TYPED = "typed"


@dataclass(frozen=True)
class Proposal:
    """What a hyperparameter may become: a range with both ends, or choices; ``note`` says where it comes from."""

    origin: Origin
    low: float | None = None
    high: float | None = None
    choices: tuple[Level, ...] = ()
    note: str = ""

    @property
    def fixed(self) -> bool:
        """Whether one value is left."""
        return len(self.choices) == 1 if self.choices else self.low == self.high


@dataclass(frozen=True)
class Row:
    """A hyperparameter, old → new.

    ``offers`` are the proposals one click away. ``pieces`` are the separate ranges of a brush, ascending: with
    ``split`` each becomes a study of its own, otherwise ``new`` holds their hull. ``draft`` is typed input (by field)
    that could not be accepted, and ``problem`` the sentence that says why. ``shape`` is what scale, step, categories,
    condition and default became, if they changed; its bounds do not count. ``values`` are what a grid search tries.
    An ``added`` row is of no earlier trial; a ``removed`` one is not in the new space.
    """

    old: Hyperparameter
    new: Proposal
    offers: Mapping[Origin, Proposal]
    pieces: tuple[Range, ...] = ()
    split: bool = False
    draft: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    shape: Hyperparameter | None = None
    values: tuple[Level, ...] = ()
    added: bool = False
    removed: bool = False

    @property
    def kind(self) -> Hyperparameter:
        """The hyperparameter as it is now, but for its bounds."""
        return self.shape or self.old

    @property
    def name(self) -> str:
        """The public name."""
        return self.old.name

    @property
    def in_pieces(self) -> bool:
        """Whether hull or several studies is a question here."""
        return self.new.origin is Origin.BRUSH and len(self.pieces) > 1


@dataclass(frozen=True)
class Refinement:
    """The table old → new of one study, made from ``selected`` of ``total`` rows; names are the public ones.

    ``centre`` is the number of the trial it is made around, if it is.
    """

    study: str
    rows: tuple[Row, ...]
    selected: int
    total: int
    centre: int | None = None

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        known = ", ".join(row.name for row in self.rows)
        raise RefineError(f"hyperparameter {name!r} is not in the search space; expected one of {known}")

    @property
    def problems(self) -> list[str]:
        """What must be put right before the new space can be used, a sentence each."""
        return [row.problem for row in self.rows if row.problem and not row.removed]

    def with_row(self, row: Row) -> Refinement:
        """The same table with one row exchanged."""
        return replace(self, rows=tuple(row if old.name == row.name else old for old in self.rows))
