"""The three searches of a replay: broad, refined, and as many more in the first space; every training is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from analytics import refine
from analytics.columns import Column, Floats, Kind, Role, State, category_column, number_column
from analytics.comparison import inside
from analytics.importance import ImportanceError, fanova
from analytics.refinement import Origin
from analytics.respace import refined_space
from analytics.space import Hyperparameter, SearchSpace
from analytics.suggestion import suggest as suggest_space
from analytics.trials import Metric, Study, Trials
from bench.landscapes import Landscape
from bench.server import ROOT
from trainer.draws import suggest

FOLDER = ROOT / "build" / "refinement"
SAMPLERS: Mapping[str, Callable[[int], BaseSampler]] = {
    "tpe": lambda seed: TPESampler(seed=seed),
    "random": lambda seed: RandomSampler(seed=seed),
}
BEST_SHARE = 0.1
REPEATS = 5
SCORE = "score"


class Trainings:
    """What configurations reached, kept in a file of JSON lines: none is trained twice."""

    def __init__(self, landscape: Landscape, folder: Path = FOLDER) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._landscape, self._path = landscape, folder / f"{landscape.name}.jsonl"
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        self._known: dict[str, float] = dict(map(json.loads, lines))

    def score(self, params: Mapping[str, Any], seed: int) -> float:
        """The score of a configuration with a seed, trained if it is not known."""
        key = json.dumps([dict(params), seed], sort_keys=True)
        if key not in self._known:
            self._known[key] = self._landscape.score(params, seed)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self._known[key]]) + "\n")
        return self._known[key]


@dataclass(frozen=True)
class Arm:
    """One search: the scores of its trials, shape (n,), and its best configuration trained again with fresh seeds."""

    values: Floats
    confirmed: float

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def spread(self) -> float:
        return float(self.values.std(ddof=1))

    @property
    def best(self) -> float:
        return float(self.values.max())


@dataclass(frozen=True)
class Replay:
    """One seed: the broad search, the refined one, and as many more trials in the first space.

    ``within`` are the broad trials that lie in the refined space, shape (m,): they shaped it, so they flatter it.
    """

    seed: int
    broad: Arm
    refined: Arm
    more: Arm
    within: Floats

    def best(self, second: Arm) -> Arm:
        """The search with the better best of the broad one and a second one: that of twice as many trials."""
        return max(self.broad, second, key=lambda arm: arm.best)


def replay(
    landscape: Landscape, sampler: str, seed: int, trials: int, trainings: Trainings, ranges: str = "best"
) -> Replay:
    """The three searches of one seed; ``ranges`` names a way to refine."""
    start = 1_000_000 * seed
    first = optuna.create_study(direction="maximize", sampler=SAMPLERS[sampler](seed))
    search(first, landscape.space, trials, trainings, start)
    trials_so_far = as_trials(landscape.space, first)
    space = RANGES[ranges](trials_so_far)
    second = optuna.create_study(direction="maximize", sampler=SAMPLERS[sampler](1_000 + seed))
    search(second, space, trials, trainings, start + 500_000)
    search(first, landscape.space, trials, trainings, start + trials)
    done, refined = first.get_trials(deepcopy=False), second.get_trials(deepcopy=False)
    broad, fresh, more = (arm(part, trainings, start) for part in (done[:trials], refined, done[trials:]))
    return Replay(seed, broad, fresh, more, broad.values[inside(trials_so_far, space)])


def arm(done: Sequence[FrozenTrial], trainings: Trainings, start: int) -> Arm:
    """A search's scores, and its best configuration over again with ``REPEATS`` seeds that no trial had."""
    values = np.array([trial.values[0] for trial in done])
    best = done[int(values.argmax())].params
    again = [trainings.score(best, start + 900_000 + i) for i in range(REPEATS)]
    return Arm(values, float(np.mean(again)))


def search(study: optuna.Study, space: SearchSpace, trials: int, trainings: Trainings, seed: int) -> None:
    """More trials of a study, the i-th trained with ``seed + i``."""
    for i in range(trials):
        trial = study.ask()
        study.tell(trial, trainings.score(suggest(trial, space), seed + i))


def best_ranges(trials: Trials) -> SearchSpace:
    """The space that the best tenth leaves: what the page makes of a brush on the best 10 % and *extent*."""
    least = float(np.quantile(trials.columns[SCORE].values, 1 - BEST_SHARE))
    made = refine.refine(trials, {SCORE: [[least, None]]})
    for row in made.rows:
        if Origin.EXTENT in row.offers:
            made = refine.choose(made, row.name, Origin.EXTENT)
    return refined_space(made)[0]


def suggested_ranges(trials: Trials) -> SearchSpace:
    """The space that *Suggest* makes of the importance of the hyperparameters; the same space where it declines."""
    made = refine.refine(trials, {})
    try:
        found = suggest_space(fanova(trials, SCORE)).ranges
    except ImportanceError:
        found = {}
    for name, proposal in found.items():
        made = made.with_row(replace(made[name], new=proposal))
    return refined_space(made)[0]


RANGES: Mapping[str, Callable[[Trials], SearchSpace]] = {"best": best_ranges, "suggested": suggested_ranges}


def as_trials(space: SearchSpace, study: optuna.Study) -> Trials:
    """The trials of a study as the page's own code sees them."""
    done = study.get_trials(deepcopy=False)
    columns = [
        number_column("number", [trial.number for trial in done], Role.ROW, Kind.INT),
        category_column("state", [State.COMPLETE] * len(done), Role.ROW),
        category_column("final", [True] * len(done), Role.ROW),
        *(param_column(h, [trial.params.get(name, np.nan) for trial in done]) for name, h in space.items()),
        number_column(SCORE, [trial.values[0] for trial in done], Role.METRIC),
    ]
    metrics = {SCORE: Metric(SCORE, "maximize", objective=True)}
    return Trials(Study("0" * 12, "broad", "", "1"), {c.name: c for c in columns}, space, metrics)


def param_column(h: Hyperparameter, values: Sequence[Any]) -> Column:
    if h.is_category:
        return category_column(h.name, values, Role.PARAM, h.choices)
    return number_column(h.name, values, Role.PARAM, Kind.INT if h.to_json()["type"] == "int" else Kind.FLOAT)
