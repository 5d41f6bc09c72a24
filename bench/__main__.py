"""`make bench`: measure, print the table and the machine, write JSON.

usage: python -m bench [--only PART,PART] [--trials N,N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import (
    brush,
    curves,
    fronts,
    importance,
    load,
    memory,
    opening,
    reading,
    refinement,
    strips,
    training,
    within,
)
from bench.machine import machine
from bench.result import Row, table
from bench.server import ROOT

FOLDER = ROOT / "build" / "bench"
Sizes = tuple[int, ...]
PARTS: dict[str, Callable[[Path, Sizes], list[Row]]] = {
    "brush": brush.rows,
    "load": lambda folder, _: load.rows(folder),
    "reading": lambda folder, _: reading.rows(folder),
    "opening": lambda folder, _: opening.rows(folder),
    "importance": lambda folder, _: importance.rows(folder),
    "within": lambda folder, _: within.rows(folder),
    "fronts": lambda folder, _: fronts.rows(folder),
    "strips": lambda folder, _: strips.rows(folder),
    "training": lambda _folder, _: training.rows(),
    "refinement": lambda folder, _: refinement.rows(folder),
    "curves": lambda folder, _: curves.rows(folder),
    "memory": lambda folder, _: memory.rows(folder),
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, of {', '.join(PARTS)}")
    parser.add_argument("--trials", default=",".join(map(str, brush.SIZES)), help="sizes of the brushed studies")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", help="where the figures go")
    chosen = parser.parse_args()
    unknown = set(chosen.only.split(",")) - set(PARTS)
    if unknown:
        parser.error(f"--only {chosen.only}: no part is called {', '.join(sorted(unknown))}, only {', '.join(PARTS)}")
    return chosen


def main() -> None:
    """Measure the chosen parts one after the other, so that none disturbs another."""
    chosen = arguments()
    sizes = tuple(map(int, chosen.trials.split(",")))
    rows = [row for part in chosen.only.split(",") for row in PARTS[part](FOLDER, sizes)]
    here = machine()
    figures = [asdict(row) | {"ratio": row.ratio, "kept": row.kept} for row in rows]
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps({"machine": here, "figures": figures}, indent=2) + "\n", encoding="utf-8")
    print(table(rows), "", " · ".join(here.values()), sep="\n")


if __name__ == "__main__":
    main()
