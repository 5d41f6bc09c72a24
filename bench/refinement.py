"""Replay of HyperTendril's section 7.2: does a refined search find more than as many trials in the first space?

A broad search of 100 trials. Its best tenth gives the ranges (5th to 95th percentile, 10 % wider on the
hyperparameter's own scale: *extent of the selected* in the page), or *Suggest* does. Then 100 trials in the refined
space, a new study with the same sampler; and, for comparison, 100 more trials of the first study in the first space.
Every training is kept in build/refinement, so that a run that was ended goes on where it was.

usage: python -m bench.refinement [--only digits] [--samplers tpe,random] [--ranges best,suggested] [--seeds 10]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import optuna

from analytics.claims import interval_text
from analytics.confirmation import mean_estimate
from bench.landscapes import landscapes
from bench.replay import RANGES, SAMPLERS, Arm, Replay, Trainings, replay
from bench.result import Row

SEEDS, TRIALS = 10, 100
SMALL = 20

MEASURES: Mapping[str, Callable[[Replay, Arm], float]] = {
    "mean": lambda _replay, second: second.mean,
    "spread": lambda _replay, second: second.spread,
    "best of all": lambda replay, second: replay.best(second).best,
    "the same, trained again": lambda replay, second: replay.best(second).confirmed,
}
"""What is told of the second search of a replay, or of both searches together."""


def table(replays: Sequence[Replay]) -> str:
    """All seeds as Markdown, then the mean over the seeds with its 95 % t interval, and what refining changed."""
    lines = [
        "| seed | broad | in the new space | refined | as many more |",
        "|---|---|---|---|---|",
        *(_line(found) for found in replays),
        "",
        "| over the seeds | broad | refined | as many more | refined less as many more |",
        "|---|---|---|---|---|",
        *(_summary(name, replays) for name in MEASURES),
    ]
    return "\n".join(lines)


def _line(found: Replay) -> str:
    within = f"{found.within.mean():.3f} ({len(found.within)})" if len(found.within) else "none"
    arms = [
        f"{arm.mean:.3f} ± {arm.spread:.3f}, {arm.best:.4f} ({arm.confirmed:.4f})"
        for arm in (found.broad, found.refined, found.more)
    ]
    return f"| {found.seed} | {arms[0]} | {within} | {arms[1]} | {arms[2]} |"


def _summary(name: str, replays: Sequence[Replay]) -> str:
    measure = MEASURES[name]
    broad, refined, more = (
        np.array([measure(found, getattr(found, which)) for found in replays]) for which in ("broad", "refined", "more")
    )
    texts = [interval_text(mean_estimate(values)) for values in (broad, refined, more)]
    return f"| {name} | {' | '.join(texts)} | {interval_text(mean_estimate(refined - more), signed=True)} |"


def rows(folder: Path) -> list[Row]:
    """A small replay on digits, one seed: error and spread with a refined space beside those without."""
    landscape = next(landscapes())
    found = replay(landscape, "random", 0, SMALL, Trainings(landscape, folder / "refinement"))
    peer = f"{SMALL} more in the first space"
    return [
        Row("refined digits, 1 - mean accuracy", SMALL, "", 1 - found.refined.mean, 1 - found.more.mean, peer),
        Row("refined digits, spread", SMALL, "", found.refined.spread, found.more.spread, peer),
    ]


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.refinement", description="Replay of section 7.2.")
    parser.add_argument("--only", default="", help="landscapes by name, with commas; all that are there")
    parser.add_argument("--samplers", default=",".join(SAMPLERS), help=f"of {', '.join(SAMPLERS)}")
    parser.add_argument("--ranges", default=",".join(RANGES), help="those of the best tenth, or as Suggest has them")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--trials", type=int, default=TRIALS, help="trials of each of the three searches")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Replay and print a table a landscape and sampler."""
    chosen = arguments(argv)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for landscape in landscapes():
        if chosen.only and landscape.name not in chosen.only.split(","):
            continue
        trainings = Trainings(landscape)
        for sampler, ranges in product(chosen.samplers.split(","), chosen.ranges.split(",")):
            found = [replay(landscape, sampler, seed, chosen.trials, trainings, ranges) for seed in range(chosen.seeds)]
            title = f"{landscape.label}, {sampler}, ranges {ranges}, {chosen.trials} trials a search"
            print(f"\n{title}\n\n{table(found)}", flush=True)


if __name__ == "__main__":
    main()
