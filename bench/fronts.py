"""The Pareto front of 100,000 rows of two and three objectives: ours, the obvious O(n²), and moocore (a library in C).

*cloud*: independent objectives, few rows on the front; *all on the front*: points on a sphere, where nothing can be
thrown out. The obvious way compares each row with all others, whole arrays at a time, and is timed on some rows and
scaled to all.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from statistics import median

import numpy as np

from analytics.columns import Floats
from analytics.front import pareto_front
from analytics.trials import Direction
from bench.result import Row
from bench.server import PEERS, ROOT

ROWS = 100_000
SAMPLED = 200
REPEATS = 7
AT_MOST_OF_PAIRS = 1 / 100


def samples() -> dict[str, Floats]:
    """Rows of objectives to minimise, shape (ROWS, objectives), by what they are."""
    random = np.random.default_rng(0)
    clouds = {f"{count} objectives, cloud": random.normal(size=(ROWS, count)) for count in (2, 3)}
    spheres = {f"{count} objectives, all on the front": -np.abs(random.normal(size=(ROWS, count))) for count in (2, 3)}
    return clouds | {name: rows / np.linalg.norm(rows, axis=1, keepdims=True) for name, rows in spheres.items()}


def ours(values: Floats) -> tuple[float, int]:
    """Median milliseconds, and rows on the front."""
    directions: list[Direction] = ["minimize"] * values.shape[1]
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        front = pareto_front(values, directions)
        taken.append(1e3 * (time.perf_counter() - start))
    return median(taken), int(front.sum())


def pairs(values: Floats) -> float:
    """Milliseconds of comparing each row with all others, from ``SAMPLED`` rows."""
    start = time.perf_counter()
    for row in values[:SAMPLED]:
        bool(((values <= row).all(axis=1) & (values < row).any(axis=1)).any())
    return 1e3 * (time.perf_counter() - start) * len(values) / SAMPLED


def moocores(folder: Path, made: dict[str, Floats]) -> dict[str, tuple[float, int]]:
    """Median milliseconds and rows on the front, by sample, in the peers' own environment."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "fronts.npz", allow_pickle=False, **made)
    script = ROOT / "bench" / "peers" / "fronts.py"
    command = [str(PEERS / "python"), str(script), str(folder / "fronts.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: (found[0], found[1]) for name, found in json.loads(done.stdout).items() if name in made}


def rows(folder: Path) -> list[Row]:
    """A row against each peer a sample; the fronts must be of one size."""
    made = samples()
    peers = moocores(folder, made)
    found: list[Row] = []
    for name, values in made.items():
        spent, size = ours(values)
        theirs, same = peers[name]
        if size != same:
            raise AssertionError(f"{name}: {size} rows on our front, {same} on moocore's")
        what, note = f"Pareto front, {name}", f"{size:,} rows on the front"
        obvious = pairs(values)
        found.append(Row(what, ROWS, "ms", spent, obvious, "O(n²) in NumPy", AT_MOST_OF_PAIRS * obvious, note))
        found.append(Row(what, ROWS, "ms", spent, theirs, "moocore 0.3.2 (C)"))
    return found
