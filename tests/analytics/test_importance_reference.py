"""The package of fANOVA's authors is run where it is installed; what it cannot do is said in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.evidence import ImportanceError
from analytics.importance import fanova
from analytics.reference import PYTHON, reference
from analytics.space import parse_space
from analytics.trials import Trials
from tests.analytics.importance_cases import UNIT, sampled, study, unit_study
from tests.analytics.test_importance_known import g_function, sum_and_product

MIXED: dict[str, Any] = {
    "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
    "depth": {"type": "int", "low": 1, "high": 4},
    "optimizer": {"type": "categorical", "choices": ["adam", "sgd", "lion"]},
}
ROWS = 300
FORESTS = range(4)

installed = pytest.mark.skipif(not PYTHON.exists(), reason=f"no {PYTHON}; run 'make fanova'")


def g_of(seed: int) -> Trials:
    return unit_study(g_function, ROWS, 4, seed)


def product_of(seed: int) -> Trials:
    return unit_study(sum_and_product, ROWS, 3, seed, noise=0.2)


def mixed_of(seed: int) -> Trials:
    configs = sampled(parse_space(MIXED), ROWS, seed)
    bonus = {"adam": 1.0, "sgd": -1.0, "lion": 0.2}
    return study(MIXED, configs, [np.log10(c["rate"]) * bonus[c["optimizer"]] + c["depth"] ** 2 / 4 for c in configs])


def script(path: Path, *lines: str) -> Path:
    """An executable in the place of the environment's Python."""
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def refused(trials: Trials, **more: Any) -> ImportanceError:
    with pytest.raises(ImportanceError) as caught:
        reference(trials, "score", **more)
    assert caught.value.reason == "unsupported"
    return caught.value


@installed
@pytest.mark.parametrize("make", [g_of, product_of, mixed_of])
def test_singles_and_pairs_agree_with_the_package_of_its_authors(make: Any) -> None:
    """Averaged over studies and forests: a single forest of 300 rows moves by more than what the two differ."""
    ours: dict[Any, list[float]] = {}
    theirs: dict[Any, list[float]] = {}
    for seed in range(2):
        trials = make(seed)
        told = reference(trials, "score", seeds=FORESTS, pairs=True)
        for name, share in (told.single | told.pairs).items():
            theirs.setdefault(name, []).append(share)
        for forest in FORESTS:
            found = fanova(trials, "score", seed=forest)
            for name, share in (found.single | found.pairs).items():
                ours.setdefault(name, []).append(share)
    means = {name: float(np.mean(shares)) for name, shares in theirs.items()}
    assert {name: float(np.mean(shares)) for name, shares in ours.items()} == pytest.approx(means, abs=0.03)


@installed
def test_within_a_brush_it_gets_the_rows_and_the_space_that_are_left() -> None:
    told = reference(product_of(0), "score", within={"x1": [[0.5, 1.0]], "x2": [[0.5, 1.0]]})
    assert told.rows == told.inside < 100
    assert told.single["x0"] == pytest.approx(0.4, abs=0.2)
    assert told.pairs == {}


@installed
def test_a_hyperparameter_that_does_not_vary_has_no_share() -> None:
    trials = study({"a": UNIT, "b": UNIT}, [{"a": i / 60, "b": 0.5} for i in range(60)], np.arange(60.0))
    told = reference(trials, "score", pairs=True)
    assert told.single == {"a": pytest.approx(1), "b": 0.0}
    assert told.pairs == {("a", "b"): 0.0}


def test_where_it_is_missing_a_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    error = refused(product_of(0), python=tmp_path / "python")
    assert str(error).startswith(
        "the package fanova is not installed: 'make fanova' builds it, with swig and a compiler"
    )


def test_it_never_gets_a_missing_value(tmp_path: Path) -> None:
    space = {"a": UNIT, "b": UNIT | {"when": {"kind": ["x"]}}, "kind": {"type": "categorical", "choices": ["x", "y"]}}
    configs = sampled(parse_space(space), 100)
    values = [config["a"] for config in configs]
    there = script(tmp_path / "python", "exit 9")
    inactive = sum("b" not in config for config in configs)
    error = refused(study(space, configs, values), python=there)
    assert f"'b' has no value in {inactive} of 100 rows" in str(error)
    values[:40] = [np.nan] * 40
    nothing = script(tmp_path / "echo", "grep -c NaN >&2; exit 9")
    said = refused(study({"a": UNIT}, configs, values), python=nothing)
    assert str(said).endswith("on 60 rows with exit status 9; it said: 0")


def test_a_run_that_dies_or_hangs_is_said_in_a_sentence(tmp_path: Path) -> None:
    died = refused(product_of(0), python=script(tmp_path / "dies", "echo at first >&2; echo then >&2; kill -SEGV $$"))
    assert str(died) == "the package fanova failed on 300 rows with exit status -11; it said: then"
    hung = refused(product_of(0), python=script(tmp_path / "hangs", "exec tail -f /dev/null"), seconds=0.2)
    assert str(hung) == "the package fanova did not answer within 0.2 s on 300 rows; brush fewer of them"


def test_the_same_refusals_as_ours() -> None:
    with pytest.raises(ImportanceError, match="all 300 rows have the value 2"):
        reference(unit_study(lambda points: 0 * points[:, 0] + 2, ROWS, 2), "score")
    with pytest.raises(ImportanceError, match="too few: 20 rows"):
        reference(unit_study(lambda points: points[:, 0], 20, 3), "score")
