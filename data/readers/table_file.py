"""CSV, Parquet and JSON files as DataFrames, or one sentence on why not."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.readers.base import ReadError
from data.readers.files import file_at
from data.readers.files_within import is_plain, read_bytes
from data.readers.kept import KEY, SIDECAR
from data.readers.table_json import is_json, parse_json
from data.readers.zipped import ZIP, unzipped

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
MOST_BYTES, MOST_CELLS = 2**30, 500_000_000
"""A larger text, or a Parquet table of more cells, is refused."""

MISSING = ["", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "<NA>", "NaT", "-nan", "-NaN"]
"""What counts as missing in a CSV; ``None`` is a category."""


def read_table(path: Path) -> pd.DataFrame:
    """A table with its columns as they are named in the file.

    A last line that is still being written (no line end, too few fields) is left out.

    Raises:
        ReadError: the file is missing, empty, cut off, not a table, or names two columns alike.
    """
    try:
        with file_at(str(path), "a table").open("rb") as file:
            head = file.read(4)
        if not head:
            raise ReadError(f"{path} is empty; expected a table with a header")
        frame = _parquet(path) if head == PARQUET else _parsed(path, _text(path, head))
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}; expected a readable file") from error
    if frame.empty:
        raise ReadError(f"{path} has no rows; expected one a trial")
    return frame


def kept_text(path: Path) -> str | bytes | None:
    """What an export kept of a study in a Parquet file, or in the file beside a text; None where there is nothing."""
    beside = path.with_name(path.name + SIDECAR)
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if head == PARQUET:
            return (pq.read_metadata(path).metadata or {}).get(KEY.encode())
        if head == ZIP:
            return unzipped(path, read_bytes(path))[1]
        return read_bytes(beside) if is_plain(beside) else None
    except (OSError, pa.ArrowException, ReadError):
        return None


def _parquet(path: Path) -> pd.DataFrame:
    try:
        file = pq.ParquetFile(path)
        if (cells := file.metadata.num_rows * file.metadata.num_columns) > MOST_CELLS:
            raise ReadError(f"{path} has {cells:,} cells; expected at most {MOST_CELLS:,}")
        table = file.read()
    except (pa.ArrowInvalid, pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ReadError(f"{path} is cut off or not Parquet: {reason}") from error
    _refuse_duplicates(path, table.column_names)
    frame = _pandas(path, table.cast(pa.schema(map(_plain, table.schema), table.schema.metadata)))
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.columns = pd.Index([name if isinstance(name, str) else str(name) for name in frame.columns])
    for name in frame.select_dtypes("timedelta"):
        frame[name] = frame[name].dt.total_seconds()
    for field in table.schema:
        if pa.types.is_nested(field.type) and field.name in frame:
            frame[field.name] = frame[field.name].map(str, na_action="ignore")
    return frame


def _pandas(path: Path, table: pa.Table) -> pd.DataFrame:
    """A table as a frame; what pandas wrote of the frame beside the columns does not count where it is damaged."""
    try:
        found: pd.DataFrame = table.to_pandas()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        try:
            found = table.to_pandas(ignore_metadata=True)
        except (ValueError, TypeError) as error:
            raise ReadError(f"{path} is damaged: {str(error).splitlines()[0][:80]}; expected Parquet") from error
    return found


def _plain(field: pa.Field) -> pa.Field:
    """A field as it is read: decimals as floats."""
    return field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field


def _parsed(path: Path, text: str) -> pd.DataFrame:
    return parse_json(path, text) if is_json(text) else _csv(path, text)


def _text(path: Path, head: bytes) -> str:
    if (size := path.stat().st_size) > MOST_BYTES:
        raise ReadError(f"{path} has {size:,} bytes; expected at most {MOST_BYTES:,}")
    data = path.read_bytes()
    if head.startswith(ZIP):
        data = unzipped(path, data)[0]
    if head.startswith(GZIP):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(MOST_BYTES + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ReadError(f"{path} is cut off or not gzip: {error}") from error
    if len(data) > MOST_BYTES:
        raise ReadError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; expected fewer")
    return _decoded(path, data)


def _decoded(path: Path, data: bytes) -> str:
    if b"\x00" in data[:4096]:
        raise ReadError(f"{path} is not a table: it begins with {data[:16]!r}; expected CSV or Parquet")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ReadError(f"{path}, line {line}: byte {data[error.start]:#04x} is not UTF-8; expected UTF-8") from error


def _csv(path: Path, text: str) -> pd.DataFrame:
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    separator = max(",;\t|", key=lambda sign: _columns(text, sign))
    names, first = _first_records(path, text, separator)
    _refuse_duplicates(path, names)
    if len(first) > len(names):
        raise ReadError(f"{path}, line 2: {len(first)} fields under a header of {len(names)}; expected as many")
    body, cut, last = text.rpartition("\n")
    if cut and last and len(_first_records(path, last, separator)[0]) < len(names):
        text = body + cut
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            keep_default_na=False,
            na_values=MISSING,
            low_memory=False,
            skipinitialspace=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).strip().splitlines()[0].rpartition("C error: ")[2]
        reason = reason.replace("EOF inside string starting at row", "a quote is not closed after row")
        raise ReadError(f"{path} is not a table: {reason[:1].lower()}{reason[1:]}") from error
    return frame.rename(columns=lambda name: str(name).strip())


def _columns(text: str, separator: str) -> int:
    """How many columns the header has if they are separated so."""
    try:
        return len(next(csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True), []))
    except csv.Error:
        return 0


def _first_records(path: Path, text: str, separator: str) -> tuple[list[str], list[str]]:
    """The header without spaces around its names, and the first row; empty where there is none."""
    records = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    try:
        return [name.strip() for name in next(records, [])], next(records, [])
    except csv.Error as error:
        raise ReadError(f"{path}, line {records.line_num}: {error}; expected CSV") from error


def _refuse_duplicates(path: Path, names: Iterable[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ReadError(f"{path} has {Counter(names)[repeated[0]]} columns called {repeated[0]!r}; expected one")
