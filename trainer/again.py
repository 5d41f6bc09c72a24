"""One trial once more, in the foreground: how it is trained, and what it reports. Nothing is recorded."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import optuna
from optuna.trial import FrozenTrial

from data.workspace import Workspace
from trainer import storage
from trainer.answers import answer
from trainer.draws import SEED
from trainer.executor import LocalExecutor, Result, TrialError
from trainer.objectives.commandline import arguments, split_command
from trainer.run import Task
from trainer.spec import StudySpec
from trainer.storage import StudyError
from trainer.worker import run_trial


def command_of(
    spec: StudySpec, params: Mapping[str, Any], *, seed: int | None = None, number: int | None = None
) -> list[str]:
    """The words that train a configuration; what is not known yet stays as its place, ``{seed}`` say.

    An objective that is no command is trained again by number: empty where that is None.
    """
    if spec.objective.type != "command":
        return [] if number is None else ["python", "-m", "trainer", "trial", spec.name, str(number)]
    own: dict[str, Any] = {"seed": seed, "number": number, "checkpoint_out": None}
    own = {name: f"{{{name}}}" if value is None else value for name, value in own.items()}
    if not spec.objective.checkpoints:
        del own["checkpoint_out"]
    return arguments(split_command(spec.objective.target), params, {**own, "steps": spec.budget.steps})


def shown(spec: StudySpec, trial: FrozenTrial) -> str:
    """A line for a POSIX shell that does what the trial did: its folder, its environment, its command."""
    return shell_line(spec, trial.params, seed=trial.user_attrs.get(SEED), number=trial.number)


def shell_line(spec: StudySpec, params: Mapping[str, Any], *, seed: int | None, number: int) -> str:
    """A line for a POSIX shell that trains a configuration; for what is no command, by the number of the trial."""
    words = command_of(spec, params, seed=seed, number=number)
    if spec.objective.type != "command":
        return shlex.join(words)
    env = [f"{name}={value}" for name, value in spec.objective.env.items()]
    return f"cd {shlex.quote(spec.objective.cwd or '.')} && {shlex.join([*(['env', *env] if env else []), *words])}"


def find_trial(workspace: Workspace, name: str, number: int) -> tuple[StudySpec, FrozenTrial]:
    """A trial and the spec of its study.

    Raises:
        StudyError: there is no such study or trial.
    """
    spec = storage.load_spec(workspace, storage.find(workspace, name))
    with storage.optuna_storage(workspace) as backend:
        trials = optuna.load_study(study_name=name, storage=backend).get_trials(deepcopy=False)
    found = next((trial for trial in trials if trial.number == number), None)
    if found is None:
        raise StudyError(f"the study {name!r} has no trial {number}; expected 0 to {len(trials) - 1}")
    return spec, found


def train_again(spec: StudySpec, trial: FrozenTrial, say: Callable[[str], None]) -> bool:
    """Train a trial's configuration with its seed; ``say`` gets a line for each report. Whether it succeeded."""
    study = optuna.create_study(directions=list(spec.metrics.values()))
    study.enqueue_trial(trial.params)
    asked, objective = study.ask(), spec.objective
    executor = LocalExecutor(objective.preload)

    def reply(future: Future[Result], message: tuple[Any, ...]) -> None:
        kind, *content = message
        if kind == "report":
            say(f"step {content[0]}  {_told(content[1])}")
            executor.answer(future, True)
        else:
            executor.answer(future, None if kind in ("prune", "cut") else answer(asked, spec.space, kind, *content))

    with tempfile.TemporaryDirectory() as folder:
        task = Task(
            number=trial.number,
            params=trial.params,
            seed=trial.user_attrs.get(SEED, 0),
            steps=spec.budget.steps,
            type=objective.type,
            target=objective.target,
            cwd=objective.cwd,
            folder=folder,
            locks=folder,
            env=dict(objective.env),
            settings=dict(objective.settings),
            metrics=dict(spec.metrics),
        )
        future = executor.submit(run_trial, task, on_message=reply, timeout=objective.timeout)
        error = future.exception()
    if isinstance(error, TrialError):
        say(f"{error.details.rstrip()}\n{error}".lstrip())
        return False
    if error is not None:
        raise error
    result = future.result()
    say(f"ended  {_told(result if isinstance(result, dict) else {next(iter(spec.metrics)): result})}")
    return True


def _told(metrics: Mapping[str, float | None]) -> str:
    return "  ".join(f"{name}={value:g}" for name, value in metrics.items() if value is not None)
