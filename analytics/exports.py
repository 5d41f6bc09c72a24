"""A search space as code and configuration for other tools. Every name and category comes out as a quoted literal."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import yaml
from optuna.distributions import FloatDistribution, IntDistribution

from analytics import ranges
from analytics.columns import Level, level_key
from analytics.ranges import Numeric
from analytics.space import Hyperparameter, SearchSpace
from analytics.trials import Metric

MOST_LISTED = 1000


def optuna_code(space: SearchSpace, metrics: Iterable[Metric] = ()) -> str:
    """Python: a function ``suggest(trial)`` that draws a configuration, define-by-run, with its conditions."""
    doc = '    """Draw one configuration of the refined search space from an Optuna trial."""'
    lines = ["def suggest(trial):", doc, "    params = {}"]
    for h in space.hyperparameters:
        call = f"params[{h.name!r}] = trial.{_optuna_call(h)}"
        lines += [f"    if {_condition(h, space)}:", f"        {call}"] if h.when else [f"    {call}"]
    directions = [m.direction for m in metrics if m.objective and m.direction]
    study = ["", "", f"# study = optuna.create_study(directions={directions!r})"] if directions else []
    return "\n".join([*lines, "    return params", *study, ""])


def ray_code(space: SearchSpace, metrics: Iterable[Metric] = ()) -> str:
    """Python: ``param_space`` for ``ray.tune.Tuner``, and ``active`` that leaves out what a configuration does not use.

    Ray's spaces know no conditions that every of its search algorithms understands: all hyperparameters are drawn.
    """
    lines = ["from ray import tune", "", "param_space = {"]
    lines += [f"    {h.name!r}: {_ray_call(h)}," for h in space.hyperparameters]
    lines.append("}")
    if any(h.when for h in space.hyperparameters):
        lines += [
            "",
            "",
            "def active(config):",
            '    """The part of a configuration that counts."""',
            "    params = {}",
        ]
        for h in space.hyperparameters:
            take = f"params[{h.name!r}] = config[{h.name!r}]"
            lines += [f"    if {_condition(h, space)}:", f"        {take}"] if h.when else [f"    {take}"]
        lines.append("    return params")
    goal = next((m for m in metrics if m.objective and m.direction), None)
    if goal is not None:
        mode = "min" if goal.direction == "minimize" else "max"
        lines += ["", f"tune_config = tune.TuneConfig(metric={goal.name!r}, mode={mode!r})"]
    return "\n".join([*lines, ""])


def wandb_yaml(space: SearchSpace, metrics: Iterable[Metric] = ()) -> str:
    """YAML: a W&B sweep. Sweeps know no conditions: a comment names each, and all hyperparameters are drawn."""
    goal = next((m for m in metrics if m.objective and m.direction), None)
    sweep: dict[str, Any] = {"method": "bayes" if goal else "random"}
    if goal is not None:
        sweep["metric"] = {"name": goal.name, "goal": goal.direction}
    sweep["parameters"] = {h.name: _wandb_entry(h) for h in space.hyperparameters}
    notes = [
        f"# {json.dumps(h.name)} counts only if {json.dumps(parent)} is one of {json.dumps(_json_levels(values))}\n"
        for h in space.hyperparameters
        for parent, values in h.when.items()
    ]
    return "".join(notes) + yaml.safe_dump(sweep, sort_keys=False, allow_unicode=True)


def space_json(space: SearchSpace, metrics: Iterable[Metric] = ()) -> str:
    """JSON: ``space`` and ``metrics`` as in our study specs; an infinite category is ``{"float": "inf"}``."""
    entries = space.to_json()
    for entry in entries.values():
        if "choices" in entry:
            entry["choices"] = _json_levels(entry["choices"])
        if "when" in entry:
            entry["when"] = {parent: _json_levels(values) for parent, values in entry["when"].items()}
    directions = {m.name: m.direction for m in metrics if m.objective and m.direction}
    return json.dumps({"space": entries, "metrics": directions}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


EXPORTS: Mapping[str, tuple[str, str, Callable[[SearchSpace, Iterable[Metric]], str]]] = {
    "optuna": ("Optuna", "python", optuna_code),
    "ray": ("Ray Tune", "python", ray_code),
    "wandb": ("W&B sweep", "yaml", wandb_yaml),
    "json": ("JSON", "json", space_json),
}
"""By key: the label, the language, and the function that writes it."""


def literal(value: Level) -> str:
    """A Python expression for a category or a bound."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value.item()) if isinstance(value, np.generic) else repr(value)


