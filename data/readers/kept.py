"""What a file of another format cannot hold of a study, as a document beside it: so nothing is lost on the way.

Whoever writes a study reads the file back and keeps in the document what is different then: the space, the metrics,
single cells, histories. Whoever reads the file later puts that on top of what it finds, by the file's trial numbers.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import ROW_COLUMNS, Column, Kind, Level, Role, category_column, level_key
from analytics.space import SearchSpace, parse_space
from analytics.trials import Metric, Trials
from analytics.wire import finite_json
from data.readers.base import final_column
from data.readers.kept_history import kept_history, loader, plain, revived

KEY = "trellis:export"
"""Under which a document stands among the attributes of a study, or the metadata of a Parquet file."""

SIDECAR = ".trellis.json"
"""What a text file's name is followed by in the name of its document."""

VERSION = 1
MOST_BYTES = 2**29
PACKED = "zlib:"
LONG = 2**16


class KeptError(ValueError):
    """A document is damaged; the message says what of it."""


def document(trials: Trials, found: Trials) -> dict[str, Any]:
    """What to keep of a study that a file tells as ``found``: JSON."""
    study = trials.study
    return {
        "trellis": VERSION,
        "study": {"name": study.name, "algorithm": study.algorithm, "settings": finite_json(study.settings)}
        | {"notes": list(study.notes), "spec": finite_json(study.spec)},
        "space": finite_json(trials.space.to_json()),
        "metrics": [asdict(metric) for metric in trials.metrics.values()],
        "columns": [
            _column(column, found) for column in trials.columns.values() if column.name not in ("study", "final")
        ],
        "history": kept_history(trials.load_history(None), found.load_history(None)),
    }


def restored(found: Trials, kept: Any) -> Trials:
    """The study that a file tells as ``found``, with what was kept of it.

    Raises:
        KeptError: the document is none.
    """
    try:
        if kept["trellis"] != VERSION:
            raise KeptError(f"it is of version {kept['trellis']!r}; expected {VERSION}")
        space = parse_space(revived(kept["space"]))
        metrics = {str(entry["name"]): Metric(**entry) for entry in kept["metrics"]}
        columns = _columns(found, kept["columns"], space, metrics)
        about = kept["study"]
        study = replace(
            found.study,
            name=str(about["name"]),
            algorithm=str(about["algorithm"]),
            settings=dict(revived(about["settings"])),
            notes=tuple(map(str, about["notes"])),
            spec=revived(about["spec"]),
        )
        return Trials(study, columns, space, metrics, loader(found, kept["history"]))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise KeptError(f"{type(error).__name__}: {str(error)[:120]}") from error


def whole(found: Trials, text: str | bytes | None, where: str) -> Trials:
    """The study that a file tells as ``found`` with the document in a text, if any; a damaged one becomes a note."""
    if text is None:
        return found
    try:
        return restored(found, unpacked(text))
    except KeptError as error:
        note = f"What was kept of this study in {where} is damaged ({error}), so it shows what the file itself tells."
        return replace(found, study=replace(found.study, notes=(*found.study.notes, note)))


def packed(kept: Mapping[str, Any]) -> str:
    """A document as text; a long one compressed."""
    text = json.dumps(kept, allow_nan=False, separators=(",", ":"))
    return text if len(text) < LONG else PACKED + base64.b64encode(zlib.compress(text.encode())).decode()


def unpacked(text: str | bytes) -> Any:
    """The document in a text.

    Raises:
        KeptError: it is damaged, or unpacks to more than 512 MiB.
    """
    data = text.encode() if isinstance(text, str) else text
    try:
        if data.startswith(PACKED.encode()):
            stream = zlib.decompressobj()
            data = stream.decompress(base64.b64decode(data[len(PACKED) :], validate=True), MOST_BYTES)
            if stream.unconsumed_tail:
                raise KeptError(f"it unpacks to more than {MOST_BYTES:,} bytes")
        return json.loads(data)
    except (ValueError, RecursionError, zlib.error) as error:
        raise KeptError(str(error)[:120]) from error


