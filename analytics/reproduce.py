"""How a model is trained again: its configuration as code. Every name and category comes out as a quoted literal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analytics.confirmation import configuration
from analytics.confirming import ConfirmError, to_spec
from analytics.exports import literal, optuna_code
from analytics.specs import original_name, original_space
from analytics.trials import Trials
from analytics.wire import finite_json


class Snippet(NamedTuple):
    """Something to copy: what it is, in which language, and a sentence on how it is used."""

    label: str
    language: str
    code: str
    help: str = ""


def own_configuration(trials: Trials, number: int) -> dict[str, Any]:
    """The active hyperparameters of a trial under the names that its objective knows.

    Raises:
        KeyError: there is no such trial.
    """
    return {original_name(trials, public): value for public, value in configuration(trials, number).items()}


def snippets(trials: Trials, number: int) -> list[Snippet]:
    """A trial as a Python dict, for Optuna, and as a study spec where its objective is one that can be run here.

    Raises:
        KeyError: there is no such trial.
    """
    params = own_configuration(trials, number)
    fixed = f"import optuna\n\n{dict_code(params)}value = objective(optuna.trial.FixedTrial(params))\n"
    found = [
        Snippet("Python", "python", dict_code(params)),
        Snippet("Optuna, this trial", "python", fixed, "Calls your objective with just this configuration."),
        Snippet("Optuna, a study", "python", enqueue_code(trials, [number]), "Runs it as the first trial of a study."),
    ]
    try:
        spec = to_spec(trials, [number], 1, f"{trials.study.name}-{number}-again")
    except ConfirmError:
        return found
    text = json.dumps(finite_json({**spec, "parent": None}), indent=2, ensure_ascii=False) + "\n"
    how = "Save it as again.json; python -m trainer run again.json --workspace workspace trains it with a fresh seed."
    return [*found, Snippet("Study spec", "json", text, how)]


def dict_code(params: Mapping[str, Any], name: str = "params") -> str:
    """``name = {…}``, a line a hyperparameter."""
    return "\n".join([f"{name} = {{", *(f"    {key!r}: {literal(value)}," for key, value in params.items()), "}", ""])


def enqueue_code(trials: Trials, numbers: Sequence[int]) -> str:
    """Python: the search space of a study as ``suggest(trial)``, and a new study in which these trials come first.

    Raises:
        KeyError: there is no such trial.
    """
    directions = [m.direction for m in trials.metrics.values() if m.objective and m.direction]
    lines = [
        "import optuna",
        "",
        "",
        optuna_code(original_space(trials, trials.space)).replace("the refined search space", "the search space"),
        "",
        f"study = optuna.create_study(directions={directions or ['minimize']!r})",
    ]
    for number in numbers:
        named = {"trial": number, "study": trials.study.name}
        lines += ["study.enqueue_trial(", "    {"]
        lines += [f"        {key!r}: {literal(value)}," for key, value in own_configuration(trials, number).items()]
        lines += ["    },", f"    user_attrs={named!r},", ")"]
    call = f"# study.optimize(objective, n_trials={len(numbers)})"
    return "\n".join([*lines, f"{call}  # objective(trial) calls suggest(trial)", ""])
