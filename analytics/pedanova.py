"""Importance for reaching the best few percent: PED-ANOVA, by Optuna's own evaluator.

Watanabe, Bansal, Hutter: PED-ANOVA (IJCAI 2023). How far the distribution of a hyperparameter among the best rows is
from that among all rows, which takes out what the sampler preferred everywhere.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial

from analytics.axes import Ints
from analytics.columns import Column, level_key
from analytics.evidence import ImportanceError, Rows
from analytics.selection import Brushes
from analytics.shares import Asked, Shares, ask
from analytics.space import Hyperparameter
from analytics.text import percent_text
from analytics.trials import Trials
from analytics.uncertainty import RESAMPLES, Uncertainty, told

BEST = 0.1
FEWEST_BEST = 5
"""How many of the best rows Optuna's documentation asks for."""


def ped_anova(
    trials: Trials, metric: str, *, best: float = BEST, rows: Rows = "completed", within: Brushes | None = None
) -> Shares:
    """How much each hyperparameter matters for reaching the ``best`` share of the rows (within brushes, of those rows).

    The shares add up to 1, as `optuna.importance.get_param_importances` gives them; there are no pairs. A conditional
    hyperparameter counts where it is active.

    Raises:
        ImportanceError: as of `analytics.importance.fanova`; the metric has no direction; or fewer than 5 rows are the
            best, or they cannot be told from the others.
        BrushError: as of `analytics.importance.fanova`.
        ValueError: ``best`` is not between 0 and 1.
    """
    if not 0 < best < 1:
        raise ValueError(f"best is {best!r}; expected a share between 0 and 1, such as 0.1")
    asked = ask(trials, metric, rows, within)
    if asked.metric.direction is None:
        raise ImportanceError(f"metric {metric!r} has no direction; expected one, to know the best", "direction")
    _refuse_few_best(asked, best)
    return Shares(asked, _shares(asked, _frozen(asked), best))


def ped_uncertainty(shares: Shares, best: float = BEST, resamples: int = RESAMPLES, *, seed: int = 0) -> Uncertainty:
    """The spread of what `ped_anova` tells over resamples of the rows (nonparametric bootstrap)."""
    random = np.random.default_rng(seed)
    frozen = _frozen(shares.asked)
    drawn = [random.integers(len(frozen), size=len(frozen)) for _ in range(resamples)]
    resampled = [_shares(shares.asked, [frozen[row] for row in which], best) for which in drawn]
    return told([list(one.values()) for one in resampled], [], list(shares.single))


class _Study(optuna.Study):
    """The part of a study that the evaluator looks at; adding 10,000 trials to a real one takes many seconds."""

    def __init__(self, asked: Asked, trials: list[FrozenTrial]) -> None:
        minimized = asked.metric.direction == "minimize"
        self._directions = [StudyDirection.MINIMIZE if minimized else StudyDirection.MAXIMIZE]
        self._given = trials

    def get_trials(self, deepcopy: bool = True, states: Any = None) -> list[FrozenTrial]:  # noqa: ARG002
        return self._given


def _shares(asked: Asked, frozen: list[FrozenTrial], best: float) -> dict[str, float]:
    from optuna.importance import PedAnovaImportanceEvaluator  # imports scikit-learn, see `analytics.forest.fit`

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a hyperparameter that one row has adds nothing, and says so
        found = PedAnovaImportanceEvaluator(target_quantile=best).evaluate(_Study(asked, frozen))
    total = sum(found.values())
    if not total:
        raise ImportanceError("the best rows lie where all rows lie: no hyperparameter tells them apart", "constant")
    return {name: found.get(name, 0.0) / total for name in asked.trials.space}


def _refuse_few_best(asked: Asked, best: float) -> None:
    values = asked.evidence.values * (1 if asked.metric.direction == "minimize" else -1)
    bound = np.sort(values)[max(int(np.ceil(best * len(values))) - 1, 0)]
    rows, count = len(values), int((values <= bound).sum())
    counts = {"rows": rows, "best": count, "needed": FEWEST_BEST}
    if count == rows:
        raise ImportanceError(
            f"the best {percent_text(best)} are as good as all {rows} rows: nothing tells them apart",
            "constant",
            counts,
        )
    if count < FEWEST_BEST:
        raise ImportanceError(
            f"too few: {count} of {rows} rows are the best {percent_text(best)}; expected at least {FEWEST_BEST}",
            "too few",
            counts,
        )


def _frozen(asked: Asked) -> list[FrozenTrial]:
    """The rows as Optuna's trials; of a category the levels are numbers, since Optuna takes 1 and True for one."""
    rows = asked.evidence.rows
    told = [(h.name, *_distribution(h, asked.trials.columns[h.name], rows)) for h in asked.space.values()]
    frozen = []
    for number, value in enumerate(asked.evidence.values.tolist()):
        has = [(name, d, values[number]) for name, d, values in told if values[number] is not None]
        trial = create_trial(
            params={name: value for name, _, value in has},
            distributions={name: d for name, d, _ in has},
            value=value,
            state=TrialState.COMPLETE,
        )
        trial.number = trial._trial_id = number
        frozen.append(trial)
    return frozen


def _distribution(h: Hyperparameter, column: Column, rows: Ints) -> tuple[BaseDistribution, Sequence[float | None]]:
    """The distribution of a hyperparameter, and its value in each row, None where it has none."""
    values, d = column.values[rows], h.distribution
    if isinstance(d, FloatDistribution | IntDistribution):
        whole = isinstance(d, IntDistribution)
        told = [None if np.isnan(v) else int(v) if whole else v for v in np.clip(values, d.low, d.high).tolist()]
        return d, told
    place = {level_key(level): i for i, level in enumerate(h.choices)}
    codes = [place.get(level_key(level)) for level in column.levels]
    return CategoricalDistribution(range(len(place))), [None if np.isnan(v) else codes[int(v)] for v in values]
