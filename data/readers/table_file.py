"""CSV and Parquet files as DataFrames, or one sentence on why not."""

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

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
MISSING = ["", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "<NA>", "NaT", "-nan", "-NaN"]
"""What counts as missing in a CSV; ``None`` is a category."""


def read_table(path: Path) -> pd.DataFrame:
    """A table with its columns as they are named in the file.

    A last line that is still being written (no line end, too few fields) is left out.

    Raises:
        ReadError: the file is missing, empty, cut off, not a table, or names two columns alike.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if not head:
            raise ReadError(f"{path} is empty; expected a table with a header")
        frame = _parquet(path) if head == PARQUET else _csv(path, _text(path, head))
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}; expected a readable file") from error
    if frame.empty:
        raise ReadError(f"{path} has no rows; expected one a trial")
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowInvalid, pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ReadError(f"{path} is cut off or not Parquet: {reason}") from error
    _refuse_duplicates(path, table.column_names)
    frame: pd.DataFrame = table.to_pandas()
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    return frame.rename(columns=str)


def _text(path: Path, head: bytes) -> str:
    data = path.read_bytes()
    if head.startswith(GZIP):
        try:
            data = gzip.decompress(data)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ReadError(f"{path} is cut off or not gzip: {error}") from error
    if b"\x00" in data[:4096]:
        raise ReadError(f"{path} is not a table: it begins with {data[:16]!r}; expected CSV or Parquet")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ReadError(f"{path}, line {line}: byte {data[error.start]:#04x} is not UTF-8; expected UTF-8") from error


def _csv(path: Path, text: str) -> pd.DataFrame:
    text = text.lstrip("\r\n")
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    records = csv.reader(io.StringIO(text), delimiter=separator)
    names, first = next(records, []), next(records, [])
    _refuse_duplicates(path, names)
    if len(first) > len(names):
        raise ReadError(f"{path}, line 2: {len(first)} fields under a header of {len(names)}; expected as many")
    body, cut, last = text.rpartition("\n")
    if cut and last and len(next(csv.reader([last], delimiter=separator))) < len(names):
        text = body + cut
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, keep_default_na=False, na_values=MISSING, low_memory=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).strip().splitlines()[0].rpartition("C error: ")[2]
        raise ReadError(f"{path} is not a table: {reason[:1].lower()}{reason[1:]}") from error
    return frame.rename(columns=str)


def _refuse_duplicates(path: Path, names: Iterable[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ReadError(f"{path} has {Counter(names)[repeated[0]]} columns called {repeated[0]!r}; expected one")
