"""Search algorithms, each with what it needs and its settings as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from optuna.samplers import BaseSampler

from analytics.settings import Setting
from trainer import samplers
from trainer.samplers import Draw

BANDIT = ("none", "median", "halving", "hyperband")
STARTUP = Setting("n_startup_trials", "int", 10, "Random trials before the first model.", low=1, high=10_000)
CANDIDATES = Setting("n_ei_candidates", "int", 24, "Candidates drawn for each new trial.", low=1, high=10_000)
LIAR = Setting("constant_liar", "bool", True, "Keep away from configurations that are still running.")


@dataclass(frozen=True)
class Algorithm:
    """A way to choose configurations.

    ``sampler`` makes Optuna's sampler of one trial; ``pruners`` are those it goes with, its default first;
    ``objectives`` how many it optimizes at least and at most (None: any number); ``steers``: it keeps away from what
    breaks a constraint; ``needs`` what else it needs: ``grids`` (a list of values for each hyperparameter that is
    continuous), ``configurations``, ``checkpoints`` (an objective that goes on from them); ``ahead`` says from its
    settings how many first configurations do not depend on any result, and is None where none does; ``generational``:
    Optuna's sampler says of each trial to which generation it belongs; ``learns``: what it draws depends on earlier
    trials.
    """

    label: str
    help: str
    sampler: Callable[[Draw], BaseSampler] = samplers.random
    settings: tuple[Setting, ...] = ()
    pruners: tuple[str, ...] = BANDIT
    objectives: tuple[int, int | None] = (1, None)
    steers: bool = False
    needs: tuple[str, ...] = ()
    ahead: Callable[[Mapping[str, Any]], int] | None = None
    generational: bool = False
    learns: bool = True

    @property
    def finite(self) -> bool:
        """Whether it ends by itself."""
        return bool(self.needs)

    def optimizes(self, objectives: int) -> bool:
        """Whether it takes that many objectives."""
        least, most = self.objectives
        return least <= objectives and (most is None or objectives <= most)


ALGORITHMS: dict[str, Algorithm] = {
    "random": Algorithm(
        label="Random search",
        help="Draws every configuration independently from the whole space; the fairest basis for importance.",
        learns=False,
    ),
    "grid": Algorithm(
        label="Grid search",
        help="Runs every combination of the values listed for each hyperparameter, none twice.",
        sampler=samplers.listed,
        settings=(
            Setting(
                "order",
                "choice",
                "random",
                "random: shuffled by the seed, so that the first trials cover the space; listed: as written.",
                choices=("random", "listed"),
            ),
        ),
        needs=("grids",),
        learns=False,
    ),
    "qmc": Algorithm(
        label="Quasi-random search",
        help="Covers the space more evenly than chance would (quasi-Monte Carlo), independent of all results.",
        sampler=samplers.qmc,
        settings=(
            Setting("qmc_type", "choice", "sobol", "The sequence of points.", choices=("sobol", "halton")),
            Setting("scramble", "bool", True, "Shift the sequence by the seed; without, every seed runs the same."),
        ),
        learns=False,
    ),
    "tpe": Algorithm(
        label="TPE",
        help="Draws where good configurations are denser than the others (tree-structured Parzen estimator).",
        sampler=samplers.tpe,
        settings=(STARTUP, CANDIDATES, LIAR),
        steers=True,
        ahead=lambda settings: int(settings["n_startup_trials"]),
    ),
    "gp": Algorithm(
        label="Gaussian process",
        help="Fits a Gaussian process to the finished trials and runs what promises most; for few, costly trials.",
        sampler=samplers.gp,
        settings=(STARTUP,),
        steers=True,
        ahead=lambda settings: int(settings["n_startup_trials"]),
    ),
    "cmaes": Algorithm(
        label="CMA-ES",
        help="Moves and shapes a normal distribution over the numbers, generation by generation; categories and "
        "conditional hyperparameters are drawn at random.",
        sampler=samplers.cmaes,
        settings=(
            Setting(
                "popsize", "int", 10, "Trials of a generation; usual: 4 + 3 ln(hyperparameters).", low=4, high=10_000
            ),
            Setting("n_startup_trials", "int", 1, "Random trials before the first generation.", low=1, high=10_000),
        ),
        objectives=(1, 1),
        ahead=lambda settings: int(settings["n_startup_trials"]),
        generational=True,
    ),
    "nsga2": Algorithm(
        label="NSGA-II",
        help="Breeds each generation from the last by crossover and mutation, and keeps the Pareto front of two or "
        "more objectives spread out.",
        sampler=samplers.nsga2,
        settings=(
            Setting("population_size", "int", 50, "Trials of a generation.", low=2, high=10_000),
            Setting("crossover_prob", "float", 0.9, "Probability that a child has two parents.", low=0, high=1),
            Setting("swapping_prob", "float", 0.5, "Probability that parents swap a hyperparameter.", low=0, high=1),
            Setting(
                "mutation_prob",
                "float",
                0.0,
                "Probability that a hyperparameter is drawn anew; 0: one in the number of hyperparameters.",
                low=0,
                high=1,
            ),
        ),
        pruners=("none",),
        steers=True,
        ahead=lambda settings: int(settings["population_size"]),
        generational=True,
    ),
    "bohb": Algorithm(
        label="BOHB",
        help="TPE together with Hyperband: trials are ended early as in Hyperband, and each bracket has a TPE of its "
        "own, which ranks trials by the furthest step they reached, then by their value there.",
        sampler=samplers.tpe,
        settings=(replace(STARTUP, help="Random trials of each bracket before its first model."), CANDIDATES, LIAR),
        pruners=("hyperband",),
        objectives=(1, 1),
        steers=True,
        ahead=lambda settings: int(settings["n_startup_trials"]),
    ),
    "pbt": Algorithm(
        label="Population-based training",
        help="Trains a population side by side; after each interval the worst take over weights and hyperparameters of "
        "a survivor and perturb the hyperparameters, so that the result is a schedule, not one configuration.",
        settings=(
            Setting("population", "int", 8, "Members that train side by side (P).", low=2, high=10_000),
            Setting("interval", "int", 1, "Steps between two evaluations (T).", low=1, high=10_000_000),
            Setting("generations", "int", 10, "Intervals that the population trains (G).", low=1, high=100_000),
            Setting("survivors", "float", 0.5, "Share of the members that survive an evaluation (S).", low=0, high=1),
            Setting(
                "factor_low",
                "float",
                0.8,
                "Perturbation downwards: a factor on a log scale; on a linear one its logarithm, in ranges.",
                low=0.01,
                high=1,
            ),
            Setting(
                "factor_high",
                "float",
                1.25,
                "Perturbation upwards, likewise; 1 / factor_low moves up as often and as far as down.",
                low=1,
                high=100,
            ),
            Setting("resample", "float", 0.25, "Probability that a hyperparameter is drawn anew.", low=0, high=1),
            Setting(
                "scale",
                "choice",
                "own",
                "own: perturbed on the hyperparameter's own scale; value: the plain value is multiplied, whatever its "
                "scale, which drifts on a linear one.",
                choices=("own", "value"),
            ),
            Setting(
                "inherit",
                "text",
                "",
                "Hyperparameters that a child takes over unchanged, with commas; empty: those that shape a checkpoint "
                "of a built-in objective.",
            ),
        ),
        pruners=("none",),
        objectives=(1, 1),
        needs=("checkpoints",),
        ahead=lambda settings: int(settings["population"]),
    ),
    "given": Algorithm(
        label="Given configurations",
        help="Runs exactly the configurations listed, in their order.",
        sampler=samplers.listed,
        needs=("configurations",),
        learns=False,
    ),
}
