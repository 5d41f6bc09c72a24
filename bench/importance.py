"""CPU for importances of one study with eight hyperparameters: ours, and Optuna's fANOVA on the same trials.

Both fit 16 trees with leaves of one row and more, in one process, one after the other. Optuna tells the single
hyperparameters only, and only up to the size that it can do in a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
from optuna.importance import FanovaImportanceEvaluator

from analytics.importance import fanova
from analytics.trials import Trials
from bench.reading import cpu
from bench.result import Row
from bench.study import NAME, OBJECTIVE, write_study
from data.readers import read

SIZES = (1_000, 10_000)
PEER_UP_TO = 1_000
TREES = 16
PEER = f"optuna's fANOVA, {TREES} trees"
AT_MOST = 1 / 20
WITHIN = {"learning_rate": [[1e-4, 1e-2]], "optimizer": ["adam"]}


def used(work: Callable[[], object]) -> float:
    """CPU seconds of the work."""
    before = cpu()
    work()
    return cpu() - before


def optunas(study: Path) -> float:
    """CPU seconds of Optuna's evaluator, without those for reading the study."""
    loaded = optuna.load_study(study_name=NAME, storage=f"sqlite:///{study}")
    trials = loaded.get_trials(deepcopy=False)
    kept = optuna.create_study(direction=loaded.direction)
    kept.add_trials(trials)
    return used(lambda: FanovaImportanceEvaluator(n_trees=TREES, seed=0).evaluate(kept))


def ours(trials: Trials) -> dict[str, float]:
    """CPU seconds by what was asked for; all but the last include the fit."""

    def asked(*, pairs: bool = False, surfaces: bool = False) -> None:
        importance = fanova(trials, OBJECTIVE, trees=TREES, min_samples_leaf=1)
        assert len(importance.single) == 8
        if pairs:
            assert len(importance.pairs) == 28
        if surfaces:
            for pair in importance.pairs:
                importance.surface(*pair)

    whole = fanova(trials, OBJECTIVE, trees=TREES, min_samples_leaf=1)
    return {
        "fit, 8 singles": used(asked),
        "fit, 8 singles, 28 pairs": used(lambda: asked(pairs=True)),
        "fit, all of them and 28 surfaces": used(lambda: asked(pairs=True, surfaces=True)),
        "8 singles and 28 pairs within a brush": used(lambda: whole.within(WITHIN).pairs),
    }


def rows(folder: Path) -> list[Row]:
    """Four figures a size; the bound is a twentieth of the peer's CPU for the singles."""
    (small,) = read(str(write_study(folder / "100.db", 100)))
    fanova(small, OBJECTIVE)  # pays for the imports
    found = []
    for size in SIZES:
        path = write_study(folder / f"{size}.db", size)
        (trials,) = read(str(path))
        for number, (what, seconds) in enumerate(ours(trials).items()):
            compared = size <= PEER_UP_TO and number == 0
            theirs = optunas(path) if compared else None
            bound = AT_MOST * theirs if theirs else None
            found.append(Row(f"importance, {what}, CPU", size, "s", seconds, theirs, PEER if theirs else "", bound))
    return found
