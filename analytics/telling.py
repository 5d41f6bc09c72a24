"""An importance as the JSON that the page and scripts read (docs/automation.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from analytics.columns import Floats
from analytics.domain import Domain
from analytics.evidence import Evidence, ImportanceError
from analytics.importance import Importance
from analytics.inquiry import Inquiry
from analytics.intervals import effective_range
from analytics.methods import METHODS
from analytics.samplers import sampler_line
from analytics.shares import Shares
from analytics.text import number_text
from analytics.trials import Trials
from analytics.uncertainty import Uncertainty, expected_spread
from analytics.wire import finite_json

DIGITS = 6


def describe(trials: Trials, inquiry: Inquiry) -> dict[str, Any]:
    """What an answer is about: study, metric, rows, and the question that the method answers."""
    metric = trials.metrics.get(inquiry.metric)
    return {
        "study": trials.study.id,
        "metric": inquiry.metric,
        "direction": metric.direction if metric else inquiry.direction,
        "choice": inquiry.rows,
        "method": inquiry.method,
        "question": METHODS[inquiry.method].question(inquiry.metric, inquiry.best),
        "sampler": sampler_line(trials),
    }


def tell(answer: Importance | Shares, uncertain: Uncertainty | None = None) -> dict[str, Any]:
    """What every method tells: rows used and left out, shares, and where known their ends one deviation away."""
    single, pairs = (uncertain.single, uncertain.pairs) if uncertain else ({}, {})
    trials, evidence = evidence_of(answer)
    forest = answer if isinstance(answer, Importance) else None
    return {
        "rows": len(evidence.rows),
        "inside": answer.inside,
        "pruned": answer.pruned,
        "imputed": answer.imputed,
        "left_out": dict(answer.left_out),
        "budget": budget_text(trials, evidence),
        "settings": asdict(forest.settings) if forest else {},
        "oob_r2": _number(forest.oob_r2) if forest else None,
        "rest": _number(forest.rest) if forest else None,
        "names": list(trials.space),
        "single": {name: _ends(share, single.get(name)) for name, share in answer.single.items()},
        "pairs": [[*pair, *_ends(share, pairs.get(pair))] for pair, share in answer.pairs.items()],
    }


def tell_marginals(importance: Importance, quantile: float) -> dict[str, Any]:
    """Every marginal by name, see `tell_marginal`."""
    return {name: tell_marginal(importance, name, quantile) for name in importance.trials.space}


def tell_marginal(importance: Importance, name: str, quantile: float) -> dict[str, Any]:
    """One marginal: its grid (null, last: inactive), mean, spread over the trees, rows near, and effective range."""
    grid, mean, std = importance.marginal(name)
    return {
        **tell_axis(importance.domain, name, grid),
        "mean": numbers(mean),
        "std": numbers(std),
        "support": importance.support(name).astype(int).tolist(),
        "effective": _effective(importance, name, quantile),
    }


def tell_spread(resampled: Sequence[Domain], name: str) -> list[float | None]:
    """The spread of a marginal over resampled forests."""
    return numbers(expected_spread(resampled, name))


def tell_surface(importance: Importance, a: str, b: str, resampled: Sequence[Domain] = ()) -> dict[str, Any]:
    """Mean, spread and rows near over two hyperparameters, as lists of rows along ``a``.

    The spread is that over ``resampled`` forests, without them that over the trees.
    """
    grid_a, grid_b, mean, std = importance.surface(a, b)
    std = expected_spread(resampled, a, b) if resampled else std
    return {
        "a": tell_axis(importance.domain, a, grid_a),
        "b": tell_axis(importance.domain, b, grid_b),
        "mean": [numbers(row) for row in mean],
        "std": [numbers(row) for row in std],
        "support": importance.support(a, b).astype(int).tolist(),
    }


def tell_axis(domain: Domain, name: str, grid: Any) -> dict[str, Any]:
    """Kind and grid of a hyperparameter; ``low`` and ``high`` are the ends of a cell, null for a level or inactive."""
    number = domain.axis(name)
    axis, cells = domain.model.axes[number], domain.shown(number)
    h = axis.hyperparameter
    if axis.order is not None:
        levels = [None if cell == axis.cells else finite_json(level) for cell, level in zip(cells, grid, strict=True)]
        nothing = [None] * len(cells)
        inactive = bool(len(cells)) and bool(cells[-1] == axis.cells)
        return {"name": name, "kind": "category", "inactive": inactive, "grid": levels, "low": nothing, "high": nothing}
    low, high = (np.append(np.exp(end) if h.log else end, math.nan)[cells] for end in domain.spans(number))
    kind = "int" if h.to_json()["type"] == "int" else "float"
    ends = {"grid": numbers(grid), "low": numbers(low), "high": numbers(high)}
    return {"name": name, "kind": kind, "inactive": bool(np.isnan(high[-1:]).any()), **ends}


def evidence_of(answer: Importance | Shares) -> tuple[Trials, Evidence]:
    """The study and the rows that an answer rests on."""
    asked = answer.asked if isinstance(answer, Shares) else answer
    return asked.trials, asked.evidence


def budget_text(trials: Trials, evidence: Evidence) -> str:
    """At which budgets the rows used were measured; empty where the study has no budgets."""
    column = trials.columns.get("budget")
    budgets = np.unique(column.values[evidence.rows]) if column is not None else np.array([])
    budgets = budgets[np.isfinite(budgets)]
    if not len(budgets):
        return ""
    first, last = (number_text(float(end)) for end in (budgets[0], budgets[-1]))
    if first == last:
        return f"all at budget {last}"
    return f"{'each at its highest budget' if trials.final[evidence.rows].all() else 'budgets'}, {first} to {last}"


def refusal(error: ImportanceError) -> dict[str, Any]:
    """Why there is no importance: the sentence, the reason in a word, and the counts."""
    return {"refused": str(error), "reason": error.reason, "counts": dict(error.counts)}


def _effective(importance: Importance, name: str, quantile: float) -> Mapping[str, Any] | None:
    if importance.metric.direction is None:
        return None
    found = effective_range(importance, name, quantile)
    brush = {**found.brush, "values": finite_json(found.values)}
    return {**brush, "threshold": _number(found.threshold), "brush": brush}


def _ends(share: float, deviation: float | None) -> list[float | None]:
    """A share with the ends of its interval, one standard deviation to either side, within 0 and 1."""
    if deviation is None:
        return [_number(share), None, None]
    return [_number(share), _number(max(0.0, share - deviation)), _number(min(1.0, share + deviation))]


def numbers(values: Floats | Iterable[float]) -> list[float | None]:
    """Numbers as JSON has them, in six digits; null where there is none."""
    return [_number(value) for value in np.asarray(values, dtype=np.float64).tolist()]


def _number(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
