"""Algorithms declare their settings as data, and random search depends on the seed and the place alone."""

from __future__ import annotations

import optuna
import pytest

from analytics.settings import Setting, SettingError, check_settings
from trainer.algorithms import ALGORITHMS, trial_seeds


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_algorithm_makes_a_sampler_from_its_defaults(name: str) -> None:
    algorithm = ALGORITHMS[name]
    sampler = algorithm.sampler(check_settings(algorithm.settings, {}, name), 1)
    study = optuna.create_study(sampler=sampler)
    study.tell(study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}), 1.0)
    assert algorithm.label
    assert all(text.endswith(".") for text in (algorithm.help, *(setting.help for setting in algorithm.settings)))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_same_seed_draws_the_same_configuration(name: str) -> None:
    def draw(seed: int) -> float:
        algorithm = ALGORITHMS[name]
        sampler = algorithm.sampler(check_settings(algorithm.settings, {}, name), seed)
        return optuna.create_study(sampler=sampler).ask().suggest_float("x", 0, 1)

    assert draw(1) == draw(1) != draw(2)


def test_seeds_of_trials_differ_and_do_not_depend_on_the_order_of_asking() -> None:
    seeds = [trial_seeds(7, draw) for draw in range(1000)]
    assert len({seed for pair in seeds for seed in pair}) == 2000
    assert seeds[500] == trial_seeds(7, 500) != trial_seeds(8, 500)
    assert all(0 <= training < 2**31 for _, training in seeds)


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
