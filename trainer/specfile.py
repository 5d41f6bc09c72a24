"""Study specs in files: JSON or YAML in, a commented example out."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from trainer.spec import SpecError, StudySpec, parse_spec


class _Loader(yaml.SafeLoader):
    """YAML as an analyst means it: 1e-4 is a number, ``on`` and ``no`` are text, a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


_TRUTH = re.compile(r"^(true|True|TRUE|false|False|FALSE)$")
_NUMBER = re.compile(
    r"^([-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"
)
_REPLACED = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "timestamp")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTH, list("tTfF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+0123456789."))


def read_spec(path: str | Path) -> StudySpec:
    """The spec in a JSON or YAML file; a relative ``cwd`` in it begins at the file's folder (through a pipe: here).

    Raises:
        SpecError: the file cannot be read or parsed, or the spec in it is not possible.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SpecError(f"{path}: {reason}; expected a study spec in JSON or YAML") from error
    try:
        return parse_spec(_parse(text), path.resolve().parent if path.is_file() else None)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def _parse(text: str) -> Any:
    """What JSON or YAML text says."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"line {line}: {error.problem}; expected JSON or YAML") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError(f"{error}; expected JSON or YAML") from error


EXAMPLE = """\
# A study: run it with `python -m trainer run FILE --workspace DIR`.
name: digits-example          # unique in the workspace
project: digits               # optional: groups studies
parent: null                  # optional: name of the study in the workspace that this one refines

objective:
  type: builtin               # builtin, python, optuna or command: see docs/objectives.md
  target: digits              # name of the built-in, module:function, or the command line
  cwd: null                   # folder of your code; relative to this file
  env: {}                     # environment of the training processes, as text
  timeout: 120                # seconds a trial may take; null: no limit

space:                        # type float, int or categorical; bounds are included
  learning_rate: {type: float, low: 1e-4, high: 1.0, log: true}
  dropout: {type: float, low: 0, high: 0.6}
  depth: {type: int, low: 1, high: 4}
  width: {type: int, low: 8, high: 256, log: true}
  activation: {type: categorical, choices: [relu, tanh, gelu]}
  optimizer: {type: categorical, choices: [sgd, adam]}
  momentum: {type: float, low: 0, high: 0.99, when: {optimizer: [sgd]}, default: 0.9}

metrics:                      # what the search optimizes; other metrics are recorded without being named
  val_accuracy: maximize

algorithm:
  name: random                # random grid qmc tpe gp cmaes nsga2 bohb pbt given: see docs/algorithms.md
  settings: {}                # of the algorithm; tpe: n_startup_trials, n_ei_candidates, constant_liar
  pruner: none                # none median halving hyperband
  pruner_settings: {}         # of the pruner; hyperband: max_resource (R), reduction_factor (eta), min_resource

# grids:                      # algorithm grid: values by name; without a list all of a hyperparameter, if they are few
#   learning_rate: [1e-3, 1e-2, 1e-1]
# configurations:             # algorithm given: exactly these run
#   - {learning_rate: 1e-2, dropout: 0.2, depth: 2, width: 64, activation: relu, optimizer: adam}
constraints: {}               # limits on metrics, as in {parameters: {max: 50000}}; also min

budget:
  trials: 20                  # configurations in all
  steps: 12                   # epochs a trial
  seconds: null               # after which no further trial begins; counts on over resumes

workers: 2                    # trials at a time
threads: null                 # threads of a trial; null: the cores, shared out
retries: 0                    # how often a failed trial is tried again
repeats: 1                    # how often a configuration is trained, each time with another seed
seed: 1                       # null: draw one
# start:                      # from an earlier study: its best are trained first, the sampler knows all that fit
#   {study: NAME, source: null, enqueue: 5, warm: false}
"""
