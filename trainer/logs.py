"""What the process of a trial prints, in a file a trial, its size bounded."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.workspace import Workspace

LIMIT = 1_000_000
"""Bytes that the log of a running trial may reach; then only its end stays."""
KEPT = 100_000
"""Bytes that stay of a log, of its end."""
SHOWN = 20_000
"""Bytes of a log that are shown."""
CUT = b"[the beginning of this log was cut off]\n"


def trial_log(workspace: Workspace, study_id: int, number: int) -> Path:
    """The file of a trial; a trial that printed nothing has none."""
    return workspace.folder / "runs" / str(study_id) / "logs" / f"{number}.log"


def divert(path: str) -> None:
    """Let this process write its standard output and errors into a file; where that cannot be, they stay."""
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for stream in (1, 2):
            os.dup2(file, stream)
        os.close(file)


def bound(path: Path, limit: int = LIMIT) -> None:
    """Cut the beginning off a log that is longer than ``limit``; whoever writes it goes on at its end.

    What is written in the same instant may be lost.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size > limit:
            end = _end(path, KEPT)
            with path.open("ab") as file:
                file.truncate(0)
                file.write(CUT + end)


def close(path: Path, details: str = "") -> None:
    """Bound the log of an ended trial, add why it failed unless it says so, and let go of one that says nothing."""
    bound(path, KEPT)
    with contextlib.suppress(OSError):
        if details.strip() and details.strip() not in tail(path):
            with path.open("a", encoding="utf-8") as file:
                file.write(details)
        if path.stat().st_size == 0:
            path.unlink()


def tail(path: Path, size: int = SHOWN) -> str:
    """The last lines of a log, at most ``size`` bytes of them; empty if there is none."""
    try:
        return _end(path, size).decode("utf-8", "replace")
    except OSError:
        return ""


def _end(path: Path, size: int) -> bytes:
    """The end of a file, from the beginning of a line if it has more than one."""
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - size))
        end = file.read(size)
    return end if length <= size else end.partition(b"\n")[2] or end
