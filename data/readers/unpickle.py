"""A pickled Optuna study as JSON, in a process of its own: ``python -I unpickle.py PICKLE RESULT``."""

from __future__ import annotations

import ctypes
import json
import pickle
import resource
import sys
from pathlib import Path
from typing import Any

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
LIMITS = {resource.RLIMIT_AS: 8 * 2**30, resource.RLIMIT_CPU: 60, resource.RLIMIT_FSIZE: 2**29, resource.RLIMIT_CORE: 0}


class Ignored:
    """Stands for a sampler or pruner, whose insides change with Optuna's versions and do not count here."""

    def __new__(cls, *_given: object, **_named: object) -> Ignored:
        return object.__new__(cls)

    def __setstate__(self, _state: object) -> None:
        """Nothing is kept."""


class Unpickler(pickle.Unpickler):
    """Opens studies of other versions of Optuna too."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(("optuna.samplers", "optuna.pruners")):
            return type(name, (Ignored,), {})
        return super().find_class(module, name)


def confine() -> None:
    """Bounds of memory, time and files, and no network where the system lets a process give it up."""
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        _ = libc.unshare(NEW_NETWORK) and libc.unshare(NEW_USER | NEW_NETWORK)


def document(study: Any) -> dict[str, Any]:
    """What a study holds; times in seconds since 1970."""
    from optuna.distributions import distribution_to_json

    return {
        "directions": [direction.name.lower() for direction in study.directions],
        "metric_names": study.metric_names,
        "sampler": type(study.sampler).__name__,
        "trials": [
            {
                "number": trial.number,
                "state": trial.state.name,
                "values": trial.values,
                "params": trial.params,
                "distributions": {name: distribution_to_json(d) for name, d in trial.distributions.items()},
                "user_attrs": trial.user_attrs,
                "reports": sorted(trial.intermediate_values.items()),
                "start": trial.datetime_start and trial.datetime_start.timestamp(),
                "end": trial.datetime_complete and trial.datetime_complete.timestamp(),
            }
            for trial in study.get_trials(deepcopy=False)
        ],
    }


def main(source: str, result: str) -> None:
    confine()
    with Path(source).open("rb") as file:
        study = Unpickler(file).load()
    Path(result).write_text(json.dumps(document(study), default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
