"""One measured figure beside the peer's, and the table of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("what", "trials", "ours", "peer", "", "ours / peer", "bound", "")


@dataclass(frozen=True)
class Row:
    """A figure in `unit`; less is better. `bound` is the most that ours may be, None where nothing is promised."""

    what: str
    trials: int
    unit: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    bound: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def kept(self) -> bool | None:
        """Whether the bound is kept; None without one."""
        return None if self.bound is None else self.ours <= self.bound


def number(value: float | None, unit: str = "") -> str:
    """Three significant digits, with thousands apart."""
    if value is None:
        return ""
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


def cells(row: Row) -> tuple[str, ...]:
    """One line of the table."""
    verdict = {None: "", True: "kept", False: "NOT KEPT"}[row.kept]
    figures = number(row.ours, row.unit), number(row.peer, row.unit), row.peer_name
    return row.what, f"{row.trials:,}", *figures, number(row.ratio), number(row.bound, row.unit), verdict


def table(rows: Sequence[Row]) -> str:
    """Aligned text, a line a figure; notes follow as lines of their own."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    notes = [f"{row.what}, {row.trials:,} trials: {row.note}" for row in rows if row.note]
    return "\n".join([*text, "", *notes])
