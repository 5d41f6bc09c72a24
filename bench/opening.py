"""Seconds and memory to open folders that other optimizers wrote, each in a process of its own.

The peer is what an analyst writes with pandas: every evaluation flattened into a DataFrame by ``json_normalize``,
without spaces, conditions, states, budgets that are compared, or following what grows.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.result import Row
from bench.server import ROOT

RUNS = Path(os.environ.get("TRELLIS_REAL_DATA", ROOT.parent / "shared" / "data")) / "optimizer_runs"
REAL = {
    "BOHB/run_3": RUNS / "BOHB" / "run_3",
    "DeepCAVE/mnist_pytorch": RUNS / "DeepCAVE" / "mnist_pytorch",
    "SMAC3v1/outlier-detection (pendigits)": RUNS / "SMAC3v1" / "outlier-detection",
}
ROWS = 100_000
HYPERPARAMETERS = 12


def generate(folder: Path, count: int = ROWS) -> Path:
    """A folder as BOHB writes it, with twelve hyperparameters and five budgets."""
    draw = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "configs.json").open("w") as configs, (folder / "results.json").open("w") as results:
        for i in range(count // 5):
            key = [i // 50, 0, i % 50]
            config = {f"x{j}": draw.random() for j in range(HYPERPARAMETERS)}
            configs.write(json.dumps([key, config, {"model_based_pick": True}]) + "\n")
            for budget in (1.0, 3.0, 9.0, 27.0, 81.0):
                times = {"submitted": 1.7e9 + i, "started": 1.7e9 + i, "finished": 1.7e9 + i + budget}
                info = {"train": draw.random(), "valid": draw.random()}
                results.write(json.dumps([key, budget, times, {"loss": draw.random(), "info": info}, None]) + "\n")
    return folder


def measure(folder: Path, how: str) -> list[float]:
    """What :func:`main` prints of a folder, in a process of its own."""
    command = [sys.executable, "-m", "bench.opening", str(folder), how]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return list(map(float, done.stdout.split()))


def rows(folder: Path) -> list[Row]:
    """CPU and memory of each run; the real ones only where they are."""
    sources = {name: path for name, path in REAL.items() if path.is_dir()}
    sources["generated as BOHB"] = generate(folder / "generated")
    found = []
    for name, path in sources.items():
        _, peer_seconds, peer_mebibytes = measure(path, "pandas")
        count, seconds, mebibytes, *again = measure(path, "read" if name in REAL else "follow")
        found.append(Row(f"opening {name}, CPU", int(count), "s", seconds, peer_seconds, "pandas"))
        found.append(Row(f"opening {name}", int(count), "MiB", mebibytes, peer_mebibytes, "pandas"))
        found += [Row(f"{name}, one line more, CPU", int(count), "s", spent, peer_seconds, "pandas") for spent in again]
    return found


def peak() -> float:
    """The most memory that this process has had, MiB; its parent's does not count, as it would in ``getrusage``."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def opened(folder: Path, how: str) -> Iterator[int]:
    """Rows of a folder as we read it; ``follow``: and again after one line more."""
    from data.readers import open_source

    source = open_source(folder)
    yield sum(map(len, source.trials()))
    if how == "follow":
        with (folder / "results.json").open("r+") as results:
            first = results.readline()
            results.seek(0, os.SEEK_END)
            results.write(first)
        yield sum(map(len, source.trials()))


def flattened(folder: Path) -> int:
    """Rows of a folder as pandas reads it."""
    import pandas as pd

    return len(pd.json_normalize(list(_records(folder))))


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in folder.rglob("results.json"):
        configs = {tuple(key): config for key, config, _ in _lines(path.with_name("configs.json"))}
        for key, budget, times, result, _error in _lines(path):
            yield {"config": configs[tuple(key)], "budget": budget, "times": times, "result": result}
    for path in folder.rglob("history.jsonl"):
        configs = json.loads(path.with_name("configs.json").read_text())
        yield from ({"config": configs[str(line[0])], "rest": line[1:]} for line in _lines(path))
    for path in folder.rglob("runhistory.json"):
        document = json.loads(path.read_text())
        yield from ({"config": document["configs"][str(key[0])], "rest": value} for key, value in document["data"])


def _lines(path: Path) -> list[Any]:
    return list(map(json.loads, path.read_text().splitlines()))


def main(folder: str, how: str) -> None:
    """Print rows, seconds and MiB of opening one folder, and with ``follow`` the seconds after one line more."""
    import_all(how)
    before, began = peak(), time.process_time()
    steps = iter([flattened(Path(folder))]) if how == "pandas" else opened(Path(folder), how)
    count, spent, used = next(steps), time.process_time() - began, peak() - before
    print(count, spent, used)
    began = time.process_time()
    for _ in steps:
        print(time.process_time() - began)


def import_all(how: str) -> None:
    """Libraries count for neither side."""
    importlib.import_module("pandas" if how == "pandas" else "data.readers")


if __name__ == "__main__":
    main(*sys.argv[1:])
