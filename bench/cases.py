"""HyperTendril's section 7.1 over ten seeds: does a population find better networks where it is judged later?

The specs are those of the example project (data/examples/paper-depth), search and objective are the trainer's own. What
a study came to is kept in build/cases, so that a run that was ended goes on where it was.

usage: python -m bench.cases [--only early,late] [--seeds 1-10]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from analytics.claims import interval_text
from analytics.confirmation import mean_estimate
from bench.populations import trained
from bench.server import ROOT
from trainer.draws import GENERATION
from trainer.example import FOLDER
from trainer.spec import StudySpec
from trainer.specfile import read_spec

KEPT = ROOT / "build" / "cases"
SPECS = {path.stem.partition("-")[2]: path for path in sorted((FOLDER / "paper-depth").glob("*.yaml"))}
SEEDS = "1-10"
SEARCHED, UNSEEN = "val_accuracy", "test_accuracy"
DEEP = 4
"""Layers of a deep network."""


@dataclass(frozen=True)
class Outcome:
    """What a population came to.

    ``searched`` is the best accuracy that the search saw, from 0 to 1, ``unseen`` that of the same trial on images that
    it never saw; ``deep`` is the share of deep networks in each generation, shape (generations,).
    """

    searched: float
    unseen: float
    deep: NDArray[np.float64]


def run(spec: StudySpec, folder: Path) -> Outcome:
    """What a study came to, which is trained if a file in the folder does not tell."""
    kept = folder / f"{spec.name}.json"
    if kept.is_file():
        told = json.loads(kept.read_text(encoding="utf-8"))
        return Outcome(told["searched"], told["unseen"], np.array(told["deep"]))
    found = outcome(trained(spec))
    told = {"searched": found.searched, "unseen": found.unseen, "deep": found.deep.tolist()}
    kept.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return found


def seeded(spec: StudySpec, seed: int) -> StudySpec:
    """The same study with another seed, under a name of its own."""
    return replace(spec, name=f"{spec.name}-{seed}", seed=seed, parent=None)


def outcome(trials: Sequence[FrozenTrial]) -> Outcome:
    """What the trials of a population came to."""
    done = [trial for trial in trials if trial.values]
    best = max(done, key=lambda trial: (trial.values[0], -trial.number))
    generation = np.array([trial.user_attrs[GENERATION] for trial in done])
    deep = np.array([trial.params["depth"] >= DEEP for trial in done])
    shares = [deep[generation == g].mean() for g in range(generation.max() + 1)]
    return Outcome(best.values[0], best.user_attrs[UNSEEN], np.array(shares))


def table(found: Mapping[str, Mapping[int, Outcome]]) -> str:
    """All seeds as Markdown, then the mean over the seeds with its 95 % t interval, and each against the first."""
    names = list(found)
    seeds = sorted(set.intersection(*(set(found[name]) for name in names)))
    lines = [
        "| seed | " + " | ".join(f"{name}: test (validation), deep by generation" for name in names) + " |",
        "|---|" + "---|" * len(names),
        *(f"| {seed} | " + " | ".join(_cell(found[name][seed]) for name in names) + " |" for seed in seeds),
    ]
    tested = {name: np.array([found[name][seed].unseen for seed in seeds]) for name in names}
    lines += ["", *(f"- {name}: {interval_text(mean_estimate(values))}" for name, values in tested.items())]
    for name in names[1:]:
        less = tested[name] - tested[names[0]]
        difference = interval_text(mean_estimate(less), signed=True)
        lines.append(f"- {name} less {names[0]}: {difference}; better in {(less > 0).sum()} of {len(seeds)} seeds")
    return "\n".join(lines)


def _cell(one: Outcome) -> str:
    shares = " ".join(f"{100 * share:.0f}" for share in one.deep)
    return f"{one.unseen:.3f} ({one.searched:.3f}), {shares} %"


def main(argv: Sequence[str] | None = None) -> None:
    """Run what is not there yet, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.cases", description="Section 7.1 over ten seeds.")
    parser.add_argument("--only", default=",".join(SPECS), help=f"of {', '.join(SPECS)}")
    parser.add_argument("--seeds", default=SEEDS, help="one, or the first and the last with a dash")
    parser.add_argument("--folder", type=Path, default=KEPT, help="where outcomes are kept")
    chosen = parser.parse_args(argv)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, dict[int, Outcome]] = {name: {} for name in chosen.only.split(",")}
    first, _, last = chosen.seeds.partition("-")
    for seed in range(int(first), int(last or first) + 1):
        for name, outcomes in found.items():
            outcomes[seed] = run(seeded(read_spec(SPECS[name]), seed), chosen.folder)
            print(f"{name}, seed {seed}: {_cell(outcomes[seed])}", flush=True)
    print(f"\n{table(found)}")


if __name__ == "__main__":
    main()