def _list(values: Iterable[Level]) -> str:
    return f"[{', '.join(literal(value) for value in values)}]"


def _numeric(h: Hyperparameter) -> Numeric | None:
    d = h.distribution
    return d if isinstance(d, (FloatDistribution, IntDistribution)) else None


def _optuna_call(h: Hyperparameter) -> str:
    d = _numeric(h)
    if d is None:
        return f"suggest_categorical({h.name!r}, {_list(h.choices)})"
    kind, plain = ("int", 1) if isinstance(d, IntDistribution) else ("float", None)
    more = ", log=True" if d.log else f", step={d.step!r}" if d.step != plain else ""
    return f"suggest_{kind}({h.name!r}, {literal(d.low)}, {literal(d.high)}{more})"


def _condition(h: Hyperparameter, space: SearchSpace) -> str:
    return " and ".join(_holds(parent, values, space[parent]) for parent, values in h.when.items())


def _holds(name: str, values: Iterable[Level], parent: Hyperparameter) -> str:
    """An expression: in Python True is 1, so a parent with both is compared with its type."""
    kinds = {level_key(value)[0] for value in parent.choices}
    if {"bool", "number"} <= kinds:
        pairs = ", ".join(f"({isinstance(v, bool)}, {literal(v)})" for v in values)
        test = f"(isinstance(params[{name!r}], bool), params[{name!r}]) in [{pairs}]"
    else:
        test = f"params[{name!r}] in {_list(values)}"
    return f"{name!r} in params and {test}" if parent.when else test


def _listed(d: Numeric) -> list[float] | None:
    """The values of a range with steps, where they are to be listed one by one; None for one without."""
    if d.step is None or d.log or (isinstance(d, IntDistribution) and d.step == 1):
        return None
    count = round((d.high - d.low) / d.step) + 1
    return [ranges.on_grid(d, i) for i in range(count)] if count <= MOST_LISTED else None


def _ray_call(h: Hyperparameter) -> str:
    d = _numeric(h)
    if d is None:
        return f"tune.choice({_list(h.choices)})" if len(h.choices) > 1 else literal(h.choices[0])
    if d.low == d.high:
        return literal(d.low)
    if (values := _listed(d)) is not None:
        return f"tune.choice({_list(values)})"
    if isinstance(d, IntDistribution):
        name = "lograndint" if d.log else "randint"
        return f"tune.{name}({d.low}, {d.high + 1})"
    return f"tune.{'loguniform' if d.log else 'uniform'}({literal(d.low)}, {literal(d.high)})"


def _wandb_entry(h: Hyperparameter) -> dict[str, Any]:
    d = _numeric(h)
    if d is None:
        return {"values": list(h.choices)} if len(h.choices) > 1 else {"value": h.choices[0]}
    if d.low == d.high:
        return {"value": d.low}
    if (values := _listed(d)) is not None:
        return {"values": values}
    if isinstance(d, IntDistribution):
        name, more = ("q_log_uniform_values", {"q": 1}) if d.log else ("int_uniform", {})
    else:
        name, more = ("log_uniform_values" if d.log else "uniform"), {}
    return {"distribution": name, "min": d.low, "max": d.high, **more}


def _json_levels(levels: Iterable[Level]) -> list[Any]:
    return [{"float": str(v)} if isinstance(v, float) and not math.isfinite(v) else v for v in levels]
