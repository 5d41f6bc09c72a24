"""The ways to ask which hyperparameters matter: the question that each answers, and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics import uncertainty
from analytics.evidence import Rows
from analytics.importance import Importance, fanova
from analytics.improvement import improvement_importance
from analytics.pedanova import BEST, ped_anova, ped_uncertainty
from analytics.reference import reference
from analytics.selection import Brushes
from analytics.shares import Shares
from analytics.text import percent_text
from analytics.trials import Trials
from analytics.uncertainty import Uncertainty

Answer: TypeAlias = Importance | Shares


@dataclass(frozen=True)
class Method:
    """``run(trials, metric, rows=…, within=…, best=…)`` answers, or raises an ImportanceError with a sentence.

    What it gives has ``.single``, ``.pairs``, ``.rows``, ``.inside``, ``.imputed`` and ``.left_out``; only an
    `Importance` has marginals, surfaces and `Importance.within`. ``spread(answer, best)`` tells the uncertainty over
    resamples of the trials (seconds at 10,000 rows); None where a method tells none.
    """

    label: str
    asked: str
    run: Callable[..., Answer]
    spread: Callable[[Any, float], Uncertainty] | None

    def question(self, metric: str, best: float = BEST) -> str:
        """The question in a sentence; ``best`` is the share of the rows that count as the best."""
        return self.asked.format(metric=metric, best=percent_text(best))


def _fanova(trials: Trials, metric: str, *, rows: Rows, within: Brushes | None, best: float = BEST) -> Importance:  # noqa: ARG001
    return fanova(trials, metric, rows=rows, within=within)


def _ped(trials: Trials, metric: str, *, rows: Rows, within: Brushes | None, best: float = BEST) -> Shares:
    return ped_anova(trials, metric, best=best, rows=rows, within=within)


def _reference(trials: Trials, metric: str, *, rows: Rows, within: Brushes | None, best: float = BEST) -> Shares:  # noqa: ARG001
    return reference(trials, metric, rows=rows, within=within)


def _improvement(trials: Trials, metric: str, *, rows: Rows, within: Brushes | None, best: float = BEST) -> Importance:  # noqa: ARG001
    return improvement_importance(trials, metric, rows=rows, within=within)


METHODS = {
    "fanova": Method(
        "fANOVA",
        "If every configuration were equally likely, how much of the variance of {metric} would each explain?",
        _fanova,
        lambda answer, _best: uncertainty.bootstrap(answer),
    ),
    "ped": Method(
        "PED-ANOVA",
        "How much does it take the right value of each for {metric} to be among the best {best}?",
        _ped,
        ped_uncertainty,
    ),
    "reference": Method(
        "fANOVA, original package",
        "By the package of fANOVA's authors: how much of the variance of {metric} would each explain?",
        _reference,
        None,
    ),
    "improvement": Method(
        "Improvement per interval",
        "How much of what a member's {metric} gained over an interval, beyond the mean of its generation, would each "
        "explain?",
        _improvement,
        lambda answer, _best: uncertainty.bootstrap(answer),
    ),
}
"""By the name that the page, links and routes use. ``improvement`` is for studies that the others refuse with reason
``population``; its metric is another one, ``improvement of METRIC``, and so are its trials (`Importance.trials`)."""
