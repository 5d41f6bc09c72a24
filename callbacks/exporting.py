"""The route by which a study leaves for other tools: one file, or a zip of the two that a text needs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask, Response, request

from callbacks.api import ApiError
from callbacks.context import trellis
from data.export import FORMATS, ExportError, write


def take() -> Response:
    """A study in a format of ``data.export``, as an attachment; 400 with a sentence where it cannot be written."""
    study, kind = request.args.get("study", ""), request.args.get("format", "")
    if kind not in FORMATS:
        raise ApiError(400, f"the parameter 'format' is {kind!r}; expected {', '.join(FORMATS)}")
    try:
        trials = trellis().catalog.trials(study)
    except KeyError as error:
        raise ApiError(404, f"no study {study!r} is open; expected an id of /api/studies") from error
    with TemporaryDirectory(prefix="hypertrellis-") as folder:
        try:
            made = write(trials, Path(folder) / f"{file_name(trials.study.name)}{FORMATS[kind][0]}")
        except ExportError as error:
            raise ApiError(400, str(error)) from error
        name, data = (made[0].name, made[0].read_bytes()) if len(made) == 1 else (f"{made[0].name}.zip", zipped(made))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype="application/octet-stream", headers=headers)


def file_name(study: str) -> str:
    """A study's name as that of a file."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", study).strip("._")[:80] or "study"


def zipped(files: Sequence[Path]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return held.getvalue()


def register(server: Flask) -> None:
    """Add the route to a server."""
    server.add_url_rule("/api/export", view_func=take)
