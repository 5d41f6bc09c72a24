"""Seconds and memory to open folders that other optimizers wrote, each in a process of its own; there is no peer."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

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


def measure(folder: Path) -> tuple[int, float, float]:
    """Rows, seconds of CPU and MiB that opening a folder adds to the process that does it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.opening", str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    count, seconds, mebibytes = done.stdout.split()
    return int(count), float(seconds), float(mebibytes)


def rows(folder: Path) -> list[Row]:
    """CPU and memory of each run; the real ones only where they are."""
    sources = {name: path for name, path in REAL.items() if path.is_dir()}
    sources["generated as BOHB"] = generate(folder / "generated")
    found = []
    for name, path in sources.items():
        count, seconds, mebibytes = measure(path)
        found += [Row(f"opening {name}, CPU", count, "s", seconds), Row(f"opening {name}", count, "MiB", mebibytes)]
    return found


def peak() -> float:
    """The most memory that this process has had, MiB; its parent's does not count, as it would in ``getrusage``."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(folder: str) -> None:
    """Print rows, seconds and MiB of opening one folder."""
    from data.readers import read

    before, began = peak(), time.process_time()
    count = sum(map(len, read(folder)))
    spent = time.process_time() - began
    print(count, spent, peak() - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
