"""What every algorithm keeps to, under every pruner that it goes with: space, conditions, lineage, seed, resumption."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from analytics.settings import Setting, SettingError
from tests.trainer.searching import STEPS, a_spec, conduct, loss, trained
from trainer.algorithms import ALGORITHMS, Algorithm
from trainer.draws import suggest
from trainer.preview import ahead
from trainer.pruners import PRUNERS, Pruner
from trainer.samplers import trial_seeds
from trainer.search import Asked, Outcome
from trainer.searches import search_of
from trainer.spec import StudySpec

COMBINATIONS = [(name, pruner) for name, algorithm in ALGORITHMS.items() for pruner in algorithm.pruners]
SHORT: dict[str, dict[str, Any]] = {
    "tpe": {"n_startup_trials": 4},
    "gp": {"n_startup_trials": 6},
    "cmaes": {"popsize": 4},
    "nsga2": {"population_size": 4},
    "bohb": {"n_startup_trials": 2},
    "pbt": {"population": 4, "generations": 3, "interval": 3, "resample": 0.2},
}
REPEATED = [
    (name, pruner) for name, pruner in COMBINATIONS if pruner == "none" or (pruner == "hyperband" and name != "gp")
]
RESUMED = [(name, pruner) for name, pruner in REPEATED if name not in ("cmaes", "nsga2")]
TRIALS = {"given": 3, "gp": 8}


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def short(name: str, pruner: str | None = None, **entries: Any) -> StudySpec:
    """A short study under an algorithm, long enough that it uses what it has seen."""
    if name == "nsga2":
        entries = {"metrics": {"loss": "minimize", "size": "minimize"}, **entries}
    if name == "gp":
        entries = {"budget": {"trials": TRIALS[name], "steps": STEPS}, **entries}
    return a_spec(name, pruner=pruner, settings=SHORT.get(name, {}), **entries)


def configurations(trials: list[FrozenTrial]) -> list[tuple[dict[str, Any], int]]:
    """What ran: each configuration and its seed, in the order of their places in the study."""
    ran = [t for t in trials if t.state in (TrialState.COMPLETE, TrialState.PRUNED)]
    ran.sort(key=lambda t: (t.user_attrs.get("trellis:generation", 0), t.user_attrs.get("trellis:member", 0)))
    return [(t.params, t.user_attrs["trellis:seed"]) for t in ran]


@pytest.mark.parametrize(("name", "pruner"), COMBINATIONS)
def test_every_algorithm_keeps_to_space_conditions_and_lineage_under_every_pruner_of_its_own(
    name: str, pruner: str
) -> None:
    spec = short(name, pruner)
    trials = conduct(spec)
    assert len(trials) == TRIALS.get(name, 14)
    assert {t.state for t in trials} <= {TrialState.COMPLETE, TrialState.PRUNED}
    assert TrialState.COMPLETE in {t.state for t in trials}
    for trial in trials:
        active = {n: h for n, h in spec.space.items() if h.active(trial.params)}
        assert set(trial.params) == set(active)
        for n, h in active.items():
            assert h.distribution._contains(h.distribution.to_internal_repr(trial.params[n])), (n, trial.params[n])
            if isinstance(h.distribution, CategoricalDistribution):
                assert any(trial.params[n] is choice or trial.params[n] == choice for choice in h.choices)
        assert trial.user_attrs["trellis:budget"] >= 1
        assert "trellis:config" in trial.user_attrs
    if pruner in ("halving", "hyperband"):
        assert all(t.user_attrs["trellis:rung"] >= 0 for t in trials if t.user_attrs["trellis:budget"] >= 3)
    if pruner == "hyperband":
        assert {t.user_attrs["trellis:bracket"] for t in trials} == ({0, 1, 2} if len(trials) > 3 else {0, 1})
    if ALGORITHMS[name].ahead:
        assert all("trellis:batch" in t.user_attrs for t in trials[1:])
    if ALGORITHMS[name].generational:
        generations = [t.user_attrs["trellis:generation"] for t in trials[1:]]
        assert generations == sorted(generations)
        assert generations[-1] >= 2 or pruner != "none"


@pytest.mark.parametrize(("name", "pruner"), REPEATED)
def test_a_study_of_one_worker_follows_from_its_seed(name: str, pruner: str) -> None:
    first, second = conduct(short(name, pruner)), conduct(short(name, pruner))
    assert [(t.params, t.values, t.user_attrs) for t in first] == [(t.params, t.values, t.user_attrs) for t in second]
    other = conduct(short(name, pruner, seed=4))
    assert ([t.params for t in first] == [t.params for t in other]) == (name == "given")


@pytest.mark.parametrize(("name", "pruner"), RESUMED)
def test_an_interrupted_study_goes_on_as_if_it_had_not_been(name: str, pruner: str, tmp_path: Path) -> None:
    spec = short(name, pruner)
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "study.log")))
    for _ in range(2):
        conduct(spec, storage, asks={"given": 2, "gp": 4}.get(name, 6))
    interrupted = conduct(spec, storage)
    assert sum(t.state is TrialState.FAIL for t in interrupted) == 2
    assert configurations(interrupted) == configurations(conduct(spec))


@pytest.mark.parametrize("name", ["cmaes", "nsga2"])
def test_an_interrupted_generation_is_completed_and_nothing_runs_twice(name: str, tmp_path: Path) -> None:
    spec = short(name)
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "study.log")))
    conduct(spec, storage, asks=8)
    trials = conduct(spec, storage)
    [failed] = [t for t in trials if t.state is TrialState.FAIL]
    [again] = [t for t in trials if t.user_attrs.get("trellis:again") == failed.number]
    assert (again.params, again.state) == (failed.params, TrialState.COMPLETE)
    assert len(configurations(trials)) == TRIALS.get(name, 14)
    assert [t.params for t in trials[:8]] == [t.params for t in conduct(spec)[:8]]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_is_shown_beforehand_is_what_runs(name: str) -> None:
    spec = short(name)
    coming = ahead(spec)
    ran = [t.params for t in conduct(spec)]
    assert coming.total == len(ran)
    assert list(coming.configs) == ran[: len(coming.configs)]
    assert len(coming.configs) == min(n for n in (coming.fixed, len(ran)) if n is not None)
    assert coming.known == (coming.fixed is None)


def test_without_a_seed_only_lists_are_known_beforehand() -> None:
    assert not ahead(replace(short("random"), seed=None)).configs
    assert len(ahead(replace(short("grid"), seed=None)).configs) == 14


@pytest.mark.parametrize("name", [name for name in ALGORITHMS if name != "pbt"])
def test_an_optuna_objective_that_draws_while_others_run_has_the_configuration_of_its_own_place(name: str) -> None:
    def asked(spec: StudySpec) -> list[Asked]:
        search = search_of(spec, optuna.create_study(study_name=spec.name, directions=list(spec.metrics.values())))
        return [search.ask() for _ in range(3)]

    spec = short(name)
    later = asked(replace(spec, objective=replace(spec.objective, type="optuna")))
    assert [each.params for each in later] == [{}] * 3
    assert [suggest(each.trial, spec.space) for each in reversed(later)][::-1] == [each.params for each in asked(spec)]


@pytest.mark.parametrize("name", ["random", "qmc", "grid", "given", "pbt"])
def test_what_learns_of_nothing_or_of_whole_generations_does_not_depend_on_the_number_of_workers(name: str) -> None:
    spec = short(name)
    search = search_of(spec, optuna.create_study(study_name=spec.name))
    while search.ready():
        asked = [search.ask() for _ in range(3) if search.ready()]
        for each in reversed(asked):
            search.tell(each, Outcome(trained(search.report, each, spec, loss)))
    assert configurations(search.study.get_trials(deepcopy=False)) == configurations(conduct(spec))


@pytest.mark.parametrize("name", ["random", "qmc", "grid", "given"])
def test_what_does_not_learn_runs_the_same_whatever_the_pruner(name: str) -> None:
    plain = [t.params for t in conduct(short(name, "none"))]
    assert [t.params for t in conduct(short(name, "hyperband"))] == plain


def test_seeds_of_trials_differ_and_do_not_depend_on_the_order_of_asking() -> None:
    seeds = [trial_seeds(7, draw) for draw in range(1000)]
    assert len({seed for pair in seeds for seed in pair}) == 2000
    assert seeds[500] == trial_seeds(7, 500) != trial_seeds(8, 500)
    assert all(0 <= training < 2**31 for _, training in seeds)


def test_every_algorithm_and_pruner_says_in_one_sentence_what_it_and_each_setting_is() -> None:
    declarations: list[Algorithm | Pruner] = [*ALGORITHMS.values(), *PRUNERS.values()]
    for declared in declarations:
        assert declared.label
        for text in (declared.help, *(setting.help for setting in declared.settings)):
            assert text.endswith("."), text
            assert ". " not in text, text
        for setting in declared.settings:
            assert setting.check(setting.default) == setting.default


@pytest.mark.parametrize(
    ("setting", "good", "bad", "expected"),
    [
        (Setting("n", "int", 1, "N.", low=1, high=9), 9, 10, "a whole number from 1 to 9"),
        (Setting("n", "int", 1, "N.", low=1), 10**9, 1.0, "a whole number from 1"),
        (Setting("n", "int", 1, "N."), -5, True, "a whole number"),
        (Setting("rate", "float", 0.5, "R.", low=0, high=1), 1, float("nan"), "a number from 0 to 1"),
        (Setting("on", "bool", True, "O."), False, 1, "true or false"),
        (Setting("kind", "choice", "a", "K.", choices=("a", 1)), 1, True, "one of a, 1"),
    ],
)
def test_a_setting_takes_what_it_declares_and_names_what_it_refuses(
    setting: Setting, good: object, bad: object, expected: str
) -> None:
    assert setting.check(good) == good
    with pytest.raises(SettingError) as caught:
        setting.check(bad)
    assert str(caught.value) == f"setting {setting.name!r} is {bad!r}; expected {expected}"
