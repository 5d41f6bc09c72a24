"""A table in a zip, as Syne Tune and our own export write it: one file, and perhaps what was kept of it beside it."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from data.readers.base import ReadError
from data.readers.kept import SIDECAR

ZIP = b"PK\x03\x04"
MOST_BYTES = 2**29


def unzipped(path: Path, data: bytes) -> tuple[bytes, bytes | None]:
    """The first file in a zip, and the document that was kept of it, if there is one.

    Raises:
        ReadError: it is damaged or encrypted, holds nothing, or unpacks to more than 512 MiB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if not name.endswith((SIDECAR, "/"))]
            kept = [name for name in archive.namelist() if name == f"{names[0]}{SIDECAR}"]
            return _member(path, archive, names[0]), _member(path, archive, kept[0]) if kept else None
    except IndexError as error:
        raise ReadError(f"{path} is a zip without a file in it; expected a table") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise ReadError(f"{path} is cut off or no zip: {error}; expected a table in it") from error


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ReadError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; expected fewer")
    return data
