"""Columns that no source holds join a study's rows as any other column does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import optuna
import pytest

from analytics.columns import Kind, Role
from analytics.selection import mask
from analytics.wire import pack
from data import extras as extras_module
from data.catalog import Catalog
from data.extras import Extra
from tests.data.conftest import contents
from tests.data.following import objective, until

pytestmark = pytest.mark.usefixtures("study")


def test_an_extra_column_reaches_only_the_rows_that_have_it(catalog: Catalog, results: Path) -> None:
    before = contents(results)
    (key,) = catalog.open(results / "study.db")
    revision, overall = catalog.changes(key, None).revision, catalog.revision
    catalog.put(key, Extra("flag", Role.FLAG, {1: "overfits", 3: "noisy", 99: "of no row"}))
    changes = catalog.changes(key, revision)
    assert catalog.revision != overall
    assert not changes.reset
    (column,) = [c for c in changes.columns if c.name == "flag"]
    assert changes.columns[0].values.tolist() == [1, 3]
    assert column.objects() == ["overfits", "noisy"]
    assert b'"role": "flag"' in pack({}, changes.columns)
    assert mask(catalog.trials(key), {"flag": {"values": ["noisy"]}}).tolist() == [False, False, False, True, False]
    assert contents(results) == before


def test_the_same_again_changes_nothing_and_another_value_its_row(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    catalog.put(key, Extra("slope", Role.FLAG, {0: 0.5, 2: 1.5}, Kind.FLOAT), Extra("noisy", Role.FLAG, {2: True}))
    revision, overall = catalog.changes(key, None).revision, catalog.revision
    catalog.put(key, Extra("slope", Role.FLAG, {0: 0.5, 2: 1.5}, Kind.FLOAT))
    assert (catalog.changes(key, None).revision, catalog.revision) == (revision, overall)
    catalog.put(key, Extra("slope", Role.FLAG, {0: 0.5}, Kind.FLOAT))
    assert catalog.changes(key, revision).columns[0].values.tolist() == [2]
    np.testing.assert_array_equal(catalog.trials(key).columns["slope"].values, [0.5, *[np.nan] * 4])


def test_extra_columns_stay_when_the_study_grows(catalog: Catalog, study: optuna.Study, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    catalog.put(key, Extra("noisy", Role.FLAG, {5: True, 0: True}))
    study.optimize(objective, n_trials=1)
    until(catalog, lambda: len(catalog.trials(key)) == 6)
    assert catalog.trials(key).frame["noisy"].fillna("").tolist() == [True, "", "", "", "", True]


def test_a_name_that_is_taken_gets_its_role_before_it(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    catalog.put(key, Extra("x", Role.FLAG, {0: "yes"}))
    assert catalog.trials(key).columns["flag:x"].levels == ("yes",)
    assert catalog.trials(key).columns["x"].role is Role.PARAM


def test_levels_keep_their_codes_until_too_many_are_unused(
    catalog: Catalog, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras_module, "MOST_UNUSED", 3)
    (key,) = catalog.open(results / "study.db")
    for text in ("a", "b", "c"):
        catalog.put(key, Extra("flags", Role.FLAG, {0: text}))
    assert catalog.trials(key).columns["flags"].levels == ("a", "b", "c")
    revision = catalog.changes(key, None).revision
    for text in ("d", "e", "f"):
        catalog.put(key, Extra("flags", Role.FLAG, {0: text}))
    assert len(catalog.trials(key).columns["flags"].levels) < 5
    assert catalog.changes(key, revision).reset
    assert catalog.trials(key).frame["flags"][0] == "f"


def test_a_column_needs_a_role_of_its_own(catalog: Catalog, results: Path) -> None:
    (key,) = catalog.open(results / "study.db")
    with pytest.raises(ValueError, match="column 'y' has the role metric; expected one of"):
        catalog.put(key, Extra("y", Role.METRIC, {0: 1.0}, Kind.FLOAT))
    with pytest.raises(KeyError):
        catalog.put("nowhere", Extra("y", Role.FLAG, {0: 1.0}))
