"""The replay of a refinement: same seeds, same searches, nothing trained twice, and a table that says it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import optuna
import pytest

from analytics.space import parse_space
from bench.landscapes import Landscape
from bench.refinement import table
from bench.replay import Replay, Trainings, replay

SPACE = parse_space(
    {
        "rate": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
        "layers": {"type": "int", "low": 1, "high": 8},
        "optimizer": {"type": "categorical", "choices": ["adam", "sgd"]},
        "momentum": {"type": "float", "low": 0.0, "high": 0.9, "when": {"optimizer": ["sgd"]}},
    }
)


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture
def trained() -> Counter[tuple[str, int]]:
    return Counter()


@pytest.fixture
def landscape(trained: Counter[tuple[str, int]]) -> Landscape:
    def score(params: Mapping[str, Any], seed: int) -> float:
        trained[str(params), seed] += 1
        return float(1 - abs(params["rate"] - 0.01) - 0.05 * params["layers"])

    return Landscape("toy", SPACE, score, "a toy")


def run(landscape: Landscape, folder: Path, seed: int = 0) -> Replay:
    return replay(landscape, "random", seed, 30, Trainings(landscape, folder))


def test_the_refined_search_stays_where_the_best_tenth_was(landscape: Landscape, tmp_path: Path) -> None:
    found = run(landscape, tmp_path)
    assert [len(arm.values) for arm in (found.broad, found.refined, found.more)] == [30, 30, 30]
    assert found.refined.mean > found.broad.mean
    assert found.refined.spread < found.broad.spread
    assert found.broad.confirmed == found.broad.best, "without noise a configuration has one score"
    assert found.best(found.more).best == max(found.broad.best, found.more.best)


def test_nothing_is_trained_twice(landscape: Landscape, tmp_path: Path, trained: Counter[tuple[str, int]]) -> None:
    first = run(landscape, tmp_path)
    once = Counter(trained)
    again = run(landscape, tmp_path)
    assert trained == once
    assert set(once.values()) == {1}
    assert again.refined.values.tolist() == first.refined.values.tolist()


def test_the_table_has_every_seed_and_what_refining_changed(landscape: Landscape, tmp_path: Path) -> None:
    found = [run(landscape, tmp_path, seed) for seed in range(3)]
    lines = table(found).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:5]] == ["0", "1", "2"]
    assert f"{found[0].refined.mean:.3f} ± {found[0].refined.spread:.3f}" in lines[2]
    measures = [line.split("|")[1].strip() for line in lines[-4:]]
    assert measures == ["mean", "spread", "best of all", "the same, trained again"]
    assert lines[-4].split("|")[-2].strip().startswith("+")
