"""Files that trials kept: listed, and found by name without a way out of their folder."""

from __future__ import annotations

import os
from pathlib import Path

from data.workspace import Workspace

MOST_LISTED = 200


def folder_of(workspace: Workspace, study_id: int, number: int) -> Path:
    """The folder of a trial's artifacts; a trial that kept none has none."""
    return workspace.folder / "runs" / str(study_id) / "artifacts" / str(number)


def artifacts(workspace: Workspace, study_id: int, number: int) -> list[tuple[str, int]]:
    """Name, relative to the trial's folder, and bytes of each file, by name; links are left out."""
    base = folder_of(workspace, study_id, number)
    found = []
    for folder, _, names in os.walk(base):
        paths = [Path(folder, name) for name in names]
        found += [(str(path.relative_to(base)), path.stat().st_size) for path in paths if _is_own(path)]
    return sorted(found)[:MOST_LISTED]


def artifact(workspace: Workspace, study_id: int, number: int, name: str) -> Path | None:
    """The file of that name among a trial's artifacts; None if there is none."""
    base = folder_of(workspace, study_id, number)
    known = {listed for listed, _ in artifacts(workspace, study_id, number)}
    return base / name if name in known else None


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
