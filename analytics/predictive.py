"""What a trial may turn out to be, with the noise that a forest's mean leaves out.

A forest's mean lies within the values seen, so it can tell no chance of a new best. To it is added the out-of-bag error
of a row in the same leaf of one of the trees: Zhang, Zimmerman, Nettleton, Nordman: Random Forest Prediction Intervals
(The American Statistician, 2020), with errors drawn by the weights of Meinshausen: Quantile Regression Forests (JMLR,
2006), so that they are as large as they are near by. Both are in normal scores (`analytics.scores`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from analytics.axes import Ints
from analytics.columns import Floats
from analytics.evidence import Evidence
from analytics.forest import Settings
from analytics.scores import Scores, normal_scores
from analytics.surrogate import Model, fit_model
from analytics.trials import Trials

TREES = 64
LEVEL = 0.8
"""The share of trials that an interval is to hold."""


@dataclass(frozen=True, eq=False)
class Predictive:
    """A forest on some rows' normal scores, with the errors it made on those that its trees did not see."""

    model: Model
    values: Floats
    scale: Scores

    def draw(self, codes: Ints, count: int, random: np.random.Generator) -> Floats:
        """Values that trials at ``codes`` (trials, axes) may turn out to have, shape (trials, count)."""
        queries = self._ordered(codes)
        leaves = [tree.tree_.apply(queries) for tree in self.model.forest.estimators]
        mean = self._mean(queries)
        which = random.integers(len(leaves), size=(len(codes), count))
        drawn = np.zeros((len(codes), count))
        for number, leaf in enumerate(leaves):
            rows, at = np.nonzero(which == number)
            drawn[rows, at] = self._errors(number, leaf[rows], random)
        return self.scale.back(mean[:, None] + drawn)

    def configurations(self, brushes: Mapping[str, Any], count: int, random: np.random.Generator) -> Ints:
        """Codes of random configurations within brushes on hyperparameters in normal form, shape (count, axes)."""
        measures = self.model.restricted(brushes)
        codes = np.stack([random.choice(len(share), size=count, p=share) for share in measures], axis=1)
        for child, gate in self.model.gates.items():
            active = np.all([allowed[codes[:, parent]] for parent, allowed in gate.parents.items()], axis=0)
            codes[~active, child] = gate.cells
        return codes

    @cached_property
    def _out_of_bag(self) -> Floats:
        """The error on each row of the trees that did not see it, shape (rows,); NaN where all saw it."""
        forest = self.model.forest
        out = ~forest.bags
        votes = np.array([self._values(tree, forest.codes) for tree in forest.estimators])
        count = out.sum(axis=0)
        mean = np.where(out, votes, 0.0).sum(axis=0) / np.maximum(count, 1)
        return np.asarray(np.where(count > 0, self.values - mean, np.nan))

    @cached_property
    def _neighbours(self) -> list[tuple[Ints, Ints]]:
        """For each tree the rows with an error, by leaf, and their leaves."""
        told = np.flatnonzero(np.isfinite(self._out_of_bag))
        found = []
        for tree in self.model.forest.estimators:
            leaf = tree.tree_.apply(self.model.forest.codes[told])
            order = np.argsort(leaf, kind="stable")
            found.append((told[order], leaf[order]))
        return found

    def _errors(self, tree: int, leaf: Ints, random: np.random.Generator) -> Floats:
        """An error of a random row in each leaf of a tree; of any row where the leaf has none."""
        rows, leaves = self._neighbours[tree]
        first, last = (np.searchsorted(leaves, leaf, side=side) for side in ("left", "right"))
        first, last = np.where(first == last, 0, first), np.where(first == last, len(rows), last)
        return np.asarray(self._out_of_bag[rows[first + (random.random(len(leaf)) * (last - first)).astype(np.int64)]])

    def _mean(self, queries: Any) -> Floats:
        return np.asarray(np.mean([self._values(tree, queries) for tree in self.model.forest.estimators], axis=0))

    def _values(self, tree: Any, queries: Any) -> Floats:
        """What a tree tells: it was fitted on standardized values."""
        return np.asarray(tree.tree_.predict(queries)[:, 0] * (self.values.std() or 1.0) + self.values.mean())

    def _ordered(self, codes: Ints) -> Any:
        """Codes as the trees take them: axes by name."""
        order = np.argsort(np.array([axis.name for axis in self.model.axes]), kind="stable")
        return np.ascontiguousarray(codes[:, order], dtype=np.float32)


def fit_predictive(trials: Trials, evidence: Evidence, settings: Settings) -> Predictive:
    """A forest of more trees than importance takes, on the rows of the evidence; raises what `fit_model` raises."""
    scores, scale = normal_scores(evidence.values)
    model = fit_model(trials, replace(evidence, values=scores), replace(settings, trees=max(settings.trees, TREES)))
    return Predictive(model, scores, scale)


def encode(predictive: Predictive, trials: Trials, rows: Ints) -> Ints:
    """Codes of rows of the study, shape (rows, axes); what is set although it does not count is inactive."""
    model = predictive.model
    codes = np.stack([axis.encode(trials.columns[axis.name])[rows] for axis in model.axes], axis=1)
    for child, gate in model.gates.items():
        active = np.all([allowed[codes[:, parent]] for parent, allowed in gate.parents.items()], axis=0)
        codes[~active, child] = gate.cells
    return codes
