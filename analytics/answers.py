"""Answers to inquiries about importance, on forests that are kept for the next inquiry."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Generic, TypeVar

from analytics.domain import Domain
from analytics.evidence import ImportanceError
from analytics.importance import Importance, fanova
from analytics.inquiry import Inquiry, InquiryError
from analytics.methods import METHODS
from analytics.selection import BrushError
from analytics.surrogate import Model, RefitNeeded
from analytics.telling import describe, refusal, tell, tell_marginals, tell_spread, tell_surface
from analytics.trials import Trials
from analytics.uncertainty import RESAMPLES, alike, each_refit, spread

K = TypeVar("K")
V = TypeVar("V")
TABLES, FORESTS, REFITS = 4, 8, 4


class Latest(Generic[K, V]):
    """The values used last, at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: K, value: V) -> V:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Answers:
    """Answers, and the trials and forests that they rest on; may be asked from several threads."""

    def __init__(self) -> None:
        self._tables: Latest[tuple[Any, ...], Trials] = Latest(TABLES)
        self._whole: Latest[tuple[Any, ...], Importance] = Latest(FORESTS)
        self._within: Latest[tuple[Any, ...], Importance] = Latest(FORESTS)
        self._told: Latest[tuple[int, float], tuple[Importance, dict[str, Any]]] = Latest(FORESTS)
        self._refits: Latest[int, tuple[Importance, Iterator[Model], list[Model]]] = Latest(REFITS)

    def trials(self, inquiry: Inquiry, given: Trials | None = None) -> Trials | None:
        """The trials that an inquiry is about, those ``given`` from now on; None where they are not here."""
        key = table_key(inquiry)
        found = self._tables.get(key) if given is None else self._tables.put(key, given)
        metric = found.metrics.get(inquiry.metric) if found else None
        if found is None or metric is None or inquiry.direction in (None, metric.direction):
            return found
        turned = replace(metric, direction=inquiry.direction)
        return replace(found, metrics={**found.metrics, inquiry.metric: turned})

    def answer(self, inquiry: Inquiry, trials: Trials, go_on: Callable[[], None]) -> dict[str, Any]:
        """The answer, or the refusal; ``go_on`` is called between the steps of a bootstrap and may raise to end it.

        Raises:
            InquiryError: the study lacks the metric, or a hyperparameter of the pair.
        """
        check(inquiry, trials)
        head = {**describe(trials, inquiry), "revision": inquiry.revision}
        try:
            if inquiry.method != "fanova":
                return {**head, **self._other(trials, inquiry)}
            whole, found = self._fanova(trials, inquiry)
            resampled = self._resampled(found, go_on) if inquiry.intervals else []
            head["resamples"] = len(resampled) or (None if inquiry.intervals else 0)
            if inquiry.pair:
                return {**head, **tell_surface(found, *inquiry.pair, resampled)}
            head["refitted"] = found.evidence is not whole.evidence
            marginals = {**self._marginals(found, inquiry.quantile)}
            for name, marginal in marginals.items() if resampled else ():
                go_on()
                marginals[name] = {**marginal, "std": tell_spread(resampled, name)}
            return {**head, **tell(found, spread(found, resampled) if resampled else None), "marginals": marginals}
        except ImportanceError as error:
            return {**head, **refusal(error)}
        except BrushError as error:
            return {**head, **refusal(ImportanceError(str(error), "brush"))}

    def _fanova(self, trials: Trials, inquiry: Inquiry) -> tuple[Importance, Importance]:
        """The importance of the study, and that within the brushes."""
        key = (*table_key(inquiry), inquiry.metric, inquiry.direction, inquiry.rows)
        whole = self._whole.get(key) or self._whole.put(key, fanova(trials, inquiry.metric, rows=inquiry.rows))
        if not inquiry.brushes:
            return whole, whole
        narrower = (*key, json.dumps(inquiry.brushes, sort_keys=True))
        return whole, self._within.get(narrower) or self._within.put(narrower, whole.within(inquiry.brushes))

    def _marginals(self, found: Importance, quantile: float) -> dict[str, Any]:
        key = id(found), quantile
        known = self._told.get(key)
        if known is None or known[0] is not found:
            known = self._told.put(key, (found, tell_marginals(found, quantile)))
        return known[1]

    def _other(self, trials: Trials, inquiry: Inquiry) -> dict[str, Any]:
        method = METHODS[inquiry.method]
        within = inquiry.brushes or None
        found = method.run(trials, inquiry.metric, rows=inquiry.rows, within=within, best=inquiry.best)
        uncertain = method.spread(found, inquiry.best) if inquiry.intervals and method.spread else None
        own = isinstance(found, Importance) and set(within or ()) <= {*trials.space, inquiry.metric}
        resamples = (uncertain.resamples if uncertain else 0) if method.spread else None
        refitted = within is not None and not own
        return {**tell(found, uncertain), "resamples": resamples, "refitted": refitted, "marginals": None}

    def _resampled(self, found: Importance, go_on: Callable[[], None]) -> list[Domain]:
        """The same on resamples of the rows, whose forests are fitted once; none where one of them tells nothing.

        One thread at a time: the one that bootstraps.
        """
        key = id(found.evidence)
        known = self._refits.get(key)
        if known is None or known[0].evidence is not found.evidence:
            known = self._refits.put(key, (found, each_refit(found), []))
        _, coming, models = known
        go_on()
        with suppress(ImportanceError, RefitNeeded):
            for model in coming:
                models.append(model)
                go_on()
            if len(models) == RESAMPLES:
                return alike(found, models)
        return []


def check(inquiry: Inquiry, trials: Trials) -> None:
    """Raises InquiryError where the study lacks what is asked about."""
    for what, name, known in [
        ("metric", inquiry.metric, list(trials.metrics)),
        *(("hyperparameter", name, list(trials.space)) for name in inquiry.pair or ()),
    ]:
        if name not in known:
            expected = ", ".join(known) or "none: it has none"
            raise InquiryError(f"the study has no {what} {name!r}; expected one of: {expected}")


def table_key(inquiry: Inquiry) -> tuple[Any, ...]:
    """What tells trials apart: histories come with them for one metric and step only."""
    return inquiry.study, inquiry.revision, None if isinstance(inquiry.rows, str) else (inquiry.metric, inquiry.rows)
