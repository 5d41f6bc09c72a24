"""Command lines with places for values: split before values are put in, so that no value can become two arguments."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trainer import checks
from trainer.checks import SpecError

PLACE = re.compile(r"\{([^{}\"',:]+)\}")
"""Other braces, those of JSON say, are text."""
RESERVED = ("args", "seed", "steps", "number", "checkpoint_in", "checkpoint_out")
"""Places that are no hyperparameters. A hyperparameter of such a name goes before."""
ARGS = "{args}"
"""The place of ``--name value`` for every active hyperparameter that has no place of its own."""


def check_command(
    target: Any, names: list[str] | None, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Refuse what cannot be a command, or cannot take the hyperparameters; ``names`` None: they are not known yet.

    Raises:
        SpecError: the command cannot be split, its program is not there, or its places and the space do not match.
    """
    words = split_command(target)
    if names is None:
        check_program(words[0], cwd, env)
        return
    places = {place for word in words for place in PLACE.findall(word)}
    for place in sorted(places - {*names, *RESERVED}):
        known = ", ".join((*names, *RESERVED))
        raise SpecError(f"objective.target has {{{place}}}, no hyperparameter; expected one of {known}")
    for name in names:
        if name not in places and ARGS not in words:
            raise SpecError(f"objective.target has no place for {name!r}; expected {{{name}}} or {ARGS}")


def split_command(target: Any) -> list[str]:
    """The words of a command line as a POSIX shell splits them; a backslash at the end of a line continues it.

    Raises:
        SpecError: it is no text, is empty, or a quote is open.
    """
    if not isinstance(target, str) or not target.strip():
        raise SpecError(f"objective.target is {target!r}; expected a command, as in python train.py --lr {{lr}}")
    checks.text(re.sub(r"[\n\t]", " ", target), "objective.target")
    try:
        words = shlex.split(target.replace("\\\n", " "))
    except ValueError as error:
        raise SpecError(f"objective.target is {target!r}, which cannot be split: {error}") from error
    if PLACE.search(words[0]):
        raise SpecError(f"objective.target begins with {words[0]!r}; expected a program, not a hyperparameter")
    return words


def check_program(program: str, cwd: str | None, env: Mapping[str, str] | None = None) -> str:
    """The path of a program, found as the command will find it.

    Raises:
        SpecError: there is none.
    """
    path = (env or {}).get("PATH", os.environ.get("PATH"))
    place = str(Path(cwd or ".") / Path(program).expanduser()) if "/" in program else program
    if found := shutil.which(place, path=path):
        return found
    raise SpecError(f"objective.target: there is no program {program!r}; expected one on the PATH, or its full path")


def arguments(words: Iterable[str], params: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """The words with all places filled; ``own`` are the values of reserved places, None where there is none.

    A word with a place that has no value (a hyperparameter that is not active) goes, and where it is nothing but that
    place, an option before it goes too: both ``--momentum {momentum}`` and ``--momentum={momentum}`` vanish.
    """
    words = list(words)
    values = {name: value for name, value in own.items() if value is not None} | dict(params)
    named = {place for word in words for place in PLACE.findall(word)}
    filled: list[str] = []
    for word in words:
        if word == ARGS and "args" not in params:
            filled += _options({name: value for name, value in params.items() if name not in named})
        elif all(place in values for place in PLACE.findall(word)):
            filled.append(PLACE.sub(lambda place: shown(values[place[1]]), word))
        elif PLACE.fullmatch(word) and filled[1:] and re.fullmatch(r"--?[^\W\d][^=]*", filled[-1]):
            filled.pop()
    return filled


def _options(params: Mapping[str, Any]) -> list[str]:
    """``--name value``; ``--name=value`` where the value would read as an option, as -1e-05 does to argparse."""
    words = []
    for name, value in params.items():
        text = shown(value)
        words += [f"--{name}={text}"] if text.startswith("-") else [f"--{name}", text]
    return words


def shown(value: Any) -> str:
    """A value as it stands in a command: numbers exactly, and true, false and none in lower case."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)
