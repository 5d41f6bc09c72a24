"""The HTTP routes of single models: what is known of one beyond its row, its files, and code that trains it again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from flask import Flask, Response, jsonify, send_file

from analytics.columns import State
from analytics.kinship import Kin, kin
from analytics.reproduce import Snippet, enqueue_code, own_configuration, snippets
from analytics.trials import Trials
from analytics.wire import finite_json
from callbacks.api import ApiError, argument, trial_numbers, unknown_study
from callbacks.bodies import json_body
from callbacks.context import trellis
from callbacks.control import own_name
from callbacks.marks import checked_pins
from trainer import launch, storage
from trainer.again import shell_line
from trainer.artifacts import artifact, artifacts
from trainer.checks import SpecError
from trainer.reasons import reasons

LARGEST_BODY = 100_000


def model() -> Response:
    """Lineage, log, artifacts and snippets of a trial."""
    trials, number = _asked()
    found = {
        "study": trials.study.id,
        "number": number,
        "lineage": _lineage(kin(trials, number)),
        "reproduce": [snippet._asdict() for snippet in [*snippets(trials, number), *_commands(trials, number)]],
        **_own(trials, number),
    }
    answer = jsonify(finite_json(found))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def file() -> Response:
    """A file that a trial kept, to be saved, never shown."""
    trials, number = _asked()
    name = argument("name")
    if _is_own(trials):
        path = artifact(trellis().workspace, int(trials.study.own_id), number, name)
        if path is not None:
            return send_file(path, as_attachment=True, mimetype="application/octet-stream", max_age=0)
    raise ApiError(404, f"trial {number} of {trials.study.name} kept no file {name!r}; expected one of its artifacts")


def code() -> Response:
    """Optuna code that enqueues trials, a part a study, in the order given."""
    body = json_body(LARGEST_BODY)
    pins = checked_pins(body if isinstance(body, dict) else {}, "trials")
    parts = []
    for study in dict.fromkeys(study for study, _ in pins):
        trials = _open(study)
        numbers = [_known(trials, number) for of, number in pins if of == study]
        parts.append(f"# {trials.study.name!r}\n{enqueue_code(trials, numbers)}")
    return jsonify(code="\n\n".join(parts))


def register(server: Flask) -> None:
    """Add the routes to a server."""
    server.add_url_rule("/api/model", view_func=model)
    server.add_url_rule("/api/artifact", view_func=file)
    server.add_url_rule("/api/models/code", view_func=code, methods=["POST"])


def _asked() -> tuple[Trials, int]:
    """The study and the trial of the request."""
    trials, numbers = _open(argument("study")), trial_numbers(argument("number"))
    if len(numbers) != 1:
        raise ApiError(400, f"the parameter 'number' has {len(numbers)} numbers; expected one")
    return trials, _known(trials, numbers[0])


def _open(study: str) -> Trials:
    try:
        return trellis().catalog.trials(study)
    except KeyError as error:
        raise unknown_study(study) from error


def _known(trials: Trials, number: int) -> int:
    if not (trials.numbers == number).any():
        raise ApiError(404, f"{trials.study.name} has no trial {number}; expected one of its {len(trials):,} trials")
    return number


def _lineage(found: Kin) -> dict[str, list[dict[str, Any]]]:
    sides = {"parents": found.parents, "children": found.children}
    return {side: [relative._asdict() for relative in relatives] for side, relatives in sides.items()}


def _is_own(trials: Trials) -> bool:
    """Whether a study stands in this workspace."""
    with suppress(launch.StudyError):
        return bool(own_name(trials.study.id))
    return False


def _own(trials: Trials, number: int) -> dict[str, Any]:
    """What only a study of this workspace has: log, artifacts, why a trial failed."""
    if not _is_own(trials):
        return {"ours": False, "log": None, "artifacts": [], "reason": None}
    workspace, study_id = trellis().workspace, int(trials.study.own_id)
    failed = trials.state_of(number) is State.FAILED
    return {
        "ours": True,
        "log": launch.trial_log(workspace, trials.study.name, number),
        "artifacts": [{"name": name, "bytes": size} for name, size in artifacts(workspace, study_id, number)],
        "reason": reasons(workspace, trials.study.name).get(number) if failed else None,
    }


def _commands(trials: Trials, number: int) -> list[Snippet]:
    """The command line that trains a trial of this workspace again."""
    if not _is_own(trials):
        return []
    try:
        spec = storage.load_spec(trellis().workspace, int(trials.study.own_id))
    except (SpecError, storage.StudyError):
        return []
    row = int(np.flatnonzero(trials.numbers == number)[-1])
    seed = trials.columns["seed"].values[row]
    line = shell_line(
        spec, own_configuration(trials, number), seed=None if np.isnan(seed) else int(seed), number=number
    )
    if spec.objective.type == "command":
        return [Snippet("Command line", "sh", f"{line}\n", "What the trial ran, with its values filled in.")]
    folder = trellis().workspace.folder
    text = f"{line} --workspace {folder}\n"
    return [Snippet("Command line", "sh", text, "Trains it once more with its own seed; nothing is recorded.")]
