"""What the command line of the app takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from callbacks import serving


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; ends the process with a usage if they are wrong."""
    parser = argparse.ArgumentParser(prog="app.py", description="Steer hyperparameter optimization in linked views.")
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="database URL or file, journal, table, folder of runs"
    )
    parser.add_argument("--workspace", default="workspace", metavar="DIR", help="folder for what the app writes")
    parser.add_argument("--host", default=serving.HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8050, help="port (default: %(default)s; 0: any free one)")
    parser.add_argument("--curves", metavar="FILE", help="table of learning curves that belongs to a table")
    parser.add_argument("--role", action="append", default=[], type=role, metavar="COLUMN=ROLE", dest="roles")
    parser.add_argument(
        "--allow-pickle",
        action="append",
        default=[],
        metavar="FILE",
        dest="pickles",
        help="pickled study: runs its code",
    )
    return parser.parse_args(argv)


def role(text: str) -> tuple[str, str]:
    """A column and its role."""
    column, sign, value = text.rpartition("=")
    if not (column and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} is no role; expected COLUMN=ROLE")
    return column, value