def _column(column: Column, found: Trials) -> dict[str, Any]:
    """A column with the cells that the file tells otherwise; all of one that it lacks."""
    entry: dict[str, Any] = {"name": column.name, "kind": column.kind, "role": column.role}
    if column.kind is Kind.CATEGORY:
        entry["levels"] = finite_json(list(column.levels))
    told = _as(column.kind, column.levels, found.columns.get(column.name), len(column))
    other = (told.values != column.values) & ~(np.isnan(told.values) & np.isnan(column.values))
    if len(told.levels) > len(column.levels):
        other |= told.values >= len(column.levels)
    rows = np.flatnonzero(other)
    if len(rows):
        entry["rows"] = found.numbers[rows].tolist()
        entry["values"] = plain(column.values[rows])
    return entry


def _as(kind: Kind, levels: Sequence[Level], column: Column | None, count: int) -> Column:
    """A column that a file tells, as one of a kind with these levels first; missing everywhere where it has none."""
    if column is None:
        return Column("", kind, Role.ROW, np.full(count, np.nan), tuple(levels))
    if kind is Kind.CATEGORY:
        if column.kind is Kind.CATEGORY and list(map(level_key, column.levels)) == list(map(level_key, levels)):
            return column
        texts = {str(level): level for level in levels}
        cells = [texts.get(cell, cell) if isinstance(cell, str) else cell for cell in column.objects()]
        return category_column(column.name, cells, column.role, levels)
    values = np.full(count, np.nan) if column.kind is Kind.CATEGORY else column.values
    return replace(column, kind=kind, values=values, levels=())


def _columns(
    found: Trials, entries: Sequence[Mapping[str, Any]], space: SearchSpace, metrics: Mapping[str, Metric]
) -> dict[str, Column]:
    columns = {}
    for entry in entries:
        name, kind, role = str(entry["name"]), Kind(entry["kind"]), Role(entry["role"])
        known = {Role.ROW: ROW_COLUMNS, Role.PARAM: space, Role.METRIC: metrics}[role]
        if name not in known:
            raise KeptError(f"it has a column {name!r} that it does not describe")
        levels = tuple(revived(entry.get("levels", [])))
        column = _as(kind, levels, found.columns.get(name), len(found))
        values = column.values.copy()
        if "rows" in entry:
            _put(values, found.numbers, entry["rows"], entry["values"], len(column.levels) if levels else None)
        fresh = bool((values >= len(levels)).any())
        columns[name] = Column(name, kind, role, values, column.levels if fresh else levels)
    if missing := {*space, *metrics, *ROW_COLUMNS} - {*columns, "study", "final"}:
        raise KeptError(f"it has no column {min(missing)!r}")
    numbers = columns["number"].values
    if not np.isfinite(numbers).all() or len(np.unique(numbers)) < len(numbers):
        raise KeptError("its trial numbers repeat")
    if found.columns["state"].levels != columns["state"].levels or columns["state"].missing.any():
        raise KeptError("its states are not those of trials")
    return _ordered(found, columns)


def _put(values: NDArray[np.float64], numbers: NDArray[np.int64], rows: Any, cells: Any, levels: int | None) -> None:
    """Write cells into the rows of some numbers; those that the file has no more are left out."""
    places = pd.Index(numbers).get_indexer(pd.Index(np.asarray(rows, dtype=np.int64)))
    fresh = np.array([math.nan if cell is None else float(revived(cell)) for cell in cells], dtype=np.float64)
    if len(places) != len(fresh) or (levels is not None and bool((fresh >= levels).any() or (fresh < 0).any())):
        raise KeptError("a column has cells without a row or a level")
    values[places[places >= 0]] = fresh[places >= 0]


def _ordered(found: Trials, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Ours first, with those that follow from the others; then as they were kept."""
    whole = {**columns, "study": found.columns["study"]}
    whole["final"] = final_column(whole)
    return {name: whole[name] for name in dict.fromkeys([*ROW_COLUMNS, *columns])}
