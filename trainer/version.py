"""Which code and which data a trial was trained with, so that an earlier result can be told to be of other code."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
import subprocess
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from data.workspace import Workspace
from trainer.checks import SpecError
from trainer.objectives import BUILTIN
from trainer.objectives.commandline import split_command
from trainer.objectives.imagesets import DataError, data_files
from trainer.objectives.spec import Objective

CODE, DATA = "trellis:code", "trellis:data"
BELIEVED = 10.0
"""Seconds that what git says, and the state of the data, are believed; longer where it takes long to find out."""
MAX_HASHED = 2 * 1024**3
"""Bytes of a file above which only its size and time count."""
ROOT = Path(__file__).resolve().parents[1]


class Versions:
    """Versions of an objective's code and data as they are now; files are read again only when they changed."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._slow: dict[str, dict[str, Any]] = {}
        self._until = -math.inf

    def now(self) -> dict[str, dict[str, Any]]:
        """What :func:`version_of` gives."""
        begin = time.monotonic()
        if begin > self._until:
            self._slow = {CODE: self._built(), **self._data()}
            took = time.monotonic() - begin
            self._until = begin + max(BELIEVED, 100 * took)
        return {**self._slow, CODE: {**self._slow[CODE], "files": self._hashed(code_files(self._objective))}}

    def _built(self) -> dict[str, Any]:
        """PyTorch's version; or commit of the folder, and a hash of what is not committed (None: nothing)."""
        if self._objective.type == "builtin":
            return {"torch": importlib.metadata.version("torch")}
        folder = self._objective.cwd or "."
        commit = _git(folder, "rev-parse", "HEAD")
        if commit is None:
            return {}
        changes = [_git(folder, "diff", "--no-ext-diff", "--no-textconv", "HEAD")]
        changes.append(_git(folder, "status", "--porcelain", "-z", "."))
        changed = b"".join(filter(None, changes))
        return {"commit": commit.decode().strip(), "changes": _digest(changed) if changed else None}

    def _data(self) -> dict[str, dict[str, Any]]:
        try:
            files = data_files(self._objective.settings) if "dataset" in self._objective.settings else []
            size = sum(path.stat().st_size for path in files)
        except (DataError, OSError):
            return {}
        if not files:
            return {}
        hashes = json.dumps(self._hashed(files)).encode()
        return {DATA: {"files": len(files), "bytes": size, "hash": _digest(hashes)}}

    def _hashed(self, files: list[Path]) -> dict[str, str]:
        """Hashes of files by name; a file that is not there has none."""
        base = Path(self._objective.cwd or ROOT)
        found = {}
        for path in files:
            if path.is_file():
                name = str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
                found[name] = _hash(path, path.stat().st_size, path.stat().st_mtime_ns)
        return found


def version_of(spec: Any) -> dict[str, dict[str, Any]]:
    """Code and data of a study spec as they are now, under the keys of the attributes that every trial records.

    ``trellis:code`` has ``files`` (hashes by name), and ``commit`` and ``changes`` (a hash of what is not committed, or
    null) where the folder is under git; of a built-in objective the version of PyTorch. ``trellis:data`` has the number
    of ``files``, their ``bytes`` and a ``hash``; only built-in objectives with files have it.
    """
    return Versions(spec.objective).now()


def same_code(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Whether a trial that recorded ``then`` (its user attributes) ran with the code and data of ``now``."""
    return all(now.get(key) == then.get(key) for key in (CODE, DATA))


def recorded(workspace: Workspace, study_id: int) -> dict[int, dict[str, Any]]:
    """What each trial of a study recorded, by its number; those of an earlier HyperTrellis recorded nothing."""
    query = text(
        "SELECT t.number, a.key, a.value_json FROM trials t JOIN trial_user_attributes a ON a.trial_id = t.trial_id "
        "WHERE t.study_id = :study AND a.key IN (:code, :data)"
    )
    found: dict[int, dict[str, Any]] = {}
    with workspace.engine.connect() as connection:
        for number, key, value in connection.execute(query, {"study": study_id, "code": CODE, "data": DATA}):
            found.setdefault(number, {})[key] = json.loads(value)
    return found


def code_files(objective: Objective) -> list[Path]:
    """The files that an objective is: its module, the files that its command names, or those of a built-in one."""
    if objective.type == "builtin":
        own = ROOT / "trainer" / "objectives"
        module = BUILTIN[objective.target].target.partition(":")[0].rpartition(".")[2]
        return [own / f"{module}.py", *((own / "network.py",) if objective.target == "images" else ())]
    base = Path(objective.cwd or ".")
    if objective.type == "command":
        try:
            words = split_command(objective.target)
        except SpecError:
            return []
        named = [base / word for word in words if not word.startswith("-")]
        return [path for path in named if path.is_file() and path.resolve().is_relative_to(base.resolve())]
    path = base.joinpath(*objective.target.partition(":")[0].split("."))
    return [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()]


def _git(folder: str, *arguments: str) -> bytes | None:
    """What git prints; None where there is no git, no repository or no answer in time."""
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@lru_cache(100_000)
def _hash(path: Path, size: int, changed: int) -> str:
    """Hash of a file, read once as long as its size and time stay."""
    if size > MAX_HASHED:
        return _digest(json.dumps((str(path), size, changed)).encode())
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
