"""What the choice of the trials does to the importances read from them."""

from __future__ import annotations

from analytics.trials import Trials

EVENLY = "every part of the search space had its chance, so nothing is under-sampled by design"
TOWARDS = "seeks good regions and under-samples bad ones, which hides what matters there"
SAMPLERS = {
    "random": f"Random search chose the trials: {EVENLY}.",
    "qmc": f"A quasi-random sequence (QMC) chose the trials: {EVENLY}.",
    "grid": "Grid search chose the trials: only the values of its grid were seen; between them is a guess.",
    "given": "The analyst chose the configurations: what those have in common is not known.",
    "tpe": f"TPE chose the trials: it {TOWARDS}.",
    "gp": f"A Gaussian process (GP) chose the trials: it {TOWARDS}.",
    "cmaes": f"CMA-ES chose the trials: it {TOWARDS}, ever closer around one point.",
    "nsgaii": f"NSGA-II chose the trials: its later generations descend from the best earlier ones, so it {TOWARDS}.",
    "nsgaiii": f"NSGA-III chose the trials: its later generations descend from the best earlier ones, so it {TOWARDS}.",
    "bohb": f"BOHB chose the trials: it {TOWARDS}, and only promising ones reach the highest budget.",
    "pbt": f"Population-based training chose the trials: it copies the best members, so it {TOWARDS}.",
}
SAME = {"nsga2": "nsgaii", "nsga3": "nsgaiii", "quasirandom": "qmc", "cma": "cmaes"}
OTHER = "{name} chose the trials; what it biases is not known: a sampler that {towards}."
UNKNOWN = "Which sampler chose the trials is not known, nor what it biases: one that {towards}."


def sampler_line(trials: Trials) -> str:
    """One sentence: which sampler chose the trials of a study, and what that biases in its importances."""
    name = trials.study.algorithm
    if not name:
        return UNKNOWN.format(towards=TOWARDS)
    return SAMPLERS.get(sampler_key(name)) or OTHER.format(name=name, towards=TOWARDS)


def sampler_key(name: str) -> str:
    """The name of a sampler without the ways in which optimizers write it: ``tpe`` of TPESampler."""
    key = name.lower().removesuffix("sampler").replace("-", "").replace("_", "").replace(" ", "")
    return SAME.get(key, key)
