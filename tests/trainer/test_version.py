"""Each trial records the code and the data that it was trained with."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.workspace import Workspace
from tests.trainer.test_controller import run
from trainer import storage
from trainer.spec import parse_spec
from trainer.version import CODE, DATA, Versions, recorded, same_code, version_of

Spec = Callable[..., dict[str, Any]]
SOURCE = "def main(run):\n    return 1.0\n"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Analyst", "-c", "user.email=analyst@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_trial_records_the_hash_of_its_objectives_file(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(SOURCE, budget={"trials": 2})
    run(workspace, spec)
    now = version_of(parse_spec(spec))
    found = recorded(workspace, storage.find(workspace, "own"))
    assert found == {0: now, 1: now}
    assert list(now[CODE]["files"]) == ["own.py"]
    assert DATA not in now
    Path(spec["objective"]["cwd"], "own.py").write_text("def main(run):\n    return 2.0\n")
    assert not same_code(version_of(parse_spec(spec)), found[0])


def test_git_tells_the_commit_and_whether_something_is_not_committed(own_spec: Spec) -> None:
    spec = own_spec(SOURCE)
    folder = Path(spec["objective"]["cwd"])
    (folder / "helper.py").write_text("x = 1\n")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    clean = version_of(parse_spec(spec))[CODE]
    assert (len(clean["commit"]), clean["changes"]) == (40, None)
    (folder / "helper.py").write_text("x = 2\n")
    changed = version_of(parse_spec(spec))[CODE]
    assert changed["commit"] == clean["commit"]
    assert changed["changes"] is not None
    assert changed["files"] == clean["files"]


def test_the_script_that_a_command_names_counts_and_files_elsewhere_do_not(own_spec: Spec, tmp_path: Path) -> None:
    spec = own_spec(SOURCE)
    outside = tmp_path / "outside.cfg"
    outside.write_text("1")
    spec["objective"] |= {"type": "command", "target": f"python3 own.py --config {outside} {{args}}"}
    assert list(version_of(parse_spec(spec))[CODE]["files"]) == ["own.py"]


def test_files_are_read_again_only_when_they_change(own_spec: Spec) -> None:
    spec = own_spec(SOURCE)
    versions = Versions(parse_spec(spec).objective)
    first = versions.now()
    path = Path(spec["objective"]["cwd"], "own.py")
    stat = path.stat()
    path.write_text(SOURCE.replace("1.0", "2.0"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert versions.now() == first
    path.write_text(SOURCE.replace("1.0", "3.0"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert versions.now() != first


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    folder = tmp_path / "mnist"
    folder.mkdir()
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 4, 2, 2) + bytes(16))
        labels = struct.pack(">2I", 0x801, 4) + bytes((0, 0, 1, 1))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    return folder


def test_data_files_count_by_number_size_and_content(mnist: Path) -> None:
    spec = parse_spec(
        {
            "name": "images",
            "objective": {"type": "builtin", "target": "images", "settings": {"dataset": "mnist", "path": str(mnist)}},
            "space": {"depth": {"type": "int", "low": 1, "high": 2}},
            "metrics": {"val_accuracy": "maximize"},
            "budget": {"trials": 1},
        }
    )
    first = version_of(spec)
    assert first[DATA]["files"] == 4
    assert first[DATA]["bytes"] == sum(path.stat().st_size for path in mnist.iterdir())
    assert {"trainer/objectives/images.py", "trainer/objectives/network.py"} == set(first[CODE]["files"])
    image = mnist / "train-images-idx3-ubyte"
    image.write_bytes(image.read_bytes()[:-1] + b"\1")
    assert version_of(spec)[DATA]["hash"] != first[DATA]["hash"]
