"""``python -m trainer``: run, stop, resume and extend studies, and list them."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TypeAlias

import optuna

from data.workspace import DATABASE, Workspace, WorkspaceError, open_workspace
from trainer import launch, progress
from trainer.checks import SpecError
from trainer.controller import Controller, control
from trainer.locks import StudyLock
from trainer.specfile import EXAMPLE, read_spec
from trainer.storage import StudyError

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0, 1 where something cannot be done, 2 for a wrong command line, 3 for a stopped study."""
    args = _parser().parse_args(arguments)
    drawn = sys.stderr.isatty()  # beside a bar only what went wrong is worth a line
    form = progress.CLEAR * drawn + "%(asctime)s %(message)s"
    logging.basicConfig(level=logging.WARNING if drawn else logging.INFO, format=form, stream=sys.stderr)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return int(args.command(args) or 0)
    except (SpecError, StudyError, WorkspaceError) as error:
        print(f"trainer: {error}", file=sys.stderr)
        return 1


def _run(args: argparse.Namespace) -> int:
    spec = read_spec(args.spec)
    workspace = open_workspace(args.workspace, _database())
    return _foreground(workspace, *launch.prepare(spec, workspace))


def _resume(args: argparse.Namespace) -> int:
    workspace = _existing(args.workspace)
    return _foreground(workspace, *launch.reopen(workspace, args.name))


def _extend(args: argparse.Namespace) -> int:
    workspace = _existing(args.workspace)
    if launch.widen(workspace, args.name, trials=args.trials, seconds=args.seconds):
        return 0
    return _foreground(workspace, *launch.reopen(workspace, args.name))


def _detached(args: argparse.Namespace) -> int:
    workspace = open_workspace(args.workspace, _database())
    return _control(workspace, args.study, StudyLock(args.lock))


def _foreground(workspace: Workspace, study_id: int, lock: StudyLock) -> int:
    with progress.shown(workspace, study_id):
        return _control(workspace, study_id, lock)


def _control(workspace: Workspace, study_id: int, lock: StudyLock) -> int:
    state = control(workspace, study_id, lock, on_start=_stop_on_signals)
    return 0 if state == "finished" else 3


def _database() -> str | None:
    """The URL of the workspace's database where it is not in its folder; training processes do not see it."""
    return os.environ.pop(launch.URL_VARIABLE, None)


def _stop_on_signals(controller: Controller) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: controller.stop())


def _stop(args: argparse.Namespace) -> None:
    launch.stop(_existing(args.workspace), args.name)


def _cancel(args: argparse.Namespace) -> None:
    launch.cancel(_existing(args.workspace), args.name, args.number)


def _list(args: argparse.Namespace) -> None:
    studies = launch.list_studies(_existing(args.workspace))
    if args.json:
        print(json.dumps(studies, indent=2))
        return
    for study in studies:
        counts = ", ".join(f"{n} {state}" for state, n in study["counts"].items() if n) or "no trials"
        print(f"{study['study']}  {study['state']:<8}  {study['name']}: {counts}", end="")
        print(f" ({study['message']})" if "message" in study else "")


def _trial(args: argparse.Namespace) -> int:
    from trainer.again import find_trial, shown, train_again

    spec, trial = find_trial(_existing(args.workspace), args.name, args.number)
    if args.show:
        print(shown(spec, trial))
        return 0
    return 0 if train_again(spec, trial, partial(print, flush=True)) else 1


def _spec(_args: argparse.Namespace) -> None:
    print(EXAMPLE, end="")


def _example(args: argparse.Namespace) -> None:
    from trainer.example import FOLDER, build

    build(args.to or FOLDER, args.only)


def _existing(folder: Path) -> Workspace:
    url = _database()
    if url is None and not (folder / DATABASE).is_file():
        raise WorkspaceError(f"workspace folder {folder}: it holds no {DATABASE}; expected the folder of a workspace")
    return open_workspace(folder, url)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--workspace", type=Path, default=Path("workspace"), help="its folder (default: ./workspace)")
    _study_commands(commands, place)
    listing = commands.add_parser("list", parents=[place], help="list the studies of a workspace")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(command=_list)
    commands.add_parser("spec", help="print a commented example of a study spec").set_defaults(command=_spec)
    example = commands.add_parser("example", help="train the example project again (minutes)")
    example.add_argument("--to", type=Path, default=None, help="the folder to write to (default: data/examples)")
    example.add_argument("--only", nargs="+", default=(), metavar="NAME", help="digits, paper-depth and the like")
    example.set_defaults(command=_example)
    control = commands.add_parser("control", parents=[place])  # what a detached start runs
    control.add_argument("study", type=int)
    control.add_argument("--lock", type=int, required=True)
    control.set_defaults(command=_detached)
    return parser


def _study_commands(commands: _Commands, place: argparse.ArgumentParser) -> None:
    run = commands.add_parser("run", parents=[place], help="run a study in the foreground; Ctrl-C stops it cleanly")
    run.add_argument("spec", type=Path, help="study spec in JSON or YAML")
    run.set_defaults(command=_run)
    for name, command, text in (
        ("resume", _resume, "go on with a study that was stopped or killed, in the foreground"),
        ("stop", _stop, "stop a running study"),
    ):
        sub = commands.add_parser(name, parents=[place], help=text)
        sub.add_argument("name", help="name of the study")
        sub.set_defaults(command=command)
    cancel = commands.add_parser("cancel", parents=[place], help="end one running trial of a study")
    cancel.add_argument("name", help="name of the study")
    cancel.add_argument("number", type=int, help="number of the trial")
    cancel.set_defaults(command=_cancel)
    extend = commands.add_parser("extend", parents=[place], help="add to the budget; what does not run goes on here")
    extend.add_argument("name", help="name of the study")
    extend.add_argument("--trials", type=int, help="trials to add")
    extend.add_argument("--seconds", type=float, help="seconds to add")
    extend.set_defaults(command=_extend)
    again = commands.add_parser("trial", parents=[place], help="train a trial once more here; nothing is recorded")
    again.add_argument("name", help="name of the study")
    again.add_argument("number", type=int, help="number of the trial")
    again.add_argument("--show", action="store_true", help="only show the command that trains it")
    again.set_defaults(command=_trial)


if __name__ == "__main__":
    sys.exit(main())
