"""The list of pinned rows, in the workspace, in the order in which they were pinned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeAlias

from sqlalchemy import Connection, delete, func, insert, select

from analytics.rowkeys import RowKey, keys_of, numbers_of
from analytics.trials import Trials
from data.workspace import Workspace
from data.workspace import pins as table

Pin: TypeAlias = tuple[str, int]
"""Study id and row number."""

Find: TypeAlias = Callable[[str], Trials]
"""The trials of an open study by its id; raises KeyError."""

MOST_PINS = 200


class PinError(ValueError):
    """Pins that cannot be kept; one sentence."""


def stored_pins(workspace: Workspace, find: Find) -> list[Pin]:
    """The pins whose study is open and still has the row."""
    with workspace.engine.connect() as connection:
        stored = _stored(connection)
    numbers: dict[tuple[str, RowKey], int] = {}
    for study in dict.fromkeys(study for study, _ in stored):
        try:
            found = numbers_of(find(study), [key for of, key in stored if of == study])
        except KeyError:
            continue
        numbers |= {(study, key): number for key, number in found.items()}
    return [(pin[0], numbers[pin]) for pin in stored if pin in numbers]


def change_pins(workspace: Workspace, find: Find, add: Iterable[Pin], remove: Iterable[Pin]) -> None:
    """Take pins away, then add others behind those that are there; pins of studies that are not open do nothing.

    Raises:
        PinError: there would be too many; nothing changes.
    """
    gone, new = (_keyed(find, pins) for pins in (remove, add))
    with workspace.engine.begin() as connection:
        for study, key in gone:
            connection.execute(delete(table).where(table.c.study == study, table.c.key == key.text))
        there = set(_stored(connection))
        fresh = [pin for pin in dict.fromkeys(new) if pin not in there]
        if len(there) + len(fresh) > MOST_PINS:
            raise PinError(f"there would be {len(there) + len(fresh)} pins; expected at most {MOST_PINS}")
        last = connection.execute(select(func.max(table.c.position))).scalar()
        for position, (study, key) in enumerate(fresh, start=(last or 0) + 1):
            values = {"study": study, "key": key.text, "basis": json.dumps(key.basis), "position": position}
            connection.execute(insert(table).values(**values))


def _keyed(find: Find, pins: Iterable[Pin]) -> list[tuple[str, RowKey]]:
    pins = list(pins)
    keys: dict[Pin, RowKey] = {}
    for study in dict.fromkeys(study for study, _ in pins):
        try:
            found = keys_of(find(study), [number for of, number in pins if of == study])
        except KeyError:
            continue
        keys |= {(study, number): key for number, key in found.items()}
    return [(pin[0], keys[pin]) for pin in pins if pin in keys]


def _stored(connection: Connection) -> list[tuple[str, RowKey]]:
    query = select(table).order_by(table.c.position)
    return [(row.study, RowKey(row.key, tuple(json.loads(row.basis)))) for row in connection.execute(query)]
