"""Importance over HTTP: what it answers and what it refuses, as a script meets it."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import optuna
import pytest

from analytics.importance import fanova
from analytics.selection import mask
from analytics.trials import Trials
from analytics.uncertainty import alike, expected_spread, refits
from tests.callbacks.conftest import EXAMPLE, METRIC, Ask, Asking


def test_it_tells_what_the_engine_tells(ask: Ask, example: Trials) -> None:
    status, told = ask()
    expected = fanova(example, METRIC)
    assert status == 200
    assert told["names"] == list(example.space)
    assert {name: value for name, (value, _, _) in told["single"].items()} == pytest.approx(expected.single, rel=1e-4)
    assert {(a, b): value for a, b, value, _, _ in told["pairs"]} == pytest.approx(expected.pairs, rel=1e-4)
    assert (told["rows"], told["left_out"], told["budget"]) == (240, {}, "all at budget 12")
    assert METRIC in told["question"]
    assert "Random search" in told["sampler"]


def test_marginals_hold_as_many_means_as_cells_and_an_effective_range_that_brushes(ask: Ask, example: Trials) -> None:
    _, told = ask()
    for name, marginal in told["marginals"].items():
        assert len({len(marginal[part]) for part in ("grid", "low", "high", "mean", "std", "support")}) == 1
        assert mask(example, {name: marginal["effective"]["brush"]}).any()
    assert told["marginals"]["momentum"]["inactive"] is True
    assert told["marginals"]["momentum"]["grid"][-1] is None


def test_intervals_come_when_asked_for(ask: Ask) -> None:
    _, quick = ask()
    _, slow = ask(intervals=True)
    assert all((low, high) == (None, None) for _, low, high in quick["single"].values())
    assert all(low <= value <= high for value, low, high in slow["single"].values())
    assert all(low <= value <= high for _, _, value, low, high in slow["pairs"])
    assert {name: value for name, (value, *_) in slow["single"].items()} == {
        name: value for name, (value, *_) in quick["single"].items()
    }


def test_with_intervals_the_spread_of_a_marginal_is_that_over_resamples(ask: Ask, example: Trials) -> None:
    _, told = ask(intervals=True)
    importance = fanova(example, METRIC)
    expected = expected_spread(alike(importance, refits(importance)), "learning_rate")
    assert told["resamples"] == 8
    assert told["marginals"]["learning_rate"]["std"] == pytest.approx(expected.tolist(), rel=1e-4)


def test_within_a_brush_it_counts_the_rows_inside_and_tells_other_shares(ask: Ask, example: Trials) -> None:
    brush = {"learning_rate": [[1e-3, 1e-2]]}
    _, whole = ask()
    _, within = ask(brushes=brush, revision=whole["revision"])
    expected = fanova(example, METRIC).within(brush)
    assert within["inside"] == expected.inside == int(mask(example, brush).sum())
    assert {name: value for name, (value, *_) in within["single"].items()} == pytest.approx(expected.single, rel=1e-4)
    assert within["single"] != whole["single"]


def test_a_surface_has_a_row_for_each_cell_of_the_first(ask: Ask) -> None:
    _, told = ask(path="/api/surface", a="optimizer", b="momentum")
    assert told["a"]["grid"] == ["sgd", "adam"] or told["a"]["grid"] == ["adam", "sgd"]
    assert [len(row) for row in told["mean"]] == [len(told["b"]["grid"])] * 2
    assert any(mean is None for row in told["mean"] for mean in row), "adam has no momentum"


def test_with_intervals_the_spread_of_a_surface_is_that_over_resamples(ask: Ask, example: Trials) -> None:
    pair = ("learning_rate", "batch_size")
    _, quick = ask(path="/api/surface", a=pair[0], b=pair[1])
    _, told = ask(path="/api/surface", a=pair[0], b=pair[1], intervals=True)
    importance = fanova(example, METRIC)
    expected = expected_spread(alike(importance, refits(importance)), *pair)
    assert (quick["resamples"], told["resamples"]) == (0, 8)
    assert told["std"] != quick["std"]
    for row, wanted in zip(told["std"], expected.tolist(), strict=True):
        assert row == pytest.approx(wanted, rel=1e-4)


def test_where_a_resample_tells_nothing_there_is_no_uncertainty_however_often_it_is_asked_for(
    asking: Asking, tmp_path: Path
) -> None:
    table = tmp_path / "once.csv"
    table.write_text("x,y,loss\n" + "".join(f"{i / 100},{i % 7},{int(i == 40)}\n" for i in range(100)))
    client = asking(table)
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    body = {"study": study, "metric": "loss", "intervals": True}
    for path, more in [("/api/importance", {}), ("/api/importance", {}), ("/api/surface", {"a": "x", "b": "y"})]:
        told = client.post(path, json={**body, **more}).get_json()
        assert told["resamples"] is None
        assert all(low is None for _, low, _ in told.get("single", {}).values())


def test_best_few_are_another_question(ask: Ask) -> None:
    _, told = ask(method="ped", best=0.25)
    assert "best 25 %" in told["question"]
    assert sum(value for value, _, _ in told["single"].values()) == pytest.approx(1.0, abs=1e-3)
    assert told["pairs"] == []


def test_too_few_rows_are_refused_with_the_counts(ask: Ask) -> None:
    status, told = ask("digits-refined")
    assert status == 200
    assert told["refused"].startswith("too few: 80 rows")
    assert told["reason"] == "too few"
    assert (told["counts"]["rows"], told["counts"]["needed"]) == (80, 90)


def test_a_brush_that_holds_nothing_is_refused(ask: Ask) -> None:
    assert ask(brushes={"depth": [[90, 99]]})[1]["reason"] == "brush"
    assert "no such column" in ask(brushes={"of another study": [[0, 1]]})[1]["refused"]


def test_a_metric_that_does_not_vary_is_refused(asking: Asking, tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [[number, random.Random(number).random(), 0.5] for number in range(40)]
        csv.writer(file).writerows([["trial", "rate", "accuracy"], *rows])
    client = asking(path)
    study = client.get("/api/studies").get_json()["studies"][0]["id"]
    told = client.post("/api/importance", json={"study": study, "metric": "accuracy"}).get_json()
    assert told["reason"] == "constant"


def test_pruned_trials_count_as_the_worst_or_with_their_value_at_a_step(asking: Asking, tmp_path: Path) -> None:
    client = asking(pruned_study(tmp_path / "pruned.log"))
    study = client.get("/api/studies").get_json()["studies"][0]["id"]

    def told(rows: Any) -> Any:
        return client.post("/api/importance", json={"study": study, "metric": "value", "rows": rows}).get_json()

    assert (told("completed")["rows"], told("completed")["left_out"]) == (24, {"pruned": 12})
    assert (told("worst")["rows"], told("worst")["imputed"]) == (36, 12)
    assert (told(1)["rows"], told(1)["imputed"]) == (36, 0)


def pruned_study(path: Path) -> Path:
    """36 random trials of two steps, every third pruned after the first."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))

    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("rate", 0, 1) + trial.suggest_int("depth", 1, 5)
        for step in (1, 2):
            trial.report(rate * step, step)
            if step == 1 and trial.number % 3 == 0:
                raise optuna.TrialPruned
        return 2 * rate

    study.optimize(objective, n_trials=36)
    return path


def test_of_a_population_only_what_an_interval_adds_is_told(asking: Asking, tmp_path: Path) -> None:
    client = asking(population(tmp_path / "population.log"))
    study = client.get("/api/studies").get_json()["studies"][0]["id"]

    def told(**request: Any) -> Any:
        return client.post("/api/importance", json={"study": study, "metric": "value", **request}).get_json()

    assert (told()["reason"], told()["counts"]["members"]) == ("population", 8)
    assert set(told(method="improvement")["single"]) == {"rate", "decay"}


def population(path: Path) -> Path:
    """8 members over 8 generations, each with other hyperparameters in every generation."""
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    study = optuna.create_study(storage=storage, direction="maximize")
    space = {name: optuna.distributions.FloatDistribution(0, 1) for name in ("rate", "decay")}
    draw = random.Random(2)
    for number in range(64):
        trial = optuna.trial.create_trial(
            params={name: draw.random() for name in space},
            distributions={**space},
            value=number // 8 + draw.random(),
            user_attrs={"trellis:member": str(number % 8), "trellis:generation": number // 8},
        )
        study.add_trial(trial)
    return path


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        ({"metric": "nope"}, "'nope'"),
        ({"metric": 3}, "'metric'"),
        ({"metric": "x" * 2000}, "'metric'"),
        ({"rows": "some"}, "'rows'"),
        ({"rows": True}, "'rows'"),
        ({"rows": [1]}, "'rows'"),
        ({"method": "__class__"}, "'method'"),
        ({"method": ["fanova"]}, "'method'"),
        ({"direction": "sideways"}, "'direction'"),
        ({"quantile": 7}, "'quantile'"),
        ({"quantile": "0.5; DROP TABLE"}, "'quantile'"),
        ({"intervals": "yes"}, "'intervals'"),
        ({"client": {"a": 1}}, "'client'"),
        ({"brushes": [1, 2]}, "brushes"),
        ({"brushes": {"depth": {"ranges": "all"}}}, "'depth'"),
        ({"brushes": {"depth": [[10**400, None]]}}, "number"),
        ({"__proto__": {}}, "'__proto__'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_request_that_cannot_be_is_400_with_one_sentence(ask: Ask, request_: dict[str, Any], word: str) -> None:
    status, told = ask(**request_)
    assert status == 400
    assert word in told["error"]
    assert len(told["error"]) < 500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"study=1", 400),
        (b"[]", 400),
        (b'{"study": "x"', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"study": ' + b"9" * 10_000 + b"}", 400),
        (b'{"study": "a", "metric": "b", "quantile": NaN}', 400),
        (b'"' + b"x" * 2_100_000 + b'"', 413),
    ],
    ids=["nothing", "form", "list", "cut", "bytes", "deep", "digits", "nan", "large"],
)
def test_a_body_that_cannot_be_read_says_so(asking: Asking, body: bytes, status: int) -> None:
    client = asking(EXAMPLE)
    for path in ("/api/importance", "/api/surface"):
        answer = client.post(path, data=body)
        assert answer.status_code == status
        assert answer.get_json()["error"]


def test_a_study_that_is_not_open_is_404(ask: Ask) -> None:
    status, told = ask("0123456789ab")
    assert status == 404
    assert "0123456789ab" in told["error"]


def test_a_surface_of_what_the_study_lacks_is_400(ask: Ask) -> None:
    assert ask(path="/api/surface", a="depth", b="nope")[0] == 400
    assert ask(path="/api/surface", a="depth", b="depth")[0] == 400
    assert ask(path="/api/surface", a="depth")[0] == 400
